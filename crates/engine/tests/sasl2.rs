//! One request that proves who we are and asks for the rest (XEP-0388, 0386), tokens (XEP-0484), and everything a server or somebody
//! in between can do to them.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, Sasl2, ServerOptions, World, pbkdf2};
use model::{
    Command, Connection, Endpoint, Event, Hash, LogIn, MessageState, Problem, SaltedKey, Saved, SessionRow,
    Token, Write,
};
use stanza::base64;

const URL: &str = "wss://example.org/ws";

fn wish(url: &str, password: &str) -> Command {
    Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: password.into(),
        endpoint: Endpoint::Url(url.into()),
    })
}

fn with(sasl2: Sasl2) -> ServerOptions {
    ServerOptions { sasl2: Some(sasl2), resume: true, ..ServerOptions::default() }
}

fn log_in_to(options: ServerOptions) -> (World, MiniServer) {
    let (mut world, mut server) = (World::new(None), MiniServer::new(options));
    world.command(wish(URL, "secret"));
    server.accept(&mut world);
    (world, server)
}

/// Logged in and online, with a token.
fn online(sasl2: Sasl2) -> (World, MiniServer) {
    let (mut world, server) = log_in_to(with(sasl2));
    assert_eq!(last_connection(&world), Connection::Online);
    assert!(row(&world).token.is_some());
    world.take_events();
    (world, server)
}

fn problems(world: &World) -> Vec<Problem> {
    let problem = |event: &Event| match event {
        Event::Problem(problem) => Some(problem.clone()),
        _ => None,
    };
    world.events.iter().filter_map(problem).collect()
}

fn last_connection(world: &World) -> Connection {
    let connection = |event: &Event| match event {
        Event::Connection(connection) => Some(*connection),
        _ => None,
    };
    world.events.iter().rev().find_map(connection).unwrap_or_default()
}

fn row(world: &World) -> SessionRow {
    world.saved.session.clone().expect("a stored session")
}

fn secret(world: &World) -> Option<String> {
    row(world).token.map(|token| token.secret)
}

/// The socket breaks, and the network is back at once.
fn reconnect(world: &mut World, server: &mut MiniServer) {
    world.take_sent();
    world.input(Input::Closed);
    world.input(Input::Resumed);
    server.accept(world);
}

fn restart(world: &World, server: &mut MiniServer) -> World {
    let mut next = world.restart();
    server.accept(&mut next);
    next
}

/// How often the client, from the open socket to a working stream, sends something and has to wait for the answer.
fn round_trips(world: &mut World, server: &mut MiniServer) -> usize {
    server.hang_up();
    world.take_events();
    world.input(Input::Opened);
    for trip in 1..20 {
        let sent = world.take_sent();
        assert!(!sent.is_empty(), "nobody says anything in trip {trip}");
        let answers: Vec<String> = sent.iter().flat_map(|frame| server.answers(frame)).collect();
        for answer in answers {
            world.frame(&answer);
            if last_connection(world) == Connection::Online {
                server.talk(world);
                return trip;
            }
        }
    }
    panic!("no end of it");
}

