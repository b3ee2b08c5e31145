//! Several messages at once: a press on a message takes it in or out, a bar says how many there are and what can be done with them.

use crate::i18n;
use crate::live::Live;
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use model::{LocalId, MessageRow};
use web_sys::Element;

/// What is selected in one chat; a clone is a second handle to the same.
#[derive(Clone)]
pub(super) struct Selection {
    state: AppState,
    /// `None` as long as nothing is being selected.
    ids: Live<Option<Vec<LocalId>>>,
}

impl Selection {
    /// Nothing.
    pub(super) fn new(state: AppState) -> Self {
        Self { state, ids: Live::default() }
    }

    /// True while messages are being selected, not tracked.
    pub(super) fn is_on(&self) -> bool {
        self.ids.peek(Option::is_some)
    }

    /// True if this message is selected, not tracked: a row that comes back is marked again.
    pub(super) fn has(&self, id: &LocalId) -> bool {
        self.ids.peek(|ids| ids.as_ref().is_some_and(|ids| ids.contains(id)))
    }

    /// Takes a message in, or out.
    pub(super) fn toggle(&self, message: &Element) {
        let Some(id) = message.get_attribute("data-id").map(LocalId) else { return };
        let mut ids = self.ids.now().unwrap_or_default();
        let before = ids.len();
        ids.retain(|other| *other != id);
        let is_in = ids.len() == before;
        if is_in {
            ids.push(id);
        }
        mark(message, is_in);
        self.ids.set(Some(ids));
    }

    /// Ends it.
    pub(super) fn end(&self, log: &Element) {
        self.ids.set(None);
        let marked = log.query_selector_all("[data-selected]").ok();
        for at in 0..marked.as_ref().map_or(0, web_sys::NodeList::length) {
            let message = marked.as_ref().and_then(|marked| marked.item(at));
            if let Some(message) =
                message.and_then(|node| wasm_bindgen::JsCast::dyn_into::<Element>(node).ok())
            {
                mark(&message, false);
            }
        }
    }

    /// The keys of the selected messages.
    pub(super) fn ids(&self) -> Vec<LocalId> {
        self.ids.now().unwrap_or_default()
    }

    /// The selected messages, in their order; those that are not here any more are left out.
    pub(super) fn rows(&self) -> Vec<MessageRow> {
        let mut rows: Vec<_> = self.ids().iter().filter_map(|id| self.state.timeline().row(id)).collect();
        rows.sort_by_key(|row| row.order);
        rows
    }

    /// The bar, while messages are being selected. `run` is told which of its buttons was pressed.
    pub(super) fn bar(&self, run: impl Fn(Act) + Clone + 'static) -> El {
        let (t, count) = (self.state.text(), self.ids.clone());
        let words = move || {
            let count = count.with(|ids| ids.as_ref().map_or(0, Vec::len));
            i18n::count(u32::try_from(count).unwrap_or(u32::MAX), t.selected_one, t.selected_other)
        };
        let empty = self.ids.clone();
        let nothing = move || empty.with(|ids| ids.as_ref().is_none_or(Vec::is_empty));
        let button = move |act: Act, path: &str, name: &str| {
            let (run, nothing) = (run.clone(), nothing.clone());
            let button =
                el("button icon-button").attr("type", "button").attr("aria-label", name).attr("title", name);
            let button = if act == Act::End { button } else { button.live_flag("disabled", nothing) };
            button.on("click", move |_| run(act)).with(icon::icon(path))
        };
        el("div selection").attr("role", "toolbar").attr("aria-label", t.select_several).with([
            button(Act::End, icon::CLOSE, t.cancel),
            el("span selection-count").attr("aria-live", "polite").live_text(words),
            button(Act::Copy, icon::COPY, t.copy),
            button(Act::Forward, icon::FORWARD, t.forward),
            button(Act::Delete, icon::REMOVE, t.delete),
        ])
    }

    /// A closure that says whether messages are being selected.
    pub(super) fn watch(&self) -> impl Fn() -> bool + use<> {
        self.ids.part(Option::is_some)
    }
}

/// What the buttons of the bar do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Copy,
    Forward,
    Delete,
    End,
}

fn mark(message: &Element, is_in: bool) {
    // Fails only for a name that no attribute has.
    let _ = if is_in {
        message.set_attribute("data-selected", "")
    } else {
        message.remove_attribute("data-selected")
    };
}
