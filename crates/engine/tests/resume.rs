//! Streams that break and go on (XEP-0198 §5): over a new socket, and over a new page.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, Sasl2, ServerOptions, World};
use model::{
    Availability, BareJid, Command, Connection, Direction, Endpoint, Event, LogIn, MessageState, Saved, Write,
};
use proptest::prelude::*;

fn bob() -> BareJid {
    "bob@example.org".parse().unwrap()
}

fn resuming() -> ServerOptions {
    ServerOptions { resume: true, iterations: 4096, ..ServerOptions::default() }
}

fn log_in(world: &mut World, server: &mut MiniServer) {
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    server.accept(world);
    assert!(world.events.contains(&Event::Connection(Connection::Online)));
}

fn online() -> (World, MiniServer) {
    online_at(resuming())
}

fn online_at(options: ServerOptions) -> (World, MiniServer) {
    let (mut world, mut server) = (World::new(None), MiniServer::new(options));
    log_in(&mut world, &mut server);
    world.take_events();
    server.inbox.clear();
    (world, server)
}

/// The socket breaks; what was on its way is lost.
fn cut(world: &mut World) {
    world.take_sent();
    world.input(Input::Closed);
}

fn reconnect(world: &mut World, server: &mut MiniServer) {
    world.input(Input::Resumed);
    assert!(world.socket.is_some(), "a wake-up is a reason to try");
    server.accept(world);
}

fn say(text: &str) -> Command {
    Command::SendText { chat: bob(), body: text.into(), reply: None, spoiler: None }
}

fn from_bob(text: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='bob@example.org/x' type='chat' id='{text}'><body>{text}</body>\
         <origin-id xmlns='urn:xmpp:sid:0' id='{text}'/></message>"
    )
}

fn bodies(server: &MiniServer) -> Vec<String> {
    server.inbox.iter().filter_map(|stanza| stanza.child_text("body", "jabber:client")).collect()
}

fn states(world: &World) -> Vec<MessageState> {
    world.messages.iter().filter(|row| row.direction == Direction::Out).map(|row| row.state.clone()).collect()
}

fn received(world: &World) -> Vec<&str> {
    world.messages.iter().filter(|row| row.direction == Direction::In).map(|row| row.body.as_str()).collect()
}

#[test]
fn what_came_while_the_socket_was_gone_comes_once() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &from_bob("1"));
    cut(&mut world);
    server.deliver(&mut world, &from_bob("2"));
    reconnect(&mut world, &mut server);
    assert_eq!(server.resumptions, 1);
    server.deliver(&mut world, &from_bob("3"));
    server.ask(&mut world);
    assert_eq!(received(&world), ["1", "2", "3"]);
}

#[test]
fn a_message_whose_acknowledgement_was_lost_is_not_sent_again() {
    let (mut world, mut server) = online();
    world.command(say("handled"));
    // The server gets it, and nobody hears of that.
    for frame in world.take_sent() {
        server.answers(&frame);
    }
    assert_eq!(states(&world), [MessageState::Queued]);
    cut(&mut world);
    reconnect(&mut world, &mut server);
    assert_eq!(bodies(&server), ["handled"]);
    assert_eq!(states(&world), [MessageState::Sent]);
}

#[test]
fn a_message_that_was_lost_is_sent_again() {
    let (mut world, mut server) = online();
    world.command(say("lost"));
    cut(&mut world);
    reconnect(&mut world, &mut server);
    assert_eq!(bodies(&server), ["lost"]);
    assert_eq!(states(&world), [MessageState::Sent]);
}

#[test]
fn a_killed_page_leaves_a_stream_that_the_next_one_takes_up() {
    let (mut world, mut server) = online();
    world.command(say("handled"));
    for frame in world.take_sent() {
        server.answers(&frame);
    }
    world.command(say("lost"));
    server.deliver(&mut world, &from_bob("shown"));
    let mut world = world.restart();
    server.deliver(&mut World::new(None), &from_bob("missed"));
    server.accept(&mut world);
    assert_eq!(server.resumptions, 1);
    assert_eq!(bodies(&server), ["handled", "lost"]);
    assert_eq!(states(&world), [MessageState::Sent, MessageState::Sent]);
    assert_eq!(received(&world), ["shown", "missed"]);
}

#[test]
fn a_resumed_stream_shows_who_is_there_and_who_asked_without_being_told() {
    let (mut world, mut server) = online();
    server.deliver(
        &mut world,
        "<presence xmlns='jabber:client' from='bob@example.org/x'><show>away</show></presence>",
    );
    server.deliver(&mut world, "<presence xmlns='jabber:client' from='eve@example.org' type='subscribe'/>");
    let mut world = world.restart();
    assert!(
        !world.events.iter().any(|event| matches!(event, Event::Presence { .. })),
        "not before it is known"
    );
    server.accept(&mut world);
    let there = world.events.iter().any(|event| {
        matches!(event, Event::Presence { jid, presence } if *jid == bob() && presence.availability == Availability::Away)
    });
    assert!(there);
    assert!(world.events.contains(&Event::Requests(vec!["eve@example.org".parse().unwrap()])));
    // XEP-0352 says what is true on every stream.
    server.inbox.retain(|stanza| stanza.ns() != "urn:xmpp:csi:0");
    assert!(server.inbox.is_empty(), "nothing is set up anew: {:?}", server.inbox);
}

