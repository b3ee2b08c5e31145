//! How far messages get, as people see it.

use crate::support::{PASSWORD, registered};
use acceptance::{App, Engine, Options, Peer, Size, World, eventually, scenario};

async fn befriend(alice: &App, alice_jid: &str, bob: &App, bob_jid: &str) {
    alice.add_contact(bob_jid).await;
    bob.accept_request(alice_jid).await;
    for (app, other) in [(alice, bob_jid), (bob, alice_jid)] {
        app.until_contact(other, |c| c.subscription == "both").await;
    }
}

#[test]
fn the_sender_sees_a_message_delivered_and_read_and_the_readers_count_goes_down() {
    for (first, second) in [
        (Engine::Chromium, Engine::Firefox),
        (Engine::Firefox, Engine::WebKit),
        (Engine::WebKit, Engine::Chromium),
    ] {
        scenario(async move {
            let phone = Options { size: Size::Phone, ..Options::default() };
            let (alice, alice_jid) = registered(first, "alice", Options::default()).await;
            let (bob, bob_jid) = registered(second, "bob", phone).await;
            befriend(&alice, &alice_jid, &bob, &bob_jid).await;
            bob.go_to_chats().await;
            alice.open_chat(&bob_jid).await;
            let one = alice.send("one").await;
            let two = alice.send("two").await;
            alice.until_message("two", |m| m.state == "delivered").await;
            bob.until_chat(&alice_jid, |c| c.unread == 2).await;
            assert_eq!(
                alice.state_meaning(&two, "Delivered").await,
                "It has arrived on a device of your contact."
            );

            bob.open_chat(&alice_jid).await;
            for (text, id) in [("one", &one), ("two", &two)] {
                alice.until_message(text, |m| m.state == "read" && m.id == *id).await;
            }
            assert_eq!(alice.state_meaning(&one, "Read").await, "Your contact has seen it.");
            bob.click("link", "Back").await;
            bob.until_chat(&alice_jid, |c| c.unread == 0).await;

            alice.reload().await;
            alice.open_chat(&bob_jid).await;
            alice.until_message("one", |m| m.state == "read").await;
            alice.until_message("two", |m| m.state == "read").await;
            // When it got how far was kept.
            eventually("when it was sent, delivered and read", async || {
                let details = alice.details(&two).await;
                let is_told = |state: &str| details.iter().any(|(key, at)| key == state && at.contains(':'));
                if ["Sent", "Delivered", "Read"].iter().all(|it| is_told(it)) {
                    Ok(())
                } else {
                    Err(format!("{details:?}"))
                }
            })
            .await;
        });
    }
}

#[test]
fn receipts_and_markers_are_understood_by_slixmpp_and_from_it() {
    for engine in Engine::ALL {
        scenario(async move {
            let world = World::shared();
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            let peer_jid = world.account("peer", PASSWORD);
            let peer = Peer::online(&peer_jid, PASSWORD, world.prosody().c2s_port()).await;
            app.add_contact(&peer_jid).await;
            peer.until_presence(&jid, "subscribe").await;
            peer.accept(&jid).await;
            app.until_contact(&peer_jid, |c| c.subscription == "to").await;
            peer.subscribe(&jid).await;
            app.until_contact(&peer_jid, |c| c.subscription == "both").await;

            app.open_chat(&peer_jid).await;
            let id = app.send("have you got it?").await;
            let heard = peer.until_message("have you got it?").await;
            assert!(heard["request"] == true && heard["markable"] == true, "{heard}");
            app.until_message("have you got it?", |m| m.state == "sent").await;
            peer.acknowledge(&jid, &id, "received").await;
            app.until_message("have you got it?", |m| m.state == "delivered").await;
            peer.acknowledge(&jid, &id, "displayed").await;
            app.until_message("have you got it?", |m| m.state == "read").await;

            peer.send_asking(&jid, "and you?", "peer-1").await;
            peer.until_acknowledged(&jid, "peer-1", "received").await;
            peer.until_acknowledged(&jid, "peer-1", "displayed").await;

            // Not everybody wants that to be known.
            app.go_to_settings().await;
            app.toggle_read_receipts().await;
            app.reload().await;
            app.until_connection("online").await;
            app.open_chat(&peer_jid).await;
            peer.send_asking(&jid, "in secret", "peer-2").await;
            app.until_message("in secret", |m| m.state == "received").await;
            peer.until_acknowledged(&jid, "peer-2", "received").await;
            app.send("read, but not told").await;
            peer.until_message("read, but not told").await;
            assert!(!peer.was_acknowledged("peer-2", "displayed"));
        });
    }
}

#[test]
fn a_failed_message_can_be_deleted_for_good() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, _) = registered(engine, "alice", Options::default()).await;
            let nobody = World::shared().fresh_jid("nobody");
            app.open_chat(&nobody).await;
            let id = app.send("anybody there?").await;
            app.until_message("anybody there?", |m| m.state == "failed").await;
            app.delete_failed(&id).await;
            let gone = async || {
                eventually("the message to be gone", async || match app.messages().await {
                    messages if messages.is_empty() => Ok(()),
                    messages => Err(format!("{messages:?}")),
                })
                .await;
            };
            gone().await;
            app.reload().await;
            app.open_chat(&nobody).await;
            app.until_words("This is the beginning").await;
            gone().await;
        });
    }
}
