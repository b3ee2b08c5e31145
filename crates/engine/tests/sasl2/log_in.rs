//! Everything along with the log-in, or as much of it as the server has.

use super::{URL, last_connection, log_in_to, online, problems, reconnect, restart, round_trips, wish, with};
use engine::Input;
use engine::testing::{MiniServer, Sasl2, ServerOptions, World};
use model::{Command, Connection, MessageState, Problem, Saved, Write};

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
                    reply: None,
                    spoiler: None,
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