#[test]
fn nobody_flickers_when_a_stream_goes_on() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, "<presence xmlns='jabber:client' from='bob@example.org/x'/>");
    world.take_events();
    cut(&mut world);
    reconnect(&mut world, &mut server);
    assert!(!world.events.iter().any(|event| matches!(event, Event::Presence { .. })));
}

#[test]
fn a_server_that_lost_the_stream_gets_a_new_one() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, "<presence xmlns='jabber:client' from='bob@example.org/x'/>");
    world.command(say("1"));
    let mut world = world.restart();
    world.command(say("2"));
    server.forget();
    server.accept(&mut world);
    assert_eq!(bodies(&server), ["1", "2"]);
    assert_eq!(states(&world), [MessageState::Sent, MessageState::Sent]);
    assert!(world.saved.devices.is_empty());
    assert!(world.saved.stream.as_ref().is_some_and(|stream| stream.unacked.is_empty()));
}

/// So that the server does not keep every stream that had to be left, with a copy of all that comes.
#[test]
fn a_new_stream_is_bound_where_the_one_that_is_lost_was() {
    let (mut world, mut server) = online();
    assert!(server.resources[0].starts_with("goldcrest-"), "{:?}", server.resources);
    server.forget();
    cut(&mut world);
    reconnect(&mut world, &mut server);
    assert_eq!(server.resources[1], "r");
    let mut world = world.restart();
    server.forget();
    server.accept(&mut world);
    assert_eq!(server.resources[2], "r");
}

/// RFC 6120 §7.7.2.2: a server may let the one that is bound already stay.
#[test]
fn where_the_old_stream_stays_the_new_one_is_bound_beside_it() {
    let (mut world, mut server) = online_at(ServerOptions { keeps_old: true, ..resuming() });
    server.forget();
    cut(&mut world);
    reconnect(&mut world, &mut server);
    assert_eq!(server.resources[1], "r");
    assert!(server.resources[2].starts_with("goldcrest-"), "{:?}", server.resources);
    assert!(world.events.contains(&Event::Connection(Connection::Online)));
}

#[test]
fn a_page_that_was_killed_before_the_server_knew_it_sets_up_again() {
    let (mut world, mut server) = (World::new(None), MiniServer::new(resuming()));
    log_in(&mut world, &mut server);
    let mut saved = world.saved.clone();
    // As if the last page had been killed before its presence arrived.
    if let Some(stream) = &mut saved.stream {
        stream.setup = server.handled + 1;
    }
    server.inbox.clear();
    let mut world = World::new(Some(&saved));
    server.accept(&mut world);
    assert_eq!(server.resumptions, 1);
    assert!(server.inbox.iter().any(|stanza| stanza.name() == "presence"));
}

#[test]
fn a_friendship_that_was_lost_with_its_stream_is_made_on_the_next_one() {
    let (mut world, mut server) = online();
    let request = "<presence xmlns='jabber:client' from='bob@example.org' type='subscribe'/>";
    server.deliver(&mut world, request);
    world.command(Command::AcceptRequest(bob()));
    cut(&mut world);
    server.forget();
    reconnect(&mut world, &mut server);
    // The server never heard of it, and asks again.
    world.take_events();
    server.deliver(&mut world, request);
    server.talk(&mut world);
    let said = |server: &MiniServer, what: &str| {
        server
            .inbox
            .iter()
            .filter(|stanza| stanza.name() == "presence" && stanza.get("type") == Some(what))
            .count()
    };
    assert_eq!((said(&server, "subscribed"), said(&server, "subscribe")), (1, 1));
    assert!(
        !world.events.iter().any(|event| matches!(event, Event::Requests(all) if !all.is_empty())),
        "she has answered"
    );
    // Nothing is said again that the server knows.
    server.options.roster = "<item jid='bob@example.org' subscription='from' ask='subscribe'/>".into();
    server.deliver(
        &mut world,
        "<iq xmlns='jabber:client' type='set' id='p' from='alice@example.org'><query xmlns='jabber:iq:roster'>\
         <item jid='bob@example.org' subscription='from' ask='subscribe'/></query></iq>",
    );
    cut(&mut world);
    server.forget();
    reconnect(&mut world, &mut server);
    server.talk(&mut world);
    assert_eq!((said(&server, "subscribed"), said(&server, "subscribe")), (1, 1));
}

