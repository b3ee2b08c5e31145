//! One message. What was received is only ever put into text nodes.

use crate::address;
use crate::i18n::{self, formats};
use crate::live::Live;
use crate::parts::message_state::{self, About};
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::el::{El, el};
use model::{Direction, MessageState};
use projection::{MessageItem, Piece, TimelineItem, emoji, links};

/// `first` is what the row shows now, `item` what it shows later. A row never turns into something else.
pub(super) fn message(
    state: AppState,
    router: Router,
    about: &About,
    first: &MessageItem,
    item: &Live<TimelineItem>,
) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let row = first.row.clone();
    let (ours, jumbo) = (row.direction == Direction::Out, emoji::is_jumbo(&row.body));
    let class = item.part(move |item| item.message().map(|item| class(item, ours, jumbo)));
    let progress: fn(&TimelineItem) -> Option<MessageState> =
        |item| item.message().map(|item| item.row.state.clone());
    let slug = |item: &TimelineItem| item.message().map(|item| message_state::slug(&item.row.state).into());
    let id = row.id.clone();
    let failed = move |progress: &Option<MessageState>| {
        let Some(MessageState::Failed(reason)) = progress else { return None };
        let (again, gone) = (id.clone(), id.clone());
        let button = |name| el("button").attr("type", "button").class("link-button").text(name);
        Some(el("p failed").with([
            el("span").text(&i18n::fail_words(lang, reason)),
            button(t.retry).on("click", move |_| state.retry(&again)),
            button(t.delete).on("click", move |_| state.delete_failed(&gone)),
        ]))
    };
    let about = about.clone();
    let icon = move |progress: &Option<MessageState>| progress.as_ref().and_then(|it| about.button(it));
    let body = el("span body").attr("data-body", "");
    let body = links::split(&row.body).into_iter().fold(body, |body, piece| add_piece(body, router, piece));
    let time = el("time").attr("title", &formats::full(lang, row.at)).text(&formats::time(lang, row.at));
    let meta = el("span meta").attr("dir", "auto").with(time);
    // The log listens for it ([`super::actions`]). By keyboard the message itself is enough.
    let more = el("button more").attr("type", "button").attr("tabindex", "-1").attr("aria-haspopup", "menu");
    el("article")
        .live_attr("class", class)
        .attr("data-id", &row.id.0)
        .attr("data-from", row.from.as_str())
        .live_attr("data-state", item.part(slug))
        .attr("data-kind", "text")
        .attr("tabindex", "-1")
        .with(el("div bubble").attr("dir", "auto").with([body, meta.live(item.part(progress), icon)]))
        .live(item.part(progress), failed)
        .with(more.attr("aria-label", t.more_about_message).attr("title", t.more_about_message))
}

/// The classes of a message, from its place in its group.
fn class(item: &MessageItem, ours: bool, jumbo: bool) -> String {
    let mut class = String::from(if ours { "message pressable ours" } else { "message pressable theirs" });
    for (is, name) in [(item.first_of_group, " first"), (item.last_of_group, " last"), (jumbo, " jumbo")] {
        if is {
            class.push_str(name);
        }
    }
    class
}

fn add_piece(body: El, router: Router, piece: Piece<'_>) -> El {
    let (href, text) = match piece {
        Piece::Text(text) => return body.text(text),
        Piece::Link { href, text } => (href, text),
    };
    // A link to a person opens the chat with them, here.
    let chat = address::parse(href, None).ok().filter(|_| is_xmpp(href)).map(Route::Chat);
    let link = el("a").text(text);
    body.with(match chat {
        Some(route) => link.attr("href", &route.hash()).on("click", move |event| {
            event.prevent_default();
            router.push(route.clone());
        }),
        None => link.attr("href", href).attr("target", "_blank").attr("rel", "noopener noreferrer"),
    })
}

fn is_xmpp(href: &str) -> bool {
    href.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("xmpp:"))
}
