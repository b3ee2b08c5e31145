//! Converse.js in the same scenarios: its latest version from npm, full-screen, as it is set up by default.

use crate::burst::{PASSWORD, flood, received, say_sent, two_people};
use crate::page::{Figures, Selectors, options, run, say_memory, say_scrolled};
use acceptance::{App, Engine};
use serde_json::json;
use std::path::PathBuf;
use xtask::serve::{Config, StaticServer};

/// It takes half a minute and more for these; how it would be with 10,000 nobody wants to wait for.
const BURST: u32 = 1_000;

const THEIRS: Selectors = Selectors { message: "converse-chat-message", input: "textarea.chat-textarea" };

/// Its files and a page that starts it.
fn site(websocket: &str, jid: &str) -> StaticServer {
    let dir: PathBuf = xtask::root().join("target/bench/converse");
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    let dist = xtask::root().join("bench/node_modules/converse.js/dist");
    assert!(dist.is_dir(), "{} is missing: npm ci --prefix bench", dist.display());
    std::os::unix::fs::symlink(&dist, dir.join("dist")).unwrap_or_else(|e| panic!("{e}"));
    let settings = json!({
        "view_mode": "fullscreen", "authentication": "login", "auto_login": true, "jid": jid, "password": PASSWORD,
        "websocket_url": websocket, "assets_path": "dist/", "discover_connection_methods": false, "i18n": "en",
        "whitelisted_plugins": ["bench"],
    });
    let page = format!(
        "<!doctype html><html><head><meta charset=utf-8><title>Converse</title>\
         <link rel=stylesheet href=dist/converse.min.css><script type=module src=dist/converse.min.js></script></head>\
         <body class=converse-fullscreen><script type=module>\
         converse.plugins.add('bench', {{ initialize() {{ window.theirs = this._converse; }} }}); \
         converse.initialize({settings});</script></body></html>"
    );
    std::fs::write(dir.join("index.html"), page).unwrap_or_else(|e| panic!("{e}"));
    StaticServer::start(&dir, Config::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// Everything it can be asked for, and how we compare.
pub(crate) async fn all(figures: &mut Figures, slower: u32) {
    let (server, alice, bob) = two_people().await;
    let site = site(&server.ws_url(), alice.as_str());
    let mut app = App::open_foreign(Engine::Chromium, options(Some(site.url()), None, None)).await;
    let ready = "new Promise(done => { const look = () => window.theirs && theirs.api.connection.connected() ? done(true) : setTimeout(look, 100); look(); })";
    let _: bool = run(&app, ready).await;
    let open = format!("theirs.api.chats.open('{bob}', {{}}, true).then(() => true)");
    let _: bool = run(&app, &open).await;
    app.slow_down(slower).await;
    let name = format!("converse-{slower}x");
    say_sent(&app, &THEIRS, figures, &format!("{name}-send")).await;
    let burst = received(&app, &THEIRS, BURST, flood(&server.ws_url(), &bob, &alice, BURST)).await;
    burst.say(figures, &format!("{name}-burst-{BURST}"));
    say_scrolled(&app, &THEIRS, figures, &format!("{name}-scroll")).await;
    say_memory(&app, figures, &name).await;
    app.close().await;

    figures.compare(
        &format!("compare-{slower}x-send"),
        &format!("send-{slower}x-p50"),
        &format!("{name}-send-p50"),
    );
    figures.compare(
        &format!("compare-{slower}x-scroll-p95"),
        &format!("scroll-{slower}x-p95"),
        &format!("{name}-scroll-p95"),
    );
    // Per message, for the bursts are of different sizes.
    let (ours, theirs) = (format!("burst-{slower}x-prosody"), format!("{name}-burst-{BURST}"));
    figures.each(&theirs, f64::from(BURST));
    figures.each(&ours, f64::from(crate::burst::BURST));
    figures.compare(&format!("compare-{slower}x-burst"), &format!("{ours}-each"), &format!("{theirs}-each"));
}
