//! The frame: which screen stands where, the navigation, the state of the connection, notices.

mod connection;
mod keys;

use crate::dom;
use crate::features::{chat, chats, composer, contacts, login, search, settings, signup, starred};
use crate::i18n::{self, Text};
use crate::live::{Live, effect};
use crate::parts::entrance::Typed;
use crate::router::{Route, Router};
use crate::state::{AppState, Notice};
use crate::ui::el::{El, Key, View, el};
use crate::ui::icon;
use model::BareJid;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// List and chat stand side by side.
const WIDE: &str = "(width >= 720px)";

/// What stands beside or before the chat.
#[derive(Clone, PartialEq, Eq)]
enum Side {
    Chats,
    Starred,
    Search(Option<BareJid>),
    Contacts,
    Settings,
}

impl Side {
    fn of(route: &Route) -> Self {
        match route {
            Route::Starred => Self::Starred,
            Route::Contacts => Self::Contacts,
            Route::Settings => Self::Settings,
            Route::Search(chat) => Self::Search(chat.clone()),
            _ => Self::Chats,
        }
    }
}

/// The whole app.
pub(crate) fn shell(state: AppState, router: Router) -> El {
    let (typed, wide) = (Typed::new(), wide());
    guard(state, router, typed, wide.clone());
    keep_what_was_typed(state);
    end_mutes(state);
    let help = keys::Help::default();
    keys::follow(state, router, help.clone());
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
    el("div app")
        .on("click", move |event| {
            if let Some(event) = event.dyn_ref() {
                router.on_click(event);
            }
        })
        // A new language builds everything anew: it happens once in a lifetime, and spares an effect for every word.
        .live(
            move || (router.route().is_outside(), state.lang()),
            move |(outside, _)| {
                if *outside {
                    entrance(state, router, typed)
                } else {
                    inside(state, router, wide.clone()).with(help.view(state))
                }
            },
        )
}

/// Whether list and chat stand side by side.
fn wide() -> Live<bool> {
    // The style sheet has the same bound.
    let wide = Live::new(dom::media(WIDE));
    let now = wide.clone();
    if let Ok(Some(list)) = dom::window().match_media(WIDE) {
        dom::listen_forever(&list, "change", move |_| now.set_if_new(dom::media(WIDE)));
    }
    wide
}

/// Keeps places and account together: without an account there is only the entrance, with one there is only the inside.
fn guard(state: AppState, router: Router, typed: Typed, wide: Live<bool>) {
    let was_inside = Cell::new(false);
    effect(move || {
        let (account, route) = (state.account(), router.route());
        match (&account, &route) {
            (None, route) if !route.is_outside() => router.replace(Route::LogIn),
            (Some(_), Route::SignUp) => router.replace(Route::Chats),
            (Some(_), Route::LogIn) if !state.password_needed() => router.replace(Route::Chats),
            _ => {}
        }
        if !was_inside.replace(account.is_some()) && account.is_some() {
            typed.forget_password();
        }
        let chat = route.beside(wide.get()).filter(|_| account.is_some());
        state.view_chat(chat.cloned());
    });
    // Who leaves a form gives up what it was waiting for.
    let before = RefCell::new(router.route_now());
    effect(move || {
        let route = router.route();
        let before = before.replace(route.clone());
        if before.is_outside() && before != route && state.account_now().is_none() {
            state.leave_form();
        }
    });
}

/// Looks at the clock when the next mute ends.
fn end_mutes(state: AppState) {
    effect(move || {
        if let Some(at) = state.next_unmute() {
            // None is timed for weeks; a timer that fires early finds nothing to do.
            let wait = i32::try_from((at - state.now()).max(0)).unwrap_or(i32::MAX);
            dom::later(wait, move || state.tick());
        }
    });
}

/// A page is told that it goes in one of these ways, or not at all.
fn keep_what_was_typed(state: AppState) {
    dom::listen_forever(&dom::window(), "pagehide", move |_| state.note_drafts());
    dom::listen_forever(&dom::document(), "freeze", move |_| state.note_drafts());
    dom::listen_forever(&dom::document(), "visibilitychange", move |_| {
        if dom::document().hidden() {
            state.note_drafts();
        }
    });
}

fn entrance(state: AppState, router: Router, typed: Typed) -> El {
    el("div outside").with([connection::status(state), notices(state)]).live(
        move || router.route() == Route::SignUp,
        move |sign_up| {
            if *sign_up { signup::screen(state, typed) } else { login::screen(state, typed) }
        },
    )
}

