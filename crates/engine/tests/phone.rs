//! Life on a phone: who looks (XEP-0352, XEP-0319), sleep, and the small questions of others (XEP-0092, XEP-0115, XEP-0202).
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{BareJid, Command, Connection, Endpoint, Event, LogIn};
use stanza::{Element, base64};

const CSI: &str = "urn:xmpp:csi:0";
const DISCO: &str = "http://jabber.org/protocol/disco#info";
const CAPS: &str = "http://jabber.org/protocol/caps";
const STATES: &str = "http://jabber.org/protocol/chatstates";

fn options() -> ServerOptions {
    let roster = (0..12).map(|n| format!("<item jid='friend{n}@example.org' subscription='both'/>"));
    let roster = roster.collect::<String>() + "<item jid='carol@example.org' subscription='to'/>";
    ServerOptions { roster, resume: true, ..ServerOptions::default() }
}

fn online_at(options: ServerOptions) -> (World, MiniServer) {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let mut server = MiniServer::new(options);
    server.accept(&mut world);
    world.take_events();
    server.inbox.clear();
    (world, server)
}

fn online() -> (World, MiniServer) {
    online_at(options())
}

fn names(server: &mut MiniServer, world: &mut World) -> Vec<String> {
    server.talk(world);
    std::mem::take(&mut server.inbox).iter().map(|stanza| stanza.name().to_owned()).collect()
}

// Who looks

#[test]
fn the_server_hears_whether_somebody_looks_and_counts_no_stanza_for_it() {
    let (mut world, mut server) = online();
    let handled = server.handled;
    for (visible, word) in [(false, "inactive"), (true, "active"), (false, "inactive")] {
        world.input(Input::PageVisible(visible));
        world.input(Input::PageVisible(visible));
        server.talk(&mut world);
        let said: Vec<_> = std::mem::take(&mut server.inbox);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].is(word, CSI));
    }
    assert_eq!(server.handled, handled);
    // Stream management is still in step.
    world.command(Command::SendText {
        chat: "friend1@example.org".parse().unwrap(),
        body: "hi".into(),
        reply: None,
        spoiler: None,
    });
    server.talk(&mut world);
    assert_eq!(world.messages.last().unwrap().state, model::MessageState::Sent);
}

#[test]
fn a_new_stream_begins_active_and_one_taken_up_again_is_told_what_is_true() {
    let (mut world, mut server) = online();
    world.input(Input::PageVisible(false));
    assert_eq!(names(&mut server, &mut world), ["inactive"]);
    world.input(Input::Closed);
    // Nobody looks, so there is no hurry.
    while world.socket.is_none() {
        world.pass(100);
    }
    server.accept(&mut world);
    assert_eq!(server.resumptions, 1);
    assert_eq!(names(&mut server, &mut world), ["inactive"], "taken up again");
    // The next page does not know what the last one said, and Prosody goes on from there.
    let mut next = world.restart();
    server.accept(&mut next);
    assert_eq!(server.resumptions, 2);
    assert_eq!(names(&mut server, &mut next), ["active"]);

    let mut world = next;
    world.input(Input::PageVisible(false));
    server.talk(&mut world);
    server.inbox.clear();
    for (visible, words) in [(false, vec!["inactive", "presence"]), (true, vec!["presence"])] {
        world.input(Input::Closed);
        server.forget();
        world.input(Input::PageVisible(visible));
        world.pass(5_000);
        server.accept(&mut world);
        assert_eq!(names(&mut server, &mut world), words, "a new one");
    }
}

#[test]
fn a_server_without_client_states_is_told_nothing() {
    let (mut world, mut server) = online_at(ServerOptions { csi: false, ..options() });
    world.input(Input::PageVisible(false));
    world.input(Input::PageVisible(true));
    assert_eq!(names(&mut server, &mut world), Vec::<String>::new());
}

