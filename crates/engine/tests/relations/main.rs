//! What messages say about other messages: the rules of each standard, and who may say what.
#![cfg(feature = "testing")]

mod corrections;
mod formats;
mod reactions;
mod replies;
mod retractions;

use engine::testing::{MiniServer, ServerOptions, World};
use model::{BareJid, Command, Endpoint, Event, LocalId, LogIn, MessageRow, Relation};
use stanza::Element;

fn bob() -> BareJid {
    "bob@example.org".parse().unwrap()
}

fn alice() -> BareJid {
    "alice@example.org".parse().unwrap()
}

fn online() -> (World, MiniServer) {
    let (mut world, mut server) = (World::new(None), MiniServer::new(ServerOptions::default()));
    world.command(Command::LogIn(LogIn {
        jid: alice(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    server.accept(&mut world);
    world.take_events();
    server.inbox.clear();
    (world, server)
}

/// A stanza of somebody's with a device, with an origin-id.
fn message(from: &str, id: &str, payload: &str) -> String {
    let to = if from.starts_with("alice") { "bob@example.org" } else { "alice@example.org" };
    format!(
        "<message xmlns='jabber:client' from='{from}' to='{to}' type='chat' id='{id}'>{payload}\
         <origin-id xmlns='urn:xmpp:sid:0' id='{id}'/></message>"
    )
}

fn from_bob(id: &str, payload: &str) -> String {
    message("bob@example.org/x", id, payload)
}

fn carbon(message: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='alice@example.org' to='alice@example.org/r'><sent xmlns='urn:xmpp:carbons:2'>\
         <forwarded xmlns='urn:xmpp:forward:0'>{message}</forwarded></sent></message>"
    )
}

fn body(text: &str) -> String {
    format!("<body>{text}</body>")
}

/// We write this; its id.
fn say(world: &mut World, text: &str) -> LocalId {
    world.command(Command::SendText { chat: bob(), body: text.into(), reply: None, spoiler: None });
    world.messages.last().unwrap().id.clone()
}

fn relate(world: &mut World, of: &LocalId, relation: Relation) {
    let row = Box::new(row(world, of));
    world.command(Command::Relate { id: None, row, relation });
}

fn row(world: &World, id: &LocalId) -> MessageRow {
    world.messages.iter().find(|row| row.id == *id).cloned().expect("a message")
}

/// The texts that are shown.
fn texts(world: &World) -> Vec<String> {
    world.shown(&bob()).into_iter().map(|row| row.body).collect()
}

/// The only message that is shown.
fn only(world: &World) -> MessageRow {
    let mut shown = world.shown(&bob());
    assert_eq!(shown.len(), 1, "{shown:?}");
    shown.remove(0)
}

fn preview(world: &World) -> String {
    let last = world.saved.chats.iter().find(|line| line.chat == bob()).and_then(|line| line.last.clone());
    last.map(|last| last.body).unwrap_or_default()
}

fn unread(world: &World) -> u32 {
    world.saved.chats.iter().map(|line| line.unread).sum()
}

/// Everything that was ever told to the screen about this text.
fn heard_of(world: &World, text: &str) -> bool {
    world.events.iter().any(|event| format!("{event:?}").contains(text))
}

/// The rows that the screen was told to have changed.
fn changed(world: &World) -> Vec<MessageRow> {
    let mut rows = Vec::new();
    for event in &world.events {
        if let Event::MessageChanged(row) = event {
            rows.push((**row).clone());
        }
    }
    rows
}

/// What the server got from us, without what is not about messages.
fn stanzas(server: &MiniServer) -> Vec<Element> {
    server.inbox.iter().filter(|stanza| stanza.name() == "message").cloned().collect()
}
