//! Where in the app we are, as the fragment of the page's address: `#/chat/<jid>`. A fragment never reaches a web server's log,
//! and any static host can serve it.

use crate::live::Live;
use crate::{dom, percent};
use model::BareJid;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MouseEvent;

/// A place in the app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Route {
    /// `#/login`
    LogIn,
    /// `#/signup`
    SignUp,
    /// `#/`
    #[default]
    Chats,
    /// `#/archived`
    Archived,
    /// `#/starred`
    Starred,
    /// `#/chat/<jid>`
    Chat(BareJid),
    /// `#/search`: in all chats, or `#/search/<jid>`
    Search(Option<BareJid>),
    /// `#/contacts`
    Contacts,
    /// `#/settings`
    Settings,
}

impl Route {
    /// Reads a fragment. What is unknown leads home.
    pub(crate) fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_matches('/');
        match path {
            "login" => Self::LogIn,
            "signup" => Self::SignUp,
            "archived" => Self::Archived,
            "starred" => Self::Starred,
            "contacts" => Self::Contacts,
            "settings" => Self::Settings,
            "search" => Self::Search(None),
            _ => {
                let of = |area| path.strip_prefix(area).and_then(|jid| percent::decode(jid).parse().ok());
                let search = || of("search/").map(|jid| Self::Search(Some(jid)));
                of("chat/").map(Self::Chat).or_else(search).unwrap_or_default()
            }
        }
    }

    /// The fragment, with its `#`.
    pub(crate) fn hash(&self) -> String {
        match self {
            Self::LogIn => "#/login".into(),
            Self::SignUp => "#/signup".into(),
            Self::Chats => "#/".into(),
            Self::Archived => "#/archived".into(),
            Self::Starred => "#/starred".into(),
            Self::Chat(jid) => ["#/chat/", &percent::encode(jid.as_str())].concat(),
            Self::Search(None) => "#/search".into(),
            Self::Search(Some(jid)) => ["#/search/", &percent::encode(jid.as_str())].concat(),
            Self::Contacts => "#/contacts".into(),
            Self::Settings => "#/settings".into(),
        }
    }

    /// Whose chat is open there, if one is.
    pub(crate) fn chat(&self) -> Option<&BareJid> {
        match self {
            Self::Chat(jid) => Some(jid),
            _ => None,
        }
    }

    /// Whose chat is in the larger half of a wide window: that of a chat that is searched stays there.
    pub(crate) fn beside(&self, is_wide: bool) -> Option<&BareJid> {
        match self {
            Self::Search(Some(jid)) if is_wide => Some(jid),
            route => route.chat(),
        }
    }

    /// True for the places that need no account.
    pub(crate) fn is_outside(&self) -> bool {
        matches!(self, Self::LogIn | Self::SignUp)
    }
}

/// The current place and the way to others.
#[derive(Clone, Copy)]
pub(crate) struct Router(&'static Live<Route>);

impl Router {
    /// Starts at the place the page's address names, and follows the browser's Back and Forward.
    pub(crate) fn start() -> Self {
        // There is one page, and it never gives its place back.
        let router = Self(Box::leak(Box::new(Live::new(here()))));
        // One of the two comes for every way to change the fragment; setting the same place twice changes nothing.
        for event in ["popstate", "hashchange"] {
            dom::listen_forever(&dom::window(), event, move |_| router.set(here()));
        }
        router
    }

    /// The current place, tracked.
    pub(crate) fn route(self) -> Route {
        self.0.get()
    }

    /// The current place, not tracked.
    pub(crate) fn route_now(self) -> Route {
        self.0.now()
    }

    /// Goes to a place; the browser's Back comes back here.
    pub(crate) fn push(self, route: Route) {
        if route == self.route_now() {
            return;
        }
        if let Ok(history) = dom::window().history() {
            // The depth in the entry's state tells `back` whether there is a place of ours to go back to.
            let _ = history.push_state_with_url(&JsValue::from(depth() + 1.0), "", Some(&route.hash()));
        }
        self.set(route);
    }

    /// Goes to a place that takes the place of this one in the history.
    pub(crate) fn replace(self, route: Route) {
        if let Ok(history) = dom::window().history() {
            let _ = history.replace_state_with_url(&JsValue::from(depth()), "", Some(&route.hash()));
        }
        self.set(route);
    }

    /// Goes back to where we came from, or home if the app was opened right here.
    pub(crate) fn back(self) {
        match dom::window().history() {
            Ok(history) if depth() > 0.0 => {
                let _ = history.back();
            }
            _ => self.replace(Route::Chats),
        }
    }

    /// Handles a click anywhere in the app: plain clicks on our own links change the place without the browser's help, so that
    /// every entry of the history carries its depth.
    pub(crate) fn on_click(self, event: &MouseEvent) {
        if event.default_prevented()
            || event.button() != 0
            || event.ctrl_key()
            || event.meta_key()
            || event.shift_key()
            || event.alt_key()
        {
            return;
        }
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("a[href^='#/']").ok().flatten());
        if let Some(href) = link.and_then(|link| link.get_attribute("href")) {
            event.prevent_default();
            self.push(Route::parse(&href));
        }
    }

    fn set(self, route: Route) {
        self.0.set_if_new(route);
    }
}

fn here() -> Route {
    Route::parse(&dom::window().location().hash().unwrap_or_default())
}

fn depth() -> f64 {
    dom::window()
        .history()
        .and_then(|history| history.state())
        .ok()
        .and_then(|state| state.as_f64())
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_one_address() {
        for route in [
            Route::LogIn,
            Route::SignUp,
            Route::Chats,
            Route::Archived,
            Route::Starred,
            Route::Contacts,
            Route::Settings,
            Route::Search(None),
            Route::Search(Some("小明@例子.中国".parse().unwrap())),
            Route::Chat("juliet@example.org".parse().unwrap()),
            Route::Chat("50%#?@example.org".parse().unwrap()),
            Route::Chat("小明@例子.中国".parse().unwrap()),
        ] {
            assert_eq!(Route::parse(&route.hash()), route);
        }
    }

    #[test]
    fn addresses_are_readable_and_what_browsers_escape_is_understood() {
        assert_eq!(Route::Chat("juliet@example.org".parse().unwrap()).hash(), "#/chat/juliet@example.org");
        assert_eq!(Route::parse("#/chat/%E5%B0%8F%E6%98%8E@x.cn"), Route::Chat("小明@x.cn".parse().unwrap()));
    }

    #[test]
    fn what_is_unknown_leads_home() {
        for hash in ["", "#", "#/", "#/nowhere", "#/chat/", "#/chat/a@b@c", "#/chat/%20"] {
            assert_eq!(Route::parse(hash), Route::Chats, "{hash}");
        }
    }
}