#[test]
fn somebody_who_comes_back_is_active_before_the_ping() {
    let (mut world, mut server) = online();
    world.input(Input::PageVisible(false));
    server.talk(&mut world);
    world.pass(7_000);
    world.input(Input::PageVisible(true));
    let sent = world.take_sent();
    assert!(sent[0].contains("active") && sent[1].contains("urn:xmpp:ping"), "{sent:?}");
}

// Idle

/// The presences sent since the last look: `away since …` or `here`.
fn presences(world: &mut World, server: &mut MiniServer) -> Vec<String> {
    server.talk(world);
    let words = |stanza: &Element| {
        let since = stanza.find("idle", "urn:xmpp:idle:1").map(|idle| idle.get("since").unwrap().to_owned());
        assert_eq!(since.is_some(), stanza.child_text("show", "jabber:client").as_deref() == Some("away"));
        assert!(stanza.find("c", CAPS).is_some(), "every presence says what we can do");
        since.map_or("here".to_owned(), |since| format!("away since {since}"))
    };
    let inbox = std::mem::take(&mut server.inbox);
    inbox.iter().filter(|stanza| stanza.name() == "presence").map(words).collect()
}

/// Time passes on a stream that lives.
fn pass(world: &mut World, server: &mut MiniServer, ms: u64) {
    for _ in 0..ms / 1_000 {
        world.pass(1_000);
        server.talk(world);
    }
}

#[test]
fn nobody_looking_for_five_minutes_is_away_since_then() {
    let (mut world, mut server) = online();
    world.now.wall_ms = 1_780_000_000_123;
    let since = "away since 2026-05-28T20:26:40Z";
    world.input(Input::PageVisible(false));
    pass(&mut world, &mut server, 200_000);
    world.input(Input::PageVisible(true));
    pass(&mut world, &mut server, 200_000);
    assert_eq!(presences(&mut world, &mut server), Vec::<String>::new(), "not long enough");

    world.now.wall_ms = 1_780_000_000_123;
    world.input(Input::PageVisible(false));
    pass(&mut world, &mut server, 299_000);
    assert_eq!(presences(&mut world, &mut server), Vec::<String>::new());
    pass(&mut world, &mut server, 2_000);
    assert_eq!(presences(&mut world, &mut server), [since]);
    world.input(Input::PageVisible(false));
    pass(&mut world, &mut server, 900_000);
    assert_eq!(presences(&mut world, &mut server), Vec::<String>::new(), "said once");
    for back in [vec!["here"], vec![]] {
        world.input(Input::PageVisible(true));
        assert_eq!(presences(&mut world, &mut server), back);
    }

    world.now.wall_ms = 1_780_000_000_123;
    world.input(Input::PageVisible(false));
    server.forget();
    world.input(Input::Closed);
    world.pass(320_000);
    world.input(Input::NetworkOnline(true));
    server.accept(&mut world);
    assert_eq!(presences(&mut world, &mut server), [since], "told with the new stream");
}

#[test]
fn a_page_that_was_killed_while_away_says_that_it_is_back() {
    let (mut world, mut server) = online();
    world.input(Input::PageVisible(false));
    pass(&mut world, &mut server, 400_000);
    assert_eq!(presences(&mut world, &mut server).len(), 1);
    let mut world = world.restart();
    server.accept(&mut world);
    assert_eq!(server.resumptions, 1);
    assert_eq!(presences(&mut world, &mut server), ["here"]);
    let told =
        world.take_events().into_iter().filter(|event| matches!(event, Event::Presence { .. })).count();
    assert_eq!(told, 0, "we are no contact of our own");
    let mut world = world.restart();
    server.accept(&mut world);
    assert_eq!(presences(&mut world, &mut server), Vec::<String>::new(), "once");
}

// Sleep

fn is_online(world: &World) -> bool {
    let connections = world.events.iter().rev().find_map(|event| match event {
        Event::Connection(connection) => Some(*connection),
        _ => None,
    });
    connections.is_none_or(|connection| connection == Connection::Online)
}

