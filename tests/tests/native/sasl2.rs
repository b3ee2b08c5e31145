//! SASL2, Bind 2 and FAST (XEP-0388, 0386, 0484) on a real Prosody.

use crate::support::{PASSWORD, WITHOUT_SASL2, fresh, online};
use acceptance::native::{Client, Device};
use acceptance::{World, scenario, start_prosody};
use driver::Store;
use model::{BareJid, Command, Endpoint, Problem, SessionRow, Write};
use xtask::prosody::{Options, Prosody, Sasl};

/// Lua for a server that enables and resumes streams along with the log-in.
const WITH_INLINE_SM: &str = "modules_enabled = { 'sasl2_sm', 'sasl2_sm_compat' }";

fn with(extra_config: &str) -> Prosody {
    start_prosody(Options { extra_config: extra_config.into(), ..Options::default() })
}

async fn row(device: &Device, jid: &BareJid) -> SessionRow {
    device.store(jid).load().await.unwrap().session.expect("a stored session")
}

async fn secret(device: &Device, jid: &BareJid) -> Option<String> {
    row(device, jid).await.token.map(|token| token.secret)
}

/// The next start of the app on a device whose page was killed.
async fn reload(device: &Device, client: Client) -> Client {
    drop(client);
    device.take_frames();
    Client::start(device).await
}

/// How often the client had to wait for the server before the stream worked.
fn round_trips(device: &Device) -> usize {
    let mut trips = 0;
    let mut waits = false;
    for (sent, frame) in device.take_frames() {
        trips += usize::from(waits && !sent);
        waits = sent;
        let works = ["<bound", "<resumed", "<jid>"].iter().any(|word| frame.contains(word));
        if !sent && works {
            return trips;
        }
    }
    panic!("no stream")
}

#[test]
fn round_trips_of_a_log_in() {
    scenario(async {
        for (what, extra_config, expected) in
            [("RFC 6120", WITHOUT_SASL2, [5, 5, 6]), ("SASL2, Bind 2 and FAST", "", [3, 2, 3])]
        {
            let mut prosody = with(extra_config);
            let (device, jid) = (Device::default(), fresh("alice"));
            drop(Client::register(&Device::default(), &jid, PASSWORD, &prosody.ws_url()).await);
            let client = Client::start(&device).await;
            client.log_in(&jid, PASSWORD, Endpoint::Url(prosody.ws_url()));
            client.until_online().await;
            let cold = round_trips(&device);
            // The stream must be named on disk before there is something to take up.
            let note = client.send(&jid, "note").await;
            client.until_state(&note, acceptance::native::is_sent).await;
            let client = reload(&device, client).await;
            client.until_online().await;
            let resumed = round_trips(&device);
            drop(client);
            prosody.kill();
            prosody.start_again().unwrap();
            device.take_frames();
            let client = Client::start(&device).await;
            client.until_online().await;
            let lost = round_trips(&device);
            println!(
                "round trips with {what}: cold {cold}, resumed {resumed}, after a restart of the server {lost}"
            );
            assert_eq!([cold, resumed, lost], expected, "{what}");
            assert_eq!(client.seen().problems, []);
        }
    });
}

#[test]
fn what_came_meanwhile_comes_with_a_stream_that_is_taken_up_along_with_the_log_in() {
    scenario(async {
        let prosody = with(WITH_INLINE_SM);
        let (device, bob_jid) = (Device::default(), fresh("bob"));
        let mut bob = Client::register(&device, &bob_jid, PASSWORD, &prosody.ws_url()).await;
        bob.until("the contacts", |seen| (seen.rosters > 1).then_some(())).await;
        let (alice, alice_jid) = crate::support::online_at("alice", &prosody.ws_url()).await;
        for round in 0..3 {
            drop(bob);
            let there = alice.send(&bob_jid, &format!("to bob {round}")).await;
            alice.until_state(&there, acceptance::native::is_sent).await;
            device.take_frames();
            bob = Client::start(&device).await;
            bob.until_received(&format!("to bob {round}")).await;
            let back = bob.send(&alice_jid, &format!("to alice {round}")).await;
            bob.until_state(&back, acceptance::native::is_sent).await;
            alice.until_received(&format!("to alice {round}")).await;
            assert_eq!(round_trips(&device), 1, "taken up in one");
        }
        let bodies: Vec<_> = bob.stored(&alice_jid).await.into_iter().map(|row| row.body).collect();
        let expected: Vec<_> =
            (0..3).flat_map(|n| [format!("to bob {n}"), format!("to alice {n}")]).collect();
        assert!(bodies == expected || bodies.iter().rev().eq(&expected), "{bodies:?}");
    });
}

