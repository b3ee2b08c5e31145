//! The page object: what a person sees and does. The only place that knows the page.

mod accessibility;
mod account;
mod actions;
mod chat_list;
mod chats;
mod contacts;
mod death;
mod emoji;
mod failure;
mod find;
mod history;
mod platform;
mod relations;
mod scrolling;
mod search;
mod settings;
mod spoilers;
mod stars;
mod tabs;
mod timing;

pub use chats::{Chat, Message};
pub use contacts::Contact;
pub use history::Divider;
pub use relations::Reaction;
pub use scrolling::{Ride, Seed};
pub use search::Found;
pub use tabs::Tab;

use crate::wait::eventually;
use crate::webdriver::{Engine, Lease, Start};
use crate::world::{Site, World};
use fantoccini::Client;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A window size in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 390 × 844, as a phone held upright. Firefox and WebKitGTK don't make windows this narrow and give their
    /// narrowest.
    Phone,
    /// 1280 × 800.
    Desktop,
}

impl Size {
    /// Width and height in CSS pixels.
    pub fn pixels(self) -> (u32, u32) {
        match self {
            Self::Phone => (390, 844),
            Self::Desktop => (1280, 800),
        }
    }
}

/// How a page is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Language asked for in the page's address, as a BCP 47 tag: `en` or `zh-CN`; empty to ask for none. The names in
    /// `tests/README.md` are English.
    pub lang: String,
    /// Language the browser itself prefers, as a BCP 47 tag. Not for WebKit.
    pub locale: String,
    /// Window size.
    pub size: Size,
    /// Whether the system prefers a dark colour scheme. Chromium only.
    pub dark: bool,
    /// The address of a page that is already served; by default the built app is served for this page alone.
    pub url: Option<String>,
    /// The operator's `config.json`, if the app is served by us; by default one that points to the shared server.
    pub config: Option<Value>,
    /// A browser profile to keep across [`App::close`]; a throw-away one by default. Not for WebKit.
    pub profile_dir: Option<PathBuf>,
    /// Scripts run before those of the page, on every load. Chromium only.
    pub before_load: Vec<String>,
    /// Notes when things come into view, for [`App::mark`], and opens the page without any cache. Chromium only.
    pub watch: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lang: "en".into(),
            locale: "en-US".into(),
            size: Size::Desktop,
            dark: false,
            url: None,
            config: None,
            profile_dir: None,
            before_load: Vec::new(),
            watch: false,
        }
    }
}

/// One page of Goldcrest in one browser.
///
/// Dropping it gives the browser back; if the test is failing, it first saves a screenshot, the page's source and
/// console to `target/acceptance/`.
pub struct App {
    lease: Lease,
    engine: Engine,
    options: Options,
    /// The server of this page, unless `Options::url` names another.
    site: Option<Site>,
    url: String,
    /// The network is cut.
    is_offline: bool,
}

impl App {
    /// Opens the app in a browser of this engine and waits until it shows something.
    pub async fn open(engine: Engine, options: Options) -> Self {
        let app = Self::open_foreign(engine, options).await;
        app.started().await;
        app
    }

    /// Opens a page that need not be ours: it is only looked at from outside.
    pub async fn open_foreign(engine: Engine, options: Options) -> Self {
        let (site, url) = match &options.url {
            Some(url) => (None, url.clone()),
            None => {
                let site = Site::start(&options.config.clone().unwrap_or_else(|| World::shared().config()));
                let url = site.url();
                (Some(site), url)
            }
        };
        let start = Start { locale: options.locale.clone(), profile_dir: options.profile_dir.clone() };
        let mut lease = Lease::take(engine, start).await;
        if !options.before_load.is_empty() || options.watch {
            lease.spoil();
        }
        let app = Self { lease, engine, options, site, url, is_offline: false };
        app.set_up_window().await;
        app.goto("").await;
        app
    }

