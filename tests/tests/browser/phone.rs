//! Life on a phone: who writes, what is told, sleep, and a device that keeps nothing.

use crate::support::{PASSWORD, befriend, registered, somebody};
use acceptance::{App, Engine, Options, Peer, Size, World, eventually, scenario};
use model::BareJid;
use serde_json::{Value, json};

/// A page and slixmpp, friends.
async fn with_peer(engine: Engine, options: Options) -> (App, String, Peer, String) {
    let world = World::shared();
    let (app, jid) = registered(engine, "alice", options).await;
    let peer_jid = world.account("peer", PASSWORD);
    let peer = Peer::online(&peer_jid, PASSWORD, world.prosody().c2s_port()).await;
    app.add_contact(&peer_jid).await;
    peer.until_presence(&jid, "subscribe").await;
    peer.accept(&jid).await;
    peer.subscribe(&jid).await;
    app.until_contact(&peer_jid, |c| c.subscription == "both").await;
    (app, jid, peer, peer_jid)
}

#[test]
fn who_writes_is_seen_on_both_sides() {
    for (first, second) in [(Engine::Chromium, Engine::Firefox), (Engine::WebKit, Engine::Chromium)] {
        scenario(async move {
            let (alice, alice_jid) = registered(first, "alice", Options::default()).await;
            let phone = Options { size: Size::Phone, ..Options::default() };
            let (bob, bob_jid) = registered(second, "bob", phone).await;
            alice.add_contact(&bob_jid).await;
            bob.accept_request(&alice_jid).await;
            alice.until_contact(&bob_jid, |c| c.subscription == "both" && c.presence == "online").await;
            alice.open_chat(&bob_jid).await;
            // On the phone it is seen in the list, then in the chat.
            bob.go_to_chats().await;
            alice.send("are you there?").await;
            bob.until_chat(&alice_jid, |c| c.unread == 1).await;
            alice.type_text("I wanted to a").await;
            bob.until_typing(&alice_jid, true).await;
            bob.open_chat(&alice_jid).await;
            bob.until_typing(&alice_jid, true).await;
            alice.type_text("").await;
            bob.until_typing(&alice_jid, false).await;
            bob.type_text("yes, what").await;
            alice.until_typing(&bob_jid, true).await;
            bob.send("yes, what is it?").await;
            alice.until_message("yes, what is it?", |m| m.state == "received").await;
            alice.until_typing(&bob_jid, false).await;
        });
    }
}

#[test]
fn slixmpp_sees_us_write_and_is_seen_until_that_is_switched_off() {
    scenario(async {
        let (app, jid, peer, peer_jid) = with_peer(Engine::Chromium, Options::default()).await;
        app.open_chat(&peer_jid).await;
        peer.tell_state(&jid, "composing").await;
        app.until_typing(&peer_jid, true).await;
        peer.tell_state(&jid, "paused").await;
        app.until_typing(&peer_jid, false).await;

        app.type_text("hello").await;
        app.send("hello").await;
        peer.until_states(&jid, &["composing", "+active"]).await;

        app.go_to_settings().await;
        app.set_typing_notes(false).await;
        app.reload().await;
        app.until_connection("online").await;
        assert!(!app.is_switched_on("Send typing notices").await, "it is kept");
        app.open_chat(&peer_jid).await;
        app.type_text("in secret").await;
        app.send("in secret").await;
        peer.until_message("in secret").await;
        assert_eq!(peer.states_of(&jid), ["composing", "+active"], "nothing since");
        // The others are seen as before.
        peer.tell_state(&jid, "composing").await;
        app.until_typing(&peer_jid, true).await;
    });
}

