//! The frame: which screen stands where, the navigation, the state of the connection, notices.

mod connection;

use crate::dom;
use crate::features::{chat, chats, composer, contacts, login, settings, signup};
use crate::i18n::{self, Text};
use crate::parts::entrance::Typed;
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::icon;
use leptos::prelude::*;
use model::BareJid;

/// What stands beside or before the chat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Chats,
    Contacts,
    Settings,
}

/// The whole app.
pub(crate) fn shell(state: AppState, router: Router) -> impl IntoView {
    let typed = Typed::new();
    guard(state, router, typed);
    Effect::new(move |_| {
        let t = state.lang().text();
        let unread = state.unread();
        let title = if unread > 0 { i18n::fill(t.page_title_unread, &[&unread.to_string()]) } else { t.brand.into() };
        dom::document().set_title(&title);
        if let Some(html) = dom::document().document_element() {
            let _ = html.set_attribute("lang", state.lang().tag());
        }
    });
    let outside = Memo::new(move |_| router.route().is_outside());
    // A new language builds everything anew: it happens once in a lifetime, and spares an effect for every word.
    let screen = move || {
        state.lang();
        if outside.get() { entrance(state, router, typed) } else { inside(state, router) }
    };
    view! {
        <div class="app" on:click=move |event| router.on_click(&event)>
            {screen}
        </div>
    }
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
        if before.is_some_and(|before| before.is_outside() && before != route) && untrack(|| state.account_now().is_none()) {
            state.leave_form();
        }
        route
    });
}

fn entrance(state: AppState, router: Router, typed: Typed) -> AnyView {
    let sign_up = Memo::new(move |_| router.route() == Route::SignUp);
    view! {
        <div class="outside">
            {connection::status(state)}
            {notices(state)}
            {move || if sign_up.get() { signup::screen(state, typed) } else { login::screen(state, typed) }}
        </div>
    }
    .into_any()
}

fn inside(state: AppState, router: Router) -> AnyView {
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
    let pane = move || if open.with(Option::is_some) { "chat" } else { "list" };
    view! {
        <div class="inside" data-pane=pane>
            {connection::strip(state)}
            {notices(state)}
            {navigation(state, side, t)}
            <div class="side">
                {move || match side.get() {
                    Side::Chats => chats::screen(state, router),
                    Side::Contacts => contacts::screen(state),
                    Side::Settings => settings::screen(state),
                }}
            </div>
            <main class="main">
                {move || match open.get() {
                    Some(jid) => conversation(state, router, &jid),
                    None => chat::placeholder(t),
                }}
            </main>
        </div>
    }
    .into_any()
}

fn conversation(state: AppState, router: Router, jid: &BareJid) -> AnyView {
    view! {
        {chat::header(state, router, jid)}
        {chat::timeline(state, router, jid)}
        {composer::composer(state, jid)}
    }
    .into_any()
}

fn navigation(state: AppState, side: Memo<Side>, t: &'static Text) -> AnyView {
    let link = move |to: Side, href: &'static str, path: &'static str, name: &'static str, count: Signal<u32>| {
        view! {
            <a class="tab" href=href aria-current=move || (side.get() == to).then_some("page")>
                <span class="tab-icon">
                    {icon::icon(path)}
                    // The list says the same in words; here it would change the name of the link.
                    {move || (count.get() > 0).then(|| view! { <span class="badge" aria-hidden="true">{count.get()}</span> })}
                </span>
                <span class="tab-name">{name}</span>
            </a>
        }
    };
    let unread = Signal::derive(move || state.unread());
    let requests = Signal::derive(move || u32::try_from(state.requests().len()).unwrap_or(u32::MAX));
    view! {
        <nav class="tabs" aria-label=t.nav_main>
            <img class="tabs-mark" src="icons/favicon.svg" alt="" width="40" height="40" />
            {link(Side::Chats, "#/", icon::CHATS, t.chats, unread)}
            {link(Side::Contacts, "#/contacts", icon::CONTACTS, t.contacts, requests)}
            {link(Side::Settings, "#/settings", icon::SETTINGS, t.settings, Signal::derive(|| 0))}
        </nav>
    }
    .into_any()
}

/// What must be known; each stays until dismissed.
fn notices(state: AppState) -> AnyView {
    let (t, lang) = (state.text(), state.lang_now());
    view! {
        <div class="notices">
            <For
                each=move || state.notices()
                key=|notice| notice.id
                children=move |notice| {
                    view! {
                        <div class="notice" role="alert">
                            {icon::icon(icon::ALERT)}
                            <span>{i18n::problem_words(lang, &notice.problem)}</span>
                            <button type="button" class="button small" on:click=move |_| state.dismiss(notice.id)>
                                {t.dismiss}
                            </button>
                        </div>
                    }
                }
            />
        </div>
    }
    .into_any()
}
