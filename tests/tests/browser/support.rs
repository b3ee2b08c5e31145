//! What the browser tests share.

use acceptance::native::{Client, Device};
use acceptance::{App, Engine, Options, World, eventually};
use model::{BareJid, Command};

/// The password of every test account. Plain ASCII, so that it is typed by real key presses.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Enter, as WebDriver spells it.
pub(crate) const ENTER: &str = "\u{E007}";
/// Shift, as WebDriver spells it; a second one releases it.
pub(crate) const SHIFT: &str = "\u{E008}";

/// A page with a new account, online; its address.
pub(crate) async fn registered(engine: Engine, kind: &str, options: Options) -> (App, String) {
    let jid = World::shared().fresh_jid(kind);
    let app = App::open(engine, options).await;
    app.register(&jid, PASSWORD).await;
    (app, jid)
}

/// Somebody at the other end who needs no browser.
pub(crate) async fn somebody(kind: &str) -> (Client, BareJid) {
    somebody_at(kind, &World::shared().prosody().ws_url()).await
}

/// The same on this server.
pub(crate) async fn somebody_at(kind: &str, url: &str) -> (Client, BareJid) {
    let jid: BareJid = World::shared().fresh_jid(kind).parse().expect("a plain address");
    (Client::register(&Device::default(), &jid, PASSWORD, url).await, jid)
}

/// Makes the page and somebody else friends: the other asks, the page accepts.
pub(crate) async fn befriend(app: &App, app_jid: &str, other: &Client, other_jid: &BareJid) {
    let jid: BareJid = app_jid.parse().expect("a plain address");
    other.command(Command::AddContact { jid: jid.clone(), name: None });
    app.accept_request(other_jid.as_str()).await;
    app.until_contact(other_jid.as_str(), |c| c.subscription == "both").await;
    other
        .until("friendship", |seen| {
            seen.roster.get(&jid).is_some_and(|i| i.subscription == model::Subscription::Both).then_some(())
        })
        .await;
}

/// Waits until the page shows these bodies in the open chat, in this order.
pub(crate) async fn until_bodies(app: &App, wanted: &[&str]) {
    eventually("the messages", async || {
        let messages = app.messages().await;
        let bodies: Vec<_> = messages.iter().map(|m| m.body.as_str()).collect();
        if bodies == wanted { Ok(()) } else { Err(format!("{bodies:?}")) }
    })
    .await;
}
