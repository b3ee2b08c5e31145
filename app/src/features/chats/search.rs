//! The field above the chat list.

use crate::i18n::{self, Text};
use crate::live::{Live, effect, give};
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::{finder, icon};
use projection::Wanted;

/// The field's `id`.
pub(super) const FIELD: &str = "search-chats";

/// The field; what it looks for goes into `wanted`, and `found` says how many chats that gives.
pub(super) fn field(
    state: AppState,
    t: &'static Text,
    wanted: &Live<Wanted>,
    found: impl Fn() -> usize + 'static,
) -> El {
    let query = Live::new(String::new());
    let (typed, looks_for) = (query.clone(), wanted.clone());
    effect(move || looks_for.set_if_new(Wanted::new(&typed.get())));
    let looks_for = wanted.clone();
    let found = move || (!looks_for.with(Wanted::is_empty)).then(&found);
    let words = move || {
        let count = found()?;
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Some(if count == 0 {
            t.found_none.to_owned()
        } else {
            i18n::count(count, t.found_one, t.found_other)
        })
    };
    let (chats, for_messages) = (state.chats(), query.clone());
    el("div search").live_flag("hidden", move || chats.is_empty()).with([
        finder::field(FIELD, t.search_chats, t.clear_search, &query, give(|| ())),
        // Said as well as shown: with few lines it is seen at a glance, but not heard.
        el("p search-found").attr("role", "status").live_text(move || words().unwrap_or_default()),
        el("div").live(move || for_messages.get().trim().to_owned(), move |typed| messages(state, t, typed)),
    ])
}

/// The way on to the messages that say it.
fn messages(state: AppState, t: &'static Text, typed: &str) -> Option<El> {
    let words = i18n::fill(t.search_messages_for, &[typed]);
    let link = el("a search-messages").attr("href", "#/search").with(icon::icon(icon::SEARCH)).text(&words);
    let typed = typed.to_owned();
    // The shell follows the link when it has heard of the click.
    (!typed.is_empty()).then(|| link.on("click", move |_| state.look_for(&typed)))
}
