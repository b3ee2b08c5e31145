//! Whatever a server, a contact or chance sends: no panic, and the stream still works afterwards or ends with a word.
#![cfg(feature = "testing")]

use engine::testing::{MiniServer, ServerOptions, World};
use model::{Command, Connection, Endpoint, Event, LogIn};
use proptest::prelude::*;

fn online() -> World {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    MiniServer::new(ServerOptions { mechanisms: vec!["PLAIN"], ..ServerOptions::default() })
        .accept(&mut world);
    world
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "message",
        "presence",
        "iq",
        "query",
        "item",
        "body",
        "error",
        "r",
        "a",
        "enabled",
        "failed",
        "open",
        "close",
        "features",
        "success",
        "challenge",
        "delay",
        "origin-id",
        "show",
        "priority",
        "group",
        "bind",
        "x",
        "data",
    ])
    .prop_map(str::to_owned)
}

fn ns() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "jabber:client",
        "jabber:iq:roster",
        "urn:xmpp:sm:3",
        "urn:xmpp:delay",
        "urn:xmpp:sid:0",
        "jabber:iq:register",
        "urn:ietf:params:xml:ns:xmpp-framing",
        "http://etherx.jabber.org/streams",
        "urn:ietf:params:xml:ns:xmpp-sasl",
        "urn:ietf:params:xml:ns:xmpp-stanzas",
        "urn:xmpp:ping",
        "",
    ])
    .prop_map(str::to_owned)
}

fn attributes() -> impl Strategy<Value = Vec<(String, String)>> {
    let key = prop::sample::select(vec![
        "from",
        "to",
        "id",
        "type",
        "jid",
        "ver",
        "h",
        "stamp",
        "subscription",
        "ask",
    ]);
    let value = prop_oneof![
        prop::sample::select(vec![
            "result",
            "error",
            "set",
            "get",
            "chat",
            "normal",
            "groupchat",
            "subscribe",
            "unavailable",
            "remove",
            "alice@example.org",
            "alice@example.org/r",
            "bob@example.org/x",
            "example.org",
            "4294967295",
            "-1",
            "",
            "9999-99-99T99:99:99Z",
            "2020-01-01T00:00:00+99:99",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,20}",
    ];
    prop::collection::btree_map(key.prop_map(str::to_owned), value, 0..4)
        .prop_map(|map| map.into_iter().collect())
}

fn element() -> impl Strategy<Value = stanza::Element> {
    let leaf = (name(), ns(), attributes(), "\\PC{0,30}").prop_map(|(name, ns, attributes, text)| {
        attributes
            .into_iter()
            .fold(stanza::Element::new(&name, &ns), |el, (k, v)| el.attr(&k, v))
            .with_text(text)
    });
    leaf.prop_recursive(3, 12, 4, |inner| {
        (name(), ns(), attributes(), prop::collection::vec(inner, 0..4)).prop_map(
            |(name, ns, attributes, children)| {
                let el = attributes
                    .into_iter()
                    .fold(stanza::Element::new(&name, &ns), |el, (k, v)| el.attr(&k, v));
                children.into_iter().fold(el, stanza::Element::with)
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn stanza_soup_never_panics_and_leaves_a_working_stream(frames in prop::collection::vec(element(), 1..12)) {
        let mut world = online();
        for frame in frames {
            world.frame(&frame.to_xml());
            world.take_sent();
        }
        if world.socket.is_some() {
            world.take_events();
            world.frame("<message xmlns='jabber:client' from='bob@example.org' type='chat' id='last'><body>still here</body></message>");
            let shown = world.events.iter().any(|event| matches!(event, Event::Message(row) if row.body == "still here"));
            prop_assert!(shown);
        } else {
            let ended = world.events.iter().any(|event| matches!(event, Event::Connection(Connection::Waiting { .. } | Connection::Stopped)));
            prop_assert!(ended);
        }
    }

    #[test]
    fn bytes_never_panic(frames in prop::collection::vec("\\PC{0,200}", 1..8)) {
        let mut world = online();
        for frame in frames {
            world.frame(&frame);
        }
    }

    #[test]
    fn before_the_log_in_too(frames in prop::collection::vec(element(), 1..8)) {
        let mut world = World::new(None);
        world.command(Command::LogIn(LogIn {
            jid: "alice@example.org".parse().unwrap(),
            password: "secret".into(),
            endpoint: Endpoint::Url("wss://example.org/ws".into()),
        }));
        world.input(engine::Input::Opened);
        world.frame("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
        for frame in frames {
            world.frame(&frame.to_xml());
        }
        prop_assert!(!world.events.contains(&Event::Connection(Connection::Online)));
        prop_assert!(world.written.is_empty());
    }
}
