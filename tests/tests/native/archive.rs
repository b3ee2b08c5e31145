//! The archive (XEP-0313) and copies (XEP-0280), on both servers.

use crate::support::{PASSWORD, fresh, friends};
use acceptance::native::{Client, Device};
use acceptance::{Proxy, Witness, World, eventually, fill_archive, scenario, start_prosody};
use driver::Input;
use model::{BareJid, Command, Direction, Endpoint, MessageRow, MessageState};
use std::time::Instant;
use xtask::ejabberd::Ejabberd;
use xtask::prosody::{Options, Prosody};

fn prosody() -> String {
    World::shared().prosody().ws_url()
}

/// Whose database the test fills.
fn own_server() -> Prosody {
    start_prosody(Options::default())
}

async fn on_a_new_device(jid: &BareJid, url: &str) -> Client {
    let client = Client::start(&Device::default()).await;
    client.log_in(jid, PASSWORD, Endpoint::Url(url.to_owned()));
    client.until_online().await;
    client
}

fn bodies(rows: &[MessageRow]) -> Vec<&str> {
    rows.iter().map(|row| row.body.as_str()).collect()
}

/// Two friends have talked; one of them takes up another device, and both devices go on.
async fn two_devices(url: &str) {
    let ((alice, alice_jid), (bob, bob_jid)) = friends(url).await;
    let first = alice.send(&bob_jid, "first").await;
    alice.until_state(&first, |state| *state == MessageState::Delivered).await;
    bob.send(&alice_jid, "second").await;
    alice.until_received("second").await;

    let phone = on_a_new_device(&alice_jid, url).await;
    let lines = |seen: &acceptance::native::Seen| seen.chats.get(&bob_jid).cloned();
    phone.until("the chat from the archive", |seen| lines(seen).filter(|line| line.last.is_some())).await;
    phone.until("nothing missing", |seen| seen.gaps.is_empty().then_some(())).await;
    let rows = phone.stored(&bob_jid).await;
    assert_eq!(bodies(&rows), ["first", "second"]);
    assert_eq!(rows[0].direction, Direction::Out);
    assert_eq!(lines(&phone.seen()).map(|line| line.unread), Some(0), "the past is no news");

    // What one device writes the other one shows, and how far it got.
    let third = phone.send(&bob_jid, "third").await;
    let copy = alice.until("a copy", |seen| seen.with_body("third").next().cloned()).await;
    assert_eq!((copy.direction, &copy.chat), (Direction::Out, &bob_jid));
    phone.until_state(&third, |state| *state == MessageState::Delivered).await;
    alice.until_state(&copy, |state| *state == MessageState::Delivered).await;

    // What comes in comes to both, and is read on one for both.
    bob.send(&alice_jid, "fourth").await;
    for client in [&alice, &phone] {
        client.until_received("fourth").await;
        client.until("it to be unread", |seen| lines(seen).filter(|line| line.unread == 1)).await;
    }
    alice.command(Command::ViewChat(Some(bob_jid.clone())));
    phone.until("it to be read there, too", |seen| lines(seen).filter(|line| line.unread == 0)).await;
    for client in [&alice, &phone] {
        assert_eq!(bodies(&client.stored(&bob_jid).await), ["first", "second", "third", "fourth"]);
    }
}

#[test]
fn a_new_device_knows_the_past_and_two_devices_show_the_same() {
    scenario(two_devices(&prosody()));
}

#[test]
fn the_same_on_ejabberd() {
    let server = Ejabberd::start().unwrap_or_else(|e| panic!("{e}"));
    scenario(two_devices(&server.ws_url()));
}

#[test]
fn an_archive_is_filled_in_no_time_and_the_server_gives_all_of_it() {
    scenario(async {
        let (mut server, jid, contact) = (own_server(), fresh("alice"), fresh("bob"));
        server.add_account(jid.local().unwrap(), PASSWORD).unwrap();
        fill_archive(&mut server, &jid, &contact, 5_000);
        let texts = Witness::log_in(&server.ws_url(), &jid, PASSWORD).await.texts(&contact).await;
        let bodies: Vec<_> = texts.into_iter().map(|text| text.body).collect();
        assert_eq!(bodies, (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>());
    });
}

/// F9 of the fault list: 100,000 messages; a new device has its chat at once, and somebody who scrolls gets all of them while the
/// network breaks over and over.
#[test]
fn a_large_archive_is_fetched_by_looking_at_it_over_a_network_that_breaks() {
    const ALL: u32 = 100_000;
    const LOOKED_AT: usize = 5_000;
    scenario(async {
        let (mut server, jid, contact) = (own_server(), fresh("alice"), fresh("bob"));
        server.add_account(jid.local().unwrap(), PASSWORD).unwrap();
        fill_archive(&mut server, &jid, &contact, ALL);
        let proxy = Proxy::start(server.http_port()).await;
        let client = Client::start(&Device::default()).await;
        let started = Instant::now();
        client.log_in(&jid, PASSWORD, Endpoint::Url(proxy.ws_url()));
        client
            .until("the chat", |seen| seen.chats.get(&contact).filter(|line| line.last.is_some()).cloned())
            .await;
        println!("a chat of {ALL} messages in the list after {} ms", started.elapsed().as_millis());
        let (mut pages, mut asked) = (0, None);
        let mut stored = client.stored_up_to(&contact, usize::MAX).await.len();
        while stored < LOOKED_AT {
            // What is stored is read a moment before the screen is told of it: the last hole is none any more.
            let hole = client
                .until("the next hole", |seen| {
                    let holes = seen.gaps.iter().filter_map(|gap| gap.hole(&contact));
                    holes.map(|(_, edge)| edge.order).find(|hole| Some(*hole) != asked)
                })
                .await;
            asked = Some(hole);
            client.command(Command::FetchHistory { chat: contact.clone(), before: hole });
            pages += 1;
            if pages % 3 == 0 {
                proxy.cut_after(2_000);
            }
            let before = stored;
            eventually("more of it", async || {
                if client.seen().connection != model::Connection::Online {
                    client.platform(Input::Resumed);
                }
                // Asked again, as somebody who goes on looking does.
                client.command(Command::FetchHistory { chat: contact.clone(), before: hole });
                stored = client.stored_up_to(&contact, usize::MAX).await.len();
                if stored > before { Ok(()) } else { Err(format!("{stored}, {:?}", client.seen().gaps)) }
            })
            .await;
        }
        let rows = client.stored_up_to(&contact, usize::MAX).await;
        let first = ALL as usize - rows.len();
        let expected: Vec<String> = (first..ALL as usize).map(|n| n.to_string()).collect();
        assert_eq!(bodies(&rows), expected.iter().map(String::as_str).collect::<Vec<_>>());
    });
}
