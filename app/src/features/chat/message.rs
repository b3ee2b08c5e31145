//! One message. What was received is only ever put into text nodes.

use crate::i18n::{self, formats};
use crate::parts::message_state;
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::address;
use leptos::prelude::*;
use model::{Direction, MessageState};
use projection::{MessageItem, Piece, TimelineItem, emoji, links};

/// `first` is what the row shows now; the signal tells what it shows later.
pub(super) fn message(state: AppState, router: Router, first: &MessageItem, item: ArcRwSignal<TimelineItem>) -> AnyView {
    let (t, lang) = (state.text(), state.lang_now());
    let row = first.row.clone();
    let ours = row.direction == Direction::Out;
    let jumbo = emoji::is_jumbo(&row.body);
    let shape = {
        let (item, own) = (item.clone(), first.clone());
        Memo::new(move |_| with_message(&item, &own, |message| (message.first_of_group, message.last_of_group)))
    };
    let progress = {
        let own = first.clone();
        Memo::new(move |_| with_message(&item, &own, |message| message.row.state.clone()))
    };
    let class = move || {
        let (first, last) = shape.get();
        let mut class = String::from(if ours { "message ours" } else { "message theirs" });
        for (is, name) in [(first, " first"), (last, " last"), (jumbo, " jumbo")] {
            if is {
                class.push_str(name);
            }
        }
        class
    };
    let failed = {
        let id = row.id.clone();
        move || match progress.get() {
            MessageState::Failed(reason) => {
                let id = id.clone();
                Some(view! {
                    <p class="failed">
                        <span>{i18n::fail_words(lang, &reason)}</span>
                        <button type="button" class="link-button" on:click=move |_| state.retry(&id)>{t.retry}</button>
                    </p>
                })
            }
            _ => None,
        }
    };
    let body: Vec<AnyView> = links::split(&row.body).into_iter().map(|piece| view_piece(router, piece)).collect();
    view! {
        <article
            class=class
            data-id=row.id.0.clone()
            data-from=row.from.to_string()
            data-state=move || progress.with(message_state::slug)
            data-kind="text"
        >
            <div class="bubble" dir="auto">
                <span class="body" data-body="">{body}</span>
                <span class="meta" dir="auto">
                    <time title=formats::full(lang, row.at)>{formats::time(lang, row.at)}</time>
                    {move || progress.with(|progress| message_state::icon(progress, t))}
                </span>
            </div>
            {failed}
        </article>
    }
    .into_any()
}

/// The message in a row; a row never turns into something else, and if it did the old content would stay.
fn with_message<T>(item: &ArcRwSignal<TimelineItem>, own: &MessageItem, read: impl FnOnce(&MessageItem) -> T) -> T {
    item.with(|item| match item {
        TimelineItem::Message(message) => read(message),
        TimelineItem::Day { .. } => read(own),
    })
}

fn view_piece(router: Router, piece: Piece<'_>) -> AnyView {
    match piece {
        Piece::Text(text) => text.to_owned().into_any(),
        Piece::Link { href, text } => {
            // A link to a person opens the chat with them, here.
            let chat = address::parse(href, None).ok().filter(|_| is_xmpp(href)).map(Route::Chat);
            let (href, text) = (href.to_owned(), text.to_owned());
            match chat {
                Some(route) => view! {
                    <a
                        href=route.hash()
                        on:click=move |event| {
                            event.prevent_default();
                            router.push(route.clone());
                        }
                    >
                        {text}
                    </a>
                }
                .into_any(),
                None => view! { <a href=href target="_blank" rel="noopener noreferrer">{text}</a> }.into_any(),
            }
        }
    }
}

fn is_xmpp(href: &str) -> bool {
    href.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("xmpp:"))
}
