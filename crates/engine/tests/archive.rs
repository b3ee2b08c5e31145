//! What the archive knows (XEP-0313), and what other devices do (XEP-0280).
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{
    BareJid, Command, Connection, Direction, Endpoint, Event, LogIn, MessageRow, MessageState, Order,
};

#[path = "archive/storms.rs"]
mod storms;

#[path = "archive/any_mixture.rs"]
mod any_mixture;

#[path = "archive/any_mixture_of_relations.rs"]
mod any_mixture_of_relations;

fn bob() -> BareJid {
    "bob@example.org".parse().unwrap()
}

fn online() -> (World, MiniServer) {
    let options = ServerOptions { resume: true, archive: true, ..ServerOptions::default() };
    let (mut world, mut server) = (World::new(None), MiniServer::new(options));
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    server.accept(&mut world);
    assert!(world.events.contains(&Event::Connection(Connection::Online)));
    world.take_events();
    (world, server)
}

fn cut(world: &mut World) {
    world.take_sent();
    world.input(Input::Closed);
}

/// The socket breaks, and the server does not know the stream any more.
fn lose(world: &mut World, server: &mut MiniServer) {
    cut(world);
    server.forget();
}

fn reconnect(world: &mut World, server: &mut MiniServer) {
    world.input(Input::Resumed);
    if world.socket.is_some() {
        server.accept(world);
    }
}

/// Answers what was sent, but what is asked of the archive. All that was sent; nothing if both are silent.
fn answer_but_the_archive(world: &mut World, server: &mut MiniServer) -> Vec<String> {
    let sent = world.take_sent();
    for text in sent.iter().filter(|text| !text.contains("urn:xmpp:mam:2")) {
        server.answers(text).iter().for_each(|answer| world.frame(answer));
    }
    sent
}

/// Comes back, and answers everything but the first question to the archive, which it returns.
fn reconnect_up_to_the_query(world: &mut World, server: &mut MiniServer) -> String {
    world.input(Input::Resumed);
    server.open(world);
    loop {
        let sent = answer_but_the_archive(world, server);
        assert!(!sent.is_empty());
        if let Some(query) = sent.into_iter().find(|text| text.contains("urn:xmpp:mam:2")) {
            return query;
        }
    }
}

/// Bob writes this, wherever we are.
fn bob_says(world: &mut World, server: &mut MiniServer, texts: &[&str]) {
    for text in texts {
        server.receive(world, &from_bob(text));
    }
}

/// Knows "1", loses its stream, misses these, and is back up to its first question to the archive, which gives pages of this size.
fn back_after_missing(page_size: usize, texts: &[&str]) -> (World, MiniServer, String) {
    let (mut world, mut server) = online();
    server.archive.page_size = page_size;
    bob_says(&mut world, &mut server, &["1"]);
    lose(&mut world, &mut server);
    bob_says(&mut world, &mut server, texts);
    let query = reconnect_up_to_the_query(&mut world, &mut server);
    (world, server, query)
}

/// On a new stream of somebody whose friend bob is.
fn online_with_bob() -> (World, MiniServer) {
    let (mut world, mut server) = online();
    server.options.roster = "<item jid='bob@example.org' subscription='both'/>".into();
    lose(&mut world, &mut server);
    reconnect(&mut world, &mut server);
    (world, server)
}

fn say(text: &str) -> Command {
    Command::SendText { chat: bob(), body: text.into(), reply: None, spoiler: None }
}

fn from_bob(text: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='bob@example.org/x' to='alice@example.org' type='chat' id='{text}'><body>{text}</body>\
         <origin-id xmlns='urn:xmpp:sid:0' id='{text}'/><request xmlns='urn:xmpp:receipts'/></message>"
    )
}

fn from_phone(text: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='alice@example.org/phone' to='bob@example.org' type='chat' id='{text}'>\
         <body>{text}</body><origin-id xmlns='urn:xmpp:sid:0' id='{text}'/></message>"
    )
}

fn carbon(kind: &str, inner: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='alice@example.org' to='alice@example.org/r'><{kind} xmlns='urn:xmpp:carbons:2'>\
         <forwarded xmlns='urn:xmpp:forward:0'>{inner}</forwarded></{kind}></message>"
    )
}

fn timeline(world: &World) -> Vec<MessageRow> {
    let mut rows = world.messages.clone();
    rows.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
    rows
}

fn texts(world: &World) -> Vec<String> {
    timeline(world).into_iter().map(|row| row.body).collect()
}

fn unread(world: &World) -> u32 {
    world.saved.chats.iter().map(|line| line.unread).sum()
}

fn tries(server: &MiniServer, text: &str) -> usize {
    let ours = server
        .archive
        .entries
        .iter()
        .filter(|entry| entry.message.get("from") == Some("alice@example.org/r"));
    ours.filter(|entry| entry.message.child_text("body", "jabber:client").as_deref() == Some(text)).count()
}

