//! The frame: which screen stands where, the navigation, the state of the connection, notices.

mod connection;

use crate::dom;
use crate::features::{chat, chats, composer, contacts, login, settings, signup};
use crate::i18n::{self, Text};
use crate::parts::entrance::Typed;
use crate::router::{Route, Router};
use crate::state::{AppState, Notice};
use crate::ui::el::{El, View, effect, el};
use crate::ui::icon;
use leptos::prelude::*;
use model::BareJid;
use wasm_bindgen::JsCast;

/// What stands beside or before the chat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Chats,
    Contacts,
    Settings,
}

/// The whole app.
pub(crate) fn shell(state: AppState, router: Router) -> El {
    let typed = Typed::new();
    guard(state, router, typed);
    effect(move || {
        let t = state.lang().text();
        let unread = state.unread();
        let title =
            if unread > 0 { i18n::fill(t.page_title_unread, &[&unread.to_string()]) } else { t.brand.into() };
        dom::document().set_title(&title);
        if let Some(html) = dom::document().document_element() {
            let _ = html.set_attribute("lang", state.lang().tag());
        }
    });
    let outside = Memo::new(move |_| router.route().is_outside());
    el("div")
        .class("app")
        .on("click", move |event| {
            if let Some(event) = event.dyn_ref() {
                router.on_click(event);
            }
        })
        // A new language builds everything anew: it happens once in a lifetime, and spares an effect for every word.
        .live(move || {
            state.lang();
            if outside.get() { entrance(state, router, typed) } else { inside(state, router) }
        })
}

/// Keeps places and account together: without an account there is only the entrance, with one there is only the inside.
fn guard(state: AppState, router: Router, typed: Typed) {
    Effect::new(move |before: Option<Option<BareJid>>| {
        let (account, route) = (state.account(), router.route());
        match (&account, &route) {
            (None, route) if !route.is_outside() => router.replace(Route::LogIn),
            (Some(_), Route::SignUp) => router.replace(Route::Chats),
            (Some(_), Route::LogIn) if !state.password_needed() => router.replace(Route::Chats),
            _ => {}
        }
        if account.is_some() && before.flatten().is_none() {
            typed.forget_password();
        }
        let chat = match route {
            Route::Chat(jid) if account.is_some() => Some(jid),
            _ => None,
        };
        state.view_chat(chat);
        account
    });
    // Who leaves a form gives up what it was waiting for.
    Effect::new(move |before: Option<Route>| {
        let route = router.route();
        if before.is_some_and(|before| before.is_outside() && before != route)
            && untrack(|| state.account_now().is_none())
        {
            state.leave_form();
        }
        route
    });
}

fn entrance(state: AppState, router: Router, typed: Typed) -> El {
    let sign_up = Memo::new(move |_| router.route() == Route::SignUp);
    el("div")
        .class("outside")
        .with([connection::status(state), notices(state)])
        .live(move || if sign_up.get() { signup::screen(state, typed) } else { login::screen(state, typed) })
}

fn inside(state: AppState, router: Router) -> El {
    let t = state.text();
    let side = Memo::new(move |_| match router.route() {
        Route::Contacts => Side::Contacts,
        Route::Settings => Side::Settings,
        _ => Side::Chats,
    });
    let open = Memo::new(move |_| match router.route() {
        Route::Chat(jid) => Some(jid),
        _ => None,
    });
    let list = el("div").class("side").live(move || match side.get() {
        Side::Chats => chats::screen(state, router),
        Side::Contacts => contacts::screen(state),
        Side::Settings => settings::screen(state),
    });
    let main = el("main").class("main").live(move || match open.get() {
        Some(jid) => View::from([
            chat::header(state, router, &jid),
            chat::timeline(state, router, &jid),
            composer::composer(state, &jid),
        ]),
        None => chat::placeholder(t).into(),
    });
    el("div")
        .class("inside")
        .live_attr("data-pane", move || Some(if open.with(Option::is_some) { "chat" } else { "list" }.into()))
        .with([connection::strip(state), notices(state), navigation(state, side, t), list, main])
}

fn navigation(state: AppState, side: Memo<Side>, t: &'static Text) -> El {
    let mark = el("img").class("tabs-mark").attr("src", "icons/favicon.svg").attr("alt", "");
    let requests = move || u32::try_from(state.requests().len()).unwrap_or(u32::MAX);
    el("nav").class("tabs").attr("aria-label", t.nav_main).with([
        mark.attr("width", "40").attr("height", "40"),
        tab(side, Side::Chats, "#/", icon::CHATS, t.chats, Box::new(move || state.unread())),
        tab(side, Side::Contacts, "#/contacts", icon::CONTACTS, t.contacts, Box::new(requests)),
        tab(side, Side::Settings, "#/settings", icon::SETTINGS, t.settings, Box::new(|| 0)),
    ])
}

fn tab(side: Memo<Side>, to: Side, href: &str, path: &str, name: &str, count: Box<dyn Fn() -> u32>) -> El {
    // The list says the same in words; here it would change the name of the link.
    let badge = move || {
        let count = count();
        (count > 0).then(|| el("span").class("badge").attr("aria-hidden", "true").text(&count.to_string()))
    };
    el("a")
        .class("tab")
        .attr("href", href)
        .live_attr("aria-current", move || (side.get() == to).then(|| "page".into()))
        .with([
            el("span").class("tab-icon").with(icon::icon(path)).live(badge),
            el("span").class("tab-name").text(name),
        ])
}

/// What must be known; each stays until dismissed.
fn notices(state: AppState) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let notice = move |notice: Notice| {
        let dismiss = el("button").attr("type", "button").class("button small");
        el("div").class("notice").attr("role", "alert").with([
            icon::icon(icon::ALERT),
            el("span").text(&i18n::problem_words(lang, &notice.problem)),
            dismiss.on("click", move |_| state.dismiss(notice.id)).text(t.dismiss),
        ])
    };
    el("div").class("notices").each(move || state.notices(), |notice| notice.id.to_string(), notice)
}
