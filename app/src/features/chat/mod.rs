//! A chat: who it is with, and what was said.

mod message;
mod scroll;

use crate::i18n::{self, Text, formats};
use crate::parts::person;
use crate::router::Router;
use crate::state::AppState;
use crate::ui::{empty, icon};
use leptos::prelude::*;
use model::BareJid;
use projection::TimelineItem;
use scroll::Follow;

/// The head: the way back, who it is, whether they are here.
pub(crate) fn header(state: AppState, router: Router, chat: &BareJid) -> AnyView {
    let t = state.text();
    let who = {
        let chat = chat.clone();
        Memo::new(move |_| state.person(&chat))
    };
    let presence = move || {
        who.with(|who| {
            // Of somebody whose presence we may not see we know nothing, not even that they are away.
            if who.subscription.sees_them() { person::words(&who.presence, t) } else { String::new() }
        })
    };
    let here = move || who.with(|who| person::slug(who.presence.availability));
    let address = chat.to_string();
    let on_back = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        router.back();
    };
    view! {
        <header class="bar chat-bar">
            <a class="icon-button back" href="#/" aria-label=t.back title=t.back on:click=on_back>
                <span class="back-arrow">{icon::icon(icon::BACK)}</span>
                <span class="back-cross">{icon::icon(icon::CLOSE)}</span>
            </a>
            <span class="avatar-box small">
                {person::avatar(chat, move || who.with(|who| who.name.clone()))}
                {move || person::dot(who.with(|who| who.presence.availability))}
            </span>
            <div class="chat-who">
                <h1 class="chat-name" dir="auto">{move || who.with(|who| who.name.clone())}</h1>
                <p class="chat-about" data-presence=here>
                    <span class="chat-presence" dir="auto">{presence}</span>
                    <span class="chat-address" dir="ltr">{address}</span>
                </p>
            </div>
        </header>
    }
    .into_any()
}

/// The messages.
pub(crate) fn timeline(state: AppState, router: Router, chat: &BareJid) -> AnyView {
    let (t, lang) = (state.text(), state.lang_now());
    let timeline = state.timeline();
    let follow = Follow::new(state);
    let name = {
        let chat = chat.clone();
        move || state.person(&chat).name
    };
    let nothing = move || {
        timeline.is_empty().then(|| {
            let body = view! { <p>{i18n::fill(t.chat_empty_text, &[&name()])}</p> }.into_any();
            empty::empty(icon::CHATS, t.chat_empty, body)
        })
    };
    let day = move |day: i64| view! { <div class="day"><span>{move || formats::day(lang, day, state.today())}</span></div> }.into_any();
    // Live changes are announced one by one below the log; the log itself would read out every older page.
    view! {
        <div class="timeline">
            <section
                class="messages"
                role="log"
                aria-label=t.messages
                aria-live="off"
                tabindex="0"
                node_ref=follow.node
                on:scroll=move |_| follow.look_soon()
            >
                <div class="messages-inner">
                    {move || timeline.has_older().then(|| view! { <div class="older" aria-hidden="true"><i></i></div> })}
                    <For
                        each=move || timeline.rows()
                        key=|row| row.key.clone()
                        children=move |row| match row.item.get_untracked() {
                            TimelineItem::Day { day: number, .. } => day(number),
                            TimelineItem::Message(first) => message::message(state, router, &first, row.item),
                        }
                    />
                    {nothing}
                    {move || (!timeline.is_loaded()).then(|| view! { <p class="chat-loading">{t.loading}</p> })}
                </div>
            </section>
            {follow.end_button(t)}
            <div class="visually-hidden" aria-live="polite">{announcement(state)}</div>
        </div>
    }
    .into_any()
}

/// What came in, for those who listen.
fn announcement(state: AppState) -> impl Fn() -> Option<String> {
    move || {
        let row = state.timeline().arrived()?;
        let name = untrack(|| state.person(&row.from).name);
        Some([name.as_str(), ": ", &row.body].concat())
    }
}

/// Shown beside the list while no chat is open.
pub(crate) fn placeholder(t: &'static Text) -> AnyView {
    let body = view! { <p>{t.pick_chat_text}</p> }.into_any();
    view! { <div class="placeholder">{empty::empty(icon::CHATS, t.pick_chat, body)}</div> }.into_any()
}
