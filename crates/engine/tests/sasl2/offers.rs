//! What is offered, and who offers it.

use super::{URL, last_connection, log_in_to, online, problems, restart, row, secret, wish, with};
use engine::Input;
use engine::testing::{MiniServer, Sasl2, ServerOptions, World};
use model::{Command, Connection, Endpoint, Event, Hash, Problem, Saved, SessionRow, Token};
use proptest::prelude::*;
use stanza::base64;

#[test]
fn a_weaker_offer_is_refused_once_and_in_words() {
    let weaker = [vec!["SCRAM-SHA-1", "PLAIN"], vec!["PLAIN"], vec![]];
    for mechanisms in weaker {
        for sasl2 in [None, Some(Sasl2 { fast: false, ..Sasl2::default() })] {
            let options = ServerOptions { sasl2, ..ServerOptions::default() };
            let (mut world, mut server) = log_in_to(options);
            assert_eq!(row(&world).pin, Some(Hash::Sha256));
            server.options.mechanisms.clone_from(&mechanisms);
            // With the stored key, and with the password typed again.
            for step in 0..2 {
                if step == 0 {
                    world = restart(&world, &mut server);
                } else {
                    world.take_events();
                    world.command(wish(URL, "secret"));
                    server.hang_up();
                    world.input(Input::Opened);
                    let mut said = world.sent.clone();
                    server.talk(&mut world);
                    said.extend(world.sent.clone());
                    assert!(!said.iter().any(|frame| frame.contains("auth")), "{said:?}");
                }
                assert_eq!(problems(&world), [Problem::WeakerLogIn], "{mechanisms:?} {step}");
                assert_eq!(last_connection(&world), Connection::Stopped);
                let tries = world.opened.len();
                world.pass(3_600_000);
                assert_eq!(world.opened.len(), tries, "no loop");
            }
            // The way out, if the people who run it meant it: that also takes back what is remembered.
            world.command(Command::LogOut { erase: false });
            server.options.mechanisms = vec!["SCRAM-SHA-1"];
            world.command(wish(URL, "secret"));
            server.accept(&mut world);
            assert_eq!(last_connection(&world), Connection::Online, "{mechanisms:?}");
            assert_eq!(row(&world).pin, Some(Hash::Sha1));
        }
    }
}

#[test]
fn an_offer_that_was_changed_on_the_way_ends_the_log_in() {
    use sha2::Digest;
    let signed = |list: &str| format!(",h={}", base64::encode(sha2::Sha256::digest(list.as_bytes())));
    for sasl2 in [None, Some(Sasl2::default())] {
        let options = ServerOptions { sasl2, ..ServerOptions::default() };
        let honest = signed("PLAIN\x1eSCRAM-SHA-1\x1eSCRAM-SHA-256");
        let (world, _) = log_in_to(ServerOptions { scram_extension: honest, ..options.clone() });
        assert_eq!(last_connection(&world), Connection::Online);
        // Somebody took the strongest one out of the list.
        let stripped = signed("PLAIN\x1eSCRAM-SHA-1\x1eSCRAM-SHA-256\x1eSCRAM-SHA-512");
        let (mut world, server) = log_in_to(ServerOptions { scram_extension: stripped, ..options });
        assert_eq!(problems(&world), [Problem::OfferChanged]);
        assert!(server.inbox.is_empty() && world.written.is_empty());
        world.pass(3_600_000);
        assert_eq!(world.opened.len(), 1, "no loop");
    }
}

#[test]
fn nothing_is_trusted_before_the_server_has_proven_itself() {
    // Of a password.
    let (world, _) = log_in_to(ServerOptions { lies: true, ..with(Sasl2::default()) });
    assert_eq!((problems(&world), world.written), (vec![Problem::ServerNotGenuine], vec![]));
    // Of a token: what comes with the success is not taken either.
    let (world, mut server) = online(Sasl2 { rotate: true, ..Sasl2::default() });
    server.options.lies = true;
    let next = restart(&world, &mut server);
    assert_eq!(problems(&next), [Problem::ServerNotGenuine]);
    assert_eq!(last_connection(&next), Connection::Stopped);
    assert_eq!(secret(&next), secret(&world));
    // Success too early, empty, or for somebody else.
    for success in [
        "<success xmlns='urn:xmpp:sasl:2'/>",
        "<success xmlns='urn:xmpp:sasl:2'><token xmlns='urn:xmpp:fast:0' token='evil'/></success>",
        "<success xmlns='urn:xmpp:sasl:2'><additional-data>dj1BQUFB</additional-data></success>",
        "<success xmlns='urn:xmpp:sasl:2'><additional-data>§</additional-data></success>",
    ] {
        let mut world = World::new(None);
        let server = MiniServer::new(with(Sasl2::default()));
        world.command(wish(URL, "secret"));
        world.input(Input::Opened);
        let mut server = server;
        for frame in world.take_sent() {
            server.answers(&frame).iter().for_each(|answer| world.frame(answer));
        }
        world.frame(success);
        assert_eq!((problems(&world), world.written), (vec![Problem::ServerNotGenuine], vec![]), "{success}");
        // And after our own proof.
        let mut world = online(Sasl2::default()).0.restart();
        world.input(Input::Opened);
        world.frame(success);
        assert_eq!(problems(&world), [Problem::ServerNotGenuine], "{success}");
        assert!(row(&world).token.is_some_and(|token| token.secret == "token-1"), "{success}");
    }
}

