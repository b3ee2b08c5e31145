//! How far messages get, through a real server.

use crate::support::{PASSWORD, fresh, friends, online};
use acceptance::native::{Client, Device, is_sent};
use acceptance::{Peer, World, scenario};
use model::{BareJid, Command, MessageRow, MessageState};

fn url() -> String {
    World::shared().prosody().ws_url()
}

async fn until(client: &Client, sent: &MessageRow, wanted: MessageState) {
    client.until_state(sent, |state| *state == wanted).await;
}

/// How far this message is on disk.
async fn stored(client: &Client, chat: &BareJid, sent: &MessageRow) -> MessageState {
    client.stored(chat).await.into_iter().find(|row| row.id == sent.id).expect("it is on disk").state
}

#[test]
fn a_message_is_delivered_and_then_read() {
    scenario(async {
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&url()).await;
        let first = alice.send(&bob_jid, "one").await;
        let second = alice.send(&bob_jid, "two").await;
        for sent in [&first, &second] {
            until(&alice, sent, MessageState::Delivered).await;
        }
        bob.command(Command::ViewChat(Some(alice_jid.clone())));
        for sent in [&first, &second] {
            until(&alice, sent, MessageState::Read).await;
            assert_eq!(stored(&alice, &bob_jid, sent).await, MessageState::Read);
            let history = &alice.seen().history[&sent.id];
            assert_eq!(
                history.iter().filter(|state| **state == MessageState::Delivered).count(),
                1,
                "{history:?}"
            );
        }
        // He looks on while it comes in.
        let third = alice.send(&bob_jid, "three").await;
        until(&alice, &third, MessageState::Read).await;
        let answer = bob.send(&alice_jid, "all read").await;
        until(&bob, &answer, MessageState::Delivered).await;
    });
}

#[test]
fn what_was_delivered_while_the_sender_was_away_is_told_later() {
    scenario(async {
        let (device, bob_jid) = (Device::default(), fresh("bob"));
        let bob = Client::register(&device, &bob_jid, PASSWORD, &url()).await;
        let (alice, alice_jid) = online("alice").await;
        alice.command(Command::AddContact { jid: bob_jid.clone(), name: None });
        crate::support::until_request(&bob, &alice_jid).await;
        bob.command(Command::AcceptRequest(alice_jid.clone()));
        crate::support::until_subscription(&alice, &bob_jid, model::Subscription::Both).await;
        drop(bob);
        let sent = alice.send(&bob_jid, "while you were away").await;
        alice.until_state(&sent, is_sent).await;
        let bob = Client::start(&device).await;
        bob.command(Command::ViewChat(Some(alice_jid.clone())));
        until(&alice, &sent, MessageState::Read).await;
    });
}

#[test]
fn a_stranger_learns_no_more_than_that_the_server_has_it() {
    scenario(async {
        let (stranger, stranger_jid) = online("stranger").await;
        let (bob, bob_jid) = online("bob").await;
        let sent = stranger.send(&bob_jid, "who are you?").await;
        bob.until_received("who are you?").await;
        bob.command(Command::ViewChat(Some(stranger_jid.clone())));
        bob.send(&stranger_jid, "nobody").await;
        stranger.until_received("nobody").await;
        assert_eq!(stored(&stranger, &bob_jid, &sent).await, MessageState::Sent);
    });
}

/// The same ladder with a client that somebody else wrote, in both directions.
#[test]
fn slixmpp_acknowledges_and_reads_and_so_do_we() {
    scenario(async {
        let world = World::shared();
        let (alice, alice_jid) = online("alice").await;
        let peer_jid: BareJid = world.account("peer", PASSWORD).parse().unwrap();
        let peer = Peer::online(peer_jid.as_str(), PASSWORD, world.prosody().c2s_port()).await;
        alice.command(Command::AddContact { jid: peer_jid.clone(), name: None });
        peer.until_presence(alice_jid.as_str(), "subscribe").await;
        peer.accept(alice_jid.as_str()).await;
        peer.subscribe(alice_jid.as_str()).await;
        crate::support::until_subscription(&alice, &peer_jid, model::Subscription::Both).await;

        let mut last = None;
        for text in ["one", "two", "three"] {
            let sent = alice.send(&peer_jid, text).await;
            let heard = peer.until_message(text).await;
            assert_eq!(heard["id"], sent.id.0.as_str());
            until(&alice, &sent, MessageState::Sent).await;
            peer.acknowledge(alice_jid.as_str(), &sent.id.0, "received").await;
            until(&alice, &sent, MessageState::Delivered).await;
            last = Some(sent);
        }
        // A marker speaks for what was before it, too.
        let last = last.expect("three were sent");
        peer.acknowledge(alice_jid.as_str(), &last.id.0, "displayed").await;
        until(&alice, &last, MessageState::Read).await;
        let states: Vec<_> = alice.stored(&peer_jid).await.into_iter().map(|row| row.state).collect();
        assert_eq!(states, [MessageState::Read, MessageState::Read, MessageState::Read]);

        for id in ["peer-1", "peer-2"] {
            peer.send_asking(alice_jid.as_str(), id, id).await;
            peer.until_acknowledged(alice_jid.as_str(), id, "received").await;
            assert!(!peer.was_acknowledged(id, "displayed"), "nobody has looked at it");
        }
        alice.command(Command::ViewChat(Some(peer_jid.clone())));
        peer.until_acknowledged(alice_jid.as_str(), "peer-2", "displayed").await;
    });
}