#[test]
fn round_trips_of_a_log_in() {
    let cold = |options: ServerOptions| {
        let (mut world, mut server) = (World::new(None), MiniServer::new(options));
        world.command(wish(URL, "secret"));
        round_trips(&mut world, &mut server)
    };
    let again = |options: ServerOptions, forget: bool| {
        let (world, mut server) = log_in_to(options);
        if forget {
            server.forget();
        }
        let mut next = world.restart();
        let resumptions = server.resumptions;
        let trips = round_trips(&mut next, &mut server);
        assert_eq!(server.resumptions > resumptions, !forget, "resumed");
        trips
    };
    let plain = || ServerOptions { resume: true, ..ServerOptions::default() };
    let all = || with(Sasl2::default());
    let prosody_0_12 = || with(Sasl2 { enable: false, resume: false, ..Sasl2::default() });
    let figures = [
        ("cold, SASL and bind", cold(plain()), 5),
        ("cold, SASL2 without Bind 2", cold(with(Sasl2 { bind: false, ..Sasl2::default() })), 4),
        ("cold, SASL2 and Bind 2", cold(all()), 3),
        ("key and bind after a lost stream", again(plain(), true), 6),
        ("key and resumption", again(plain(), false), 5),
        ("token and Bind 2 after a lost stream", again(all(), true), 1),
        ("token and resumption", again(all(), false), 1),
        ("token and Bind 2 as Prosody 0.12 has it, stream lost", again(prosody_0_12(), true), 3),
        ("token and resumption as Prosody 0.12 has it", again(prosody_0_12(), false), 2),
    ];
    for (what, trips, expected) in figures {
        println!("round trips: {trips} for {what}");
        assert_eq!(trips, expected, "{what}");
    }
}

#[test]
fn a_token_takes_the_place_of_the_key() {
    let (world, server) = online(Sasl2::default());
    assert_eq!((row(&world).key, secret(&world)), (None, server.tokens().first().cloned()));
    assert_eq!(row(&world).pin, Some(Hash::Sha256));
    let written = format!("{:?}", world.written);
    assert!(!written.contains("secret") && !written.contains("SaltedKey"), "{written}");
    assert!(!written.contains(&secret(&world).unwrap()), "not even where it is printed");
    assert!(server.carbons && world.events.is_empty());
}

#[test]
fn a_key_from_before_becomes_a_token() {
    let key = pbkdf2(Hash::Sha256, "secret", b"salt", 4096);
    let key = SaltedKey { hash: Hash::Sha256, salt: b"salt".to_vec(), iterations: 4096, key };
    let session = SessionRow {
        key: Some(key),
        ..SessionRow::new("alice@example.org".parse().unwrap(), Endpoint::Url(URL.into()))
    };
    let mut world = World::new(Some(&Saved { session: Some(session), ..Saved::default() }));
    let mut server = MiniServer::new(with(Sasl2::default()));
    server.accept(&mut world);
    assert_eq!(last_connection(&world), Connection::Online);
    assert_eq!((row(&world).key, secret(&world)), (None, Some("token-1".into())));
    assert!(!row(&world).agent.is_empty());
}

#[test]
fn an_installation_keeps_its_name_and_another_has_another() {
    let (world, mut server) = online(Sasl2::default());
    let mut next = restart(&world, &mut server);
    reconnect(&mut next, &mut server);
    assert_eq!(server.agents, vec![row(&world).agent; 3]);
    let (other, _) = online(Sasl2::default());
    assert_eq!(row(&other).agent, row(&world).agent, "the same seed");
    next.command(Command::LogOut { erase: false });
    server.accept(&mut next);
    next.command(wish(URL, "secret"));
    server.accept(&mut next);
    assert_ne!(row(&next).agent, row(&world).agent, "who logs out leaves no trace");
}

#[test]
fn a_server_that_draws_new_salts_is_no_obstacle() {
    let (world, mut server) = online(Sasl2::default());
    server.options.salt = "another";
    server.forget();
    let next = restart(&world, &mut server);
    assert_eq!((last_connection(&next), problems(&next)), (Connection::Online, vec![]));
}

#[test]
fn a_server_that_takes_only_the_password_gives_a_token_for_it() {
    let plain = ServerOptions { mechanisms: vec!["PLAIN"], ..with(Sasl2::default()) };
    let (world, mut server) = log_in_to(plain);
    let next = restart(&world, &mut server);
    assert_eq!((last_connection(&next), problems(&next)), (Connection::Online, vec![]));
}

