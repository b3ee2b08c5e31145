//! A question that must be answered first, on the browser's own `<dialog>`: it holds the focus and gives it back.

use super::el::{El, View, el};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Handle to open and close one dialog.
#[derive(Clone)]
pub(crate) struct Dialog {
    element: El,
}

impl Dialog {
    /// A closed dialog, not on the page yet.
    pub(crate) fn new() -> Self {
        Self { element: el("dialog dialog") }
    }

    fn node(&self) -> Option<HtmlDialogElement> {
        self.element.node().dyn_into().ok()
    }

    /// Shows it over everything else.
    pub(crate) fn open(&self) {
        if let Some(dialog) = self.node() {
            // Fails only for a dialog that is open already.
            let _ = dialog.show_modal();
        }
    }

    /// Hides it; the focus goes back to where it was.
    pub(crate) fn close(&self) {
        if let Some(dialog) = self.node() {
            dialog.close();
        }
    }

    /// Puts it on the page. `title` names it and has this `id`; `body` says the rest; `actions` are its buttons, the safe
    /// one first.
    pub(crate) fn view(&self, id: &str, title: El, body: impl Into<View>, actions: impl Into<View>) -> El {
        let this = self.clone();
        self.element
            .clone()
            .attr("aria-labelledby", id)
            // A click on the backdrop hits the dialog element itself, a click inside hits its content.
            .on("click", move |event| {
                if event.target() == event.current_target() {
                    this.close();
                }
            })
            .with(el("div dialog-box").with([
                title.class("dialog-title").attr("id", id),
                el("div dialog-body").with(body),
                el("div dialog-actions").with(actions),
            ]))
    }
}
