//! Messages, contacts and presence on a bound stream.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{
    Availability, BareJid, Command, Connection, Endpoint, Event, FailReason, LogIn, MessageRow, MessageState,
    Problem, WaitReason, Write,
};

fn bob() -> BareJid {
    "bob@example.org".parse().unwrap()
}

fn online_with(options: ServerOptions) -> (World, MiniServer) {
    let (mut world, mut server) = online_with_events(options);
    world.take_events();
    server.inbox.clear();
    (world, server)
}

fn online_with_events(options: ServerOptions) -> (World, MiniServer) {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let mut server = MiniServer::new(options);
    server.accept(&mut world);
    assert!(world.events.contains(&Event::Connection(Connection::Online)));
    (world, server)
}

fn online() -> (World, MiniServer) {
    online_with(ServerOptions::default())
}

fn say(text: &str) -> Command {
    Command::SendText { chat: bob(), body: text.into(), reply: None, spoiler: None }
}

fn rows(world: &World) -> Vec<&MessageRow> {
    let mut rows = Vec::new();
    for event in &world.events {
        if let Event::Message(row) = event {
            rows.push(row);
        }
    }
    rows
}

fn states(world: &World) -> Vec<MessageState> {
    let state = |event: &Event| match event {
        Event::MessageState { state, .. } => Some(state.clone()),
        _ => None,
    };
    world.events.iter().filter_map(state).collect()
}

fn bodies(server: &MiniServer) -> Vec<String> {
    server.inbox.iter().filter_map(|stanza| stanza.child_text("body", "jabber:client")).collect()
}

#[test]
fn echo_then_disk_then_wire_then_sent() {
    let (mut world, mut server) = online();
    world.auto_commit = false;
    world.command(say("hello"));
    assert_eq!(rows(&world).len(), 1, "the echo is there at once");
    assert_eq!(rows(&world)[0].state, MessageState::Queued);
    assert!(world.sent.is_empty(), "nothing goes out before it is on disk");
    world.commit();
    server.talk(&mut world);
    let message = &server.inbox[0];
    let id = rows(&world)[0].id.0.clone();
    assert_eq!(message.get("id"), Some(id.as_str()));
    assert_eq!(message.find("origin-id", "urn:xmpp:sid:0").and_then(|e| e.get("id")), Some(id.as_str()));
    assert_eq!(states(&world), [MessageState::Sent]);
    world.commit();
    assert!(
        world
            .written
            .iter()
            .any(|write| matches!(write, Write::MessageState { state: MessageState::Sent, .. }))
    );
}

#[test]
fn without_stream_management_a_ping_tells_what_was_handled() {
    let (mut world, mut server) = online_with(ServerOptions { acks: false, ..ServerOptions::default() });
    world.command(say("one"));
    world.command(say("two"));
    server.frozen = true;
    server.talk(&mut world);
    assert_eq!(states(&world), []);
    server.frozen = false;
    world.command(say("three"));
    server.talk(&mut world);
    assert!(bodies(&server).contains(&"three".to_owned()));
    assert!(states(&world).iter().all(|state| *state == MessageState::Sent) && !states(&world).is_empty());
}

#[test]
fn what_is_written_offline_goes_out_in_order_when_online() {
    let (mut world, mut server) = online();
    world.input(Input::Closed);
    for text in ["1", "2", "3"] {
        world.command(say(text));
    }
    assert!(world.sent.is_empty());
    world.pass(2_000);
    server.accept(&mut world);
    assert_eq!(bodies(&server), ["1", "2", "3"]);
    assert_eq!(states(&world), vec![MessageState::Sent; 3]);
}

#[test]
fn what_was_not_acknowledged_goes_out_again_under_its_old_id() {
    let (mut world, mut server) = online();
    server.frozen = true;
    world.command(say("maybe lost"));
    let first = world.take_sent().into_iter().find(|text| text.contains("maybe lost")).unwrap();
    world.input(Input::Closed);
    server.frozen = false;
    world.pass(2_000);
    server.accept(&mut world);
    assert_eq!(bodies(&server), ["maybe lost"]);
    assert!(first.contains(server.inbox.last().unwrap().get("id").unwrap()));
}