#[test]
fn no_use_of_a_token_looks_like_another() {
    let (mut world, mut server) = online(Sasl2::default());
    for use_of_it in 1..5 {
        if use_of_it % 2 == 0 {
            world = restart(&world, &mut server);
        } else {
            reconnect(&mut world, &mut server);
        }
        // The server refuses a count that does not grow.
        assert_eq!(last_connection(&world), Connection::Online, "use {use_of_it}");
        assert_eq!(row(&world).token.map(|token| token.count), Some(use_of_it));
    }
}

#[test]
fn a_token_is_not_used_before_its_count_is_on_disk() {
    let (world, mut server) = online(Sasl2::default());
    let mut next = world.restart();
    next.auto_commit = false;
    reconnect(&mut next, &mut server);
    assert!(last_connection(&next) != Connection::Online);
    assert_eq!(row(&next).token.map(|token| token.count), Some(1), "the second use is not on disk");
    next.commit();
    server.talk(&mut next);
    assert_eq!(last_connection(&next), Connection::Online);
    assert_eq!(row(&next).token.map(|token| token.count), Some(2));
}

#[test]
fn the_next_token_takes_the_place_of_the_last() {
    let (mut world, mut server) = online(Sasl2 { rotate: true, ..Sasl2::default() });
    for _ in 0..3 {
        let last = secret(&world);
        world = restart(&world, &mut server);
        assert_eq!(last_connection(&world), Connection::Online);
        assert_ne!(secret(&world), last);
        assert_eq!(secret(&world), server.tokens().first().cloned(), "in one write");
    }
}

#[test]
fn killed_between_a_token_and_the_disk_the_last_one_still_works() {
    let (world, mut server) = online(Sasl2 { rotate: true, ..Sasl2::default() });
    let mut next = world.restart();
    next.auto_commit = false;
    next.commit();
    server.accept(&mut next);
    next.commit();
    let last = secret(&next);
    // The new token is here, and not on disk; the page goes on with it or is killed.
    next.auto_commit = false;
    next.take_sent();
    next.input(Input::Closed);
    next.input(Input::Resumed);
    next.commit();
    server.accept(&mut next);
    assert_eq!(last_connection(&next), Connection::Online);
    assert_eq!(secret(&next), last, "the write waits");
    next.auto_commit = true;
    let after = restart(&next, &mut server);
    assert_eq!((last_connection(&after), problems(&after)), (Connection::Online, vec![]));
    assert_ne!(secret(&after), last);

    // Killed before the first one is on disk: nobody was logged in.
    let mut server = MiniServer::new(with(Sasl2::default()));
    let mut world = World::new(None);
    world.auto_commit = false;
    world.command(wish(URL, "secret"));
    server.accept(&mut world);
    assert_eq!(last_connection(&world), Connection::Online);
    let next = world.restart();
    assert_eq!((next.socket, next.saved.session), (None, None));
}

#[test]
fn a_token_that_is_refused_is_forgotten_and_the_password_asked_once() {
    for condition in ["not-authorized", "credentials-expired", "invalid-mechanism", "malformed-request"] {
        let (mut world, mut server) = online(Sasl2::default());
        world.command(Command::SendText { chat: "bob@example.org".parse().unwrap(), body: "kept".into() });
        server.options.sasl2 = Some(Sasl2 { refuse: Some(condition), ..Sasl2::default() });
        let mut next = restart(&world, &mut server);
        assert_eq!(problems(&next), [Problem::PasswordNeeded], "{condition}");
        assert_eq!(last_connection(&next), Connection::Stopped, "{condition}");
        assert_eq!(row(&next).token, None, "{condition}");
        let tries = next.opened.len();
        next.pass(3_600_000);
        next.command(Command::ConnectNow);
        assert_eq!(next.opened.len(), tries, "{condition}: no second try by itself");
        let mut after = next.restart();
        assert_eq!((problems(&after), after.opened.len()), (vec![Problem::PasswordNeeded], 0), "{condition}");
        server.options.sasl2 = Some(Sasl2::default());
        after.command(wish(URL, "secret"));
        server.accept(&mut after);
        assert_eq!(last_connection(&after), Connection::Online, "{condition}");
        assert_eq!(row(&after).agent, row(&world).agent, "{condition}");
        assert!(row(&after).token.is_some(), "{condition}");
        assert_eq!(after.messages[0].state, MessageState::Sent, "{condition}: nothing is lost");
    }
}

