//! What the person does with the lines of the chat list, drafts included.
#![cfg(feature = "testing")]

use engine::testing::{MiniServer, ServerOptions, World};
use model::{Arrange, BareJid, ChatRow, Command, Draft, Endpoint, Event, LogIn};

const MARKERS: &str = "urn:xmpp:chat-markers:0";

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
    let roster = "<item jid='bob@example.org' subscription='both'/>".to_owned();
    let mut server = MiniServer::new(ServerOptions { roster, ..ServerOptions::default() });
    server.accept(&mut world);
    server.inbox.clear();
    world.take_events();
    (world, server)
}

fn bob_says(world: &mut World, server: &mut MiniServer, id: &str) {
    server.deliver(
        world,
        &format!(
            "<message xmlns='jabber:client' from='bob@example.org/x' type='chat' id='{id}'><body>{id}</body>\
             <markable xmlns='{MARKERS}'/></message>"
        ),
    );
}

fn line(world: &World) -> ChatRow {
    world.saved.chats.iter().find(|line| line.chat == bob()).expect("a line").clone()
}

fn arrange(world: &mut World, change: Arrange) {
    world.command(Command::Arrange { chat: bob(), change });
}

/// How often bob heard that he was read.
fn read(server: &MiniServer) -> usize {
    server.inbox.iter().filter(|stanza| stanza.find("displayed", MARKERS).is_some()).count()
}

#[test]
fn a_draft_is_kept_and_told_to_the_screen_and_to_nobody_else() {
    let (mut world, server) = online();
    let draft = Draft { text: "half a thought".into(), at: 5, ..Draft::default() };
    world.command(Command::Draft { chat: bob(), draft: draft.clone() });
    assert_eq!(line(&world).draft, draft);
    let told = world
        .take_events()
        .into_iter()
        .any(|event| matches!(event, Event::Chat(line) if line.draft == draft));
    assert!(told && server.inbox.is_empty());
    assert_eq!(world.restart().saved.chats[0].draft, draft);
}

#[test]
fn what_is_marked_read_in_the_list_is_read_for_everybody() {
    let (mut world, mut server) = online();
    bob_says(&mut world, &mut server, "m1");
    bob_says(&mut world, &mut server, "m2");
    assert_eq!((line(&world).unread, read(&server)), (2, 0));
    arrange(&mut world, Arrange::MarkUnread(false));
    server.talk(&mut world);
    assert_eq!((line(&world).unread, read(&server)), (0, 1));
}

#[test]
fn what_is_to_be_taken_for_unread_is_so_until_it_is_looked_at() {
    let (mut world, mut server) = online();
    world.command(Command::ViewChat(Some(bob())));
    bob_says(&mut world, &mut server, "m1");
    server.talk(&mut world);
    assert_eq!((line(&world).unread, read(&server)), (0, 1));
    world.command(Command::ViewChat(None));
    arrange(&mut world, Arrange::MarkUnread(true));
    assert!(line(&world).listing.unread);
    // Nobody hears of it, and a new start knows it.
    server.talk(&mut world);
    assert_eq!(read(&server), 1);
    let mut world = world.restart();
    assert!(line(&world).listing.unread);
    world.command(Command::ViewChat(Some(bob())));
    assert!(!line(&world).listing.unread);
}

#[test]
fn the_rest_is_nobodys_business() {
    let (mut world, mut server) = online();
    bob_says(&mut world, &mut server, "m1");
    server.talk(&mut world);
    server.inbox.clear();
    for change in [Arrange::Pin(true), Arrange::Mute(model::Mute::Always), Arrange::Archive(true)] {
        arrange(&mut world, change);
    }
    server.talk(&mut world);
    assert!(server.inbox.is_empty(), "{:?}", server.inbox);
    let listing = line(&world).listing;
    assert!(listing.archived && !listing.pinned && listing.mute.is_on(0));
}