#[test]
fn what_was_missed_comes_from_the_archive_in_its_place_and_counts_as_unread() {
    let (mut world, mut server) = online();
    server.receive(&mut world, &from_bob("1"));
    lose(&mut world, &mut server);
    for text in ["2", "3"] {
        server.receive(&mut world, &from_bob(text));
    }
    world.pass(2_000);
    world.command(say("4, written offline"));
    world.pass(2_000);
    server.receive(&mut world, &from_bob("5"));
    reconnect(&mut world, &mut server);
    server.receive(&mut world, &from_bob("6"));
    assert_eq!(texts(&world), ["1", "2", "3", "4, written offline", "5", "6"]);
    assert_eq!(unread(&world), 5);
    assert!(world.saved.archive.gaps.is_empty(), "{:?}", world.saved.archive);
    let shown = world.events.iter().filter(|event| matches!(event, Event::Message(_))).count();
    assert_eq!(shown, 6, "each once");
}

#[test]
fn a_clock_that_is_wrong_changes_no_order() {
    for skew in [-86_400_000, 86_400_000] {
        let (mut world, mut server) = online();
        server.receive(&mut world, &from_bob("1"));
        lose(&mut world, &mut server);
        server.receive(&mut world, &from_bob("2"));
        server.receive(&mut world, &from_bob("3"));
        world.now.wall_ms += skew;
        reconnect(&mut world, &mut server);
        server.receive(&mut world, &from_bob("4"));
        world.now.wall_ms -= skew;
        server.receive(&mut world, &from_bob("5"));
        assert_eq!(texts(&world), ["1", "2", "3", "4", "5"], "{skew}");
    }
}

#[test]
fn a_long_absence_is_made_up_page_by_page_from_its_new_end() {
    let (mut world, mut server) = online();
    server.receive(&mut world, &from_bob("first"));
    lose(&mut world, &mut server);
    for number in 0..230 {
        server.receive(&mut world, &from_bob(&number.to_string()));
    }
    server.archive.pages = 0;
    reconnect(&mut world, &mut server);
    assert_eq!(server.archive.pages, 5);
    let all: Vec<String> =
        std::iter::once("first".to_owned()).chain((0..230).map(|n| n.to_string())).collect();
    assert_eq!(texts(&world), all);
}

#[test]
fn a_page_and_the_edge_of_the_gap_are_one_transaction() {
    let (mut world, mut server) = online();
    server.receive(&mut world, &from_bob("first"));
    lose(&mut world, &mut server);
    for number in 0..120 {
        server.receive(&mut world, &from_bob(&number.to_string()));
    }
    // Killed after every number of frames; the next page goes on where the disk says.
    for frames in 0..60 {
        world = world.restart();
        server.open(&mut world);
        for _ in 0..frames {
            let Some(text) = world.take_sent().first().cloned() else { break };
            for answer in server.answers(&text) {
                world.frame(&answer);
            }
        }
        server.forget();
    }
    world = world.restart();
    server.accept(&mut world);
    let all: Vec<String> =
        std::iter::once("first".to_owned()).chain((0..120).map(|n| n.to_string())).collect();
    assert_eq!(texts(&world), all);
    assert!(world.saved.archive.gaps.is_empty());
}

#[test]
fn a_new_device_gets_its_chats_in_bounded_work_and_the_rest_when_somebody_looks() {
    let options = ServerOptions { archive: true, ..ServerOptions::default() };
    let mut server = MiniServer::new(options);
    let mut world = World::new(None);
    for number in 0..2_000 {
        server.receive(&mut world, &from_bob(&number.to_string()));
    }
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    server.accept(&mut world);
    assert_eq!(server.archive.pages, 8);
    assert_eq!(world.messages.len(), 400);
    assert_eq!(unread(&world), 0, "the past is no news");
    assert!(!server.inbox.iter().any(|stanza| stanza.find("received", "urn:xmpp:receipts").is_some()));
    let hole = |world: &World| {
        world.saved.archive.gaps.iter().find_map(|gap| gap.hole(&bob()).map(|(_, edge)| edge.order))
    };
    for pages in 9.. {
        let Some(before) = hole(&world) else { break };
        world.command(Command::FetchHistory { chat: bob(), before });
        server.talk(&mut world);
        assert_eq!(server.archive.pages, pages);
    }
    assert_eq!(texts(&world), (0..2_000).map(|n| n.to_string()).collect::<Vec<_>>());
    // What one chat has is no longer missing there, and still in the others.
    assert_eq!(world.saved.archive.gaps.len(), 1);
    let pages = server.archive.pages;
    world.command(Command::FetchHistory { chat: bob(), before: Order(5) });
    server.talk(&mut world);
    assert_eq!(server.archive.pages, pages, "no hole, no question");
}