#[test]
fn one_contact_can_be_told_something_else_than_all_and_that_is_kept() {
    scenario(async {
        let (app, jid, peer, peer_jid) = with_peer(Engine::Chromium, Options::default()).await;
        assert_eq!(app.told(&peer_jid).await, (true, true), "as everybody");
        app.set_read_receipts_for(&peer_jid, false).await;
        app.set_typing_notes_for(&peer_jid, false).await;
        app.reload().await;
        app.until_connection("online").await;
        assert_eq!(app.told(&peer_jid).await, (false, false), "it is kept");
        peer.send_asking(&jid, "one", "p-1").await;
        app.until_message("one", |m| m.state == "received").await;
        app.type_text("not told").await;
        app.send("not told").await;
        peer.until_message("not told").await;
        assert!(peer.states_of(&jid).is_empty() && !peer.was_acknowledged("p-1", "displayed"));

        // The other way round, too: nobody is told but this one.
        app.go_to_settings().await;
        app.set_read_receipts(false).await;
        app.set_typing_notes(false).await;
        app.set_read_receipts_for(&peer_jid, true).await;
        app.set_typing_notes_for(&peer_jid, true).await;
        peer.send_asking(&jid, "two", "p-2").await;
        peer.until_acknowledged(&jid, "p-2", "displayed").await;
        app.type_text("told").await;
        app.send("told").await;
        peer.until_states(&jid, &["composing", "+active"]).await;
        app.tell_as_everyone(&peer_jid).await;
        assert_eq!(app.told(&peer_jid).await, (false, false));
        app.reload().await;
        app.until_connection("online").await;
        assert_eq!(app.told(&peer_jid).await, (false, false));
    });
}

/// Counts what happens to the databases, and lets a test look at the sockets.
const WATCH: &str = "
    window.opens = 0; window.closes = 0; window.sockets = [];
    const { close } = IDBDatabase.prototype, { open } = IDBFactory.prototype;
    IDBDatabase.prototype.close = function () { window.closes++; return close.call(this); };
    IDBFactory.prototype.open = function (...args) { window.opens++; return open.apply(this, args); };
    window.WebSocket = class extends WebSocket {
        constructor(...args) { super(...args); window.sockets.push(this); }
    };";

async fn number(app: &App, what: &str) -> u64 {
    app.eval(&format!("return {what}"), vec![]).await
}

#[test]
fn a_frozen_page_lets_go_and_takes_up_again() {
    scenario(async {
        let options = Options { before_load: vec![WATCH.into()], ..Options::default() };
        let (app, jid) = registered(Engine::Chromium, "alice", options).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        let jid: BareJid = jid.parse().expect("a plain address");
        app.open_chat(other_jid.as_str()).await;
        app.send("before").await;
        other.until_received("before").await;
        let (opens, closes) = (number(&app, "opens").await, number(&app, "closes").await);
        app.devtools("Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
        let sent = other.send(&jid, "while you slept").await;
        app.devtools("Page.setWebLifecycleState", json!({ "state": "active" })).await;
        app.until_message("while you slept", |m| m.state == "received").await;
        // Not read: for Chromium a page that was frozen by command is hidden from then on.
        other.until_state(&sent, |state| *state == model::MessageState::Delivered).await;
        app.send("after").await;
        other.until_received("after").await;
        assert!(number(&app, "closes").await > closes, "the database was closed for the sleep");
        assert!(number(&app, "opens").await > opens, "and opened again");
        crate::support::until_bodies(&app, &["before", "while you slept", "after"]).await;
    });
}

#[test]
fn a_page_that_was_put_aside_comes_back_with_all_that_happened() {
    scenario(async {
        let options = Options { before_load: vec![WATCH.into()], ..Options::default() };
        let (app, jid) = registered(Engine::Chromium, "alice", options).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.open_chat(other_jid.as_str()).await;
        app.send("before").await;
        other.until_received("before").await;
        // Away, and back: by the back/forward cache if the browser has it, else by loading again.
        app.leave_for("data:text/html,<title>elsewhere</title>").await;
        other.send(&jid.parse().expect("a plain address"), "while you were elsewhere").await;
        app.browser_back().await;
        app.until_connection("online").await;
        app.until_message("while you were elsewhere", |m| m.state == "received").await;
        app.send("after").await;
        other.until_received("after").await;
        crate::support::until_bodies(&app, &["before", "while you were elsewhere", "after"]).await;
        // What a browser says when it puts a page aside that it keeps.
        let closes = number(&app, "closes").await;
        let aside = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))";
        let _: Option<bool> = app.eval(aside, vec![]).await;
        assert!(number(&app, "closes").await > closes);
        let back = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))";
        let _: Option<bool> = app.eval(back, vec![]).await;
        app.send("and here again").await;
        other.until_received("and here again").await;
    });
}

