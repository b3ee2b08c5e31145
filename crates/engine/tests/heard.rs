//! What comes in is shown when it is heard and acknowledged when it is on disk.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{BareJid, Command, Connection, Direction, Endpoint, Event, LogIn, MessageRow, OwedRow, Write};

fn bob() -> BareJid {
    "bob@example.org".parse().unwrap()
}

/// On a stream, with a disk that writes when it is told to.
fn online() -> (World, MiniServer) {
    let roster = "<item jid='bob@example.org' subscription='both'/>".to_owned();
    let options = ServerOptions { resume: true, archive: true, roster, ..ServerOptions::default() };
    let (mut world, mut server) = (World::new(None), MiniServer::new(options));
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    server.accept(&mut world);
    assert!(world.events.contains(&Event::Connection(Connection::Online)));
    world.take_events();
    world.take_sent();
    world.auto_commit = false;
    (world, server)
}

fn message(id: &str, more: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='bob@example.org/x' type='chat' id='{id}'><body>hi &lt;b&gt; {id}</body>\
         <origin-id xmlns='urn:xmpp:sid:0' id='{id}'/>{more}</message>"
    )
}

fn heard(world: &World) -> Vec<&MessageRow> {
    let rows = world.events.iter();
    rows.filter_map(|event| if let Event::Heard(row) = event { Some(row) } else { None }).collect()
}

fn stored(world: &World) -> Vec<&MessageRow> {
    let rows = world.events.iter();
    rows.filter_map(|event| if let Event::Message(row) = event { Some(row) } else { None }).collect()
}

/// What is left on a screen that shows what it hears.
fn on_screen(world: &World) -> Vec<String> {
    let mut shown: Vec<&MessageRow> = Vec::new();
    for event in &world.events {
        match event {
            Event::Heard(row) | Event::Message(row) => {
                shown.retain(|known| known.id != row.id);
                shown.push(row);
            }
            Event::MessageDeleted { id, .. } => shown.retain(|row| row.id != *id),
            _ => {}
        }
    }
    shown.into_iter().map(|row| row.dedupe.clone()).collect()
}

#[test]
fn a_received_message_is_shown_when_it_is_heard_and_counted_when_it_is_on_disk() {
    let (mut world, _) = online();
    world.frame(&message("m1", "<request xmlns='urn:xmpp:receipts'/>"));
    assert_eq!(heard(&world)[0].body, "hi <b> m1");
    assert_eq!(heard(&world)[0].direction, Direction::In);
    assert!(stored(&world).is_empty());
    assert!(!world.events.iter().any(|event| matches!(event, Event::Chat(_))), "no list counts it");
    world.frame("<r xmlns='urn:xmpp:sm:3'/>");
    assert!(world.sent.is_empty(), "nobody hears of it before it is on disk: {:?}", world.sent);
    let heard = heard(&world)[0].clone();
    world.commit();
    assert_eq!(stored(&world), [&heard]);
    assert!(world.sent.iter().any(|sent| sent.contains("h=")), "{:?}", world.sent);
    assert!(world.written.contains(&Write::Owe(OwedRow {
        to: "bob@example.org/x".parse().unwrap(),
        kind: "chat".into(),
        id: "m1".into(),
    })));
    assert!(world.sent.iter().any(|sent| sent.contains("urn:xmpp:receipts")), "{:?}", world.sent);
}

#[test]
fn a_copy_of_what_was_just_heard_waits_for_the_disk() {
    let (mut world, _) = online();
    world.frame(&message("m1", ""));
    world.frame(&message("m1", ""));
    assert_eq!(heard(&world).len(), 1);
    world.commit();
    world.frame(&message("m1", ""));
    world.commit();
    assert_eq!((heard(&world).len(), stored(&world).len(), on_screen(&world).len()), (1, 1, 1));
}

#[test]
fn a_copy_that_was_shown_is_withdrawn_and_nothing_else() {
    let (mut world, _) = online();
    let bob_says: Vec<String> = (0..200).map(|n| format!("m{n}")).collect();
    for id in &bob_says {
        world.frame(&message(id, ""));
    }
    world.commit();
    let before = on_screen(&world);
    assert_eq!(before.len(), 200);
    // So long ago that only the disk remembers it.
    world.frame(&message("m0", ""));
    assert_eq!(on_screen(&world).len(), 201);
    world.commit();
    assert_eq!(on_screen(&world), before);
    assert_eq!(world.messages.len(), 200);
}

#[test]
fn what_had_to_wait_is_shown_when_it_is_on_disk() {
    let (mut world, _) = online();
    world.frame(&message("m1", "<delay xmlns='urn:xmpp:delay' stamp='2020-01-02T03:04:05Z'/>"));
    assert!(heard(&world).is_empty());
    world.commit();
    assert_eq!(stored(&world).len(), 1);
}

#[test]
fn what_a_resumed_stream_begins_with_waits_for_the_disk() {
    let (mut world, mut server) = online();
    let receive = |world: &mut World, server: &mut MiniServer, id| server.deliver(world, &message(id, ""));
    receive(&mut world, &mut server, "m1");
    assert_eq!(heard(&world).len(), 1);
    // On disk, but the server does not know.
    world.take_sent();
    world.input(Input::Closed);
    world.commit();
    world.auto_commit = true;
    world.input(Input::Resumed);
    server.accept(&mut world);
    assert_eq!(server.resumptions, 1);
    assert_eq!((heard(&world).len(), stored(&world).len(), world.messages.len()), (1, 1, 1));
    receive(&mut world, &mut server, "m2");
    assert_eq!(heard(&world).len(), 2, "from then on there is nothing to wait for");
}

#[test]
fn killed_before_the_disk_it_comes_again() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &message("m1", ""));
    assert_eq!(heard(&world).len(), 1);
    let mut next = world.restart();
    next.auto_commit = true;
    server.accept(&mut next);
    assert_eq!(next.messages.len(), 1);
    assert_eq!(on_screen(&next), [MessageRow::dedupe_key(&bob(), "m1")]);
}

#[test]
fn what_is_said_of_it_meanwhile_is_told_when_both_are_on_disk() {
    let (mut world, _) = online();
    world.frame(&message("m1", ""));
    world.frame(&message("m2", "<replace xmlns='urn:xmpp:message-correct:0' id='m1'/>"));
    world.frame(&message("m4", "<replace xmlns='urn:xmpp:message-correct:0' id='m3'/>"));
    world.frame(&message("m3", ""));
    assert_eq!(heard(&world).len(), 1, "of the last one something was said before it came");
    world.commit();
    let changed = |event: &Event| matches!(event, Event::MessageChanged(row) if row.body == "hi <b> m2");
    assert!(world.events.iter().any(changed));
    assert_eq!(stored(&world).last().unwrap().body, "hi <b> m4");
}

#[test]
fn what_is_written_after_a_log_out_is_told_to_nobody() {
    let (mut world, mut server) = online();
    world.frame(&message("m1", ""));
    world.command(Command::LogOut { erase: false });
    world.commit();
    server.talk(&mut world);
    world.commit();
    assert!(world.store_closed);
    let told = world.events.iter().position(|event| matches!(event, Event::LoggedOut { .. })).unwrap();
    assert!(!world.events[told..].iter().any(|event| matches!(event, Event::Message(_) | Event::Chat(_))));
}
