//! What an engine does for pages that have none of their own.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{
    Availability, BareJid, Command, Endpoint, Event, FailReason, LocalId, LogIn, MessageState, Presence,
    Write,
};

fn bob() -> BareJid {
    "bob@example.org".parse().unwrap()
}

fn online() -> (World, MiniServer) {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let mut server = MiniServer::new(ServerOptions::default());
    server.accept(&mut world);
    world.take_events();
    server.inbox.clear();
    (world, server)
}

fn bodies(server: &MiniServer) -> Vec<String> {
    server.inbox.iter().filter_map(|stanza| stanza.child_text("body", "jabber:client")).collect()
}

fn send_as(id: &str, body: &str) -> Command {
    Command::SendAs { id: LocalId(id.into()), chat: bob(), body: body.into(), reply: None, spoiler: None }
}

#[test]
fn a_message_handed_over_twice_goes_out_once_under_its_own_key() {
    let (mut world, mut server) = online();
    world.command(send_as("k1", "once"));
    world.command(send_as("k1", "once"));
    world.command(send_as("k2", " \n"));
    server.talk(&mut world);
    assert_eq!(bodies(&server), ["once"]);
    assert_eq!(world.messages.iter().map(|row| row.id.0.as_str()).collect::<Vec<_>>(), ["k1"]);
    let long = "x".repeat(100_000);
    world.command(send_as("k3", &long));
    server.talk(&mut world);
    assert_eq!(bodies(&server)[1..].concat(), long);
    let ids: Vec<_> = world.messages.iter().map(|row| row.id.0.as_str()).collect();
    assert_eq!(ids, ["k1", "k3", "k3-1"], "each part has a key that follows from the first");
}

#[test]
fn a_failed_message_that_two_pages_try_again_goes_out_once() {
    let (mut world, mut server) = online();
    world.command(send_as("k1", "again"));
    server.talk(&mut world);
    world.frame(
        "<message xmlns='jabber:client' type='error' from='bob@example.org' id='k1'><error type='cancel'>\
         <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
    );
    let row = world.messages[0].clone();
    assert_eq!(row.state, MessageState::Failed(FailReason::NoSuchAddress));
    world.command(Command::Retry(row.clone()));
    world.command(Command::Retry(row));
    server.talk(&mut world);
    assert_eq!(bodies(&server), ["again", "again"]);
}

#[test]
fn what_another_visible_page_shows_is_read() {
    let (mut world, _) = online();
    let counted = |world: &mut World, n: u8| {
        world.frame(&format!(
            "<message xmlns='jabber:client' from='bob@example.org' type='chat' id='u{n}'><body>{n}</body></message>"
        ));
        world.written.iter().rev().find_map(|write| match write {
            Write::Message { count_unread, .. } => Some(*count_unread),
            _ => None,
        })
    };
    world.input(Input::PageVisible(false));
    assert_eq!(counted(&mut world, 1), Some(true));
    world.command(Command::Elsewhere { visible: true, chats: vec!["carol@example.org".parse().unwrap()] });
    assert_eq!(counted(&mut world, 2), Some(true), "somebody else is looked at");
    world.command(Command::Elsewhere { visible: true, chats: vec![bob()] });
    assert!(world.written.contains(&Write::ChatRead(bob())));
    assert_eq!(counted(&mut world, 3), Some(false));
    world.command(Command::Elsewhere { visible: false, chats: vec![] });
    assert_eq!(counted(&mut world, 4), Some(true));
}

#[test]
fn who_comes_late_is_told_who_is_here_and_who_asks() {
    let (mut world, _) = online();
    world.frame("<presence xmlns='jabber:client' from='bob@example.org/a'><show>away</show></presence>");
    world.frame("<presence xmlns='jabber:client' type='subscribe' from='carol@example.org'/>");
    world.take_events();
    world.command(Command::TellAll);
    let away = Presence { availability: Availability::Away, status: None };
    assert_eq!(
        world.take_events(),
        [
            Event::PresenceUnknown,
            Event::Presence { jid: bob(), presence: away },
            Event::Requests(vec!["carol@example.org".parse().unwrap()]),
        ]
    );
}
