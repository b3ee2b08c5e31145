//! What keys do wherever the focus is ([`parts::keys`](crate::parts::keys)).

use crate::dom;
use crate::parts::keys::{self, Wish};
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::dialog::Dialog;
use crate::ui::el::El;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// The sheet that is on the page now: each language has its own.
#[derive(Clone, Default)]
pub(super) struct Help(Rc<RefCell<Option<Dialog>>>);

impl Help {
    /// The sheet, to be put on the page.
    pub(super) fn view(&self, state: AppState) -> El {
        let (dialog, view) = keys::sheet("keys-title", state.text());
        self.0.replace(Some(dialog));
        view
    }
}

/// Listens for as long as the page lives. Whoever has a nearer use for a key prevents its default.
pub(super) fn follow(state: AppState, router: Router, help: Help) {
    dom::listen_forever(&dom::window(), "keydown", move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        let is_taken = event.default_prevented() || key.is_composing() || is_asking();
        let Some(wish) = keys::wish(key).filter(|_| !is_taken && state.account_now().is_some()) else {
            return;
        };
        match wish {
            Wish::Next => step(state, router, 1),
            Wish::Previous => step(state, router, -1),
            // Not whoever is somewhere else: Escape leaves a chat, and nothing more.
            Wish::Leave if router.route_now().chat().is_none() => return,
            Wish::Leave => router.back(),
            Wish::Help => {
                if let Some(sheet) = &*help.0.borrow() {
                    sheet.open();
                }
            }
        }
        event.prevent_default();
    });
}

/// A dialog has the keys for itself.
fn is_asking() -> bool {
    dom::document().query_selector("dialog[open]").is_ok_and(|open| open.is_some())
}

/// Opens the chat so many lines further down the list; the first one if none is open.
fn step(state: AppState, router: Router, by: isize) {
    let keys = state.chats().keys_now();
    let route = router.route_now();
    let open = route.chat().and_then(|chat| keys.iter().position(|key| **key == *chat.as_str()));
    let at = match open {
        Some(at) => at.checked_add_signed(by),
        None => Some(0),
    };
    if let Some(chat) = at.and_then(|at| keys.get(at)).and_then(|key| key.parse().ok()) {
        let route = Route::Chat(chat);
        // Going through the chats is one step back.
        if open.is_some() { router.replace(route) } else { router.push(route) }
    }
}
