//! What is written and not sent.

use super::show;
use crate::dom;
use crate::live::{Live, effect};
use crate::state::{About, AppState};
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
        // What is corrected stands in the field instead, for as long as that lasts.
        if !matches!(state.about_now(), Some(About::Edit(_))) && draft != area.value() {
            show(&area, &draft, &is_empty);
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
