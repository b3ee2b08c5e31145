//! What was looked at on one device is read on all of them (XEP-0490).
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{BareJid, Command, Endpoint, LogIn};
use stanza::Element;

const MDS: &str = "urn:xmpp:mds:displayed:0";
const PUBSUB: &str = "http://jabber.org/protocol/pubsub";

fn bob() -> BareJid {
    "bob@example.org".parse().unwrap()
}

fn online_at(mut server: MiniServer) -> (World, MiniServer) {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    server.accept(&mut world);
    server.inbox.clear();
    (world, server)
}

fn server() -> MiniServer {
    let roster = "<item jid='bob@example.org' subscription='both'/>".to_owned();
    MiniServer::new(ServerOptions { archive: true, resume: true, roster, ..ServerOptions::default() })
}

fn online() -> (World, MiniServer) {
    online_at(server())
}

fn text(from: &str, id: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='{from}/x' type='chat' id='{id}'><body>{id}</body>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='alice@example.org' id='s-{id}'/></message>"
    )
}

fn item(chat: &str, by: &str, id: &str) -> Element {
    Element::parse(&format!(
        "<item xmlns='{PUBSUB}' id='{chat}'><displayed xmlns='{MDS}'><stanza-id xmlns='urn:xmpp:sid:0' by='{by}' id='{id}'/>\
         </displayed></item>"
    ))
    .unwrap()
}

/// Another device of hers looked at a message.
fn elsewhere(server: &mut MiniServer, chat: &str, id: &str) -> String {
    server.pep.put(MDS, chat, item(chat, "alice@example.org", id))
}

fn unread(world: &World) -> u32 {
    world.saved.chats.iter().find(|line| line.chat == bob()).expect("a line").unread
}

fn look(world: &mut World) {
    world.command(Command::ViewChat(Some(bob())));
}

fn settle(world: &mut World, server: &mut MiniServer) {
    server.talk(world);
    world.pass(2_000);
    server.talk(world);
}

/// What was published: chat and message.
fn published(server: &MiniServer) -> Vec<(String, String)> {
    let of = |iq: &Element| {
        let item = iq.find("pubsub", PUBSUB)?.find("publish", PUBSUB)?.find("item", PUBSUB)?;
        let id = item.find("displayed", MDS)?.find("stanza-id", "urn:xmpp:sid:0")?;
        assert_eq!(id.get("by"), Some("alice@example.org"));
        Some((item.get("id")?.to_owned(), id.get("id")?.to_owned()))
    };
    server.pep.published.iter().map(|iq| of(iq).expect("a whole item")).collect()
}

fn pair(chat: &str, id: &str) -> (String, String) {
    (chat.to_owned(), id.to_owned())
}

#[test]
fn what_is_looked_at_here_is_published_once_and_for_nobody_else() {
    let (mut world, mut server) = online();
    world.command(Command::SendMarkers(false));
    for id in ["1", "2"] {
        server.deliver(&mut world, &text("bob@example.org", id));
    }
    settle(&mut world, &mut server);
    assert_eq!(published(&server), [], "nobody looked");
    look(&mut world);
    server.talk(&mut world);
    assert_eq!(published(&server), [], "they may go on");
    server.deliver(&mut world, &text("bob@example.org", "3"));
    settle(&mut world, &mut server);
    assert_eq!(published(&server), [pair("bob@example.org", "s-3")]);
    let form = server.pep.published[0].to_xml();
    for wanted in ["whitelist", "never", "max", "persist_items", "#publish-options"] {
        assert!(form.contains(wanted), "{wanted} in {form}");
    }
    // It came back, and nothing moved.
    settle(&mut world, &mut server);
    look(&mut world);
    settle(&mut world, &mut server);
    assert_eq!(published(&server).len(), 1);
    assert!(!server.inbox.iter().any(|stanza| stanza.find("displayed", "urn:xmpp:chat-markers:0").is_some()));
}

#[test]
fn a_page_that_goes_out_of_view_does_not_wait() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &text("bob@example.org", "1"));
    look(&mut world);
    server.talk(&mut world);
    world.input(Input::PageVisible(false));
    server.talk(&mut world);
    assert_eq!(published(&server), [pair("bob@example.org", "s-1")]);
}

