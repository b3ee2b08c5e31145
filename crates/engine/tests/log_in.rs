//! From a wish to a bound stream, and every way it can fail.
#![cfg(feature = "testing")]

use engine::testing::{MiniServer, ServerOptions, World};
use engine::{Input, testing};
use model::{
    Command, Connection, Endpoint, Event, Hash, LogIn, Problem, SaltedKey, Saved, SessionRow, Write,
};

const URL: &str = "wss://example.org/ws";

fn wish(url: &str, password: &str) -> Command {
    Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: password.into(),
        endpoint: Endpoint::Url(url.into()),
    })
}

fn try_log_in(options: ServerOptions, url: &str, password: &str) -> World {
    let mut world = World::new(None);
    world.command(wish(url, password));
    MiniServer::new(options).accept(&mut world);
    world
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

fn saved(hash: Hash, salt: &[u8], password: &str) -> Saved {
    let key = testing::pbkdf2(hash, password, salt, 4096);
    let key = SaltedKey { hash, salt: salt.to_vec(), iterations: 4096, key };
    let session = SessionRow {
        key: Some(key),
        ..SessionRow::new("alice@example.org".parse().unwrap(), Endpoint::Url(URL.into()))
    };
    Saved { session: Some(session), ..Saved::default() }
}

#[test]
fn strongest_mechanism_first_and_only_the_key_is_stored() {
    let world = try_log_in(ServerOptions::default(), URL, "secret");
    assert_eq!(last_connection(&world), Connection::Online);
    assert!(world.events.contains(&Event::LoggedIn("alice@example.org".parse().unwrap())));
    let Some(Write::Session(Some(row))) =
        world.written.iter().find(|write| matches!(write, Write::Session(_)))
    else {
        panic!("no session stored: {:?}", world.written)
    };
    assert_eq!(row.key.as_ref().map(|key| key.hash), Some(Hash::Sha256));
    assert!(!format!("{:?}", world.written).contains("secret"));
}

#[test]
fn scram_sha_1_where_there_is_no_better() {
    let options = ServerOptions { mechanisms: vec!["SCRAM-SHA-1", "PLAIN"], ..ServerOptions::default() };
    assert_eq!(last_connection(&try_log_in(options, URL, "secret")), Connection::Online);
}

#[test]
fn plain_only_where_nobody_can_listen() {
    let options = || ServerOptions { mechanisms: vec!["PLAIN"], ..ServerOptions::default() };
    for url in [URL, "ws://127.0.0.1:5280/ws"] {
        let world = try_log_in(options(), url, "secret");
        assert_eq!(last_connection(&world), Connection::Online, "{url}");
        assert!(!format!("{:?}", world.written).contains("secret"));
    }
    let world = try_log_in(options(), "ws://example.org/ws", "secret");
    assert_eq!(problems(&world), [Problem::NoSafeLogIn]);
    assert_eq!(last_connection(&world), Connection::Idle);
}

#[test]
fn wrong_password_is_said_once_and_ends_the_try() {
    let mut world = try_log_in(ServerOptions::default(), URL, "wrong");
    assert_eq!(problems(&world), [Problem::WrongPassword]);
    assert_eq!(last_connection(&world), Connection::Idle);
    world.pass(600_000);
    assert_eq!(world.opened.len(), 1, "no second try by itself");
    world.command(wish(URL, "secret"));
    MiniServer::new(ServerOptions::default()).accept(&mut world);
    assert_eq!(last_connection(&world), Connection::Online);
}

#[test]
fn a_server_that_does_not_know_the_password_is_unmasked() {
    let options = ServerOptions { lies: true, ..ServerOptions::default() };
    let world = try_log_in(options, URL, "secret");
    assert_eq!(problems(&world), [Problem::ServerNotGenuine]);
    assert!(world.written.is_empty());
}

#[test]
fn success_before_the_proof_is_no_success() {
    let mut world = World::new(None);
    world.command(wish(URL, "secret"));
    world.input(Input::Opened);
    world.frame("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    world.frame("<features xmlns='http://etherx.jabber.org/streams'><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256</mechanism></mechanisms></features>");
    world.frame("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    assert_eq!(problems(&world), [Problem::ServerNotGenuine]);
}

#[test]
fn absurd_iterations_are_refused() {
    for iterations in [1, 2_000_000_000] {
        let mut world = World::new(None);
        world.command(wish(URL, "secret"));
        let mut server = MiniServer::new(ServerOptions { iterations, ..ServerOptions::default() });
        server.accept(&mut world);
        assert_eq!(problems(&world), [Problem::ServerMisbehaves { detail: "scram-challenge".into() }]);
    }
}

#[test]
fn a_stored_key_logs_in_without_a_password() {
    let mut world = World::new(Some(&saved(Hash::Sha1, b"salt", "secret")));
    assert_eq!(world.socket.as_deref(), Some(URL), "connects by itself");
    MiniServer::new(ServerOptions::default()).accept(&mut world);
    assert_eq!(last_connection(&world), Connection::Online);
}

#[test]
fn a_key_that_no_longer_fits_asks_for_the_password() {
    let weaker = ServerOptions { mechanisms: vec!["SCRAM-SHA-1", "PLAIN"], ..ServerOptions::default() };
    for (salt, password, options, problem) in [
        (&b"other"[..], "secret", ServerOptions::default(), Problem::PasswordNeeded),
        (b"salt", "old", ServerOptions::default(), Problem::PasswordNeeded),
        (b"salt", "secret", weaker, Problem::WeakerLogIn),
    ] {
        let mut world = World::new(Some(&saved(Hash::Sha256, salt, password)));
        MiniServer::new(options).accept(&mut world);
        assert_eq!(problems(&world), [problem]);
        assert_eq!(last_connection(&world), Connection::Stopped);
        world.command(wish(URL, "still wrong"));
        MiniServer::new(ServerOptions::default()).accept(&mut world);
        assert_eq!(last_connection(&world), Connection::Stopped);
        world.command(wish(URL, "secret"));
        MiniServer::new(ServerOptions::default()).accept(&mut world);
        assert_eq!(last_connection(&world), Connection::Online, "typing it goes on from there");
    }
}

#[test]
fn discovered_endpoints_are_tried_in_order_and_only_private_ones() {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Discover,
    }));
    assert_eq!(world.discovered, ["example.org"]);
    let urls = ["ws://example.org/ws", "wss://dead.example.org/ws", URL];
    world.input(Input::Discovered(urls.map(str::to_owned).to_vec()));
    assert_eq!(world.opened, ["wss://dead.example.org/ws"]);
    world.input(Input::Closed);
    MiniServer::new(ServerOptions::default()).accept(&mut world);
    assert_eq!(last_connection(&world), Connection::Online);
    assert_eq!(world.opened, ["wss://dead.example.org/ws", URL]);
}