#[test]
fn the_outbox_of_the_last_session_is_sent() {
    let (mut world, _) = online();
    world.input(Input::Closed);
    world.command(say("from before"));
    let row = rows(&world)[0].clone();
    let session = world.written.iter().find_map(|write| match write {
        Write::Session(session) => session.clone(),
        _ => None,
    });
    let saved = model::Saved { session, outbox: vec![row], ..model::Saved::default() };
    let mut world = World::new(Some(&saved));
    let mut server = MiniServer::new(ServerOptions::default());
    server.accept(&mut world);
    assert_eq!(bodies(&server), ["from before"]);
}

#[test]
fn a_bounce_fails_the_message_and_a_retry_sends_it_again() {
    let (mut world, mut server) = online();
    world.command(say("hello?"));
    server.talk(&mut world);
    let mut row = rows(&world)[0].clone();
    let id = row.id.0.clone();
    let bounce = |from: &str| {
        format!(
            "<message xmlns='jabber:client' type='error' from='{from}' id='{id}'><error type='cancel'>\
             <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
        )
    };
    world.frame(&bounce("bob@example.org"));
    let failed = MessageState::Failed(FailReason::NoSuchAddress);
    assert_eq!(states(&world).last(), Some(&failed));
    row.state = failed;
    world.take_events();
    world.command(Command::Retry(row));
    server.talk(&mut world);
    assert_eq!(bodies(&server), ["hello?", "hello?"]);
    assert_eq!(states(&world), [MessageState::Queued, MessageState::Sent]);
    // Somebody else's bounce names their own chat, where no such message is.
    world.frame(&bounce("mallory@example.org"));
    assert!(matches!(world.events.last(), Some(Event::MessageState { chat, .. }) if *chat != bob()));
}

#[test]
fn copies_are_recognised_by_origin_id_and_by_id_with_text() {
    let (mut world, _) = online();
    let origin = "<message xmlns='jabber:client' from='bob@example.org/a' type='chat' id='1'><body>x</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>";
    world.frame(origin);
    world.frame(&origin.replace("/a'", "/b'"));
    assert_eq!(rows(&world).len(), 1, "the same origin-id from the same person");
    world.frame(&origin.replace("bob@", "carol@"));
    assert_eq!(rows(&world).len(), 2, "another person's id is another id");
    let plain =
        "<message xmlns='jabber:client' from='bob@example.org/a' type='chat' id='1'><body>y</body></message>";
    world.frame(plain);
    world.frame(plain);
    assert_eq!(rows(&world).len(), 3);
    world.frame(&plain.replace(">y<", ">z<"));
    assert_eq!(rows(&world).len(), 4, "a reused id is not a copy");
}

#[test]
fn a_delayed_message_stands_where_it_was_written() {
    let (mut world, _) = online();
    let now = world.now.wall_ms;
    world.frame("<message xmlns='jabber:client' from='bob@example.org' type='chat' id='2'><body>old</body><delay xmlns='urn:xmpp:delay' stamp='2020-01-02T03:04:05Z'/></message>");
    world.frame("<message xmlns='jabber:client' from='bob@example.org' type='chat' id='3'><body>from the future</body><delay xmlns='urn:xmpp:delay' stamp='2099-01-02T03:04:05Z'/></message>");
    let rows = rows(&world);
    assert_eq!(rows[0].at, 1_577_934_245_000);
    assert_eq!(rows[0].order.0, rows[0].at * 1000);
    assert_eq!(rows[1].at, now);
}

#[test]
fn order_survives_a_clock_that_jumps_back() {
    let (mut world, _) = online();
    world.command(say("first"));
    world.now.wall_ms -= 86_400_000;
    world.command(say("second"));
    assert!(rows(&world)[1].order > rows(&world)[0].order);
}

#[test]
fn unread_unless_looked_at() {
    let (mut world, _) = online();
    let counted = |world: &World| {
        world.written.iter().rev().find_map(|write| match write {
            Write::Message { count_unread, .. } => Some(*count_unread),
            _ => None,
        })
    };
    let frame = |n: u8| {
        format!(
            "<message xmlns='jabber:client' from='bob@example.org' type='chat' id='u{n}'><body>{n}</body></message>"
        )
    };
    world.frame(&frame(1));
    assert_eq!(counted(&world), Some(true));
    world.command(Command::ViewChat(Some(bob())));
    assert!(world.written.contains(&Write::ChatRead(bob())));
    world.frame(&frame(2));
    assert_eq!(counted(&world), Some(false));
    world.input(Input::PageVisible(false));
    world.frame(&frame(3));
    assert_eq!(counted(&world), Some(true));
    let reads =
        |world: &World| world.written.iter().filter(|write| **write == Write::ChatRead(bob())).count();
    world.input(Input::PageVisible(true));
    assert_eq!(reads(&world), 2);
}

