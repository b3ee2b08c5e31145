//! Who writes to whom (XEP-0085), and what contacts are told at all.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{BareJid, Command, Endpoint, Event, LocalId, LogIn, Tells};
use stanza::Element;

const STATES: &str = "http://jabber.org/protocol/chatstates";
const MARKERS: &str = "urn:xmpp:chat-markers:0";

fn jid(name: &str) -> BareJid {
    format!("{name}@example.org").parse().unwrap()
}

/// Alice, online; bob and dave see her, carol does not.
fn online() -> (World, MiniServer) {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: jid("alice"),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let roster = "<item jid='bob@example.org' subscription='both'/><item jid='dave@example.org' subscription='both'/>\
                  <item jid='carol@example.org' subscription='to'/>";
    let mut server = MiniServer::new(ServerOptions { roster: roster.into(), ..ServerOptions::default() });
    server.accept(&mut world);
    world.take_events();
    server.inbox.clear();
    (world, server)
}

fn message(world: &mut World, from: &str, inner: &str) {
    world
        .frame(&format!("<message xmlns='jabber:client' from='{from}' type='chat' id='m'>{inner}</message>"));
}

fn state(world: &mut World, from: &str, name: &str) {
    message(world, from, &format!("<{name} xmlns='{STATES}'/>"));
}

/// A text from a program that understands chat states.
fn hello(world: &mut World, from: &str) {
    message(world, from, &format!("<body>hello</body><active xmlns='{STATES}'/>"));
}

/// Alice writes in the chat with this contact.
fn writes(world: &mut World, to: &str) {
    world.command(Command::Typing { chat: jid(to), empty: false });
}

/// The chat states sent since the last look, with whom they went to; of texts with a `+`.
fn sent(world: &mut World, server: &mut MiniServer) -> Vec<String> {
    server.talk(world);
    let word = |stanza: &Element| {
        let state = stanza.elements().find(|child| child.ns() == STATES)?;
        let to = stanza.get("to")?.split('@').next()?.to_owned();
        let text = stanza.child_text("body", "jabber:client").is_some();
        assert!(text || stanza.find("no-store", "urn:xmpp:hints").is_some());
        Some(format!("{}{} {to}", if text { "+" } else { "" }, state.name()))
    };
    std::mem::take(&mut server.inbox).iter().filter_map(word).collect()
}

/// What the screen was told since the last look: who writes (`+`) and who has ended (`-`).
fn seen(world: &mut World) -> String {
    let word = |event: Event| match event {
        Event::Typing { chat, typing } => {
            Some(format!("{}{} ", if typing { '+' } else { '-' }, chat.local().unwrap()))
        }
        _ => None,
    };
    world.take_events().into_iter().filter_map(word).collect::<String>().trim_end().to_owned()
}

#[test]
fn typing_is_told_seldom_and_taken_back() {
    let (mut world, mut server) = online();
    hello(&mut world, "bob@example.org/phone");
    for _ in 0..25 {
        writes(&mut world, "bob");
        world.pass(1_000);
    }
    assert_eq!(sent(&mut world, &mut server), ["composing bob"], "25 seconds of writing");
    for _ in 0..10 {
        writes(&mut world, "bob");
        world.pass(1_000);
    }
    assert_eq!(sent(&mut world, &mut server), ["composing bob"], "who writes on says so again");
    world.pass(8_900);
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new());
    world.pass(200);
    assert_eq!(sent(&mut world, &mut server), ["paused bob"]);
    world.pass(20_000);
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new(), "once");

    writes(&mut world, "bob");
    world.command(Command::Typing { chat: jid("bob"), empty: true });
    assert_eq!(sent(&mut world, &mut server), ["composing bob", "active bob"], "the text was given up");
    writes(&mut world, "bob");
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new(), "not twice in five seconds");
    world.pass(5_000);
    assert_eq!(sent(&mut world, &mut server), ["composing bob"], "but then, without another key");
    world.command(Command::SendText { chat: jid("bob"), body: "hi".into(), reply: None, spoiler: None });
    assert_eq!(sent(&mut world, &mut server), ["+active bob"]);
    writes(&mut world, "bob");
    // Where there may be other pages, a text has its key already.
    world.command(Command::SendAs {
        id: LocalId("m-2".into()),
        chat: jid("bob"),
        body: "hi".into(),
        reply: None,
        spoiler: None,
    });
    assert_eq!(sent(&mut world, &mut server), ["+active bob"], "a quick one");
    writes(&mut world, "bob");
    world.pass(6_000);
    assert_eq!(sent(&mut world, &mut server), ["composing bob"], "the next one");
    world.command(Command::SendAs {
        id: LocalId("m-3".into()),
        chat: jid("bob"),
        body: "hi".into(),
        reply: None,
        spoiler: None,
    });
    assert_eq!(sent(&mut world, &mut server), ["+active bob"]);
    world.pass(20_000);
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new(), "the text has said it all");
}

