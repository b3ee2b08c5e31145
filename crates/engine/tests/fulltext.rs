//! Looking for messages in the server's archive (XEP-0431).
#![cfg(feature = "testing")]

use engine::testing::{MiniServer, ServerOptions, World};
use model::{ArchiveHit, Command, Endpoint, Event, LogIn};
use stanza::Element;

fn online(fulltext: bool) -> (World, MiniServer) {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let mut server = MiniServer::new(ServerOptions { archive: true, fulltext, ..ServerOptions::default() });
    let texts = [
        ("bob@example.org", "bob@example.org/x", "the old needle"),
        ("bob@example.org", "alice@example.org/x", "hay"),
        ("eve@example.org", "eve@example.org/x", "another needle"),
        ("bob@example.org", "alice@example.org/x", "needle of mine"),
    ];
    for (n, (with, from, body)) in (0_i64..).zip(texts) {
        let to = if from.starts_with("alice") { with } else { "alice@example.org" };
        let message = format!(
            "<message xmlns='jabber:client' type='chat' from='{from}' to='{to}' id='m{n}'><body>{body}</body></message>"
        );
        server.archive.keep(with, &Element::parse(&message).unwrap(), 1_000_000 + n * 1_000);
    }
    server.accept(&mut world);
    server.talk(&mut world);
    world.take_events();
    (world, server)
}

fn look(world: &mut World, server: &mut MiniServer, text: &str, chat: Option<&str>) -> Vec<Event> {
    let chat = chat.map(|chat| chat.parse().unwrap());
    world.command(Command::SearchArchive { text: text.to_owned(), chat });
    server.talk(world);
    let is_answer = |event: &Event| matches!(event, Event::ArchiveSearch(_) | Event::ArchiveSearched { .. });
    world.take_events().into_iter().filter(is_answer).collect()
}

fn hit(id: &str, n: i64, chat: &str, ours: bool, body: &str) -> ArchiveHit {
    ArchiveHit {
        chat: chat.parse().unwrap(),
        id: id.to_owned(),
        at: 1_000_000 + n * 1_000,
        ours,
        body: body.to_owned(),
    }
}

#[test]
fn what_is_not_here_is_looked_for_by_the_server_newest_first() {
    let (mut world, mut server) = online(true);
    assert_eq!(look(&mut world, &mut server, "", None), [Event::ArchiveSearch(true)], "only whether it can");
    let events = look(&mut world, &mut server, "needle", None);
    let mine = hit("archived-3", 3, "bob@example.org", true, "needle of mine");
    let hits = vec![
        mine.clone(),
        hit("archived-2", 2, "eve@example.org", false, "another needle"),
        hit("archived-0", 0, "bob@example.org", false, "the old needle"),
    ];
    let found = |chat: Option<&str>, hits| Event::ArchiveSearched {
        text: "needle".to_owned(),
        chat: chat.map(|chat| chat.parse().unwrap()),
        hits: Some(hits),
    };
    assert_eq!(events, [Event::ArchiveSearch(true), found(None, hits)]);
    let events = look(&mut world, &mut server, "needle", Some("eve@example.org"));
    let theirs = hit("archived-2", 2, "eve@example.org", false, "another needle");
    assert_eq!(events, [Event::ArchiveSearch(true), found(Some("eve@example.org"), vec![theirs])]);
    drop(mine);
}

#[test]
fn a_server_that_can_not_is_not_told_what_is_looked_for() {
    let (mut world, mut server) = online(false);
    world.take_sent();
    world.command(Command::SearchArchive { text: "secret plan".to_owned(), chat: None });
    let sent = world.take_sent().concat();
    assert!(sent.contains("type='get'") || sent.contains("type=\"get\""), "{sent}");
    assert!(!sent.contains("secret plan"), "not before it is known that it can: {sent}");
    let id = Element::parse(&sent).unwrap().get("id").unwrap().to_owned();
    world.frame(&format!(
        "<iq xmlns='jabber:client' type='result' id='{id}' from='alice@example.org'><query xmlns='urn:xmpp:mam:2'>\
         <x xmlns='jabber:x:data' type='form'><field var='with'/></x></query></iq>"
    ));
    assert!(!world.take_sent().concat().contains("secret plan"));
    assert!(world.take_events().contains(&Event::ArchiveSearch(false)));
    let _ = &mut server;
}

/// Asks a server that can for this, and says what results it gives; `sender` and `query` of each can be another one.
fn answered(results: &[(&str, Option<&str>, &str)]) -> Vec<Event> {
    let (mut world, _server) = online(true);
    world.take_sent();
    world.command(Command::SearchArchive { text: "needle".to_owned(), chat: None });
    let answer = |world: &mut World, iq: &Element, payload: &str| {
        let id = iq.get("id").unwrap();
        world.frame(&format!(
            "<iq xmlns='jabber:client' type='result' id='{id}' from='alice@example.org'>{payload}</iq>"
        ));
    };
    let asked = Element::parse(&world.take_sent().concat()).unwrap();
    answer(
        &mut world,
        &asked,
        "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='form'>\
         <field var='{urn:xmpp:fulltext:0}fulltext'/></x></query>",
    );
    let iq = Element::parse(&world.take_sent().concat()).unwrap();
    let asked = iq.find("query", "urn:xmpp:mam:2").unwrap().get("queryid").unwrap();
    for (sender, query, content) in results {
        let query = query.unwrap_or(asked);
        world.frame(&format!(
            "<message xmlns='jabber:client' from='{sender}'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='x'>\
             <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>\
             <message xmlns='jabber:client' type='chat' from='bob@example.org/x' to='alice@example.org'>\
             {content}</message></forwarded></result></message>"
        ));
    }
    answer(&mut world, &iq, "<fin xmlns='urn:xmpp:mam:2'/>");
    world.take_events()
}

fn bodies(events: &[Event]) -> Vec<String> {
    let found = events.iter().find_map(|event| match event {
        Event::ArchiveSearched { hits, .. } => hits.clone(),
        _ => None,
    });
    found.unwrap().into_iter().map(|hit| hit.body).collect()
}

#[test]
fn results_of_others_and_of_other_questions_are_not_believed() {
    let events = answered(&[
        ("eve@example.org", None, "<body>forged</body>"),
        ("alice@example.org", Some("another"), "<body>of another question</body>"),
        ("alice@example.org", None, "<body>needle</body>"),
    ]);
    assert_eq!(bodies(&events), ["needle"]);
    assert!(!events.iter().any(|event| matches!(event, Event::Message(_))), "it is shown and not stored");
}

#[test]
fn what_the_server_finds_is_what_people_said() {
    let events = answered(&[
        (
            "alice@example.org",
            None,
            "<body>/me took back a needle</body><retract xmlns='urn:xmpp:message-retract:1' id='m1'/>",
        ),
        (
            "alice@example.org",
            None,
            "<body>👍 for the needle</body><reactions xmlns='urn:xmpp:reactions:0' id='m1'><reaction>👍</reaction></reactions>",
        ),
        (
            "alice@example.org",
            None,
            "<body>&gt; a needle?\nyes, a needle</body><reply xmlns='urn:xmpp:reply:0' id='m1'/>\
             <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='12'/></fallback>",
        ),
    ]);
    assert_eq!(bodies(&events), ["yes, a needle"]);
}

#[test]
fn of_a_spoiler_the_server_finds_no_more_than_the_hint_is_shown() {
    let spoiler = "<body>the needle did it</body><spoiler xmlns='urn:xmpp:spoiler:0'>the last page</spoiler>";
    assert_eq!(bodies(&answered(&[("alice@example.org", None, spoiler)])), ["the last page"]);
}
