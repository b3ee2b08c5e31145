//! Roster, presence, subscriptions.

use crate::support::{PASSWORD, fresh, friends, online, until_request, until_subscription};
use acceptance::native::{Client, Device, is_sent};
use acceptance::{World, scenario};
use driver::Store;
use model::{Availability, Command, Subscription};

fn url() -> String {
    World::shared().prosody().ws_url()
}

#[test]
fn one_asks_the_other_accepts_and_both_see_each_other() {
    scenario(async {
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&url()).await;
        for (client, other) in [(&alice, &bob_jid), (&bob, &alice_jid)] {
            client
                .until("presence", |seen| {
                    let presence = seen.presence.get(other)?;
                    (presence.availability == Availability::Online).then_some(())
                })
                .await;
        }
        // Who is only cut off stays, for the server keeps the stream (XEP-0198).
        bob.command(Command::LogOut { erase: false });
        let gone = |seen: &acceptance::native::Seen| {
            (seen.presence.get(&bob_jid)?.availability == Availability::Offline).then_some(())
        };
        alice.until("bob to leave", gone).await;
        assert_eq!(alice.seen().requests, []);
    });
}

#[test]
fn a_refused_request_leaves_no_friendship() {
    scenario(async {
        let (alice, alice_jid) = online("alice").await;
        let (bob, bob_jid) = online("bob").await;
        alice.command(Command::AddContact { jid: bob_jid.clone(), name: Some("Bob".into()) });
        alice.until("the question", |seen| seen.roster.get(&bob_jid).filter(|i| i.asked).map(drop)).await;
        until_request(&bob, &alice_jid).await;
        bob.command(Command::RefuseRequest(alice_jid.clone()));
        alice
            .until("the refusal", |seen| {
                let item = seen.roster.get(&bob_jid)?;
                (!item.asked && item.subscription == Subscription::None).then_some(())
            })
            .await;
        assert_eq!(bob.seen().requests, []);
        assert!(!bob.seen().roster.contains_key(&alice_jid));
    });
}

#[test]
fn a_removed_contact_is_gone_on_both_sides() {
    scenario(async {
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&url()).await;
        alice.command(Command::RemoveContact(bob_jid.clone()));
        alice.until("bob to go", |seen| (!seen.roster.contains_key(&bob_jid)).then_some(())).await;
        until_subscription(&bob, &alice_jid, Subscription::None).await;
    });
}

#[test]
fn a_request_made_while_away_waits() {
    scenario(async {
        let (device, bob_jid) = (Device::default(), fresh("bob"));
        drop(Client::register(&device, &bob_jid, PASSWORD, &url()).await);
        let (alice, alice_jid) = online("alice").await;
        alice.command(Command::AddContact { jid: bob_jid.clone(), name: None });
        alice.until("the question", |seen| seen.roster.get(&bob_jid).filter(|i| i.asked).map(drop)).await;
        let bob = Client::start(&device).await;
        until_request(&bob, &alice_jid).await;
    });
}

#[test]
fn the_second_log_in_keeps_the_stored_roster() {
    scenario(async {
        let (device, alice_jid) = (Device::default(), fresh("alice"));
        let alice = Client::register(&device, &alice_jid, PASSWORD, &url()).await;
        let friend = fresh("friend");
        alice.command(Command::AddContact { jid: friend.clone(), name: Some("Friend".into()) });
        alice.until("the contact", |seen| seen.roster.get(&friend).filter(|item| item.asked).map(drop)).await;
        let version = async || device.store(&alice_jid).load().await.unwrap().roster_version;
        let before = version().await;
        assert_ne!(before, "", "Prosody gives versions");
        drop(alice);
        let alice = Client::start(&device).await;
        alice.until_online().await;
        // The server keeps the order: once it has acknowledged a message, it has answered about the roster.
        let note = alice.send(&alice_jid, "round trip").await;
        alice.until_state(&note, is_sent).await;
        let seen = alice.seen();
        assert_eq!(seen.rosters, 0, "the server had nothing new, so nothing was told again");
        assert_eq!(seen.roster.get(&friend).and_then(|item| item.name.as_deref()), Some("Friend"));
        assert_eq!(version().await, before);
    });
}
