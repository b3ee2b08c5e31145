//! SASL2, Bind 2 and FAST (XEP-0388, 0386, 0484) on a real Prosody.

use crate::support::{PASSWORD, WITHOUT_SASL2, fresh, online};
use acceptance::evil::{self, Act, Step, frames};
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

/// A scripted server that offers SASL2 and FAST, and says this at a step.
async fn lying(step: Step, says: Vec<String>) -> evil::Server {
    let fast = "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast>";
    evil::Server::start(move |now, _| match now {
        _ if now == step => Act::Say(says.clone()),
        Step::Open => Act::Say(frames::sasl2_offer(fast)),
        _ => Act::AsUsual,
    })
    .await
}

async fn victim_at(server: &evil::Server) -> (Client, Device, BareJid) {
    let victim = BareJid::new(Some(evil::USER), "localhost").expect("a plain name");
    let device = Device::default();
    let client = Client::start(&device).await;
    client.log_in(&victim, evil::PASSWORD, Endpoint::Url(server.url()));
    (client, device, victim)
}

#[test]
fn a_server_that_cannot_prove_itself_gives_nothing_that_is_kept() {
    let token = "<token xmlns='urn:xmpp:fast:0' token='planted' expiry='2030-01-01T00:00:00Z'/>";
    let bound = "<bound xmlns='urn:xmpp:bind:0'/>";
    let wrong = "<additional-data>dj1BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE9</additional-data>";
    let says = |inside: &str| {
        let jid = "<authorization-identifier>victim@localhost/x</authorization-identifier>";
        vec![
            format!("<success xmlns='urn:xmpp:sasl:2'>{inside}{jid}{token}{bound}</success>"),
            "<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>".to_owned(),
        ]
    };
    scenario(async {
        let good = lying(Step::Connect, vec![]).await;
        let (client, device, victim) = victim_at(&good).await;
        client.until_online().await;
        assert!(good.received().iter().any(|frame| frame.starts_with("<authenticate")), "SASL2 is spoken");
        assert!(row(&device, &victim).await.key.is_some());
        for (step, inside) in [(Step::Auth, ""), (Step::Proof, ""), (Step::Proof, wrong)] {
            let server = lying(step, says(inside)).await;
            let (client, device, victim) = victim_at(&server).await;
            client.until_problem(|p| *p == Problem::ServerNotGenuine).await;
            assert_eq!(client.seen().account, None);
            assert_eq!(device.store(&victim).load().await.unwrap().session, None, "nothing was kept");
        }
    });
}

#[test]
fn absurd_challenges_get_no_proof() {
    use base64::Engine as _;
    let challenge = |text: &str| {
        let text = base64::engine::general_purpose::STANDARD.encode(text);
        format!("<challenge xmlns='urn:xmpp:sasl:2'>{text}</challenge>")
    };
    scenario(async {
        for frame in [
            challenge("r=not-our-nonce,s=c2FsdHNhbHQ=,i=4096"),
            challenge("m=extension,r=x,s=c2FsdA==,i=4096"),
            "<challenge xmlns='urn:xmpp:sasl:2'>§§§</challenge>".to_owned(),
        ] {
            let server = lying(Step::Auth, vec![frame.clone()]).await;
            let (client, _, _) = victim_at(&server).await;
            client.until_problem(|p| matches!(p, Problem::ServerMisbehaves { .. })).await;
            assert!(!server.received().iter().any(|f| f.starts_with("<response")), "no proof for {frame}");
        }
    });
}

#[test]
fn a_stored_token_is_traded_for_nothing() {
    scenario(async {
        let (device, jid) = (Device::default(), fresh("alice"));
        let client = Client::register(&device, &jid, PASSWORD, &World::shared().prosody().ws_url()).await;
        drop(client);
        let stored = row(&device, &jid).await;
        // The same account behind somebody else, who has only weaker ways, or none for tokens.
        let open = frames::sasl2_offer("")[0].clone();
        let plain = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>\
             <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
        for offer in [vec![open, plain.to_owned()], frames::sasl2_offer("")] {
            let says = offer.clone();
            let bad = evil::Server::start(move |now, _| match now {
                Step::Open => Act::Say(says.clone()),
                Step::Auth => Act::Silence,
                _ => Act::AsUsual,
            })
            .await;
            let row = SessionRow { endpoint: Endpoint::Url(bad.url()), ..stored.clone() };
            device.store(&jid).commit(&[Write::Session(Some(row))]).await.unwrap();
            let client = Client::start(&device).await;
            client.until_problem(|p| *p == Problem::PasswordNeeded).await;
            let received = bad.received().concat();
            let secret = stored.token.as_ref().map(|token| token.secret.clone()).expect("a token");
            assert!(!received.contains(&secret), "{received}");
            // The person types the password: it goes to nobody who has only PLAIN.
            client.log_in(&jid, PASSWORD, Endpoint::Url(bad.url()));
            if !offer[1].contains("SCRAM") {
                client.until_problem(|p| *p == Problem::WeakerLogIn).await;
                assert!(!bad.received().iter().any(|frame| frame.starts_with("<auth ")));
            }
        }
    });
}
