//! The chat list.

use crate::i18n::{self, Text, formats};
use crate::parts::{message_state, person};
use crate::router::{Route, Router};
use crate::state::{AppState, Row};
use crate::ui::el::{El, View, el};
use crate::ui::{copy, empty, icon};
use leptos::prelude::*;
use model::{BareJid, Direction, Preview};
use projection::ChatItem;

/// The screen.
pub(crate) fn screen(state: AppState, router: Router) -> View {
    let t: &'static Text = state.text();
    let none = Memo::new(move |_| state.chats().is_empty());
    let list = el("ul").class("list").attr("aria-label", t.chats).live_flag("hidden", move || none.get());
    let list = list.each(
        move || state.chats().get(),
        |chat: &Row<BareJid, ChatItem>| chat.key.to_string(),
        move |chat| line(state, router, chat),
    );
    View::from([
        el("header").class("bar").with(el("h1").class("bar-title").text(t.chats)),
        el("div").class("scroll").with(list).live(move || none.get().then(|| no_chats(state, t))),
    ])
}

/// Shown until there is a first chat: what to do now.
fn no_chats(state: AppState, t: &'static Text) -> El {
    let address = state.account().map(|jid| jid.to_string()).unwrap_or_default();
    let add = el("a").class("button primary").attr("href", "#/contacts");
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

fn line(state: AppState, router: Router, chat: Row<BareJid, ChatItem>) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let Row { key: jid, item } = chat;
    let item = StoredValue::new(item);
    let read = move |read: fn(&ChatItem) -> String| item.with_value(|item| item.with(read));
    let name = move || read(|item| item.name.clone());
    let time = move || {
        let last = item.with_value(|item| item.with(|item| item.row.last.as_ref().map(|last| last.at)));
        last.map(|at| formats::brief(lang, at, state.today())).unwrap_or_default()
    };
    let presence = Memo::new(move |_| item.with_value(|item| item.with(|item| item.presence.availability)));
    let last = Memo::new(move |_| item.with_value(|item| item.with(|item| item.row.last.clone())));
    let unread = Memo::new(move |_| item.with_value(|item| item.with(|item| item.row.unread)));
    let route = Route::Chat(jid.clone());
    let href = route.hash();
    let current = move || (router.route() == route).then(|| "page".to_owned());
    let picture = el("span").class("avatar-box").with(person::avatar(&jid, name));
    let link = el("a").class("line").attr("href", &href).live_attr("aria-current", current).with([
        picture.live(move || person::dot(presence.get())),
        el("span").class("line-top").with([
            el("span").class("line-name").attr("dir", "auto").live_text(name),
            el("span").class("line-time").live_text(time),
        ]),
        el("span")
            .class("line-bottom")
            .live(move || last.with(|last| preview(last.as_ref(), t)))
            .live(move || badge(unread.get(), t)),
    ]);
    el("li").attr("data-jid", jid.as_str()).with(link)
}

fn preview(last: Option<&Preview>, t: &'static Text) -> Vec<El> {
    let Some(last) = last else { return vec![el("span").class("line-text").text(t.no_messages_preview)] };
    // One line: what people wrote below each other stands beside each other.
    let body = last.body.split_whitespace().collect::<Vec<_>>().join(" ");
    let ours = last.direction == Direction::Out;
    let mut views: Vec<El> = message_state::icon(&last.state, t).filter(|_| ours).into_iter().collect();
    views.push(
        el("span").class("line-text").attr("dir", "auto").text(if ours { t.you } else { "" }).text(&body),
    );
    views
}

fn badge(unread: u32, t: &'static Text) -> Option<El> {
    if unread == 0 {
        return None;
    }
    let label = i18n::count(unread, t.unread_one, t.unread_other);
    let badge = el("span").class("badge").attr("role", "img").attr("aria-label", &label);
    let shown = if unread > 999 { "999+".to_owned() } else { unread.to_string() };
    Some(badge.attr("data-unread", &unread.to_string()).text(&shown))
}