#[test]
fn a_page_that_is_not_alone_keeps_no_stream() {
    let (world, mut server) = online();
    let mut world = World::new(Some(&Saved { shared: true, ..world.saved.clone() }));
    server.accept(&mut world);
    assert_eq!(server.resumptions, 0);
    assert!(!world.written.iter().any(|write| matches!(write, Write::Stream(Some(_)))));
}

#[test]
fn a_server_that_speaks_of_another_stream_is_not_believed() {
    let (mut world, mut server) = online();
    world.command(say("precious"));
    cut(&mut world);
    world.input(Input::Resumed);
    server.stream = None;
    world.input(Input::Opened);
    world.take_sent();
    world.frame("<resumed xmlns='urn:xmpp:sm:3' previd='other' h='99'/>");
    assert_eq!(states(&world), [MessageState::Queued]);
}

#[test]
fn a_server_that_speaks_and_does_not_listen_is_left() {
    let (mut world, mut server) = online();
    world.command(say("unheard"));
    world.take_sent();
    for n in 0..6 {
        world.pass(5_000);
        assert!(n == 5 || world.socket.is_some(), "it has half a minute");
        server.deliver(&mut world, &from_bob(&n.to_string()));
    }
    assert!(world.socket.is_none(), "however much it says");
    reconnect(&mut world, &mut server);
    assert_eq!(bodies(&server), ["unheard"]);
    assert_eq!(server.resumptions, 0, "taken up again it would be as deaf as before");
}

#[test]
fn a_deaf_server_is_left_however_often_the_page_wakes_up() {
    let (mut world, mut server) = online();
    world.command(say("unheard"));
    world.take_sent();
    for n in 0..40 {
        world.pass(1_000);
        world.input(Input::Resumed);
        server.deliver(&mut world, &from_bob(&n.to_string()));
        if world.opened.len() > 1 {
            return;
        }
    }
    panic!("still waiting for its answer");
}

/// What may happen, in any order.
#[derive(Clone, Debug)]
enum Step {
    Say,
    Hear,
    Talk,
    Lose,
    Commit,
    Cut,
    Kill,
    Ask,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Say),
        4 => Just(Step::Hear),
        4 => Just(Step::Talk),
        1 => Just(Step::Lose),
        3 => Just(Step::Commit),
        1 => Just(Step::Cut),
        1 => Just(Step::Kill),
        2 => Just(Step::Ask),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    /// House rule 9. Whatever happens, and whatever is on disk when it happens: both sides have every message once and in order.
    #[test]
    fn killed_or_cut_after_any_step_nothing_is_lost_and_nothing_doubled(
        steps in prop::collection::vec(step(), 1..60), inline in any::<bool>(), sasl2 in any::<bool>(), rotate in any::<bool>()
    ) {
        let sasl2 = sasl2.then(|| Sasl2 { enable: inline, resume: inline, rotate, ..Sasl2::default() });
        let (mut world, mut server) = online_at(ServerOptions { sasl2, ..resuming() });
        world.auto_commit = false;
        let (mut said, mut heard, mut kills) = (0, 0, 0);
        let mut sockets = (kills, world.opened.len());
        for step in steps {
            match step {
                Step::Say => {
                    world.command(say(&format!("out {said}")));
                    // What the page showed and the disk did not have may be lost with the page: it was never queued.
                    world.commit();
                    said += 1;
                }
                Step::Hear => {
                    server.deliver(&mut world, &from_bob(&format!("in {heard}")));
                    heard += 1;
                }
                Step::Talk => server.talk(&mut world),
                Step::Ask if world.socket.is_some() => server.ask(&mut world),
                Step::Ask => {}
                // The server hears everything, and its answers are lost with the socket.
                Step::Lose => {
                    for frame in world.take_sent() {
                        server.answers(&frame);
                    }
                    world.input(Input::Closed);
                }
                Step::Commit => world.commit(),
                Step::Cut => cut(&mut world),
                Step::Kill => {
                    world = world.restart();
                    kills += 1;
                }
            }
            if world.socket.is_none() {
                world.input(Input::Resumed);
            }
            // Another socket than the last one.
            if sockets != (kills, world.opened.len()) {
                sockets = (kills, world.opened.len());
                server.accept(&mut world);
            }
        }
        world.auto_commit = true;
        cut(&mut world);
        world.commit();
        reconnect(&mut world, &mut server);
        server.ask(&mut world);
        server.talk(&mut world);
        let expected: Vec<String> = (0..said).map(|n| format!("out {n}")).collect();
        prop_assert_eq!(bodies(&server), expected);
        let expected: Vec<String> = (0..heard).map(|n| format!("in {n}")).collect();
        prop_assert_eq!(received(&world), expected);
        prop_assert!(states(&world).iter().all(|state| *state == MessageState::Sent));
    }
}