#[test]
fn a_token_brings_back_whatever_the_mechanism_was() {
    scenario(async {
        for sasl in [Sasl::ScramSha256, Sasl::ScramSha1, Sasl::Plain] {
            let prosody = start_prosody(Options { sasl, ..Options::default() });
            let (device, jid) = (Device::default(), fresh("alice"));
            let mut client = Client::register(&device, &jid, PASSWORD, &prosody.ws_url()).await;
            for _ in 0..2 {
                let stored = row(&device, &jid).await;
                assert!(stored.token.is_some() && stored.key.is_none(), "{sasl:?}: {stored:?}");
                client = reload(&device, client).await;
                client.until_online().await;
                assert_eq!(client.seen().problems, [], "{sasl:?}");
            }
        }
    });
}

#[test]
fn tokens_rotate() {
    scenario(async {
        let prosody = with("sasl2_fast_token_min_ttl = 0");
        let (device, jid) = (Device::default(), fresh("alice"));
        let mut client = Client::register(&device, &jid, PASSWORD, &prosody.ws_url()).await;
        for _ in 0..3 {
            let last = secret(&device, &jid).await;
            client = reload(&device, client).await;
            client.until_online().await;
            let next = secret(&device, &jid).await;
            assert!(next.is_some() && next != last, "{next:?}");
        }
        // A write that was lost: the last token works until the next one was used.
        let before = row(&device, &jid).await;
        client = reload(&device, client).await;
        client.until_online().await;
        device.store(&jid).commit(&[Write::Session(Some(before))]).await.unwrap();
        let client = reload(&device, client).await;
        client.until_online().await;
        assert_eq!(client.seen().problems, []);
    });
}

#[test]
fn an_expired_token_asks_for_the_password_once() {
    scenario(async {
        let prosody = with("sasl2_fast_token_ttl = -1");
        let (device, jid) = (Device::default(), fresh("alice"));
        let client = Client::register(&device, &jid, PASSWORD, &prosody.ws_url()).await;
        let client = reload(&device, client).await;
        client.until_problem(|p| *p == Problem::PasswordNeeded).await;
        assert!(device.take_frames().iter().any(|(_, frame)| frame.contains("credentials-expired")));
        assert_eq!(row(&device, &jid).await.token, None);
        client.log_in(&jid, PASSWORD, Endpoint::Url(prosody.ws_url()));
        client.until_online().await;
    });
}

#[test]
fn a_log_out_revokes_the_token() {
    scenario(async {
        let url = World::shared().prosody().ws_url();
        let (device, jid) = (Device::default(), fresh("alice"));
        let client = Client::register(&device, &jid, PASSWORD, &url).await;
        let copy = row(&device, &jid).await;
        client.command(Command::LogOut { erase: false });
        client.until("the log-out", |seen| seen.account.is_none().then_some(())).await;
        assert_eq!(client.seen().problems, [], "the server was told");
        // Somebody has copied what was on the disk.
        let thief = Device::default();
        thief.remember(&jid);
        thief.store(&jid).commit(&[Write::Session(Some(copy))]).await.unwrap();
        let client = Client::start(&thief).await;
        client.until_problem(|p| *p == Problem::PasswordNeeded).await;
        assert!(thief.take_frames().iter().any(|(_, frame)| frame.contains("not-authorized")));
    });
}

#[test]
fn a_log_out_that_the_server_did_not_hear_is_said() {
    scenario(async {
        let mut prosody = with("");
        let (device, jid) = (Device::default(), fresh("alice"));
        let client = Client::register(&device, &jid, PASSWORD, &prosody.ws_url()).await;
        prosody.kill();
        client.command(Command::LogOut { erase: false });
        client.until_problem(|p| *p == Problem::TokenLives).await;
        assert_eq!((client.seen().account, device.account()), (None, None));
        assert_eq!(device.store(&jid).load().await.unwrap().session, None);
    });
}

#[test]
fn another_installation_has_its_own_token() {
    scenario(async {
        let (first, jid) = online("alice").await;
        let second = Device::default();
        let client = Client::start(&second).await;
        client.log_in(&jid, PASSWORD, Endpoint::Url(World::shared().prosody().ws_url()));
        client.until_online().await;
        // Neither throws the other out, and the log-out of one leaves the other its token.
        first.command(Command::LogOut { erase: false });
        first.until("the log-out", |seen| seen.account.is_none().then_some(())).await;
        let client = reload(&second, client).await;
        client.until_online().await;
        assert_eq!(client.seen().problems, []);
    });
}
