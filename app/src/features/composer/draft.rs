//! What is written and not sent.

use super::fit;
use crate::dom;
use crate::live::{Live, effect};
use crate::state::AppState;
use model::BareJid;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;

/// What was typed is stored so soon (milliseconds).
const KEEP_MS: i32 = 300;

/// Shows what another page of the account did with the draft.
pub(super) fn follow(state: AppState, chat: &BareJid, area: &HtmlTextAreaElement, is_empty: &Live<bool>) {
    let (chat, area, is_empty) = (chat.clone(), area.clone(), is_empty.clone());
    effect(move || {
        let draft = state.draft(&chat);
        if draft != area.value() {
            area.set_value(&draft);
            is_empty.set_if_new(draft.trim().is_empty());
            fit(&area);
        }
    });
}

/// Stores what is typed: once for many keys.
pub(super) fn keeper(state: AppState) -> impl Fn() {
    let waits = Rc::new(Cell::new(false));
    move || {
        if !waits.replace(true) {
            let waits = Rc::clone(&waits);
            dom::later(KEEP_MS, move || {
                waits.set(false);
                state.keep_drafts();
            });
        }
    }
}
