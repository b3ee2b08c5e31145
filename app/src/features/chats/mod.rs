//! The chat list.

mod line;
mod search;

use crate::i18n::Text;
use crate::live::Live;
use crate::router::Router;
use crate::state::AppState;
use crate::ui::el::{El, Key, View, el};
use crate::ui::{copy, empty, icon};
use projection::Wanted;

/// The screen.
pub(crate) fn screen(state: AppState, router: Router) -> View {
    let t: &'static Text = state.text();
    let wanted = Live::new(Wanted::default());
    let shown = {
        let wanted = wanted.clone();
        move || shown(state, &wanted)
    };
    let (none, count) = (shown.clone(), shown.clone());
    let list = el("ul list")
        .attr("aria-label", t.chats)
        .live_flag("hidden", move || none().is_empty())
        .on("keydown", move |event| search::step(&event))
        .each(shown, move |key| state.chats().row(key).map(|chat| line::line(state, router, &chat)));
    let chats = state.chats();
    let to_search = el("a icon-button to-search").attr("href", "#/search");
    let to_search = to_search.attr("aria-label", t.search_messages).attr("title", t.search_messages);
    View::from([
        el("header bar").with([el("h1 bar-title").text(t.chats), to_search.with(icon::icon(icon::SEARCH))]),
        search::field(state, t, &wanted, move || count().len()),
        el("div scroll")
            .with(list)
            .live(move || chats.is_empty(), move |none| none.then(|| no_chats(state, t))),
    ])
}

/// The keys of the lines on the screen: those that are looked for, or all but the archive.
fn shown(state: AppState, wanted: &Live<Wanted>) -> Vec<Key> {
    let mut keys = state.chats().keys();
    wanted.with(|wanted| {
        if wanted.is_empty() {
            keys.truncate(keys.len().saturating_sub(state.archived()));
        } else {
            let fits = |key: &Key| {
                state.chats().row(key).is_some_and(|chat| chat.peek(|chat| wanted.fits(&chat.person)))
            };
            keys.retain(fits);
        }
    });
    keys
}

/// Shown until there is a first chat: what to do now.
fn no_chats(state: AppState, t: &'static Text) -> El {
    let address = state.account_now().map(|jid| jid.to_string()).unwrap_or_default();
    let add = el("a button primary").attr("href", "#/contacts");
    empty::empty(
        icon::CHATS,
        t.no_chats,
        [
            el("p").text(t.no_chats_text),
            add.with(icon::icon(icon::ADD_CONTACT)).text(t.add_a_contact),
            copy::copy_field(t.your_address, address, t.copy, t.copied),
        ],
    )
}