#[test]
fn a_second_factor_ends_in_words() {
    let mut world = online(Sasl2::default()).0.restart();
    world.input(Input::Opened);
    world.frame(
        "<continue xmlns='urn:xmpp:sasl:2'><additional-data/><tasks><task>TOTP</task></tasks></continue>",
    );
    assert_eq!(problems(&world), [Problem::NoSafeLogIn]);
    assert_eq!(last_connection(&world), Connection::Stopped);
}

#[test]
fn where_somebody_may_listen_there_is_neither_token_nor_sasl2() {
    let open = "ws://example.org/ws";
    let (mut world, mut server) = (World::new(None), MiniServer::new(with(Sasl2::default())));
    world.command(wish(open, "secret"));
    server.accept(&mut world);
    assert_eq!(last_connection(&world), Connection::Online);
    assert!(server.agents.is_empty() && row(&world).token.is_none());
    let session = SessionRow {
        token: Some(Token { secret: "token-1".into(), count: 0 }),
        ..SessionRow::new("alice@example.org".parse().unwrap(), Endpoint::Url(open.into()))
    };
    let mut world = World::new(Some(&Saved { session: Some(session), ..Saved::default() }));
    world.input(Input::Opened);
    assert!(!world.sent.iter().any(|frame| frame.contains("alice")), "{:?}", world.sent);
    server.hang_up();
    server.talk(&mut world);
    assert_eq!(problems(&world), [Problem::PasswordNeeded]);
    assert!(server.agents.is_empty());
}

fn anything() -> impl Strategy<Value = Option<String>> {
    let proof = ["", "<additional-data>dj1BQUFB</additional-data>", "<additional-data>=</additional-data>"];
    let inside = [
        "<authorization-identifier>alice@example.org/x</authorization-identifier>",
        "<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' id='x' resume='true'/></bound>",
        "<resumed xmlns='urn:xmpp:sm:3' previd='stream-0' h='0'/>",
        "<failed xmlns='urn:xmpp:sm:3' h='4294967295'/>",
        "<token xmlns='urn:xmpp:fast:0' token='planted'/>",
    ];
    let success = (prop::sample::select(proof.to_vec()), prop::sample::subsequence(inside.to_vec(), 0..=5))
        .prop_map(|(proof, inside)| {
            format!("<success xmlns='urn:xmpp:sasl:2'>{proof}{}</success>", inside.concat())
        });
    let frame = |name: &'static str| Just(name.to_owned());
    prop_oneof![
        6 => success.prop_map(Some),
        2 => frame("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>").prop_map(Some),
        2 => frame("<features xmlns='http://etherx.jabber.org/streams'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></features>").prop_map(Some),
        2 => frame("<features xmlns='http://etherx.jabber.org/streams'><authentication xmlns='urn:xmpp:sasl:2'><mechanism>SCRAM-SHA-256</mechanism><inline><fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast><bind xmlns='urn:xmpp:bind:0'/><sm xmlns='urn:xmpp:sm:3'/></inline></authentication></features>").prop_map(Some),
        2 => frame("<challenge xmlns='urn:xmpp:sasl:2'>dj1BQUFB</challenge>").prop_map(Some),
        1 => frame("<failure xmlns='urn:xmpp:sasl:2'><temporary-auth-failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>").prop_map(Some),
        1 => frame("<continue xmlns='urn:xmpp:sasl:2'/>").prop_map(Some),
        2 => frame("<resumed xmlns='urn:xmpp:sm:3' previd='stream-0' h='0'/>").prop_map(Some),
        1 => Just(None),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]
    /// Whoever does not know the secret can say what they like, in any order.
    #[test]
    fn no_order_of_words_lets_in_who_cannot_prove_itself(
        words in prop::collection::vec(anything(), 1..12), with_token in any::<bool>(), leaves in any::<bool>()
    ) {
        let (session, stream) = ONCE.with(|once| once.get_or_init(|| {
            let saved = online(Sasl2::default()).0.saved;
            (saved.session, saved.stream)
        }).clone());
        let mut world = World::new(Some(&Saved { session, stream, ..Saved::default() }));
        if !with_token {
            world = World::new(None);
            world.command(wish(URL, "secret"));
        } else if leaves {
            world.command(Command::LogOut { erase: false });
        }
        world.input(Input::Opened);
        for word in words {
            match word {
                Some(frame) => world.frame(&frame),
                None => {
                    world.input(Input::Closed);
                    world.input(Input::Resumed);
                    world.input(Input::Opened);
                }
            }
        }
        prop_assert!(!world.events.contains(&Event::Connection(Connection::Online)));
        let told = problems(&world).contains(&Problem::TokenLives);
        prop_assert_eq!(told, world.events.contains(&Event::LoggedOut { erased: false }), "nobody revoked it");
        let kept = world.saved.session.and_then(|row| row.token);
        prop_assert!(kept.is_none_or(|token| token.secret != "planted"));
    }
}

thread_local! {
    static ONCE: std::cell::OnceCell<(Option<SessionRow>, Option<model::StreamRow>)> = const { std::cell::OnceCell::new() };
}
