//! The fault list (`push-security-reliability.md`, C5) against a real Prosody, in small; `cargo xtask soak` runs more of it.
//! Every run prints its seed when it fails.

use crate::support::{PASSWORD, fresh, friends, until_request, until_subscription};
use acceptance::native::{Client, Device, is_sent};
use acceptance::soak::{self, Fault, Plan, Report};
use acceptance::{Dice, Proxy, Weather, World, eventually, scenario, start_prosody};
use driver::Input;
use model::{BareJid, Command, Connection, Direction, MessageState, Subscription};
use xtask::prosody::Options;

/// A seed of its own for each run, so that many runs see much; a failing one names it.
fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
    now.as_secs() % 100_000
}

/// Everything is there once and in order, was read, and is what the server remembers.
async fn survives(plan: Plan) -> Report {
    let report = soak::run(&plan).await;
    let Report { sent, received, lost, doubled, reordered, misjudged, disagreed, .. } = report.clone();
    let wrong = lost + doubled + reordered + misjudged + disagreed;
    assert!(sent == received && wrong == 0, "seed {}: {report}", plan.seed);
    report
}

/// F1, F3, F5 and F7 as they come.
#[test]
fn two_people_talk_through_a_breaking_network() {
    scenario(async {
        survives(Plan { faults: soak::BETWEEN_FRAMES, ..Plan::new(seed(), 40) }).await;
    });
}

/// F2: the server forgets a stream as soon as it breaks, so that none can be taken up again.
#[test]
fn two_people_talk_although_no_stream_can_be_taken_up_again() {
    scenario(async {
        let server = soak::EXPIRING.to_owned();
        let faults = &[Fault::Swallow, Fault::HalfOpen, Fault::Refuse, Fault::Kill];
        survives(Plan { faults, server, ..Plan::new(seed(), 20) }).await;
    });
}

/// F2: the server is started again, and knows no stream any more.
#[test]
fn two_people_talk_while_the_server_is_started_again_and_again() {
    scenario(async {
        let faults = &[Fault::Restart, Fault::Restart, Fault::Kill, Fault::Swallow];
        survives(Plan { faults, ..Plan::new(seed(), 8) }).await;
    });
}

/// F7: the server has it, and its word for that is lost.
#[test]
fn what_the_server_has_is_not_sent_again_because_its_word_was_lost() {
    scenario(async {
        let report = survives(Plan { faults: &[Fault::AckLost], burst: 2, ..Plan::new(seed(), 100) }).await;
        assert_eq!(report.archived_twice, 0, "the stream goes on, so nothing has to be sent twice: {report}");
    });
}

/// F3: nothing comes any more, and nobody says so.
#[test]
fn a_network_that_swallows_everything_is_left_and_nothing_is_missing() {
    scenario(async {
        let proxy = Proxy::start(World::shared().prosody().http_port()).await;
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&proxy.ws_url()).await;
        for n in 0..3 {
            proxy.swallow();
            let lost = alice.send(&bob_jid, &format!("{n} from alice")).await;
            let echo = bob.send(&alice_jid, &format!("{n} from bob")).await;
            // Somebody looks at both phones: they are to find out by themselves, within the five seconds of a wake-up.
            for client in [&alice, &bob] {
                client.platform(Input::NetworkOnline(true));
                client.platform(Input::Resumed);
                client.until_connection("doubted", |c| c != Connection::Online).await;
            }
            proxy.cut();
            proxy.thaw();
            // Their tries since may have failed often enough for the next one to be a minute away: nobody said that it is over.
            for client in [&alice, &bob] {
                client.platform(Input::Resumed);
            }
            alice.until_state(&lost, is_sent).await;
            bob.until_state(&echo, is_sent).await;
            bob.until_received(&format!("{n} from alice")).await;
            alice.until_received(&format!("{n} from bob")).await;
        }
        assert_eq!(bob.stored(&alice_jid).await.len(), 6);
        assert_eq!(alice.stored(&bob_jid).await.len(), 6);
    });
}

