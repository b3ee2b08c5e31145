//! Two pages sign up, become friends and chat, in every engine and across them.

use crate::support::{registered, until_bodies};
use acceptance::{Engine, Options, Size, scenario};

async fn meet(first: Engine, second: Engine) {
    let phone = Options { size: Size::Phone, ..Options::default() };
    let (alice, alice_jid) = registered(first, "alice", Options::default()).await;
    let (bob, bob_jid) = registered(second, "bob", phone).await;

    alice.add_contact(&bob_jid).await;
    bob.accept_request(&alice_jid).await;
    for (app, other) in [(&alice, &bob_jid), (&bob, &alice_jid)] {
        app.until_contact(other, |c| c.subscription == "both" && c.presence == "online").await;
        assert_eq!(app.requests().await, Vec::<String>::new());
    }

    alice.open_chat(&bob_jid).await;
    let first_id = alice.send("hello Bob").await;
    bob.go_to_chats().await;
    let line = bob.until_chat(&alice_jid, |c| c.unread == 1).await;
    assert!(line.text.contains("hello Bob"), "{line:?}");
    bob.open_chat(&alice_jid).await;
    let received = bob.until_message("hello Bob", |m| m.state == "received").await;
    assert_eq!((received.from.as_str(), received.kind.as_str()), (alice_jid.as_str(), "text"));
    alice.until_message("hello Bob", |m| m.is_sent() && m.id == first_id && m.from == alice_jid).await;

    bob.send("hello Alice").await;
    alice.until_message("hello Alice", |m| m.from == bob_jid && m.state == "received").await;
    bob.until_message("hello Alice", acceptance::Message::is_sent).await;
    bob.click("link", "Back").await;
    assert_eq!(bob.until_chat(&alice_jid, |_| true).await.unread, 0, "what was looked at is read");

    for (app, other) in [(&alice, &bob_jid), (&bob, &alice_jid)] {
        app.reload().await;
        app.until_connection("online").await;
        app.open_chat(other).await;
        until_bodies(app, &["hello Bob", "hello Alice"]).await;
    }
    alice.send("still me").await;
    bob.until_message("still me", |m| m.from == alice_jid).await;
}

#[test]
fn chromium_and_chromium() {
    scenario(meet(Engine::Chromium, Engine::Chromium));
}

#[test]
fn firefox_and_firefox() {
    scenario(meet(Engine::Firefox, Engine::Firefox));
}

#[test]
fn webkit_and_webkit() {
    scenario(meet(Engine::WebKit, Engine::WebKit));
}

#[test]
fn chromium_and_firefox() {
    scenario(meet(Engine::Chromium, Engine::Firefox));
}

#[test]
fn firefox_and_webkit() {
    scenario(meet(Engine::Firefox, Engine::WebKit));
}

#[test]
fn webkit_and_chromium() {
    scenario(meet(Engine::WebKit, Engine::Chromium));
}