#[test]
fn roster_pushes_only_from_our_own_account() {
    let (mut world, mut server) = online();
    let push = |from: &str| {
        format!(
            "<iq xmlns='jabber:client' type='set' id='p'{from}><query xmlns='jabber:iq:roster' ver='2'><item jid='eve@example.org' subscription='both'/></query></iq>"
        )
    };
    for from in [
        " from='eve@example.org'",
        " from='eve@example.org/x'",
        " from='example.org'",
        " from='alice@example.org/other'",
        " from='alice@example.org.evil'",
    ] {
        world.frame(&push(from));
        assert_eq!(world.events, [], "{from}");
    }
    server.talk(&mut world);
    for from in ["", " from='alice@example.org'"] {
        world.take_events();
        world.frame(&push(from));
        assert!(matches!(world.events.as_slice(), [Event::Contact(_)]), "{from}");
    }
    assert!(world.sent.iter().all(|text| text.contains("result")));
}

#[test]
fn answers_from_the_wrong_address_are_ignored() {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let mut server = MiniServer::new(ServerOptions::default());
    world.input(Input::Opened);
    let id = loop {
        let sent = world.take_sent();
        let roster = sent.iter().find(|text| text.contains("jabber:iq:roster")).cloned();
        if let Some(roster) = roster {
            break stanza::Element::parse(&roster).unwrap().get("id").unwrap().to_owned();
        }
        for text in sent {
            for answer in server.answers(&text) {
                world.frame(&answer);
            }
        }
    };
    let reply = |from: &str| {
        format!(
            "<iq xmlns='jabber:client' type='result' id='{id}' from='{from}'><query xmlns='jabber:iq:roster'><item jid='x@y'/></query></iq>"
        )
    };
    world.take_events();
    for from in ["eve@example.org", "example.org", "alice@example.org/other", "not an address"] {
        world.frame(&reply(from));
        assert_eq!(world.events, [], "{from}");
    }
    world.frame(&reply("alice@example.org/r"));
    assert!(matches!(world.events.as_slice(), [Event::Roster(_)]));
}

#[test]
fn requests_wait_for_the_person_unless_we_asked_ourselves() {
    let item = "<item jid='carol@example.org' subscription='none' ask='subscribe'/>";
    let (mut world, mut server) =
        online_with(ServerOptions { roster: item.into(), ..ServerOptions::default() });
    world.frame("<presence xmlns='jabber:client' type='subscribe' from='bob@example.org'/>");
    assert_eq!(world.events, [Event::Requests(vec![bob()])]);
    world.command(Command::AcceptRequest(bob()));
    server.talk(&mut world);
    let kinds: Vec<_> = server.inbox.iter().filter_map(|presence| presence.get("type")).collect();
    assert_eq!(kinds, ["subscribed", "subscribe"]);
    assert_eq!(world.events.last(), Some(&Event::Requests(vec![])));
    server.inbox.clear();
    world.frame("<presence xmlns='jabber:client' type='subscribe' from='carol@example.org'/>");
    server.talk(&mut world);
    assert_eq!(server.inbox[0].get("type"), Some("subscribed"));
    assert_eq!(world.events.last(), Some(&Event::Requests(vec![])));
}

#[test]
fn the_best_device_is_shown_and_all_are_gone_when_we_are() {
    let (mut world, _) = online();
    let presence = |inner: &str| format!("<presence xmlns='jabber:client' {inner}</presence>");
    world.frame(&presence("from='bob@example.org/a'><show>away</show><status>lunch</status>"));
    world.frame(&presence("from='bob@example.org/b'>"));
    world.frame(&presence("from='bob@example.org/b' type='unavailable'>"));
    world.frame(&presence("from='bob@example.org/c'><show>dnd</show><priority>5</priority>"));
    world.input(Input::Closed);
    let shown: Vec<Availability> = world
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Presence { presence, .. } => Some(presence.availability),
            _ => None,
        })
        .collect();
    assert_eq!(
        shown,
        [
            Availability::Away,
            Availability::Online,
            Availability::Away,
            Availability::DoNotDisturb,
            Availability::Offline
        ]
    );
}

