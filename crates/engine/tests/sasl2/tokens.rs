//! Tokens (XEP-0484): from the first to the log-out.

use super::{URL, last_connection, log_in_to, online, problems, reconnect, restart, row, secret, wish, with};
use engine::Input;
use engine::testing::{MiniServer, Sasl2, ServerOptions, World, pbkdf2};
use model::{
    Command, Connection, Endpoint, Event, Hash, MessageState, Problem, SaltedKey, Saved, SessionRow,
};

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
        world.command(Command::SendText {
            chat: "bob@example.org".parse().unwrap(),
            body: "kept".into(),
            reply: None,
            spoiler: None,
        });
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
