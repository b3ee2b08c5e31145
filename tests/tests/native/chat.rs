//! Messages.

use crate::support::{PASSWORD, fresh, friends, online};
use acceptance::native::{Client, Device, is_sent};
use acceptance::{World, scenario, start_prosody};
use driver::Input;
use model::{Command, Connection, Direction, MessageState};
use std::collections::BTreeSet;
use xtask::prosody::Options;

fn url() -> String {
    World::shared().prosody().ws_url()
}

#[test]
fn texts_go_both_ways_and_stay_as_they_are() {
    scenario(async {
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&url()).await;
        for text in [
            "hello",
            "two\nlines",
            "你好，世界",
            "👩‍👩‍👧 🏳️‍🌈",
            "مرحبا بالعالم",
            "<b>bold</b> & \"quotes\" ]]>",
            "  spaces\tand tab  ",
        ] {
            let sent = alice.send(&bob_jid, text).await;
            assert_eq!((sent.direction, &sent.from), (Direction::Out, &alice_jid));
            let received = bob.until_received(text).await;
            assert_eq!((received.direction, &received.from), (Direction::In, &alice_jid));
            assert_eq!(received.chat, alice_jid);
            alice.until_state(&sent, is_sent).await;
        }
        let answer = bob.send(&alice_jid, "and back").await;
        assert_eq!(alice.until_received("and back").await.chat, bob_jid);
        bob.until_state(&answer, is_sent).await;
        assert_eq!(bob.seen().chats[&alice_jid].unread, 7);
        bob.command(Command::ViewChat(Some(alice_jid.clone())));
        bob.until("the chat to be read", |seen| (seen.chats[&alice_jid].unread == 0).then_some(())).await;
    });
}

#[test]
fn a_message_to_somebody_away_comes_later_with_its_own_time() {
    scenario(async {
        let (device, bob_jid) = (Device::default(), fresh("bob"));
        let bob = Client::register(&device, &bob_jid, PASSWORD, &url()).await;
        // The server's name for the stream came before its answer to this; without the name only the archive has the message.
        bob.until("the contacts", |seen| (seen.rosters > 1).then_some(())).await;
        drop(bob);
        let (alice, _) = online("alice").await;
        let sent = alice.send(&bob_jid, "while you were away").await;
        alice.until_state(&sent, is_sent).await;
        // The stamp has whole seconds: let the clock show another one before bob comes back.
        let second = sent.at / 1000;
        acceptance::eventually("the next second but one", async || {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            if now.as_secs().cast_signed() > second + 1 { Ok(()) } else { Err("not yet".to_owned()) }
        })
        .await;
        let bob = Client::start(&device).await;
        let received = bob.until_received("while you were away").await;
        assert!((received.at - sent.at).abs() <= 1000, "{} is not about {}", received.at, sent.at);
    });
}

#[test]
fn what_is_written_offline_is_sent_once_later_even_after_a_restart() {
    scenario(async {
        let mut prosody = start_prosody(Options::default());
        let (device, alice_jid) = (Device::default(), fresh("alice"));
        let alice = Client::register(&device, &alice_jid, PASSWORD, &prosody.ws_url()).await;
        let bob_jid = fresh("bob");
        let bob = Client::register(&Device::default(), &bob_jid, PASSWORD, &prosody.ws_url()).await;
        prosody.kill();
        alice.until_connection("waiting", |c| matches!(c, Connection::Waiting { .. })).await;
        let first = alice.send(&bob_jid, "first").await;
        assert_eq!(first.state, MessageState::Queued);
        drop(alice);
        let alice = Client::start(&device).await;
        assert_eq!(alice.seen().with_body("first").count(), 1, "the queue is on disk");
        let second = alice.send(&bob_jid, "second").await;
        prosody.start_again().unwrap();
        alice.platform(Input::NetworkOnline(true));
        bob.command(Command::ConnectNow);
        for sent in [&first, &second] {
            alice.until_state(sent, is_sent).await;
        }
        bob.until_received("second").await;
        let bodies: Vec<_> = bob.seen().messages.iter().map(|row| row.body.clone()).collect();
        assert_eq!(bodies, ["first", "second"]);
    });
}

#[test]
fn a_restarted_server_is_found_again_without_help() {
    scenario(async {
        let mut prosody = start_prosody(Options::default());
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&prosody.ws_url()).await;
        prosody.stop();
        alice.until_connection("waiting", |c| matches!(c, Connection::Waiting { .. })).await;
        prosody.start_again().unwrap();
        alice.until_online().await;
        bob.until_online().await;
        alice.send(&bob_jid, "still there?").await;
        assert_eq!(bob.until_received("still there?").await.from, alice_jid);
    });
}

#[test]
fn a_message_to_nobody_fails_and_can_be_tried_again() {
    scenario(async {
        let (alice, _) = online("alice").await;
        let sent = alice.send(&fresh("nobody"), "anybody there?").await;
        let failed = alice.until_state(&sent, |state| matches!(state, MessageState::Failed(_))).await;
        alice.command(Command::Retry(failed));
        let history = alice
            .until("the second failure", |seen| {
                let history = seen.history.get(&sent.id)?;
                let failures = history.iter().filter(|s| matches!(s, MessageState::Failed(_))).count();
                (failures == 2).then(|| history.clone())
            })
            .await;
        assert!(history.iter().skip(1).any(|s| *s == MessageState::Queued), "queued again: {history:?}");
        assert_eq!(alice.seen().messages.len(), 1, "in its old place");
    });
}

#[test]
fn a_burst_arrives_whole_in_order_and_once() {
    scenario(async {
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&url()).await;
        for n in 0..200 {
            alice.command(Command::SendText {
                chat: bob_jid.clone(),
                body: format!("number {n}"),
                reply: None,
                spoiler: None,
            });
        }
        bob.until_received("number 199").await;
        let bodies: Vec<_> = bob.seen().messages.iter().map(|row| row.body.clone()).collect();
        assert_eq!(bodies, (0..200).map(|n| format!("number {n}")).collect::<Vec<_>>());
        let stored = bob.stored(&alice_jid).await;
        assert_eq!(stored.len(), 200);
        let orders: BTreeSet<_> = stored.iter().map(|row| row.order).collect();
        assert_eq!(orders.len(), 200, "every message has a place of its own");
    });
}
