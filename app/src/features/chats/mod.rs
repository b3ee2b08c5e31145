//! The chat list.

use crate::i18n::{self, Text, formats};
use crate::parts::{message_state, person};
use crate::router::{Route, Router};
use crate::state::{AppState, Row};
use crate::ui::{copy, empty, icon};
use leptos::prelude::*;
use model::{BareJid, Direction, Preview};
use projection::ChatItem;

/// The screen.
pub(crate) fn screen(state: AppState, router: Router) -> AnyView {
    let t: &'static Text = state.text();
    let none = Memo::new(move |_| state.chats().is_empty());
    view! {
        <header class="bar"><h1 class="bar-title">{t.chats}</h1></header>
        <div class="scroll">
            <ul class="list" aria-label=t.chats hidden=move || none.get()>
                <For each=move || state.chats().get() key=|chat| chat.key.clone() children=move |chat| line(state, router, chat) />
            </ul>
            {move || none.get().then(|| no_chats(state, t))}
        </div>
    }
    .into_any()
}

/// Shown until there is a first chat: what to do now.
fn no_chats(state: AppState, t: &'static Text) -> AnyView {
    let address = state.account().map(|jid| jid.to_string()).unwrap_or_default();
    let body = view! {
        <p>{t.no_chats_text}</p>
        <a class="button primary" href="#/contacts">{icon::icon(icon::ADD_CONTACT)}{t.add_a_contact}</a>
        {copy::copy_field(t.your_address, address, t.copy, t.copied)}
    }
    .into_any();
    empty::empty(icon::CHATS, t.no_chats, body)
}

fn line(state: AppState, router: Router, chat: Row<BareJid, ChatItem>) -> AnyView {
    let (t, lang) = (state.text(), state.lang_now());
    let Row { key: jid, item } = chat;
    let name = {
        let item = item.clone();
        Memo::new(move |_| item.with(|item| item.name.clone()))
    };
    let last = {
        let item = item.clone();
        Memo::new(move |_| item.with(|item| item.row.last.clone()))
    };
    let unread = {
        let item = item.clone();
        Memo::new(move |_| item.with(|item| item.row.unread))
    };
    let availability = Memo::new(move |_| item.with(|item| item.presence.availability));
    let time = move || last.with(|last| last.as_ref().map(|last| formats::brief(lang, last.at, state.today())));
    let route = Route::Chat(jid.clone());
    let href = route.hash();
    let current = move || (router.route() == route).then_some("page");
    view! {
        <li data-jid=jid.to_string()>
            <a class="line" href=href aria-current=current>
                <span class="avatar-box">
                    {person::avatar(&jid, move || name.get())}
                    {move || person::dot(availability.get())}
                </span>
                <span class="line-top">
                    <span class="line-name" dir="auto">{move || name.get()}</span>
                    <span class="line-time">{time}</span>
                </span>
                <span class="line-bottom">
                    {move || last.with(|last| preview(last.as_ref(), t))}
                    {move || badge(unread.get(), t)}
                </span>
            </a>
        </li>
    }
    .into_any()
}

fn preview(last: Option<&Preview>, t: &'static Text) -> AnyView {
    let Some(last) = last else {
        return view! { <span class="line-text">{t.no_messages_preview}</span> }.into_any();
    };
    // One line: what people wrote below each other stands beside each other.
    let body = last.body.split_whitespace().collect::<Vec<_>>().join(" ");
    let ours = last.direction == Direction::Out;
    view! {
        {ours.then(|| message_state::icon(&last.state, t))}
        <span class="line-text" dir="auto">{if ours { t.you } else { "" }}{body}</span>
    }
    .into_any()
}

fn badge(unread: u32, t: &'static Text) -> Option<AnyView> {
    let label = i18n::count(unread, t.unread_one, t.unread_other);
    let shown = if unread > 999 { "999+".to_owned() } else { unread.to_string() };
    (unread > 0).then(|| view! { <span class="badge" role="img" data-unread=unread aria-label=label>{shown}</span> }.into_any())
}