#[test]
fn a_socket_that_died_in_its_sleep_is_replaced_within_seconds() {
    scenario(async {
        let options = Options { before_load: vec![WATCH.into()], ..Options::default() };
        let (app, jid) = registered(Engine::Chromium, "alice", options).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.open_chat(other_jid.as_str()).await;
        // The phone's radio has dropped the connection, and nobody told the socket.
        let dead = "for (const socket of sockets) { socket.send = () => {}; socket.onmessage = null; }
            return sockets.length";
        let sockets: u64 = app.eval(dead, vec![]).await;
        app.devtools("Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
        app.devtools("Page.setWebLifecycleState", json!({ "state": "active" })).await;
        let woke = std::time::Instant::now();
        eventually("another socket", async || {
            let now = number(&app, "sockets.length").await;
            if now > sockets { Ok(()) } else { Err(format!("{now}")) }
        })
        .await;
        app.until_connection("online").await;
        let took = woke.elapsed();
        assert!(took.as_secs_f64() < 9.0, "{took:?}");
        println!("a dead socket was found and replaced in {took:?}");
        app.send("here again").await;
        other.until_received("here again").await;
    });
}

#[test]
fn whether_the_browser_keeps_it_is_asked_once_and_said() {
    scenario(async {
        let ask = "window.asked = 0; window.promise = false;
            navigator.storage.persist = async () => { window.asked++; return window.promise; };
            navigator.storage.persisted = async () => window.promise;";
        let options = Options { before_load: vec![ask.into()], ..Options::default() };
        let app = App::open(Engine::Chromium, options).await;
        assert_eq!(number(&app, "asked").await, 0, "there is nothing to keep");
        app.register(&World::shared().fresh_jid("alice"), PASSWORD).await;
        app.go_to_settings().await;
        app.until_words("may clear this").await;
        assert_eq!(number(&app, "asked").await, 1);
        app.reload().await;
        app.go_to_settings().await;
        app.until_words("may clear this").await;
        assert_eq!(number(&app, "asked").await, 0, "once in a lifetime");
        let _: Option<bool> = app.eval("window.promise = true", vec![]).await;
        app.click("button", "Ask the browser to keep it").await;
        app.until_words("keeps this until you remove it").await;
    });
}

#[test]
fn a_device_that_keeps_nothing_says_so_for_as_long_as_that_is_true() {
    scenario(async {
        let refuse = "addEventListener('fill-the-disk', () => {
            for (const verb of ['put', 'add']) IDBObjectStore.prototype[verb] = function () {
                throw new DOMException('no room', 'QuotaExceededError');
            };
        })";
        let options = Options { before_load: vec![refuse.into()], size: Size::Phone, ..Options::default() };
        let (app, _) = registered(Engine::Chromium, "alice", options).await;
        let (other, other_jid) = somebody("bob").await;
        app.open_chat(other_jid.as_str()).await;
        let _: Option<Value> = app.eval("dispatchEvent(new Event('fill-the-disk'))", vec![]).await;
        app.send("not kept").await;
        other.until_received("not kept").await;
        app.until_alert("no room left").await;
        assert!(!app.shows("link", "New messages are not kept here").await, "the alert says it");
        app.click("button", "Dismiss").await;
        // The sign stays, wherever the person goes, and leads to where more is said.
        app.until_words("New messages are not kept here").await;
        app.click("link", "Back").await;
        app.click("link", "New messages are not kept here").await;
        app.at("/settings").await;
        app.until_words("no room left").await;
        app.until_words("New messages are not kept here").await;
    });
}