#[test]
fn a_socket_that_died_in_its_sleep_is_found_within_five_seconds() {
    for wake in [Input::PageVisible(true), Input::Resumed, Input::NetworkOnline(true)] {
        let (mut world, mut server) = online();
        world.input(Input::PageVisible(false));
        server.talk(&mut world);
        world.now.mono_ms += 30_000;
        world.input(wake.clone());
        world.take_sent(); // Nobody is there.
        world.pass(4_900);
        assert!(is_online(&world), "{wake:?}: there is time to answer");
        world.pass(200);
        assert!(!is_online(&world), "{wake:?}");
        world.pass(1_000);
        server.accept(&mut world);
        assert!(is_online(&world), "{wake:?}: and a second later there is another");
        assert_eq!(server.resumptions, 1);
    }
}

/// What was asked before the sleep is long overdue when the page wakes; the answers may lie in the socket.
#[test]
fn a_question_from_before_the_sleep_gets_its_time_again() {
    let (mut world, mut server) = online();
    world.command(Command::SendText {
        chat: "friend1@example.org".parse().unwrap(),
        body: "hi".into(),
        reply: None,
        spoiler: None,
    });
    world.pass(1_000);
    world.input(Input::NetworkOnline(false)); // Asks, too.
    assert!(world.sent.iter().any(|text| text.contains("urn:xmpp:sm:3")), "{:?}", world.sent);
    world.now.mono_ms += 3_600_000;
    world.now.wall_ms += 3_600_000;
    world.input(Input::Resumed);
    assert!(is_online(&world));
    server.talk(&mut world);
    world.pass(20_000);
    server.talk(&mut world);
    assert!(is_online(&world), "everything was answered");
    assert_eq!(world.messages.last().unwrap().state, model::MessageState::Sent);
}

// Small questions

fn ask(world: &mut World, from: &str, payload: &str) -> Element {
    world.take_sent();
    world.frame(&format!("<iq xmlns='jabber:client' from='{from}' type='get' id='q'>{payload}</iq>"));
    let sent = world.take_sent();
    let answer = sent.iter().map(|text| Element::parse(text).unwrap()).find(|stanza| stanza.name() == "iq");
    answer.expect("every question is answered")
}

#[test]
fn friends_learn_version_and_time_but_neither_system_nor_place() {
    let (mut world, _) = online();
    world.now.wall_ms = 1_780_000_000_123;
    let (version, time) = ("<query xmlns='jabber:iq:version'/>", "<time xmlns='urn:xmpp:time'/>");
    let answer = ask(&mut world, "friend1@example.org/r", version);
    let query = answer.find("query", "jabber:iq:version").unwrap();
    let words: Vec<_> = query.elements().map(|child| (child.name(), child.text())).collect();
    assert_eq!(words, [("name", "Goldcrest".into()), ("version", env!("CARGO_PKG_VERSION").into())]);
    let answer = ask(&mut world, "friend1@example.org/r", time);
    let time_of = answer.find("time", "urn:xmpp:time").unwrap();
    assert_eq!(time_of.child_text("tzo", "urn:xmpp:time").as_deref(), Some("+00:00"));
    assert_eq!(time_of.child_text("utc", "urn:xmpp:time").as_deref(), Some("2026-05-28T20:26:40Z"));
    for stranger in ["carol@example.org/r", "mallory@evil.example/r"] {
        for question in [version, time] {
            let answer = ask(&mut world, stranger, question);
            assert_eq!(answer.get("type"), Some("error"), "{answer:?}");
        }
    }
}

