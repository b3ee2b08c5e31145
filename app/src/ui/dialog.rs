//! A question that must be answered first, on the browser's own `<dialog>`: it holds the focus and gives it back.

use leptos::{html, prelude::*};

/// Handle to open and close one dialog.
#[derive(Clone, Copy)]
pub(crate) struct Dialog {
    node: NodeRef<html::Dialog>,
}

impl Dialog {
    /// A closed dialog, not on the page yet.
    pub(crate) fn new() -> Self {
        Self { node: NodeRef::new() }
    }

    /// Shows it over everything else.
    pub(crate) fn open(self) {
        if let Some(dialog) = self.node.get_untracked() {
            // Fails only for a dialog that is open already.
            let _ = dialog.show_modal();
        }
    }

    /// Hides it; the focus goes back to where it was.
    pub(crate) fn close(self) {
        if let Some(dialog) = self.node.get_untracked() {
            dialog.close();
        }
    }

    /// Puts it on the page. `title` names it; `body` says the rest; `actions` are its buttons, the safe one first.
    pub(crate) fn view(self, id: &'static str, title: impl IntoView, body: AnyView, actions: AnyView) -> AnyView {
        view! {
            <dialog
                class="dialog"
                node_ref=self.node
                aria-labelledby=id
                // A click on the backdrop hits the dialog element itself, a click inside hits its content.
                on:click=move |event| if event.target() == event.current_target() { self.close() }
            >
                <div class="dialog-box">
                    <h2 id=id class="dialog-title">{title}</h2>
                    <div class="dialog-body">{body}</div>
                    <div class="dialog-actions">{actions}</div>
                </div>
            </dialog>
        }
        .into_any()
    }
}