#[test]
fn unknown_requests_are_refused_politely_and_strangers_learn_nothing() {
    let friend = "<item jid='bob@example.org' subscription='both'/>";
    let (mut world, _) = online_with(ServerOptions { roster: friend.into(), ..ServerOptions::default() });
    let ask = |from: &str, payload: &str| {
        format!("<iq xmlns='jabber:client' type='get' id='q' from='{from}'>{payload}</iq>")
    };
    let disco = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    world.frame(&ask("bob@example.org/x", "<unknown xmlns='u'/>"));
    assert!(world.take_sent()[0].contains("service-unavailable"));
    world.frame(&ask("bob@example.org/x", disco));
    assert!(world.take_sent()[0].contains("urn:xmpp:ping"));
    world.frame(&ask("eve@example.org/x", disco));
    assert!(world.take_sent()[0].contains("service-unavailable"));
}

#[test]
fn a_silent_socket_is_noticed() {
    let (mut world, mut server) = online();
    world.pass(61_000);
    server.talk(&mut world);
    assert!(world.socket.is_some(), "an answered ping keeps it");
    server.frozen = true;
    world.pass(75_000);
    assert!(world.opened.len() >= 2, "an unanswered one drops it and it comes back");
}

#[test]
fn after_a_nap_five_seconds_must_do() {
    let (mut world, mut server) = online();
    server.frozen = true;
    world.input(Input::Resumed);
    world.pass(4_000);
    assert_eq!(world.opened.len(), 1);
    world.pass(1_100);
    assert!(world.events.iter().any(|event| matches!(event, Event::Connection(Connection::Waiting { .. }))));
    world.input(Input::NetworkOnline(true));
    assert_eq!(world.opened.len(), 2, "the network is back: at once");
}

#[test]
fn logging_out_forgets_the_key_and_can_forget_everything() {
    for erase in [false, true] {
        let (mut world, mut server) = online();
        world.command(Command::LogOut { erase });
        server.talk(&mut world);
        let expected = if erase { Write::EraseAll } else { Write::Session(None) };
        assert!(world.written.contains(&expected));
        assert!(world.store_closed && world.socket.is_none());
        assert_eq!(world.events.last(), Some(&Event::LoggedOut { erased: erase }));
        world.pass(600_000);
        assert_eq!(world.opened.len(), 1);
    }
}

#[test]
fn a_refused_contact_is_named() {
    let (mut world, mut server) = online();
    world.command(Command::AddContact { jid: bob(), name: Some("Bob".into()) });
    server.talk(&mut world);
    let iq = server.inbox.iter().find(|stanza| stanza.name() == "iq").unwrap();
    let id = iq.get("id").unwrap();
    world.frame(&format!("<iq xmlns='jabber:client' type='error' id='{id}'><error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>too many</text></error></iq>"));
    let text = Some("too many".to_owned());
    assert_eq!(world.events.last(), Some(&Event::Problem(Problem::ContactRefused { jid: bob(), text })));
}

#[test]
fn contacts_cannot_wait_and_say_so() {
    let (mut world, _) = online();
    world.input(Input::Closed);
    world.take_events();
    world.command(Command::AddContact { jid: bob(), name: None });
    assert_eq!(world.events, [Event::Problem(Problem::NotConnected)]);
}

#[test]
fn who_waits_is_told_when_the_network_goes_and_comes() {
    let (mut world, _) = online();
    world.input(Input::Closed);
    let reason = |world: &mut World| {
        world.take_events().into_iter().rev().find_map(|event| match event {
            Event::Connection(Connection::Waiting { reason, .. }) => Some(reason),
            _ => None,
        })
    };
    assert_eq!(reason(&mut world), Some(WaitReason::Backoff));
    world.input(Input::NetworkOnline(false));
    assert_eq!(reason(&mut world), Some(WaitReason::NoNetwork));
    world.input(Input::NetworkOnline(false));
    assert_eq!(reason(&mut world), None, "nothing new");
}

#[test]
fn a_roster_in_any_order_is_told_in_order_and_each_contact_once() {
    let roster = "<item jid='m@x.example'/><item jid='a@x.example' name='A'/><item jid='z@x.example'/><item jid='a@x.example'/>";
    let (world, _) = online_with_events(ServerOptions { roster: roster.into(), ..ServerOptions::default() });
    let jids = world.events.iter().rev().find_map(|event| match event {
        Event::Roster(items) => Some(items.iter().map(|item| item.jid.to_string()).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(jids.unwrap(), ["a@x.example", "m@x.example", "z@x.example"]);
}
