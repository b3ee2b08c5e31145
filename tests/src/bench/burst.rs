//! Receiving very much at once, and sending.

use crate::page::{Figures, OURS, Selectors, open_ours, run, say_memory, share};
use acceptance::evil::{self, Act, Server, Step, frames};
use acceptance::native::{Client, Device};
use acceptance::{App, Witness, config_for, start_prosody};
use model::{BareJid, Command};
use serde::Deserialize;
use std::time::Instant;
use xtask::prosody::{self, Prosody};

pub(crate) const BURST: u32 = 10_000;
const SENT: u32 = 50;
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What the page saw of a burst.
#[derive(Deserialize)]
pub(crate) struct Burst {
    pub(crate) painted: f64,
    wire: f64,
    longest: f64,
    long: f64,
}

impl Burst {
    pub(crate) fn say(&self, figures: &mut Figures, name: &str) {
        figures.say(&format!("{name}-painted"), self.painted, "ms");
        figures.say(&format!("{name}-heard"), self.wire, "ms");
        figures.say(&format!("{name}-longest-task"), self.longest, "ms");
        figures.say(&format!("{name}-tasks-over-50"), self.long, "tasks");
    }
}

/// Somebody who sends as fast as the server takes it, without an engine. They stay for as long as this is kept: who leaves may take
/// with them what the server has not read yet.
pub(crate) async fn flood(url: &str, from: &BareJid, to: &BareJid, count: u32) -> Witness {
    let mut sender = Witness::log_in(url, from, PASSWORD).await;
    for n in 0..count {
        sender
            .say(&format!(
                "<message xmlns='jabber:client' to='{to}' type='chat' id='burst-{n}'><body>burst {n}</body></message>"
            ))
            .await;
    }
    sender
}

/// A server, and two accounts that know each other.
pub(crate) async fn two_people() -> (Prosody, BareJid, BareJid) {
    let server = start_prosody(prosody::Options::default());
    for name in ["alice", "bob"] {
        server.add_account(name, PASSWORD).unwrap_or_else(|e| panic!("{e}"));
    }
    let jid = |name: &str| -> BareJid { format!("{name}@{}", server.domain()).parse().expect("an address") };
    let (alice, bob) = (jid("alice"), jid("bob"));
    (server, alice, bob)
}

/// What a client without a screen needs for the same burst on the same server: nothing is quicker than that.
pub(crate) async fn wire(figures: &mut Figures, count: u32) {
    let (server, alice, bob) = two_people().await;
    let mut receiver = Witness::log_in(&server.ws_url(), &alice, PASSWORD).await;
    receiver.say("<presence xmlns='jabber:client'/>").await;
    let url = server.ws_url();
    let flood = flood(&url, &bob, &alice, count);
    let receive = async {
        let body = |n: u32| {
            move |element: &stanza::Element| {
                element
                    .child_text("body", stanza::ns::CLIENT)
                    .is_some_and(|body| body == format!("burst {n}"))
            }
        };
        receiver.until("the first", body(0)).await;
        let first = Instant::now();
        receiver.until("the last", body(count - 1)).await;
        first.elapsed().as_secs_f64() * 1000.0
    };
    let (took, _sender) = tokio::join!(receive, flood);
    figures.say(&format!("wire-burst-{count}"), took, "ms");
}

/// The burst from a scripted server, then from a real one.
pub(crate) async fn burst(figures: &mut Figures, slower: u32) {
    let go = |_: Step, frame: &stanza::Element| {
        if frame.child_text("body", stanza::ns::CLIENT).is_none_or(|body| body != "go") {
            return Act::AsUsual;
        }
        let from = "bob@localhost/r";
        Act::Also(
            (0..BURST).map(|n| frames::message(from, &format!("burst-{n}"), &format!("burst {n}"))).collect(),
        )
    };
    let server = Server::start(go).await;
    let mut app = open_ours(Some(server.config())).await;
    app.login(&format!("{}@localhost", evil::USER), evil::PASSWORD).await;
    app.open_chat("bob@localhost").await;
    app.slow_down(slower).await;
    let burst = received(&app, &OURS, BURST, async {
        app.fill("Message", "go").await;
        app.click("button", "Send").await;
    })
    .await;
    burst.say(figures, &format!("burst-{slower}x-scripted"));
    say_memory(&app, figures, &format!("burst-{slower}x-scripted")).await;
    app.close().await;

    if slower == 1 {
        wire(figures, BURST).await;
    }
    let (server, alice, bob) = two_people().await;
    let mut app = open_ours(Some(config_for(&server))).await;
    app.login(alice.as_str(), PASSWORD).await;
    app.open_chat(bob.as_str()).await;
    app.slow_down(slower).await;
    let burst = received(&app, &OURS, BURST, flood(&server.ws_url(), &bob, &alice, BURST)).await;
    burst.say(figures, &format!("burst-{slower}x-prosody"));
    figures.compare(
        &format!("burst-{slower}x-to-wire"),
        &format!("wire-burst-{BURST}"),
        &format!("burst-{slower}x-prosody-painted"),
    );
    app.close().await;
}

/// Measures a burst that `send` sends.
pub(crate) async fn received<T>(
    app: &App,
    page: &Selectors,
    count: u32,
    send: impl Future<Output = T>,
) -> Burst {
    let watch = format!("window.bench.burst('{}', {count})", page.message);
    let (burst, _sent) = tokio::join!(run(app, &watch), send);
    burst
}

/// From the key to the screen.
pub(crate) async fn send(figures: &mut Figures, slower: u32) {
    let (server, alice, bob) = two_people().await;
    let friend = Client::start(&Device::default()).await;
    friend.log_in(&bob, PASSWORD, model::Endpoint::Url(server.ws_url()));
    friend.until_online().await;
    friend.command(Command::AddContact { jid: alice.clone(), name: None });
    let mut app = open_ours(Some(config_for(&server))).await;
    app.login(alice.as_str(), PASSWORD).await;
    app.accept_request(bob.as_str()).await;
    app.open_chat(bob.as_str()).await;
    app.slow_down(slower).await;
    say_sent(&app, &OURS, figures, &format!("send-{slower}x")).await;
    app.close().await;
}

pub(crate) async fn say_sent(app: &App, page: &Selectors, figures: &mut Figures, name: &str) {
    let took: Vec<f64> =
        run(app, &format!("window.bench.send('{}', '{}', {SENT})", page.input, page.message)).await;
    figures.say(&format!("{name}-p50"), share(&took, 0.5), "ms");
    figures.say(&format!("{name}-p95"), share(&took, 0.95), "ms");
}