#[test]
fn a_server_that_is_busy_is_asked_again_with_the_same_token() {
    let (world, mut server) = online(Sasl2::default());
    server.options.sasl2 = Some(Sasl2 { refuse: Some("temporary-auth-failure"), ..Sasl2::default() });
    let mut next = restart(&world, &mut server);
    assert!(matches!(last_connection(&next), Connection::Waiting { .. }));
    assert_eq!(secret(&next), secret(&world));
    server.options.sasl2 = Some(Sasl2::default());
    next.pass(2_000);
    server.accept(&mut next);
    assert_eq!(last_connection(&next), Connection::Online);
}

#[test]
fn a_server_that_takes_no_tokens_any_more_asks_for_the_password() {
    let without = [Some(Sasl2 { fast: false, ..Sasl2::default() }), None];
    for sasl2 in without {
        let (world, mut server) = online(Sasl2::default());
        server.options.sasl2.clone_from(&sasl2);
        let mut next = restart(&world, &mut server);
        assert_eq!(problems(&next), [Problem::PasswordNeeded], "{sasl2:?}");
        let tries = next.opened.len();
        next.pass(3_600_000);
        assert_eq!(next.opened.len(), tries, "{sasl2:?}: no loop");
        next.command(wish(URL, "secret"));
        server.accept(&mut next);
        assert_eq!(last_connection(&next), Connection::Online, "{sasl2:?}");
        assert!(row(&next).key.is_some() && row(&next).token.is_none(), "{sasl2:?}");
    }
}

#[test]
fn what_was_taken_for_granted_once_in_vain_is_not_again() {
    let (world, mut server) = online(Sasl2::default());
    let mut next = world.restart();
    next.input(Input::Opened);
    assert_eq!(next.take_sent().len(), 2, "ahead of the offer");
    next.input(Input::Closed);
    next.pass(2_000);
    next.input(Input::Opened);
    assert_eq!(next.sent.len(), 1, "listens first");
    server.hang_up();
    server.talk(&mut next);
    assert_eq!(last_connection(&next), Connection::Online);
}

#[test]
fn a_server_without_one_of_the_parts_is_met_half_way() {
    for sasl2 in [
        Sasl2 { bind: false, ..Sasl2::default() },
        Sasl2 { enable: false, ..Sasl2::default() },
        Sasl2 { resume: false, ..Sasl2::default() },
        Sasl2 { fast: false, ..Sasl2::default() },
        Sasl2 { bind: false, enable: false, resume: false, fast: false, ..Sasl2::default() },
    ] {
        for acks in [true, false] {
            let options = ServerOptions {
                acks,
                resume: acks,
                ..with(Sasl2 { enable: sasl2.enable && acks, ..sasl2.clone() })
            };
            let (mut world, mut server) = log_in_to(options);
            for round in 0..3 {
                assert_eq!(last_connection(&world), Connection::Online, "{sasl2:?} {acks} {round}");
                world.command(Command::SendText {
                    chat: "bob@example.org".parse().unwrap(),
                    body: "hi".into(),
                });
                server.talk(&mut world);
                assert!(world.messages.iter().all(|row| row.state == MessageState::Sent), "{sasl2:?} {acks}");
                world = restart(&world, &mut server);
                if round == 1 {
                    server.forget();
                    reconnect(&mut world, &mut server);
                }
            }
            assert_eq!(problems(&world), [], "{sasl2:?}");
        }
    }
}

