//! What the server keeps for us (XEP-0441).
#![cfg(feature = "testing")]

use engine::testing::{MiniServer, ServerOptions, World};
use model::{ArchivePolicy, Command, Endpoint, Event, LogIn};
use stanza::Element;

const MAM: &str = "urn:xmpp:mam:2";

fn online() -> World {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    MiniServer::new(ServerOptions::default()).accept(&mut world);
    world.take_events();
    world.take_sent();
    world
}

/// What was asked: kind, id, and the preferences.
fn asked(world: &mut World) -> Vec<(String, String, Element)> {
    let sent = world.take_sent();
    let elements = sent.iter().filter_map(|frame| Element::parse(frame).ok());
    elements
        .filter_map(|iq| {
            let prefs = iq.find("prefs", MAM)?.clone();
            Some((iq.get("type")?.to_owned(), iq.get("id")?.to_owned(), prefs))
        })
        .collect()
}

fn answer(world: &mut World, from: &str, id: &str, payload: &str) {
    let kind = if payload.starts_with("<error") { "error" } else { "result" };
    world.frame(&format!("<iq xmlns='jabber:client' from='{from}' type='{kind}' id='{id}'>{payload}</iq>"));
}

fn policies(world: &mut World) -> Vec<Option<ArchivePolicy>> {
    let events = world.take_events().into_iter();
    events
        .filter_map(|event| if let Event::ArchivePolicy(policy) = event { Some(policy) } else { None })
        .collect()
}

const LISTS: &str = "<always><jid>bob@example.org</jid></always><never><jid>eve@example.org</jid></never>";
const REFUSED: &str =
    "<error type='cancel'><feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

#[test]
fn what_the_server_keeps_is_asked_only_when_somebody_wants_to_know() {
    let mut world = online();
    assert_eq!(asked(&mut world), []);
    world.command(Command::ArchivePolicy(None));
    let questions = asked(&mut world);
    let [(kind, id, _)] = questions.as_slice() else { panic!("{questions:?}") };
    assert_eq!(kind, "get");
    let prefs = format!("<prefs xmlns='{MAM}' default='roster'>{LISTS}</prefs>");
    answer(&mut world, "eve@example.org", id, &prefs.replace("roster", "never"));
    assert_eq!(policies(&mut world), [], "somebody else is not our server");
    answer(&mut world, "alice@example.org", id, &prefs);
    assert_eq!(policies(&mut world), [Some(ArchivePolicy::Roster)]);
}

#[test]
fn a_change_leaves_what_is_said_of_single_addresses() {
    let mut world = online();
    world.command(Command::ArchivePolicy(Some(ArchivePolicy::Never)));
    let id = asked(&mut world)[0].1.clone();
    answer(
        &mut world,
        "alice@example.org",
        &id,
        &format!("<prefs xmlns='{MAM}' default='always'>{LISTS}</prefs>"),
    );
    assert_eq!(policies(&mut world), [], "it is not yet what it is to be");
    let changes = asked(&mut world);
    let [(kind, id, prefs)] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((kind.as_str(), prefs.get("default")), ("set", Some("never")));
    for (list, jid) in [("always", "bob@example.org"), ("never", "eve@example.org")] {
        let jids: Vec<_> = prefs.find(list, MAM).unwrap().find_all("jid", MAM).map(Element::text).collect();
        assert_eq!(jids, [jid]);
    }
    // The server has the last word.
    answer(
        &mut world,
        "alice@example.org",
        id,
        &format!("<prefs xmlns='{MAM}' default='roster'>{LISTS}</prefs>"),
    );
    assert_eq!(policies(&mut world), [Some(ArchivePolicy::Roster)]);
}

#[test]
fn a_server_without_a_choice_or_that_refuses_one_is_believed() {
    let mut world = online();
    world.command(Command::ArchivePolicy(None));
    let id = asked(&mut world)[0].1.clone();
    answer(&mut world, "alice@example.org", &id, REFUSED);
    assert_eq!(policies(&mut world), [None]);

    world.command(Command::ArchivePolicy(Some(ArchivePolicy::Never)));
    let id = asked(&mut world)[0].1.clone();
    let prefs = format!("<prefs xmlns='{MAM}' default='always'/>");
    answer(&mut world, "alice@example.org", &id, &prefs);
    let id = asked(&mut world)[0].1.clone();
    answer(&mut world, "alice@example.org", &id, REFUSED);
    let id = asked(&mut world)[0].1.clone();
    answer(&mut world, "alice@example.org", &id, &prefs);
    assert_eq!(policies(&mut world), [Some(ArchivePolicy::Always)], "it is what it was");

    // Without a connection there is nobody to ask.
    let mut world = World::new(None);
    world.command(Command::ArchivePolicy(None));
    assert_eq!(asked(&mut world), []);
}