#[test]
fn nothing_found_nothing_there_nothing_said() {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Discover,
    }));
    world.input(Input::Discovered(vec![]));
    assert_eq!(problems(&world), [Problem::NoEndpoint { domain: "example.org".into() }]);

    let unreachable = [Problem::Unreachable { domain: "example.org".into() }];
    let mut world = World::new(None);
    world.command(wish(URL, "secret"));
    world.pass(11_000);
    assert_eq!(problems(&world), unreachable, "a socket that never opens");

    let mut world = World::new(None);
    world.command(wish(URL, "secret"));
    world.input(Input::Opened);
    world.pass(16_000);
    assert_eq!(problems(&world), unreachable, "a server that says nothing");
}

#[test]
fn dropped_at_every_step_ends_in_words_and_a_second_try_works() {
    // Whole log-in: how many frames does the server send?
    let frames = {
        let mut world = World::new(None);
        world.command(wish(URL, "secret"));
        let mut count = 0;
        drive(&mut world, &mut |_| {
            count += 1;
            true
        });
        assert_eq!(last_connection(&world), Connection::Online);
        count
    };
    assert!(frames >= 6, "{frames} frames");
    for cut in 0..frames {
        let mut world = World::new(None);
        world.command(wish(URL, "secret"));
        let mut seen = 0;
        drive(&mut world, &mut |_| {
            seen += 1;
            seen <= cut
        });
        if cut >= 4 {
            // The server's success is in: the account is good, and the session comes back by itself.
            assert!(matches!(last_connection(&world), Connection::Waiting { .. }), "cut {cut}");
            world.pass(2_000);
            MiniServer::new(ServerOptions::default()).accept(&mut world);
            assert_eq!(last_connection(&world), Connection::Online, "cut {cut}");
            continue;
        }
        assert_eq!(problems(&world), [Problem::Unreachable { domain: "example.org".into() }], "cut {cut}");
        world.command(wish(URL, "secret"));
        MiniServer::new(ServerOptions::default()).accept(&mut world);
        assert_eq!(last_connection(&world), Connection::Online, "cut {cut}");
    }
}

/// Talks to a server frame by frame; `pass` decides whether a frame arrives or the socket drops instead.
fn drive(world: &mut World, pass: &mut dyn FnMut(&str) -> bool) {
    let mut server = MiniServer::new(ServerOptions::default());
    world.input(Input::Opened);
    loop {
        let sent = world.take_sent();
        if sent.is_empty() {
            return;
        }
        for text in sent {
            for answer in server.answers(&text) {
                if !pass(&answer) {
                    return world.input(Input::Closed);
                }
                world.frame(&answer);
            }
        }
    }
}

#[test]
fn malformed_frames_close_with_a_word() {
    for (frame, detail) in
        [("<open", "malformed"), ("<!DOCTYPE x><open/>", "dtd"), ("<a/><b/>", "second-root")]
    {
        let mut world = World::new(None);
        world.command(wish(URL, "secret"));
        world.input(Input::Opened);
        world.frame(frame);
        match problems(&world).as_slice() {
            [Problem::ServerMisbehaves { detail: said }] => assert!(!said.is_empty(), "{detail}"),
            other => panic!("{frame}: {other:?}"),
        }
        assert_eq!(world.socket, None);
    }
}

#[test]
fn stream_errors_stop_or_come_back() {
    let error = |name: &str| {
        format!(
            "<error xmlns='http://etherx.jabber.org/streams'><{name} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>"
        )
    };
    let mut world = try_log_in(ServerOptions::default(), URL, "secret");
    world.frame(&error("conflict"));
    assert_eq!(last_connection(&world), Connection::Stopped);
    assert!(problems(&world).contains(&Problem::ReplacedElsewhere));
    world.pass(600_000);
    assert_eq!(world.opened.len(), 1);

    let mut world = try_log_in(ServerOptions::default(), URL, "secret");
    world.frame(&error("system-shutdown"));
    assert!(matches!(last_connection(&world), Connection::Waiting { .. }));
    world.pass(2_000);
    assert_eq!(world.opened.len(), 2, "comes back by itself");
}