#[test]
fn who_looks_away_has_paused() {
    let (mut world, mut server) = online();
    hello(&mut world, "bob@example.org/phone");
    writes(&mut world, "bob");
    world.input(Input::PageVisible(false));
    assert_eq!(sent(&mut world, &mut server), ["composing bob", "paused bob"]);
    world.input(Input::PageVisible(true));
    world.pass(6_000);
    writes(&mut world, "bob");
    world.command(Command::ViewChat(Some(jid("bob"))));
    assert_eq!(sent(&mut world, &mut server), ["composing bob"], "that is where we are");
    world.command(Command::ViewChat(None));
    assert_eq!(sent(&mut world, &mut server), ["paused bob"]);
}

#[test]
fn only_those_who_understand_it_hear_that_we_write() {
    let (mut world, mut server) = online();
    writes(&mut world, "bob");
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new(), "nothing is known of his program");
    world.command(Command::SendText { chat: jid("bob"), body: "hi".into(), reply: None, spoiler: None });
    assert_eq!(sent(&mut world, &mut server), ["+active bob"], "the question whether he understands");
    message(&mut world, "bob@example.org/old", "<body>what?</body>");
    writes(&mut world, "bob");
    world.command(Command::SendText { chat: jid("bob"), body: "hi".into(), reply: None, spoiler: None });
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new(), "he does not");
    hello(&mut world, "bob@example.org/new");
    writes(&mut world, "bob");
    assert_eq!(sent(&mut world, &mut server), ["composing bob"]);
    world.frame("<presence xmlns='jabber:client' from='bob@example.org/new' type='unavailable'/>");
    world.pass(6_000);
    writes(&mut world, "bob");
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new(), "it is gone");
}

#[test]
fn strangers_do_not_hear_that_we_write_and_are_not_believed() {
    let (mut world, mut server) = online();
    for from in ["carol@example.org/r", "mallory@evil.example/r"] {
        hello(&mut world, from);
        state(&mut world, from, "composing");
    }
    assert_eq!(seen(&mut world), "");
    writes(&mut world, "carol");
    world.command(Command::SendText { chat: jid("carol"), body: "hi".into(), reply: None, spoiler: None });
    let mallory: BareJid = "mallory@evil.example".parse().unwrap();
    world.command(Command::Typing { chat: mallory, empty: false });
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new());
}

#[test]
fn a_bounced_notification_was_the_last() {
    let (mut world, mut server) = online();
    hello(&mut world, "bob@example.org/phone");
    writes(&mut world, "bob");
    server.talk(&mut world);
    let id = server.inbox.last().unwrap().get("id").unwrap().to_owned();
    assert_eq!(sent(&mut world, &mut server), ["composing bob"]);
    world.frame(&format!(
        "<message xmlns='jabber:client' from='bob@example.org' type='error' id='{id}'><error type='cancel'>\
         <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
    ));
    for _ in 0..20 {
        world.pass(3_000);
        writes(&mut world, "bob");
    }
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new());
}

#[test]
fn a_contact_who_writes_is_seen_until_they_end() {
    let (mut world, _) = online();
    let (phone, desk) = ("bob@example.org/phone", "bob@example.org/desk");
    for end in ["active", "paused", "inactive", "gone"] {
        state(&mut world, phone, "composing");
        state(&mut world, phone, "composing");
        assert_eq!(seen(&mut world), "+bob", "said once");
        state(&mut world, desk, end);
        assert_eq!(seen(&mut world), "", "another device of his");
        state(&mut world, phone, end);
        assert_eq!(seen(&mut world), "-bob", "{end}");
    }
    state(&mut world, phone, "composing");
    message(&mut world, desk, "<body>here it is</body>");
    assert_eq!(seen(&mut world), "+bob -bob", "a text ends it, wherever it was written");
    state(&mut world, phone, "composing");
    world.frame(&format!("<presence xmlns='jabber:client' from='{phone}' type='unavailable'/>"));
    assert_eq!(seen(&mut world), "+bob -bob");
    state(&mut world, phone, "composing");
    world.pass(59_000);
    assert_eq!(seen(&mut world), "+bob");
    world.pass(1_000);
    assert_eq!(seen(&mut world), "-bob", "nobody believes it for ever");
}