/// F4: late, thin and in crumbs.
#[test]
fn a_slow_network_is_no_reason_to_send_twice_or_to_give_up() {
    scenario(async {
        let seed = seed();
        let proxy = Proxy::seeded(World::shared().prosody().http_port(), seed).await;
        let ((alice, alice_jid), (bob, bob_jid)) = friends(&proxy.ws_url()).await;
        let before = proxy.connections();
        let weathers = [
            Weather { latency_ms: (0, 5_000), ..Weather::default() },
            Weather { bytes_per_second: 1_000, ..Weather::default() },
            Weather { latency_ms: (0, 300), is_crumbly: true, ..Weather::default() },
        ];
        for (n, weather) in weathers.into_iter().enumerate() {
            proxy.set_weather(weather);
            let sent = alice.send(&bob_jid, &format!("{n} from alice")).await;
            let echo = bob.send(&alice_jid, &format!("{n} from bob")).await;
            alice.until_state(&sent, |state| *state == MessageState::Delivered).await;
            bob.until_state(&echo, |state| *state == MessageState::Delivered).await;
        }
        proxy.set_weather(Weather::default());
        assert_eq!(proxy.connections(), before, "seed {seed}: nobody lost patience");
        for (client, other) in [(&alice, &bob_jid), (&bob, &alice_jid)] {
            let rows = client.stored(other).await;
            let theirs = rows.iter().filter(|row| row.direction == Direction::In);
            let numbers: Vec<_> = theirs.filter_map(|row| row.body.get(..1)).collect();
            assert_eq!(numbers, ["0", "1", "2"], "seed {seed}");
        }
    });
}

/// Logs bob in on a device behind a proxy that then lets nobody in, with the stream kept by the server.
async fn asleep(server_port: u16, url: &str) -> (Client, BareJid, Client, BareJid, Proxy) {
    let proxy = Proxy::start(server_port).await;
    let (alice_jid, bob_jid) = (fresh("alice"), fresh("bob"));
    let alice = Client::register(&Device::default(), &alice_jid, PASSWORD, url).await;
    let bob = Client::register(&Device::default(), &bob_jid, PASSWORD, &proxy.ws_url()).await;
    alice.command(Command::AddContact { jid: bob_jid.clone(), name: None });
    until_request(&bob, &alice_jid).await;
    bob.command(Command::AcceptRequest(alice_jid.clone()));
    until_subscription(&alice, &bob_jid, Subscription::Both).await;
    proxy.refuse();
    proxy.cut();
    bob.until_connection("waiting", |c| matches!(c, Connection::Waiting { .. })).await;
    (alice, alice_jid, bob, bob_jid, proxy)
}

async fn all_arrive(alice: &Client, bob: &Client, alice_jid: &BareJid, bob_jid: &BareJid, count: usize) {
    eventually("everything to arrive", async || {
        let rows = bob.stored(alice_jid).await;
        if rows.len() >= count { Ok(()) } else { Err(format!("{} of {count}", rows.len())) }
    })
    .await;
    let bodies: Vec<_> = bob.stored(alice_jid).await.into_iter().map(|row| row.body).collect();
    assert_eq!(bodies, (0..count).map(|n| format!("number {n}")).collect::<Vec<_>>());
    eventually("everything to be delivered", async || {
        let rows = alice.stored(bob_jid).await;
        let late = rows.iter().filter(|row| row.state != MessageState::Delivered).count();
        if late == 0 { Ok(()) } else { Err(format!("{late} are not")) }
    })
    .await;
}

/// F8: more comes while nobody is there than most servers keep on a stream.
#[test]
fn six_hundred_messages_of_an_absence_come_once_and_in_order() {
    scenario(async {
        let server = World::shared().prosody();
        let (alice, alice_jid, bob, bob_jid, proxy) = asleep(server.http_port(), &server.ws_url()).await;
        for n in 0..600 {
            alice.command(Command::SendText {
                chat: bob_jid.clone(),
                body: format!("number {n}"),
                reply: None,
                spoiler: None,
            });
        }
        eventually("everything to be sent", async || {
            let rows = alice.stored(&bob_jid).await;
            let waiting = rows.iter().filter(|row| row.state == MessageState::Queued).count();
            if rows.len() == 600 && waiting == 0 {
                Ok(())
            } else {
                Err(format!("{waiting} of {}", rows.len()))
            }
        })
        .await;
        proxy.thaw();
        bob.platform(Input::Resumed);
        all_arrive(&alice, &bob, &alice_jid, &bob_jid, 600).await;
    });
}