#[test]
fn what_another_device_looked_at_is_read_at_once_or_when_it_comes() {
    let (mut world, mut server) = online();
    for id in ["1", "2"] {
        server.deliver(&mut world, &text("bob@example.org", id));
    }
    let event = elsewhere(&mut server, "bob@example.org", "s-1");
    server.deliver(&mut world, &event);
    assert_eq!(unread(&world), 1);
    let event = elsewhere(&mut server, "bob@example.org", "s-2");
    server.deliver(&mut world, &event);
    assert_eq!(unread(&world), 0);
    settle(&mut world, &mut server);
    assert_eq!(published(&server), [], "what came from there does not go back");
    let event = elsewhere(&mut server, "bob@example.org", "s-1");
    server.deliver(&mut world, &event);
    assert_eq!(unread(&world), 0, "it only moves on");
}

#[test]
fn what_was_looked_at_while_we_were_away_is_found_at_the_next_log_in() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &text("bob@example.org", "1"));
    server.talk(&mut world);
    world.input(Input::Closed);
    server.forget();
    elsewhere(&mut server, "bob@example.org", "s-1");
    let mut world = world.restart();
    assert_eq!(unread(&world), 1);
    server.accept(&mut world);
    assert_eq!(unread(&world), 0);
}

#[test]
fn a_chat_that_is_not_here_yet_is_read_when_it_comes() {
    let mut server = server();
    elsewhere(&mut server, "bob@example.org", "s-1");
    let (mut world, mut server) = online_at(server);
    server.deliver(&mut world, &text("bob@example.org", "1"));
    assert_eq!(unread(&world), 0);
    server.deliver(&mut world, &text("bob@example.org", "2"));
    assert_eq!(unread(&world), 1);
}

#[test]
fn looked_at_offline_or_killed_it_is_published_later() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &text("bob@example.org", "1"));
    server.talk(&mut world);
    world.input(Input::Closed);
    look(&mut world);
    let mut world = world.restart();
    server.forget();
    server.accept(&mut world);
    settle(&mut world, &mut server);
    assert_eq!(published(&server), [pair("bob@example.org", "s-1")]);
    let mut world = world.restart();
    server.accept(&mut world);
    settle(&mut world, &mut server);
    assert_eq!(published(&server).len(), 1, "once");
}

#[test]
fn only_our_own_account_says_what_we_looked_at() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &text("bob@example.org", "1"));
    let good = elsewhere(&mut server, "bob@example.org", "s-1");
    let from = |who: &str| good.replace("from='alice@example.org'", &format!("from='{who}'"));
    let archive = |who: &str| good.replace("by=\"alice@example.org\"", &format!("by=\"{who}\""));
    assert_ne!(archive("x"), good);
    let carbon = format!(
        "<message xmlns='jabber:client' from='alice@example.org'><received xmlns='urn:xmpp:carbons:2'>\
         <forwarded xmlns='urn:xmpp:forward:0'>{good}</forwarded></received></message>"
    );
    for bad in [
        from("bob@example.org"),
        from("alice@example.org/other"),
        from("example.org"),
        archive("bob@example.org"),
        good.replace(MDS, "urn:xmpp:mds:displayed:1"),
        carbon,
    ] {
        server.deliver(&mut world, &bad);
        assert_eq!(unread(&world), 1, "{bad}");
    }
    server.deliver(&mut world, &good);
    assert_eq!(unread(&world), 0);
}

#[test]
fn a_server_that_would_tell_others_is_told_nothing() {
    let mut server = server();
    server.options.discreet = false;
    let (mut world, mut server) = online_at(server);
    server.deliver(&mut world, &text("bob@example.org", "1"));
    look(&mut world);
    settle(&mut world, &mut server);
    assert!(server.pep.published.is_empty());
    assert_eq!(world.saved.chats[0].looked.untold(), Some("s-1"), "another one may do better");
}

#[test]
fn a_server_that_refuses_is_not_asked_again_on_this_stream() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &text("bob@example.org", "1"));
    server.talk(&mut world);
    look(&mut world);
    server.talk(&mut world);
    world.pass(2_000);
    let mut asked = 0;
    for _ in 0..5 {
        for frame in world.take_sent() {
            let id = Element::parse(&frame).unwrap().get("id").unwrap_or_default().to_owned();
            if frame.contains("<publish ") {
                asked += 1;
                world.frame(&format!(
                    "<iq xmlns='jabber:client' type='error' id='{id}'><error type='cancel'>\
                     <conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
                ));
            } else {
                for answer in server.answers(&frame) {
                    world.frame(&answer);
                }
            }
        }
        world.pass(10_000);
    }
    assert_eq!(asked, 1);
}
