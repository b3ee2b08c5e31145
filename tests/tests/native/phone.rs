//! Life on a phone, through a real server.

use crate::support::{PASSWORD, fresh, friends, online, online_at};
use acceptance::native::{Client, Device, Seen};
use acceptance::{Peer, Proxy, World, scenario};
use driver::Input;
use model::{Availability, BareJid, Command, Connection, Subscription, Tells};

fn url() -> String {
    World::shared().prosody().ws_url()
}

async fn until_typing(client: &Client, from: &BareJid, typing: bool) {
    let wanted = |seen: &Seen| (seen.typing.contains(from) == typing).then_some(());
    client.until(&format!("{from} typing: {typing}"), wanted).await;
}

fn typing(to: &BareJid, empty: bool) -> Command {
    Command::Typing { chat: to.clone(), empty }
}

#[test]
fn typing_is_seen_by_a_friend_whose_program_said_that_it_can_show_it() {
    scenario(async {
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&url()).await;
        // Nothing was ever said between them: it is the presence that told (XEP-0115). Asking takes a moment.
        let mut empty = false;
        acceptance::eventually("bob to see alice type", async || {
            alice.command(typing(&bob_jid, empty));
            empty = !empty;
            if bob.seen().typing.contains(&alice_jid) {
                Ok(())
            } else {
                Err(format!("{:?}", bob.seen().typing))
            }
        })
        .await;
        alice.send(&bob_jid, "here it is").await;
        until_typing(&bob, &alice_jid, false).await;
        bob.command(typing(&alice_jid, false));
        until_typing(&alice, &bob_jid, true).await;
        bob.command(typing(&alice_jid, true));
        until_typing(&alice, &bob_jid, false).await;

        bob.command(Command::Tell {
            chat: alice_jid.clone(),
            tells: Tells { typing: Some(false), read: None },
        });
        bob.command(typing(&alice_jid, false));
        bob.send(&alice_jid, "in secret").await;
        alice.until_received("in secret").await;
        assert!(!alice.seen().typing.contains(&bob_jid));
    });
}

#[test]
fn who_does_not_look_gets_texts_at_once_and_presence_when_they_look() {
    scenario(async {
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&url()).await;
        let (dave, dave_jid) = online("dave").await;
        dave.command(Command::AddContact { jid: bob_jid.clone(), name: None });
        crate::support::until_request(&bob, &dave_jid).await;
        bob.command(Command::AcceptRequest(dave_jid.clone()));
        let until = async |client: &Client, availability: Availability| {
            let is =
                |seen: &Seen| seen.presence.get(&bob_jid).is_some_and(|p| p.availability == availability);
            client.until(&format!("bob: {availability:?}"), |seen| is(seen).then_some(())).await;
        };
        until(&alice, Availability::Online).await;
        until(&dave, Availability::Online).await;
        alice.platform(Input::PageVisible(false));
        // What the server has handled, it has handled in order.
        let marker = alice.send(&bob_jid, "from here on").await;
        alice.until_state(&marker, acceptance::native::is_sent).await;
        bob.command(Command::LogOut { erase: false });
        until(&dave, Availability::Offline).await;
        dave.send(&alice_jid, "that can't").await;
        alice.until_received("that can't").await;
        alice.platform(Input::PageVisible(true));
        until(&alice, Availability::Offline).await;
        // Both sides still count alike: what comes now is acknowledged.
        let last = alice.send(&dave_jid, "all here").await;
        alice.until_state(&last, acceptance::native::is_sent).await;
    });
}

/// Prosody 0.12 goes on with the client state of the page that is gone, and soon falls silent, unless it is told.
#[test]
fn the_page_after_one_that_nobody_looked_at_hears_everything() {
    scenario(async {
        let extra_config = "csi_resume_inactive_delay = 0".to_owned();
        let server =
            acceptance::start_prosody(xtask::prosody::Options { extra_config, ..Default::default() });
        let (device, alice_jid) = (Device::default(), fresh("alice"));
        let alice = Client::register(&device, &alice_jid, PASSWORD, &server.ws_url()).await;
        let (bob, bob_jid) = online_at("bob", &server.ws_url()).await;
        alice.platform(Input::PageVisible(false));
        let last = alice.send(&bob_jid, "looking away").await;
        alice.until_state(&last, acceptance::native::is_sent).await;
        drop(alice);
        let alice = Client::start(&device).await;
        alice.platform(Input::PageVisible(true));
        alice.until_online().await;
        for text in ["one", "two", "three"] {
            bob.send(&alice_jid, text).await;
            alice.until_received(text).await;
        }
    });
}

#[test]
fn a_socket_that_died_in_its_sleep_is_replaced_and_the_stream_goes_on() {
    scenario(async {
        let proxy = Proxy::start(World::shared().prosody().http_port()).await;
        let alice_jid = fresh("alice");
        let alice = Client::register(&Device::default(), &alice_jid, PASSWORD, &proxy.ws_url()).await;
        let (bob, bob_jid) = online("bob").await;
        alice.command(Command::AddContact { jid: bob_jid.clone(), name: None });
        crate::support::until_request(&bob, &alice_jid).await;
        bob.command(Command::AcceptRequest(alice_jid.clone()));
        crate::support::until_subscription(&alice, &bob_jid, Subscription::Both).await;
        alice.platform(Input::PageVisible(false));
        // Half open: nothing comes through, and nobody says so.
        proxy.freeze();
        let sent = bob.send(&alice_jid, "while you slept").await;
        bob.until_state(&sent, acceptance::native::is_sent).await;
        let woke = std::time::Instant::now();
        alice.platform(Input::PageVisible(true));
        alice.platform(Input::Resumed);
        alice
            .until_connection("found dead", |c| {
                matches!(c, Connection::Waiting { .. } | Connection::Connecting)
            })
            .await;
        let found = woke.elapsed();
        proxy.thaw();
        alice.until_online().await;
        alice.until_received("while you slept").await;
        println!("found dead after {found:?}, online again after {:?}", woke.elapsed());
        assert!((4.0..6.5).contains(&found.as_secs_f64()), "{found:?}");
    });
}

#[test]
fn slixmpp_can_check_what_our_presence_says() {
    scenario(async {
        let peer_jid = World::shared().account("peer", PASSWORD);
        let peer = Peer::online(&peer_jid, PASSWORD, World::shared().prosody().c2s_port()).await;
        let (alice, alice_jid) = online("alice").await;
        let peer_bare: BareJid = peer_jid.parse().expect("a plain address");
        alice.command(Command::AddContact { jid: peer_bare.clone(), name: None });
        peer.until_presence(alice_jid.as_str(), "subscribe").await;
        peer.accept(alice_jid.as_str()).await;
        peer.subscribe(alice_jid.as_str()).await;
        crate::support::until_subscription(&alice, &peer_bare, Subscription::Both).await;
        // It asks for the node and puts the answer under the hash only if that fits (XEP-0115 §5.4).
        let caps =
            peer.until("capabilities", |e| e["event"] == "caps" && e["from"] == alice_jid.as_str()).await;
        let features = caps["features"].to_string();
        assert!(features.contains("http://jabber.org/protocol/chatstates"), "{caps}");
        // And we believe what its own presence says.
        let mut empty = false;
        acceptance::eventually("slixmpp to hear that we type", async || {
            alice.command(typing(&peer_bare, empty));
            empty = !empty;
            match peer.states_of(alice_jid.as_str()) {
                states if states.iter().any(|state| state == "composing") => Ok(()),
                states => Err(format!("{states:?}")),
            }
        })
        .await;
    });
}
