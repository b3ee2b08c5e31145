//! A store with a million messages, made once and kept: `target/bench/store`.

use crate::page::{Figures, OURS, options, run, say_memory, say_scrolled, share};
use acceptance::evil::{self, Act, Server};
use acceptance::{App, Engine, Seed};
use serde::Deserialize;
use std::path::PathBuf;
use xtask::serve::{Config, StaticServer};

/// IndexedDB belongs to an origin, so the page must always come from this port.
const PORT: u16 = 7_426;
const CHATS: u32 = 1_000;
/// Messages in the longest chat.
const LONG: u32 = 100_000;
/// Messages in all.
const ALL: u32 = 1_000_000;
/// How often what is over in a moment is measured.
const RUNS: usize = 5;

fn long_chat() -> String {
    "friend-0@localhost".to_owned()
}

/// The pages and the browser profile.
struct Shop {
    site: StaticServer,
    profile: PathBuf,
}

impl Shop {
    async fn open() -> Self {
        let dir = xtask::root().join("target/bench/store");
        let (profile, ready) = (dir.join("profile"), dir.join("ready"));
        let server = Server::start(|_, _| Act::AsUsual).await;
        let config =
            Config { port: PORT, config_json: Some(server.config().to_string()), ..Config::default() };
        let site = StaticServer::start(&xtask::root().join("dist"), config).unwrap_or_else(|e| panic!("{e}"));
        let shop = Self { site, profile };
        if !ready.exists() {
            let _ = std::fs::remove_dir_all(&dir);
            std::fs::create_dir_all(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
            shop.fill().await;
            std::fs::write(&ready, "").unwrap_or_else(|e| panic!("{}: {e}", ready.display()));
        }
        shop
    }

    async fn fill(&self) {
        eprintln!("making a store with a million messages, once: some minutes");
        let account = format!("{}@localhost", evil::USER);
        let app = self.page(1).await;
        app.login(&account, evil::PASSWORD).await;
        for n in 0..CHATS {
            let count = if n == 0 { LONG } else { (ALL - LONG) / (CHATS - 1) };
            let chat = format!("friend-{n}@localhost");
            let seed = Seed { start: 1_790_000_000_000 - u64::from(n) * 60_000, ..Seed::new(&chat, count) };
            app.seed_only(&account, &[seed]).await;
        }
        app.close().await;
    }

    async fn page(&self, slower: u32) -> App {
        let options = options(Some(self.site.url()), None, Some(self.profile.clone()));
        let mut app = App::open(Engine::Chromium, options).await;
        app.slow_down(slower).await;
        app
    }
}

#[derive(Deserialize)]
struct List {
    ready: f64,
    navigation: f64,
}

#[derive(Deserialize)]
struct Learnt {
    took: f64,
    bytes: f64,
}

/// From the start of the page to a chat list.
pub(crate) async fn start(figures: &mut Figures, slower: u32) {
    let shop = Shop::open().await;
    let app = shop.page(slower).await;
    let (mut ready, mut navigation) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        app.reload().await;
        let list: List = run(&app, "window.bench.list('[data-jid]')").await;
        ready.push(list.ready);
        navigation.push(list.navigation);
    }
    figures.say(&format!("start-{slower}x-list-after-wasm"), share(&ready, 0.5), "ms");
    figures.say(&format!("start-{slower}x-list-after-navigation"), share(&navigation, 0.5), "ms");
    say_memory(&app, figures, &format!("start-{slower}x")).await;
    app.close().await;
}

/// Opening the chat with 100,000.
pub(crate) async fn open(figures: &mut Figures, slower: u32) {
    let shop = Shop::open().await;
    let app = shop.page(slower).await;
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let open = format!(
            "window.bench.open(() => document.querySelector('[data-jid=\"{}\"] a'), '{}')",
            long_chat(),
            OURS.message
        );
        took.push(run(&app, &open).await);
        app.go_to_chats().await;
    }
    figures.say(&format!("open-{slower}x"), share(&took, 0.5), "ms");
    app.close().await;
}

/// Scrolling it.
pub(crate) async fn scroll(figures: &mut Figures, slower: u32) {
    let shop = Shop::open().await;
    let app = shop.page(slower).await;
    app.open_chat(&long_chat()).await;
    app.until_in_view(LONG - 1).await;
    say_scrolled(&app, &OURS, figures, &format!("scroll-{slower}x")).await;
    let rows: f64 = app.eval("return document.querySelectorAll('[role=log] article').length", vec![]).await;
    figures.say(&format!("scroll-{slower}x-messages-on-the-page"), rows, "messages");
    say_memory(&app, figures, &format!("scroll-{slower}x")).await;
    app.close().await;
}

/// What is looked for, and the name of its figure: said often, in both scripts; two at once; by a few of all; by one; by nobody.
const SOUGHT: [(&str, &str); 7] = [
    ("word", "fox"),
    ("beginning", "mes"),
    ("signs", "你好世界"),
    ("sign", "菊"),
    ("both", "lazy 戴菊 jumps"),
    ("rare", "98765"),
    ("nothing", "moonlight"),
];

/// Looking for messages in all chats.
pub(crate) async fn search(figures: &mut Figures, slower: u32) {
    let shop = Shop::open().await;
    // Learning has its time, however slow the page is.
    let learner = shop.page(1).await;
    let account = format!("{}@localhost", evil::USER);
    learner.visit("/search").await;
    let learnt: Learnt = run(&learner, &format!("window.bench.learnt('{account}')")).await;
    // An index that is kept from an earlier run learns no more.
    if learnt.took > 1_000.0 {
        figures.say("search-learning", learnt.took / 1_000.0, "s");
    }
    figures.say("search-index-size", learnt.bytes / 1e6, "MB");
    learner.close().await;
    let app = shop.page(slower).await;
    app.visit("/search").await;
    app.until_words("Finds what is on this device").await;
    for (name, text) in SOUGHT {
        let mut took = Vec::new();
        for _ in 0..RUNS {
            let look =
                format!("window.bench.search('#search-messages', '[role=status][data-query]', '{text}')");
            took.push(run(&app, &look).await);
        }
        figures.say(&format!("search-{slower}x-{name}"), share(&took, 0.5), "ms");
        figures.say(&format!("search-{slower}x-{name}-worst"), share(&took, 1.0), "ms");
    }
    say_memory(&app, figures, &format!("search-{slower}x")).await;
    app.close().await;
}
