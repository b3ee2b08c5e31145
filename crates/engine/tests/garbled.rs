//! A server that takes the first bytes of a new socket for the rest of a frame that was cut (Prosody 0.12).
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{Command, Connection, Endpoint, Event, LogIn, MessageState};

fn online() -> (World, MiniServer) {
    let options = ServerOptions { resume: true, mechanisms: vec!["PLAIN"], ..ServerOptions::default() };
    let (mut world, mut server) = (World::new(None), MiniServer::new(options));
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    server.accept(&mut world);
    server.inbox.clear();
    (world, server)
}

/// The socket breaks over a message, and the stream is taken up again; everything that the client says after that is here.
fn resumed(world: &mut World, server: &mut MiniServer) -> Vec<String> {
    world.command(Command::SendText {
        chat: "bob@example.org".parse().unwrap(),
        body: "precious".into(),
        reply: None,
        spoiler: None,
    });
    world.take_sent();
    world.input(Input::Closed);
    world.input(Input::Resumed);
    server.log_out();
    world.input(Input::Opened);
    loop {
        let sent = world.take_sent();
        let resumes = sent.iter().any(|frame| frame.contains("<resume "));
        for frame in sent {
            for answer in server.answers(&frame) {
                world.frame(&answer);
            }
        }
        if resumes {
            return world.take_sent();
        }
    }
}

#[test]
fn nothing_is_said_on_a_resumed_stream_before_the_server_is_known_to_understand() {
    let (mut world, mut server) = online();
    let said = resumed(&mut world, &mut server);
    assert!(said.len() == 1 && said[0].starts_with("<r "), "{said:?}");
    for frame in said {
        for answer in server.answers(&frame) {
            world.frame(&answer);
        }
    }
    server.talk(&mut world);
    assert_eq!(server.inbox.iter().filter(|stanza| stanza.name() == "message").count(), 1);
    assert_eq!(world.messages[0].state, MessageState::Sent);
    assert_eq!(server.resumptions, 1);
}

#[test]
fn a_server_that_does_not_understand_is_left_and_no_message_is_lost_on_it() {
    let (mut world, mut server) = online();
    resumed(&mut world, &mut server);
    // It goes on to speak, and hears nothing.
    for _ in 0..3 {
        world.pass(3_000);
        server.deliver(&mut world, "<presence xmlns='jabber:client' from='bob@example.org/x'/>");
    }
    assert_eq!(world.messages[0].state, MessageState::Queued);
    assert!(world.take_sent().iter().all(|frame| !frame.contains("precious")));
    world.take_events();
    world.pass(1_000);
    let left = |event: &Event| matches!(event, Event::Connection(Connection::Waiting { .. }));
    assert!(world.events.iter().any(left), "ten seconds are enough");
    world.input(Input::Resumed);
    server.accept(&mut world);
    assert!(world.events.contains(&Event::Connection(Connection::Online)));
    assert_eq!(server.inbox.iter().filter(|stanza| stanza.name() == "message").count(), 1);
    assert_eq!(world.messages[0].state, MessageState::Sent);
}

#[test]
fn who_wakes_up_all_the_time_leaves_a_deaf_server_all_the_same() {
    let (mut world, mut server) = online();
    resumed(&mut world, &mut server);
    let left = |world: &World| world.socket.is_none();
    let mut seconds = 0;
    while !left(&world) {
        seconds += 1;
        assert!(seconds < 25, "it would go on for ever");
        world.pass(1_000);
        server.deliver(&mut world, "<presence xmlns='jabber:client' from='bob@example.org/x'/>");
        if !left(&world) {
            world.input(Input::Resumed);
        }
    }
}
