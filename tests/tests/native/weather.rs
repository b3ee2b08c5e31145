//! Bad networks.

use crate::support::{PASSWORD, fresh, friends};
use acceptance::native::{Client, Device, is_sent};
use acceptance::{Proxy, World, scenario};
use driver::Input;
use model::{Command, Connection, MessageState};

/// How many messages go through a network that breaks.
const BURST: usize = 100;

#[test]
fn a_burst_through_a_breaking_network_arrives_whole_and_once() {
    scenario(async {
        let proxy = Proxy::start(World::shared().prosody().http_port()).await;
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&proxy.ws_url()).await;
        for n in 0..BURST {
            alice.command(Command::SendText {
                chat: bob_jid.clone(),
                body: format!("number {n}"),
                reply: None,
                spoiler: None,
            });
            if n % 25 == 10 {
                // Cut when some of them have arrived and the rest is anywhere between disk, socket and server.
                bob.until("a few more", |seen| (seen.messages.len() + 10 > n).then_some(())).await;
                proxy.cut();
            }
        }
        alice
            .until("everything to be sent", |seen| {
                let sent = seen.messages.iter().filter(|row| is_sent(&row.state)).count();
                (sent == BURST).then_some(())
            })
            .await;
        bob.until("everything to arrive", |seen| (seen.messages.len() >= BURST).then_some(())).await;
        let mut stored: Vec<_> = bob.stored(&alice_jid).await.into_iter().map(|row| row.body).collect();
        let mut wanted: Vec<_> = (0..BURST).map(|n| format!("number {n}")).collect();
        stored.sort();
        wanted.sort();
        assert_eq!(stored, wanted);
    });
}

#[test]
fn a_socket_that_died_in_silence_is_found_out_after_a_sleep() {
    scenario(async {
        let proxy = Proxy::start(World::shared().prosody().http_port()).await;
        let client = Client::register(&Device::default(), &fresh("alice"), PASSWORD, &proxy.ws_url()).await;
        proxy.freeze();
        client.platform(Input::Resumed);
        client.until_connection("doubted", |c| matches!(c, Connection::Waiting { .. })).await;
        proxy.cut();
        proxy.thaw();
        client.until_online().await;
    });
}

#[test]
fn a_message_written_into_a_dead_socket_is_sent_again() {
    scenario(async {
        let proxy = Proxy::start(World::shared().prosody().http_port()).await;
        let ((alice, _), (bob, bob_jid)) = friends(&proxy.ws_url()).await;
        proxy.freeze();
        let sent = alice.send(&bob_jid, "into the void").await;
        assert_eq!(sent.state, MessageState::Queued);
        proxy.cut();
        proxy.thaw();
        alice.until_state(&sent, is_sent).await;
        bob.until_received("into the void").await;
        assert_eq!(bob.seen().with_body("into the void").count(), 1);
    });
}