#[test]
fn an_id_that_the_server_forgot_is_replaced_by_its_time() {
    let (mut world, mut server) = online();
    server.receive(&mut world, &from_bob("1"));
    lose(&mut world, &mut server);
    server.archive.forgotten.push("archived-0".into());
    world.pass(10_000_000);
    server.receive(&mut world, &from_bob("2"));
    server.archive.pages = 0;
    reconnect(&mut world, &mut server);
    assert_eq!(server.archive.pages, 2);
    assert_eq!(texts(&world), ["1", "2"]);
}

#[test]
fn what_the_server_has_is_not_sent_again_though_nobody_said_so() {
    let (mut world, mut server) = online();
    world.command(say("handled"));
    for frame in world.take_sent() {
        server.answers(&frame);
    }
    world.command(say("lost"));
    lose(&mut world, &mut server);
    world.command(say("later"));
    reconnect(&mut world, &mut server);
    for text in ["handled", "lost", "later"] {
        assert_eq!(tries(&server, text), 1, "{text}");
    }
    assert!(world.messages.iter().all(|row| row.state == MessageState::Sent), "{:?}", world.messages);
}

#[test]
fn the_same_after_a_kill_and_before_anything_else_is_sent() {
    let (mut world, mut server) = online();
    for number in 0..130 {
        server.receive(&mut world, &from_bob(&number.to_string()));
    }
    world.command(say("handled"));
    for frame in world.take_sent() {
        server.answers(&frame);
    }
    // Much comes after it, so that it is not on the first page.
    for number in 200..300 {
        server.receive(&mut world, &from_bob(&number.to_string()));
    }
    lose(&mut world, &mut server);
    let mut world = world.restart();
    world.command(say("new"));
    server.accept(&mut world);
    assert_eq!(tries(&server, "handled"), 1);
    assert_eq!(tries(&server, "new"), 1);
    assert_eq!(world.messages.len(), 232);
}

#[test]
fn an_archive_that_refuses_keeps_nobody_from_talking() {
    let (mut world, mut server) = online();
    world.command(say("lost"));
    lose(&mut world, &mut server);
    server.options.archive = false;
    // It was there yesterday; today the query stays without an answer.
    reconnect(&mut world, &mut server);
    assert_eq!(tries(&server, "lost"), 0);
    for _ in 0..100 {
        world.pass(1_000);
        server.talk(&mut world);
    }
    let sent = server
        .inbox
        .iter()
        .filter(|stanza| stanza.child_text("body", "jabber:client").as_deref() == Some("lost"));
    assert_eq!(sent.count(), 1);
}