    /// Goes to an address relative to the app's, such as `#/login`.
    pub async fn goto(&self, relative: &str) {
        let (page, route) = relative.split_once('#').map_or((relative, ""), |(page, route)| (page, route));
        let hash = if route.is_empty() { String::new() } else { format!("#{route}") };
        let lang = match (self.options.lang.as_str(), self.url.contains('?')) {
            ("", _) => String::new(),
            (lang, false) => format!("?lang={lang}"),
            (lang, true) => format!("&lang={lang}"),
        };
        let url = format!("{}{page}{lang}{hash}", self.url);
        self.client().goto(&url).await.unwrap_or_else(|e| panic!("going to {url}: {e}"));
    }

    /// Goes to a place of the app (`/contacts`) without loading the page again, as a link would.
    pub async fn visit(&self, route: &str) {
        let _: Option<bool> = self.eval("location.hash = '#' + arguments[0]", vec![json!(route)]).await;
        self.at(route).await;
    }

    /// Opens the page again in another language: whoever is logged in stays so.
    pub async fn reopen_in(&mut self, lang: &str) {
        lang.clone_into(&mut self.options.lang);
        self.goto("").await;
        self.started().await;
    }

    /// Loads the page again, as a person would, and waits until it shows something. Not by WebDriver's refresh: geckodriver's
    /// goes around the service worker.
    pub async fn reload(&self) {
        let _: Option<bool> = self.eval("window.isOld = true; location.reload()", vec![]).await;
        eventually("the page to be left", async || {
            // While the page is torn down a script may fail; that is not yet the new one.
            match self.client().execute("return window.isOld === true", vec![]).await {
                Ok(Value::Bool(false)) => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
        .await;
        if self.is_offline {
            // Chromium 148 tells a new document that there is a network until it is told once more.
            self.tell_network(true).await;
        }
        self.started().await;
    }

    /// Leaves the app for another page.
    pub async fn leave_for(&self, url: &str) {
        self.client().goto(url).await.unwrap_or_else(|e| panic!("going to {url}: {e}"));
    }

    /// Presses the browser's own Back.
    pub async fn browser_back(&self) {
        self.client().back().await.unwrap_or_else(|e| panic!("going back: {e}"));
    }

    /// The part of the address after `#`, without percent signs; empty if there is none.
    pub async fn route(&self) -> String {
        self.eval("return decodeURIComponent(location.hash.slice(1))", vec![]).await
    }

    /// Waits until the address is at this route and the screen was painted since.
    pub async fn at(&self, route: &str) {
        eventually(&format!("being at {route}"), async || {
            let now = self.route().await;
            if now == route { Ok(()) } else { Err(now) }
        })
        .await;
        self.painted().await;
    }

    /// Waits until the screen was painted once more.
    pub async fn painted(&self) {
        let frames = "requestAnimationFrame(() => requestAnimationFrame(arguments[arguments.length - 1]))";
        let painted = self.client().execute_async(frames, vec![]).await;
        painted.unwrap_or_else(|e| panic!("waiting to be painted: {e}"));
    }

    /// Ends the browser and waits for it. With `Options::profile_dir` the next [`App::open`] finds its storage again.
    pub async fn close(mut self) {
        self.lease.close().await;
    }

    /// The engine it runs in.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Takes over the server of this page, so that it outlives it.
    pub fn take_site(&mut self) -> Option<Site> {
        self.site.take()
    }

    /// The address of the app.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server of this page.
    pub fn site_mut(&mut self) -> &mut Site {
        self.site.as_mut().expect("this page is served by somebody else")
    }

    pub(crate) fn client(&self) -> &Client {
        self.lease.client()
    }

    /// For messages of failing tests.
    pub(crate) fn label(&self) -> String {
        format!("the {} page", self.engine)
    }

    /// Waits until the app itself (not the static skeleton) shows a form or its frame.
    async fn started(&self) {
        eventually(&format!("{} to start", self.label()), async || {
            let script = "return all('button').length + all('link').length > 0
                && (one('navigation', null) !== null || one('textbox', null) !== null || one('alert', null) !== null)";
            let up: Value = self.client().execute(&format!("{}\n{script}", find::DOM), vec![]).await.unwrap_or(json!(false));
            if up == json!(true) { Ok(()) } else { Err(self.outline().await) }
        })
        .await;
    }
}