#[test]
fn pages_that_share_an_account_do_not_throw_each_other_out() {
    let (world, mut server) = online(Sasl2::default());
    let saved = Saved { shared: true, ..world.saved.clone() };
    let mut second = World::new(Some(&saved));
    server.accept(&mut second);
    assert_eq!(last_connection(&second), Connection::Online);
    assert!(!second.written.iter().any(|write| matches!(write, Write::Session(_))));
    // Neither the stable resource nor the count is its own.
    server.options.sasl2 = Some(Sasl2 { refuse: Some("not-authorized"), ..Sasl2::default() });
    let mut third = World::new(Some(&saved));
    third.input(Input::Opened);
    assert!(third.sent.iter().all(|frame| !frame.contains("urn:xmpp:bind:0") && !frame.contains("count=")));
    server.hang_up();
    server.talk(&mut third);
    assert_eq!(problems(&third), [Problem::PasswordNeeded]);
    assert!(!third.written.iter().any(|write| matches!(write, Write::Session(_))), "not its to forget");
}

#[test]
fn logging_out_revokes_the_token() {
    for erase in [false, true] {
        let (mut world, mut server) = online(Sasl2::default());
        let copy = row(&world);
        world.command(Command::LogOut { erase });
        assert_eq!(world.saved.session.is_some(), erase, "this world knows no erasing");
        assert!(!world.events.contains(&Event::LoggedOut { erased: erase }), "the server is told first");
        assert_eq!(server.tokens().len(), 1);
        server.accept(&mut world);
        assert_eq!(server.tokens(), Vec::<String>::new());
        assert!(world.events.contains(&Event::LoggedOut { erased: erase }));
        assert_eq!((problems(&world), world.socket.clone(), world.store_closed), (vec![], None, true));
        // Who copied it has nothing.
        let mut thief = World::new(Some(&Saved { session: Some(copy), ..Saved::default() }));
        server.accept(&mut thief);
        assert_eq!(problems(&thief), [Problem::PasswordNeeded]);
    }
}

#[test]
fn a_log_out_that_the_server_did_not_hear_is_said_honestly() {
    let left = |world: &World| world.events.contains(&Event::LoggedOut { erased: false });
    // No network at all: not even tried.
    let (mut world, _) = online(Sasl2::default());
    world.input(Input::NetworkOnline(false));
    world.command(Command::LogOut { erase: false });
    assert_eq!((problems(&world), left(&world)), (vec![Problem::TokenLives], true));
    // Nobody answers.
    let (mut world, _) = online(Sasl2::default());
    world.command(Command::LogOut { erase: false });
    assert!(!left(&world));
    world.pass(6_000);
    assert_eq!(
        (problems(&world), left(&world), world.socket.clone()),
        (vec![Problem::TokenLives], true, None)
    );
    // The socket breaks, or the server says something else.
    for input in [
        Input::Closed,
        Input::Frame("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>".into()),
        Input::Frame("<open".into()),
        Input::Frame("<success xmlns='urn:xmpp:sasl:2'/>".into()),
        Input::Frame("<features xmlns='http://etherx.jabber.org/streams'/>".into()),
    ] {
        let (mut world, _) = online(Sasl2::default());
        world.command(Command::LogOut { erase: false });
        world.input(Input::Opened);
        world.input(input.clone());
        assert_eq!((problems(&world), left(&world)), (vec![Problem::TokenLives], true), "{input:?}");
        assert_eq!(world.saved.session, None, "forgotten all the same");
    }
    // The log-out comes first, and a kill leaves nothing.
    let (mut world, _) = online(Sasl2::default());
    world.command(Command::LogOut { erase: false });
    assert_eq!(world.restart().opened.len(), 0);
}

#[test]
fn a_log_out_while_waiting_for_the_network_revokes_too() {
    let (mut world, mut server) = online(Sasl2::default());
    world.input(Input::Closed);
    assert!(matches!(last_connection(&world), Connection::Waiting { .. }));
    world.command(Command::LogOut { erase: false });
    server.accept(&mut world);
    assert_eq!((server.tokens().len(), problems(&world)), (0, vec![]));
}

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