#[test]
fn who_asks_for_what_our_presence_says_gets_it() {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let mut server = MiniServer::new(options());
    server.accept(&mut world);
    let presence = server.inbox.iter().find(|stanza| stanza.name() == "presence").unwrap();
    let caps = presence.find("c", CAPS).unwrap();
    assert_eq!(caps.get("hash"), Some("sha-1"));
    let node = format!("{}#{}", caps.get("node").unwrap(), caps.get("ver").unwrap());
    let answer = ask(&mut world, "friend1@example.org/r", &format!("<query xmlns='{DISCO}' node='{node}'/>"));
    let query = answer.find("query", DISCO).unwrap();
    assert_eq!(query.get("node"), Some(node.as_str()));
    let features: Vec<_> = query.find_all("feature", DISCO).filter_map(|f| f.get("var")).collect();
    for feature in
        [CAPS, STATES, DISCO, "urn:xmpp:time", "jabber:iq:version", "urn:xmpp:ping", "urn:xmpp:styling:0"]
    {
        assert!(features.contains(&feature), "{feature} is not in {features:?}");
    }
    let other = ask(&mut world, "friend1@example.org/r", &format!("<query xmlns='{DISCO}' node='{node}x'/>"));
    assert_eq!(other.get("type"), Some("error"));
}

// What others can do

/// A program that can do this, and the hash it is known by.
fn program(name: &str, features: &[&str]) -> (String, String) {
    let list: String = features.iter().flat_map(|feature| ["<feature var='", feature, "'/>"]).collect();
    let text = format!("client/pc//{name}<{}<", features.join("<"));
    let hash = <sha1::Sha1 as sha1::Digest>::digest(text);
    (format!("<identity category='client' type='pc' name='{name}'/>{list}"), base64::encode(hash))
}

fn shows(world: &mut World, server: &mut MiniServer, device: &str, ver: &str) {
    let caps = format!("<c xmlns='{CAPS}' hash='sha-1' node='https://x.example' ver='{ver}'/>");
    server.deliver(world, &format!("<presence xmlns='jabber:client' from='{device}'>{caps}</presence>"));
}

/// The devices asked since the last look: address, node, id of the question.
fn asked(world: &mut World, server: &mut MiniServer) -> Vec<(String, String, String)> {
    server.talk(world);
    let question = |stanza: &Element| {
        let query = stanza.find("query", DISCO)?;
        let field = |name| stanza.get(name).map(str::to_owned);
        Some((field("to")?, query.get("node")?.to_owned(), field("id")?))
    };
    std::mem::take(&mut server.inbox).iter().filter_map(question).collect()
}

fn answers(world: &mut World, server: &mut MiniServer, from: &str, id: &str, inner: &str) {
    let query = format!("<query xmlns='{DISCO}'>{inner}</query>");
    server.deliver(
        world,
        &format!("<iq xmlns='jabber:client' from='{from}' type='result' id='{id}'>{query}</iq>"),
    );
}

/// True if friend `n` now hears that we write, which they do if their program can show it.
fn hears(world: &mut World, server: &mut MiniServer, n: u32) -> bool {
    let chat: BareJid = format!("friend{n}@example.org").parse().unwrap();
    server.talk(world);
    server.inbox.clear();
    world.pass(6_000);
    world.command(Command::Typing { chat: chat.clone(), empty: false });
    world.command(Command::Typing { chat, empty: true });
    server.talk(world);
    server.inbox.drain(..).any(|stanza| stanza.find("composing", STATES).is_some())
}

