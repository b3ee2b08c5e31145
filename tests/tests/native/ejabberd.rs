//! The other server: what is right against Prosody must be right against ejabberd, too.

use crate::support::{PASSWORD, fresh, friends, until_request, until_subscription};
use acceptance::native::{Client, Device, is_sent};
use acceptance::{Proxy, Witness, fresh_name, scenario};
use driver::Input;
use model::{BareJid, Command, Connection, Direction, Endpoint, MessageRow, MessageState, Subscription};
use std::sync::OnceLock;
use xtask::ejabberd::Ejabberd;

/// One server for all of them, started on first use; it ends with the test run.
fn server() -> &'static Ejabberd {
    static SERVER: OnceLock<Ejabberd> = OnceLock::new();
    SERVER.get_or_init(start)
}

fn start() -> Ejabberd {
    Ejabberd::start().unwrap_or_else(|e| panic!("{e}"))
}

async fn proxy() -> (Proxy, String) {
    let proxy = Proxy::start(server().http_port()).await;
    let url = format!("ws://127.0.0.1:{}/ws", proxy.port());
    (proxy, url)
}

async fn until(client: &Client, sent: &MessageRow, wanted: MessageState) {
    client.until_state(sent, |state| *state == wanted).await;
}

#[test]
fn an_account_is_made_left_and_entered_again() {
    scenario(async {
        let jid = fresh("alice");
        let device = Device::default();
        let client = Client::register(&device, &jid, PASSWORD, &server().ws_url()).await;
        client.command(Command::LogOut { erase: false });
        client.until("the log-out", |seen| seen.account.is_none().then_some(())).await;
        client.log_in(&jid, PASSWORD, Endpoint::Url(server().ws_url()));
        client.until_online().await;
        drop(client);
        // The stored key does for the next start.
        Client::start(&device).await.until_online().await;
    });
}

#[test]
fn an_account_that_was_there_before_is_entered_and_a_wrong_password_is_not() {
    scenario(async {
        let name = fresh_name("alice");
        server().add_account(&name, PASSWORD).unwrap();
        let jid = BareJid::new(Some(&name), server().domain()).unwrap();
        let client = Client::start(&Device::default()).await;
        client.log_in(&jid, "wrong", Endpoint::Url(server().ws_url()));
        client.until_problem(|problem| *problem == model::Problem::WrongPassword).await;
        client.log_in(&jid, PASSWORD, Endpoint::Url(server().ws_url()));
        client.until_online().await;
    });
}

#[test]
fn texts_go_both_ways_and_are_delivered_and_read() {
    scenario(async {
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&server().ws_url()).await;
        let sent = alice.send(&bob_jid, "hello 👋 <b>&").await;
        bob.until_received("hello 👋 <b>&").await;
        until(&alice, &sent, MessageState::Delivered).await;
        bob.command(Command::ViewChat(Some(alice_jid.clone())));
        until(&alice, &sent, MessageState::Read).await;
        let answer = bob.send(&alice_jid, "and back").await;
        alice.until_received("and back").await;
        until(&bob, &answer, MessageState::Delivered).await;

        // What both have is what the server remembers.
        let mut witness = Witness::log_in(&server().ws_url(), &alice_jid, PASSWORD).await;
        let archive: Vec<_> = witness.texts(&bob_jid).await.into_iter().map(|text| text.key).collect();
        let stored: Vec<_> = alice.stored(&bob_jid).await.into_iter().map(|row| row.dedupe).collect();
        assert_eq!(archive, stored);
    });
}

#[test]
fn a_message_to_nobody_fails() {
    scenario(async {
        let (alice, _) = crate::support::online_at("alice", &server().ws_url()).await;
        let sent = alice.send(&fresh("nobody"), "anybody there?").await;
        alice.until_state(&sent, |state| matches!(state, MessageState::Failed(_))).await;
    });
}