/// F8: the server keeps fewer than that, says `<failed/>` and ends the stream: the next one is a new one, and there is no loop.
#[test]
fn a_stream_that_overflowed_is_followed_by_a_new_one_and_by_no_loop() {
    scenario(async {
        let config = "smacks_max_queue_size = 50\n".to_owned();
        let server = start_prosody(Options { extra_config: config, ..Options::default() });
        let (alice, _, bob, bob_jid, proxy) = asleep(server.http_port(), &server.ws_url()).await;
        for n in 0..200 {
            let sent = alice.send(&bob_jid, &format!("number {n}")).await;
            if n == 199 {
                alice.until_state(&sent, is_sent).await;
            }
        }
        let before = proxy.connections();
        proxy.thaw();
        bob.platform(Input::Resumed);
        bob.until_connection("waiting after the failure", |c| matches!(c, Connection::Waiting { .. })).await;
        bob.until_online().await;
        let last = alice.send(&bob_jid, "on the new stream").await;
        bob.until_received("on the new stream").await;
        alice.until_state(&last, |state| *state == MessageState::Delivered).await;
        let tries = proxy.connections() - before;
        assert!(tries <= 3, "{tries} connections for one overflow");
        assert_eq!(bob.seen().with_body("on the new stream").count(), 1);
    });
}

/// F12: the server ends the stream over one message.
#[test]
fn a_message_too_large_for_the_server_fails_and_the_others_go_out() {
    scenario(async {
        // The WebSocket is everybody's, not one host's.
        let config = "VirtualHost \"*\"\nc2s_stanza_size_limit = 20000\n".to_owned();
        let server = start_prosody(Options { extra_config: config, ..Options::default() });
        let proxy = Proxy::start(server.http_port()).await;
        let ((alice, _), (bob, bob_jid)) = friends(&proxy.ws_url()).await;
        let before = proxy.connections();
        let first = alice.send(&bob_jid, "before").await;
        let poison = alice.send(&bob_jid, &"x".repeat(40_000)).await;
        let last = alice.send(&bob_jid, "after").await;
        alice.until_state(&poison, |state| matches!(state, MessageState::Failed(_))).await;
        for sent in [&first, &last] {
            alice.until_state(sent, |state| *state == MessageState::Delivered).await;
        }
        let tries = proxy.connections() - before;
        assert!(tries <= 3, "{tries} connections over one message");
        // It fails again, and is no reason to give up the connection for good.
        let failed = alice.until_state(&poison, |state| matches!(state, MessageState::Failed(_))).await;
        alice.command(Command::Retry(failed));
        let later = alice.send(&bob_jid, "later").await;
        alice.until_state(&later, |state| *state == MessageState::Delivered).await;
        alice.until_state(&poison, |state| matches!(state, MessageState::Failed(_))).await;
        let bodies: Vec<_> = bob.seen().messages.into_iter().map(|row| row.body).collect();
        assert_eq!(bodies, ["before", "after", "later"]);
    });
}

/// Cuts at a byte of the greeting, too: the log-in is as good a place to break as any.
#[test]
fn a_log_in_that_breaks_anywhere_is_tried_again() {
    scenario(async {
        let seed = seed();
        let mut dice = Dice::new(seed);
        let proxy = Proxy::start(World::shared().prosody().http_port()).await;
        let client = Client::register(&Device::default(), &fresh("alice"), PASSWORD, &proxy.ws_url()).await;
        for _ in 0..10 {
            proxy.cut();
            proxy.cut_after(dice.roll(2_500));
            eventually(&format!("seed {seed}: the client to be back"), async || {
                client.platform(Input::Resumed);
                match client.seen().connection {
                    Connection::Online if !proxy.is_cut_near() => Ok(()),
                    other => Err(format!("{other:?}")),
                }
            })
            .await;
        }
    });
}

/// F1: cuts at any byte, and every state right.
#[test]
fn two_people_talk_through_cuts_at_any_byte_and_every_state_is_right() {
    any_byte(seed());
}

/// Two halves of the list's 200 cuts: the server takes longer for a page the more there is in the archive.
#[test]
fn two_others_do_so_with_other_dice() {
    any_byte(seed() + 100_000);
}

fn any_byte(seed: u64) {
    scenario(async {
        let report = survives(Plan::new(seed, 100)).await;
        assert!(report.is_clean(), "{report}");
    });
}