#[test]
fn typing_of_the_past_of_rooms_of_ourselves_and_in_errors_is_none() {
    let (mut world, _) = online();
    let composing = format!("<composing xmlns='{STATES}'/>");
    let bob = "bob@example.org/phone";
    message(
        &mut world,
        bob,
        &format!("{composing}<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>"),
    );
    message(&mut world, "alice@example.org/other", &composing);
    for kind in ["groupchat", "headline", "error"] {
        world.frame(&format!(
            "<message xmlns='jabber:client' from='{bob}' type='{kind}' id='m'>{composing}</message>"
        ));
    }
    assert_eq!(seen(&mut world), "");
    message(&mut world, bob, &composing);
    assert_eq!(seen(&mut world), "+bob", "the very same, now");
}

#[test]
fn nobody_writes_on_a_stream_that_is_gone() {
    let (mut world, mut server) = online();
    state(&mut world, "bob@example.org/phone", "composing");
    assert_eq!(seen(&mut world), "+bob");
    writes(&mut world, "bob");
    world.input(Input::Closed);
    assert_eq!(seen(&mut world), "-bob");
    writes(&mut world, "bob");
    world.pass(2_000);
    server.accept(&mut world);
    assert_eq!(sent(&mut world, &mut server), ["composing bob"], "only what was said before");
}

#[test]
fn typing_is_not_told_when_that_is_switched_off() {
    let (mut world, mut server) = online();
    hello(&mut world, "bob@example.org/phone");
    writes(&mut world, "bob");
    world.command(Command::SendTyping(false));
    assert_eq!(sent(&mut world, &mut server), ["composing bob", "active bob"], "the last word");
    world.pass(6_000);
    writes(&mut world, "bob");
    world.command(Command::SendText { chat: jid("bob"), body: "hi".into(), reply: None, spoiler: None });
    assert_eq!(sent(&mut world, &mut server), Vec::<String>::new());
    world.command(Command::SendTyping(true));
    writes(&mut world, "bob");
    assert_eq!(sent(&mut world, &mut server), ["composing bob"]);
}

#[test]
fn what_one_contact_is_told_overrides_what_all_are_told_and_survives() {
    let (mut world, mut server) = online();
    let secret = Tells { read: Some(false), typing: Some(false) };
    world.command(Command::Tell { chat: jid("bob"), tells: secret });
    world.command(Command::Tell { chat: jid("dave"), tells: Tells { read: Some(true), typing: Some(true) } });

    let mut world = world.restart();
    server.accept(&mut world);
    let markers = |world: &mut World, server: &mut MiniServer| {
        server.talk(world);
        let to = |stanza: &Element| {
            let is_marker = stanza.find("displayed", MARKERS).is_some();
            is_marker.then(|| stanza.get("to").unwrap_or_default().to_owned())
        };
        std::mem::take(&mut server.inbox).iter().filter_map(to).collect::<Vec<_>>()
    };
    for all in [true, false] {
        world.command(Command::SendTyping(all));
        world.command(Command::SendMarkers(all));
        for name in ["bob", "dave"] {
            let from = format!("{name}@example.org/phone");
            hello(&mut world, &from);
            world.command(Command::ViewChat(Some(jid(name))));
            world.frame(&format!(
                "<message xmlns='jabber:client' from='{from}' type='chat' id='{name}-{all}'><body>look</body>\
                 <active xmlns='{STATES}'/><markable xmlns='{MARKERS}'/></message>"
            ));
        }
        assert_eq!(markers(&mut world, &mut server), ["dave@example.org"]);
        for name in ["bob", "dave"] {
            world.pass(6_000);
            writes(&mut world, name);
            world.command(Command::Typing { chat: jid(name), empty: true });
        }
        assert_eq!(sent(&mut world, &mut server), ["composing dave", "active dave"]);
    }
    // Back to what all are told, which is nothing; what he missed is not made up for.
    world.command(Command::Tell { chat: jid("dave"), tells: Tells::default() });
    writes(&mut world, "dave");
    world.command(Command::Tell { chat: jid("bob"), tells: Tells::default() });
    world.command(Command::SendMarkers(true));
    assert_eq!(markers(&mut world, &mut server), Vec::<String>::new());
}
