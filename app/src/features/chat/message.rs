//! One message. What was received is only ever put into text nodes.

use crate::address;
use crate::i18n::{self, formats};
use crate::parts::message_state;
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::el::{El, el};
use leptos::prelude::*;
use model::{Direction, MessageState};
use projection::{MessageItem, Piece, TimelineItem, emoji, links};

/// `first` is what the row shows now; the signal tells what it shows later.
pub(super) fn message(
    state: AppState,
    router: Router,
    first: &MessageItem,
    item: ArcRwSignal<TimelineItem>,
) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let row = first.row.clone();
    let shape = message_class(row.direction == Direction::Out, emoji::is_jumbo(&row.body));
    let class = {
        let (item, own) = (item.clone(), first.clone());
        move || with_message(&item, &own, |message| shape(message.first_of_group, message.last_of_group))
    };
    let own = first.clone();
    let progress = Memo::new(move |_| with_message(&item, &own, |message| message.row.state.clone()));
    let id = row.id.clone();
    let failed = move || match progress.get() {
        MessageState::Failed(reason) => {
            let id = id.clone();
            let retry = el("button").attr("type", "button").class("link-button").text(t.retry);
            Some(el("p").class("failed").with([
                el("span").text(&i18n::fail_words(lang, &reason)),
                retry.on("click", move |_| state.retry(&id)),
            ]))
        }
        _ => None,
    };
    let body = el("span").class("body").attr("data-body", "");
    let body = links::split(&row.body).into_iter().fold(body, |body, piece| add_piece(body, router, piece));
    let time = el("time").attr("title", &formats::full(lang, row.at)).text(&formats::time(lang, row.at));
    let meta = el("span").class("meta").attr("dir", "auto").with(time);
    el("article")
        .live_class(class)
        .attr("data-id", &row.id.0)
        .attr("data-from", row.from.as_str())
        .live_attr("data-state", move || Some(progress.with(message_state::slug).into()))
        .attr("data-kind", "text")
        .with(
            el("div")
                .class("bubble")
                .attr("dir", "auto")
                .with([body, meta.live(move || progress.with(|progress| message_state::icon(progress, t)))]),
        )
        .live(failed)
}

/// The classes of a message, from its place in its group.
fn message_class(ours: bool, jumbo: bool) -> impl Fn(bool, bool) -> String {
    move |first, last| {
        let mut class = String::from(if ours { "message ours" } else { "message theirs" });
        for (is, name) in [(first, " first"), (last, " last"), (jumbo, " jumbo")] {
            if is {
                class.push_str(name);
            }
        }
        class
    }
}

/// The message in a row; a row never turns into something else, and if it did the old content would stay.
fn with_message<T>(
    item: &ArcRwSignal<TimelineItem>,
    own: &MessageItem,
    read: impl FnOnce(&MessageItem) -> T,
) -> T {
    item.with(|item| match item {
        TimelineItem::Message(message) => read(message),
        TimelineItem::Day { .. } => read(own),
    })
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