#[test]
fn a_receipt_goes_to_whoever_was_missed_and_to_nobody_twice() {
    let (mut world, mut server) = online_with_bob();
    server.receive(&mut world, &from_bob("1"));
    server.talk(&mut world);
    lose(&mut world, &mut server);
    server.receive(&mut world, &from_bob("2"));
    reconnect(&mut world, &mut server);
    lose(&mut world, &mut server);
    reconnect(&mut world, &mut server);
    let receipts =
        server.inbox.iter().filter_map(|stanza| stanza.find("received", "urn:xmpp:receipts")?.get("id"));
    assert_eq!(receipts.collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn other_devices_of_ours_write_and_read_here_too() {
    let (mut world, mut server) = online();
    server.receive(&mut world, &from_bob("question"));
    assert_eq!(unread(&world), 1);
    world.frame(&carbon("sent", &from_phone("answer")));
    let rows = timeline(&world);
    assert_eq!(texts(&world), ["question", "answer"]);
    assert_eq!(
        (rows[1].direction, &rows[1].state, &rows[1].chat),
        (Direction::Out, &MessageState::Sent, &bob())
    );
    assert_eq!(unread(&world), 0, "whoever answers has read");
    // A receipt for it reaches all devices.
    world.frame(
        "<message xmlns='jabber:client' from='bob@example.org/x' type='chat'><received xmlns='urn:xmpp:receipts' id='answer'/></message>",
    );
    assert_eq!(timeline(&world)[1].state, MessageState::Delivered);
    // Read on the phone, without an answer.
    server.receive(&mut world, &from_bob("more"));
    server.receive(&mut world, &from_bob("and more"));
    assert_eq!(unread(&world), 2);
    let displayed = "<message xmlns='jabber:client' from='alice@example.org/phone' to='bob@example.org' type='chat'>\
                     <displayed xmlns='urn:xmpp:chat-markers:0' id='more'/></message>";
    world.frame(&carbon("sent", displayed));
    assert_eq!(unread(&world), 1);
    // What the phone was sent comes here as a copy.
    world.frame(&carbon("received", &from_bob("to the phone")));
    assert_eq!(texts(&world).last().map(String::as_str), Some("to the phone"));
}

#[test]
fn forged_carbons_are_ignored() {
    let (mut world, _) = online();
    let inner = from_bob("forged");
    let genuine = carbon("received", &inner);
    let mut forged: Vec<String> =
        ["bob@example.org", "example.org", "alice@example.org/r", "alice@examp1e.org"]
            .iter()
            .map(|from| genuine.replace("from='alice@example.org' ", &format!("from='{from}' ")))
            .collect();
    forged.push(genuine.replace("from='alice@example.org' ", ""));
    forged.push(carbon("received", &carbon("received", &inner)));
    forged.push(carbon("sent", &inner));
    forged.push(carbon("received", &from_phone("forged")));
    forged.push(carbon("received", &inner.replace("to='alice@example.org'", "to='eve@example.org'")));
    for frame in &forged {
        assert_ne!(*frame, genuine);
        world.frame(frame);
        assert!(world.messages.is_empty(), "{frame}");
    }
    world.frame(&genuine);
    assert_eq!(texts(&world), ["forged"]);
}

#[test]
fn results_that_nobody_asked_for_are_ignored() {
    let (mut world, mut server) = online();
    server.receive(&mut world, &from_bob("1"));
    lose(&mut world, &mut server);
    let query = reconnect_up_to_the_query(&mut world, &mut server);
    let queryid = query.split("queryid=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let result = |from: &str, queryid: &str| {
        format!(
            "<message xmlns='jabber:client' {from}><result xmlns='urn:xmpp:mam:2' queryid='{queryid}' id='evil'><forwarded \
             xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>{}</forwarded></result></message>",
            from_bob("forged")
        )
    };
    for from in ["from='bob@example.org/x'", "from='example.org'", "from='alice@example.org/r'"] {
        world.frame(&result(from, &queryid));
    }
    world.frame(&result("from='alice@example.org'", "another"));
    for answer in server.answers(&query) {
        world.frame(&answer);
    }
    world.frame(&result("from='alice@example.org'", &queryid));
    assert_eq!(texts(&world), ["1"]);
}

/// What came by itself since is the whole first page; what was missed is on the next one.
#[test]
fn what_was_missed_stands_before_what_came_since_though_another_page_brings_it() {
    let (mut world, mut server, query) = back_after_missing(1, &["2", "3"]);
    server.receive(&mut world, &from_bob("4"));
    server.answers(&query).iter().for_each(|answer| world.frame(answer));
    server.talk(&mut world);
    assert_eq!(texts(&world), ["1", "2", "3", "4"]);
}

/// The stream breaks in the middle of an answer, and the question is asked again when it is taken up.
#[test]
fn a_page_that_is_answered_twice_hides_nothing_in_between() {
    let (mut world, mut server) = online();
    server.receive(&mut world, &from_bob("first"));
    lose(&mut world, &mut server);
    for number in 0..100 {
        server.receive(&mut world, &from_bob(&number.to_string()));
    }
    let query = reconnect_up_to_the_query(&mut world, &mut server);
    // Ten of the fifty results arrive; meanwhile much is said.
    server.answers(&query).iter().take(10).for_each(|answer| world.frame(answer));
    for number in 100..200 {
        let message = stanza::Element::parse(&from_bob(&number.to_string())).unwrap();
        server.archive.keep("bob@example.org/x", &message, world.now.wall_ms);
    }
    server.answers(&query).iter().for_each(|answer| world.frame(answer));
    server.talk(&mut world);
    let all: Vec<String> =
        std::iter::once("first".to_owned()).chain((0..200).map(|n| n.to_string())).collect();
    assert_eq!(texts(&world), all);
    assert!(world.saved.archive.gaps.is_empty());
}

#[test]
fn only_our_own_server_gives_stanza_ids() {
    let (mut world, mut server) = online();
    // The same id "by" others for two messages: both stay.
    for (number, by) in [("1", "bob@example.org"), ("2", "bob@example.org"), ("3", "example.org")] {
        let forged = format!("<stanza-id xmlns='urn:xmpp:sid:0' id='x' by='{by}'/></message>");
        world.frame(&from_bob(number).replace("</message>", &forged));
    }
    assert_eq!(world.messages.len(), 3);
    assert!(world.messages.iter().all(|row| row.stanza_id.is_none()));
    // A client that counts: the same id and text twice is two messages when the archive says so.
    let counted = from_bob("ok").replace("<origin-id xmlns='urn:xmpp:sid:0' id='ok'/>", "");
    server.receive(&mut world, &counted);
    server.receive(&mut world, &counted);
    assert_eq!(world.messages.len(), 5);
}