#[test]
fn what_was_written_to_somebody_away_comes_once_and_in_order() {
    scenario(async {
        let (device, bob_jid) = (Device::default(), fresh("bob"));
        let bob = Client::register(&device, &bob_jid, PASSWORD, &server().ws_url()).await;
        let (alice, alice_jid) = crate::support::online_at("alice", &server().ws_url()).await;
        alice.command(Command::AddContact { jid: bob_jid.clone(), name: None });
        until_request(&bob, &alice_jid).await;
        bob.command(Command::AcceptRequest(alice_jid.clone()));
        until_subscription(&alice, &bob_jid, Subscription::Both).await;
        // Whoever logs out has no stream that would keep it.
        bob.command(Command::LogOut { erase: false });
        bob.until("the log-out", |seen| seen.account.is_none().then_some(())).await;
        let mut last = None;
        for n in 0..5 {
            last = Some(alice.send(&bob_jid, &format!("number {n}")).await);
        }
        let last = last.expect("five were sent");
        until(&alice, &last, MessageState::Sent).await;
        bob.log_in(&bob_jid, PASSWORD, Endpoint::Url(server().ws_url()));
        bob.until_received("number 4").await;
        until(&alice, &last, MessageState::Delivered).await;
        let bodies: Vec<_> = bob.stored(&alice_jid).await.into_iter().map(|row| row.body).collect();
        assert_eq!(bodies, (0..5).map(|n| format!("number {n}")).collect::<Vec<_>>());
    });
}

#[test]
fn a_stream_that_was_cut_goes_on_and_so_does_a_killed_app() {
    scenario(async {
        let (proxy, url) = proxy().await;
        let (alice_jid, bob_jid) = (fresh("alice"), fresh("bob"));
        let device = Device::default();
        let alice = Client::register(&Device::default(), &alice_jid, PASSWORD, &server().ws_url()).await;
        let mut bob = Client::register(&device, &bob_jid, PASSWORD, &url).await;
        alice.command(Command::AddContact { jid: bob_jid.clone(), name: None });
        until_request(&bob, &alice_jid).await;
        bob.command(Command::AcceptRequest(alice_jid.clone()));
        until_subscription(&alice, &bob_jid, Subscription::Both).await;
        let presences = async || alice.seen().presence.get(&bob_jid).cloned();
        for n in 0..6 {
            let before = presences().await;
            proxy.refuse();
            proxy.cut();
            if n % 2 == 0 {
                bob.until_connection("waiting", |c| matches!(c, Connection::Waiting { .. })).await;
            } else {
                bob.kill();
                bob = Client::start(&device).await;
            }
            let sent = alice.send(&bob_jid, &format!("{n} in")).await;
            until(&alice, &sent, MessageState::Sent).await;
            let own = bob.send(&alice_jid, &format!("{n} out")).await;
            proxy.thaw();
            bob.platform(Input::Resumed);
            bob.until_received(&format!("{n} in")).await;
            alice.until_received(&format!("{n} out")).await;
            bob.until_state(&own, is_sent).await;
            until(&alice, &sent, MessageState::Delivered).await;
            assert_eq!(presences().await, before, "on a stream that goes on nobody comes or goes");
        }
        for (client, other) in [(&alice, &bob_jid), (&bob, &alice_jid)] {
            let rows = client.stored(other).await;
            let theirs = rows.iter().filter(|row| row.direction == Direction::In);
            let numbers: Vec<_> = theirs.filter_map(|row| row.body.get(..1)).collect();
            assert_eq!(numbers, ["0", "1", "2", "3", "4", "5"]);
        }
    });
}

#[test]
fn a_server_that_was_started_again_has_lost_the_stream_and_no_message() {
    scenario(async {
        let mut server = start();
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&server.ws_url()).await;
        let first = alice.send(&bob_jid, "before").await;
        until(&alice, &first, MessageState::Delivered).await;
        // A crash would cost accounts, too: its tables are written every three minutes.
        server.stop();
        alice.until_connection("waiting", |c| matches!(c, Connection::Waiting { .. })).await;
        let second = alice.send(&bob_jid, "meanwhile").await;
        server.start_again().unwrap();
        for client in [&alice, &bob] {
            client.platform(Input::Resumed);
        }
        bob.until_received("meanwhile").await;
        until(&alice, &second, MessageState::Delivered).await;
        let bodies: Vec<_> = bob.stored(&alice_jid).await.into_iter().map(|row| row.body).collect();
        assert_eq!(bodies, ["before", "meanwhile"]);
    });
}
