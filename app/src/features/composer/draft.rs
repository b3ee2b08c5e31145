//! What is written and not sent.

use super::show;
use super::spoiler::Spoiler;
use crate::dom;
use crate::live::{Live, effect};
use crate::state::{About, AppState};
use model::BareJid;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;

/// What was typed is stored so soon (milliseconds).
const KEEP_MS: i32 = 300;

/// Shows what another page of the account did with the draft, and keeps whether it is to be a spoiler with it.
pub(super) fn follow(
    state: AppState,
    chat: &BareJid,
    (area, is_empty, spoiler): (&HtmlTextAreaElement, &Live<bool>, &Spoiler),
    keep: impl Fn() + 'static,
) {
    // What is corrected stands in the field instead, for as long as that lasts.
    let is_draft = move || !matches!(state.about_now(), Some(About::Edit(_)));
    let (of, area, is_empty, shown) = (chat.clone(), area.clone(), is_empty.clone(), spoiler.clone());
    effect(move || {
        let (draft, hint) = (state.draft(&of), state.draft_spoiler(&of));
        if is_draft() && draft != area.value() {
            show(&area, &draft, &is_empty);
        }
        if is_draft() && hint != shown.now() {
            shown.set(hint);
        }
    });
    let (chat, spoiler) = (chat.clone(), spoiler.clone());
    effect(move || {
        let hint = spoiler.get();
        if is_draft() {
            state.set_draft_spoiler(&chat, hint.as_ref());
            keep();
        }
    });
}

/// Stores what is typed: once for many keys.
pub(super) fn keeper(state: AppState) -> impl Fn() + Clone {
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
