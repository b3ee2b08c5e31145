//! The chat list.

use crate::i18n::{self, Text, formats};
use crate::live::Live;
use crate::parts::{message_state, person};
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::el::{El, View, el};
use crate::ui::{copy, empty, icon};
use model::{Direction, Preview};
use projection::ChatItem;

/// The screen.
pub(crate) fn screen(state: AppState, router: Router) -> View {
    let t: &'static Text = state.text();
    let chats = state.chats();
    let none = move || chats.is_empty();
    let list = el("ul list").attr("aria-label", t.chats).live_flag("hidden", none);
    let list =
        list.each(move || chats.keys(), move |key| chats.row(key).map(|chat| line(state, router, &chat)));
    let to_search = el("a icon-button to-search").attr("href", "#/search");
    let to_search = to_search.attr("aria-label", t.search_messages).attr("title", t.search_messages);
    View::from([
        el("header bar").with([el("h1 bar-title").text(t.chats), to_search.with(icon::icon(icon::SEARCH))]),
        el("div scroll").with(list).live(none, move |none| none.then(|| no_chats(state, t))),
    ])
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

fn line(state: AppState, router: Router, chat: &Live<ChatItem>) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let jid = chat.peek(|chat| chat.person.jid.clone());
    let name: fn(&ChatItem) -> String = |chat| chat.person.name.clone();
    let last_at = chat.part(|chat| chat.row.last.as_ref().map(|last| last.at));
    let time = move || last_at().map(|at| formats::brief(lang, at, state.today())).unwrap_or_default();
    let route = Route::Chat(jid.clone());
    let href = route.hash();
    let current = move || (router.route() == route).then(|| "page".to_owned());
    let picture = el("span avatar-box").with(person::avatar(&jid, chat.part(name)));
    let last = chat.part(|chat| chat.row.last.clone());
    let writer = jid.clone();
    let writing = move || state.is_writing(&writer).then(String::new);
    let writes = writing.clone();
    let link = el("a line").attr("href", &href).live_attr("aria-current", current).with([
        picture.live(chat.part(|chat| chat.person.presence.availability), |availability| {
            person::dot(*availability)
        }),
        el("span line-top").with([
            el("span line-name").attr("dir", "auto").live_text(chat.part(name)),
            el("span line-time").live_text(time),
        ]),
        el("span line-bottom")
            .live(
                move || (writing().is_none()).then(&last),
                move |last| match last {
                    Some(last) => preview(last.as_ref(), t),
                    None => vec![el("span line-text writing").text(t.writing)],
                },
            )
            .live(chat.part(|chat| chat.row.unread), move |unread| badge(*unread, t)),
    ]);
    el("li").attr("data-jid", jid.as_str()).live_attr("data-typing", writes).with(link)
}

fn preview(last: Option<&Preview>, t: &'static Text) -> Vec<El> {
    let Some(last) = last else { return vec![el("span line-text").text(t.no_messages_preview)] };
    // One line: what people wrote below each other stands beside each other.
    let body = last.body.split_whitespace().collect::<Vec<_>>().join(" ");
    let ours = last.direction == Direction::Out;
    let mut views: Vec<El> = message_state::icon(&last.state, t).filter(|_| ours).into_iter().collect();
    views.push(el("span line-text").attr("dir", "auto").text(if ours { t.you } else { "" }).text(&body));
    views
}

fn badge(unread: u32, t: &'static Text) -> Option<El> {
    if unread == 0 {
        return None;
    }
    let label = i18n::count(unread, t.unread_one, t.unread_other);
    let badge = el("span badge").attr("role", "img").attr("aria-label", &label);
    let shown = if unread > 999 { "999+".to_owned() } else { unread.to_string() };
    Some(badge.attr("data-unread", &unread.to_string()).text(&shown))
}