fn inside(state: AppState, router: Router, wide: Live<bool>) -> El {
    let t = state.text();
    let side = Live::new(Side::of(&router.route_now()));
    let kept = side.clone();
    effect(move || {
        let route = router.route();
        // A search stays beside the chats it leads to.
        let stays = route.chat().is_some() && kept.peek(|side| matches!(side, Side::Search(_)));
        if !stays {
            kept.set_if_new(Side::of(&route));
        }
    });
    let close = side.clone();
    let leave_search: Rc<dyn Fn()> =
        Rc::new(
            move || {
                if router.route_now().chat().is_some() { close.set(Side::Chats) } else { router.back() }
            },
        );
    let name = side.part(|side| match side {
        Side::Chats => t.chats,
        Side::Starred => t.starred_messages,
        Side::Search(_) => t.search,
        Side::Contacts => t.contacts,
        Side::Settings => t.settings,
    });
    let list = el("section side").live_attr("aria-label", move || Some(name().into())).live(
        side.part(Side::clone),
        move |side| match side {
            Side::Chats => chats::screen(state, router),
            Side::Starred => starred::screen(state, router),
            Side::Search(chat) => search::screen(state, router, chat.as_ref(), Rc::clone(&leave_search)),
            Side::Contacts => contacts::screen(state),
            Side::Settings => settings::screen(state),
        },
    );
    let main = el("main main").live(
        move || router.route().beside(wide.get()).cloned(),
        move |chat| match chat {
            Some(jid) => View::from([
                chat::header(state, router, jid),
                chat::timeline(state, router, jid),
                composer::composer(state, jid),
            ]),
            None => chat::placeholder(t).into(),
        },
    );
    let pane = move || if router.route().chat().is_some() { "chat" } else { "list" };
    let noticed = move || !state.notices().is_empty() || state.is_quietly_unkept();
    let inside = el("div inside").live_attr("data-pane", move || Some(pane().into()));
    inside.live_attr("data-noticed", move || noticed().then(String::new)).with([
        connection::strip(state),
        notices(state),
        navigation(state, router, t),
        list,
        main,
    ])
}

fn navigation(state: AppState, router: Router, t: &'static Text) -> El {
    let mark = el("img tabs-mark").attr("src", "icons/favicon.svg").attr("alt", "");
    let requests = move || u32::try_from(state.requests().len()).unwrap_or(u32::MAX);
    el("nav tabs").attr("aria-label", t.nav_main).with([
        mark.attr("width", "40").attr("height", "40"),
        tab(router, Side::Chats, "#/", icon::CHATS, t.chats, move || state.unread()),
        tab(router, Side::Contacts, "#/contacts", icon::CONTACTS, t.contacts, requests),
        tab(router, Side::Settings, "#/settings", icon::SETTINGS, t.settings, || 0),
    ])
}

fn tab(
    router: Router,
    to: Side,
    href: &str,
    path: &str,
    name: &str,
    count: impl Fn() -> u32 + 'static,
) -> El {
    // The list says the same in words; here it would change the name of the link.
    let badge = |count: &u32| {
        (*count > 0).then(|| el("span badge").attr("aria-hidden", "true").text(&count.to_string()))
    };
    el("a tab")
        .attr("href", href)
        .live_attr("aria-current", move || (Side::of(&router.route()) == to).then(|| "page".into()))
        .with([el("span tab-icon").with(icon::icon(path)).live(count, badge), el("span tab-name").text(name)])
}

/// What must be known; each stays until dismissed.
fn notices(state: AppState) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let notice = move |key: &Key| {
        let notice = state.notices_now().into_iter().find(|notice| notice.key() == *key)?;
        let dismiss = el("button").attr("type", "button").class("button small");
        Some(el("div notice").attr("role", "alert").with([
            icon::icon(icon::ALERT),
            el("span").text(&i18n::problem_words(lang, &notice.problem)),
            dismiss.on("click", move |_| state.dismiss(notice.id)).text(t.dismiss),
        ]))
    };
    // Dismissing does not make it untrue.
    let unkept = move |is: &bool| {
        let sign = || el("a notice slim").attr("href", "#/settings");
        is.then(|| sign().with([icon::icon(icon::ALERT), el("span").text(t.not_kept)]))
    };
    el("div notices")
        .each(move || state.notices().iter().map(Notice::key).collect(), notice)
        .live(move || state.is_quietly_unkept(), unkept)
}
