//! Servers that can do less.

use crate::support::{friends, until_subscription};
use acceptance::native::is_sent;
use acceptance::{Proxy, scenario, start_prosody};
use driver::Input;
use model::{Command, Connection, MessageState, Subscription};
use xtask::prosody::{Options, Prosody};

/// A server without this module.
fn without(module: &str) -> Prosody {
    let extra_config = format!("modules_disabled = {{ \"{module}\" }}\n");
    start_prosody(Options { extra_config, ..Options::default() })
}

/// What holds on every server: both ways, delivered, read, and again after the connection broke between two messages.
#[test]
fn the_ladder_is_climbed_whatever_the_server_lacks() {
    for module in ["smacks", "mam", "carbons", "offline", "csi_simple", "pep", "sasl2"] {
        scenario(async move {
            let server = without(module);
            let proxy = Proxy::start(server.http_port()).await;
            let ((alice, alice_jid), (bob, bob_jid)) = friends(&proxy.ws_url()).await;
            for n in 0..3 {
                let sent = alice.send(&bob_jid, &format!("{n} out")).await;
                alice.until_state(&sent, |state| *state == MessageState::Delivered).await;
                let answer = bob.send(&alice_jid, &format!("{n} in")).await;
                bob.until_state(&answer, |state| *state == MessageState::Delivered).await;
                bob.command(Command::ViewChat(Some(alice_jid.clone())));
                alice.until_state(&sent, |state| *state == MessageState::Read).await;
                bob.command(Command::ViewChat(None));
                proxy.cut();
                for client in [&alice, &bob] {
                    client.until_connection("left", |c| c != Connection::Online).await;
                    client.platform(Input::Resumed);
                    client.until_online().await;
                }
                until_subscription(&alice, &bob_jid, Subscription::Both).await;
            }
            for (client, other) in [(&alice, &bob_jid), (&bob, &alice_jid)] {
                let rows = client.stored(other).await;
                let texts: Vec<_> = rows.into_iter().map(|row| row.body).collect();
                assert_eq!(texts, ["0 out", "0 in", "1 out", "1 in", "2 out", "2 in"], "without {module}");
            }
        });
    }
}

/// Without XEP-0198 the answer to a ping is the server's word. Where it is lost the message is sent again, under the same id, and the
/// contact's device knows the copy.
#[test]
fn without_stream_management_a_lost_answer_doubles_nothing() {
    scenario(async {
        let server = without("smacks");
        let (mine, theirs) = (Proxy::start(server.http_port()).await, Proxy::start(server.http_port()).await);
        let ((alice, alice_jid), (bob, bob_jid)) = apart(&mine, &theirs).await;
        for n in 0..5 {
            mine.deafen();
            let sent = alice.send(&bob_jid, &format!("number {n}")).await;
            bob.until_received(&format!("number {n}")).await;
            let stored = alice.stored(&bob_jid).await.pop().expect("it is on disk");
            assert_eq!(stored.state, MessageState::Queued, "nobody told her that the server has it");
            mine.cut();
            mine.thaw();
            alice.until_connection("left", |c| c != Connection::Online).await;
            alice.platform(Input::Resumed);
            alice.until_state(&sent, is_sent).await;
        }
        let texts: Vec<_> = bob.stored(&alice_jid).await.into_iter().map(|row| row.body).collect();
        assert_eq!(texts, (0..5).map(|n| format!("number {n}")).collect::<Vec<_>>());
    });
}

/// Two friends, each behind a network of their own.
async fn apart(
    mine: &Proxy,
    theirs: &Proxy,
) -> ((acceptance::native::Client, model::BareJid), (acceptance::native::Client, model::BareJid)) {
    let (alice, alice_jid) = crate::support::online_at("alice", &mine.ws_url()).await;
    let (bob, bob_jid) = crate::support::online_at("bob", &theirs.ws_url()).await;
    alice.command(Command::AddContact { jid: bob_jid.clone(), name: None });
    crate::support::until_request(&bob, &alice_jid).await;
    bob.command(Command::AcceptRequest(alice_jid.clone()));
    until_subscription(&alice, &bob_jid, Subscription::Both).await;
    until_subscription(&bob, &alice_jid, Subscription::Both).await;
    ((alice, alice_jid), (bob, bob_jid))
}