#[test]
fn a_program_is_asked_about_once_whoever_uses_it() {
    let (mut world, mut server) = online();
    let (info, ver) = program("Good", &[STATES, "urn:xmpp:ping"]);
    for n in 0..5 {
        shows(&mut world, &mut server, &format!("friend{n}@example.org/r"), &ver);
    }
    let questions = asked(&mut world, &mut server);
    assert_eq!(questions.len(), 1, "{questions:?}");
    let (to, node, id) = &questions[0];
    assert_eq!((to.as_str(), node), ("friend0@example.org/r", &format!("https://x.example#{ver}")));
    // Nobody else can answer, not even another device of the same contact or our server.
    for other in ["friend0@example.org/other", "friend0@example.org", "example.org", "alice@example.org"] {
        answers(&mut world, &mut server, other, id, &info);
        assert!(!hears(&mut world, &mut server, 3), "{other}");
    }
    answers(&mut world, &mut server, to, id, &info);
    assert!(hears(&mut world, &mut server, 0) && hears(&mut world, &mut server, 4));
    assert!(!hears(&mut world, &mut server, 5), "who shows nothing hears nothing");
    shows(&mut world, &mut server, "friend5@example.org/r", &ver);
    assert!(asked(&mut world, &mut server).is_empty() && hears(&mut world, &mut server, 5));
    let gone = "<presence xmlns='jabber:client' from='friend5@example.org/r' type='unavailable'/>";
    server.deliver(&mut world, gone);
    assert!(!hears(&mut world, &mut server, 5), "that device is gone");

    // The next page takes the stream up, on which no presence is said again; then there is a new one.
    let mut world = world.restart();
    server.accept(&mut world);
    assert_eq!(server.resumptions, 1);
    assert!(hears(&mut world, &mut server, 4));
    server.forget();
    world.input(Input::Closed);
    world.pass(2_000);
    server.accept(&mut world);
    assert!(!hears(&mut world, &mut server, 4));
    shows(&mut world, &mut server, "friend4@example.org/r", &ver);
    assert!(asked(&mut world, &mut server).is_empty(), "what is known stays known");
    assert!(hears(&mut world, &mut server, 4));
}

#[test]
fn an_answer_that_does_not_fit_its_hash_is_not_believed() {
    let (mut world, mut server) = online();
    let (_, ver) = program("Victim", &["urn:xmpp:ping"]);
    let (lie, _) = program("Victim", &[STATES, "urn:xmpp:ping"]);
    shows(&mut world, &mut server, "friend0@example.org/r", &ver);
    shows(&mut world, &mut server, "friend1@example.org/r", &ver);
    let (to, _, id) = asked(&mut world, &mut server).remove(0);
    answers(&mut world, &mut server, &to, &id, &lie);
    // The next one who shows it is asked instead.
    let (to, _, id) = asked(&mut world, &mut server).remove(0);
    assert_eq!(to, "friend1@example.org/r");
    assert!(!hears(&mut world, &mut server, 0) && !hears(&mut world, &mut server, 1));
    answers(&mut world, &mut server, &to, &id, "<feature var='urn:xmpp:ping'/>");
    // Somebody who makes up a new name every time is not asked for ever.
    let mut questions = 0;
    for n in 0..20 {
        shows(&mut world, &mut server, "friend0@example.org/r", &format!("made-up-{n}="));
        for (to, _, id) in asked(&mut world, &mut server) {
            questions += 1;
            answers(&mut world, &mut server, &to, &id, &lie);
        }
    }
    assert_eq!(questions, 2, "and one before: three lies");
}

#[test]
fn only_a_few_are_asked_at_a_time_and_no_strangers() {
    let (mut world, mut server) = online();
    for stranger in ["carol@example.org/r", "mallory@evil.example/r"] {
        shows(&mut world, &mut server, stranger, "strange=");
    }
    for n in 0..12 {
        shows(
            &mut world,
            &mut server,
            &format!("friend{n}@example.org/r"),
            &program(&n.to_string(), &[STATES]).1,
        );
    }
    let mut open = asked(&mut world, &mut server);
    assert_eq!(open.len(), 4);
    let mut served = 0;
    while let Some((to, _, id)) = open.pop() {
        assert!(to.starts_with("friend"), "{to} was asked");
        let n = to.trim_start_matches("friend").split('@').next().unwrap().to_owned();
        answers(&mut world, &mut server, &to, &id, &program(&n, &[STATES]).0);
        served += 1;
        open.extend(asked(&mut world, &mut server));
        assert!(open.len() <= 4);
    }
    assert_eq!(served, 12);
    // Carol becomes a friend: now she may be asked.
    world.frame(
        "<iq xmlns='jabber:client' type='set' id='push'><query xmlns='jabber:iq:roster'>\
         <item jid='carol@example.org' subscription='both'/></query></iq>",
    );
    assert_eq!(
        asked(&mut world, &mut server).first().map(|(to, ..)| to.as_str()),
        Some("carol@example.org/r")
    );
}
