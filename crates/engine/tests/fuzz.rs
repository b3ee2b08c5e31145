//! F17: stanzas as servers and people send them, changed at random. No panic, and a stream that works on or ends with a word.
//!
//! `GOLDCREST_FUZZ=1000000 cargo test -p engine --features testing --test fuzz` takes more of them than the usual run, and
//! `GOLDCREST_SEED` repeats one that failed.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{Command, Connection, Endpoint, Event, LogIn};
use stanza::{Element, Node};

const CASES: u64 = 20_000;

/// What is changed: something of every standard we read, and of some that we will.
const CORPUS: &[&str] = &[
    "<message xmlns='jabber:client' from='bob@example.org/x' to='alice@example.org' type='chat' id='m1'><body>hi</body>\
     <origin-id xmlns='urn:xmpp:sid:0' id='o1'/><stanza-id xmlns='urn:xmpp:sid:0' by='alice@example.org' id='s1'/>\
     <request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/><active xmlns='http://jabber.org/protocol/chatstates'/></message>",
    "<message xmlns='jabber:client' from='bob@example.org/x' type='chat'><received xmlns='urn:xmpp:receipts' id='m2'/></message>",
    "<message xmlns='jabber:client' from='bob@example.org/x' type='chat'><displayed xmlns='urn:xmpp:chat-markers:0' id='m2'/></message>",
    "<message xmlns='jabber:client' from='bob@example.org/x' type='chat' id='m3'><body>late</body>\
     <delay xmlns='urn:xmpp:delay' from='example.org' stamp='2026-01-01T10:00:00Z'/></message>",
    "<message xmlns='jabber:client' from='alice@example.org' to='alice@example.org/r' type='chat'>\
     <received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>\
     <message xmlns='jabber:client' from='bob@example.org/x' to='alice@example.org/other' type='chat' id='c1'><body>carbon</body></message>\
     </forwarded></received></message>",
    "<message xmlns='jabber:client' from='alice@example.org' to='alice@example.org/r' type='chat'>\
     <sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>\
     <message xmlns='jabber:client' from='alice@example.org/other' to='bob@example.org' type='chat' id='c2'><body>own</body></message>\
     </forwarded></sent></message>",
    "<message xmlns='jabber:client' from='alice@example.org' to='alice@example.org/r'><result xmlns='urn:xmpp:mam:2' queryid='q1' id='28482'>\
     <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2025-07-10T23:08:25Z'/>\
     <message xmlns='jabber:client' from='bob@example.org/x' to='alice@example.org' type='chat' id='a1'><body>archived</body></message>\
     </forwarded></result></message>",
    "<iq xmlns='jabber:client' type='result' id='q1'><fin xmlns='urn:xmpp:mam:2' complete='true'>\
     <set xmlns='http://jabber.org/protocol/rsm'><first index='0'>1</first><last>2</last><count>2</count></set></fin></iq>",
    "<message xmlns='jabber:client' from='alice@example.org' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'>\
     <items node='urn:xmpp:mds:displayed:0'><item id='bob@example.org'><displayed xmlns='urn:xmpp:mds:displayed:0'>\
     <stanza-id xmlns='urn:xmpp:sid:0' by='alice@example.org' id='s1'/></displayed></item></items></event></message>",
    "<message xmlns='jabber:client' from='bob@example.org' type='error' id='m4'><body>hi</body><error type='cancel'>\
     <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
    "<presence xmlns='jabber:client' from='bob@example.org/x'><show>away</show><status>out</status><priority>5</priority>\
     <c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://x.example' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>\
     <idle xmlns='urn:xmpp:idle:1' since='2026-01-01T10:00:00Z'/></presence>",
    "<presence xmlns='jabber:client' from='eve@example.org' type='subscribe'/>",
    "<presence xmlns='jabber:client' from='bob@example.org/x' type='unavailable'/>",
    "<iq xmlns='jabber:client' type='set' id='p1' from='alice@example.org'><query xmlns='jabber:iq:roster' ver='7'>\
     <item jid='bob@example.org' name='Bob' subscription='both' ask='subscribe'><group>Friends</group></item></query></iq>",
    "<iq xmlns='jabber:client' type='get' id='g1' from='bob@example.org/x'><query xmlns='http://jabber.org/protocol/disco#info' node='n'/></iq>",
    "<iq xmlns='jabber:client' type='get' id='g2' from='example.org'><ping xmlns='urn:xmpp:ping'/></iq>",
    "<iq xmlns='jabber:client' type='get' id='g3' from='bob@example.org/x'><query xmlns='jabber:iq:version'/></iq>",
    "<iq xmlns='jabber:client' type='result' id='r1'><query xmlns='jabber:iq:roster' ver='8'><item jid='x@example.org'/></query></iq>",
    "<iq xmlns='jabber:client' type='error' id='r2'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    "<r xmlns='urn:xmpp:sm:3'/>",
    "<a xmlns='urn:xmpp:sm:3' h='3'/>",
    "<enabled xmlns='urn:xmpp:sm:3' id='z' resume='true' max='600'/>",
];

/// Words that mean something somewhere.
const WORDS: &[&str] = &[
    "",
    "0",
    "-1",
    "4294967295",
    "18446744073709551616",
    "true",
    "alice@example.org",
    "alice@example.org/r",
    "bob@example.org",
    "bob@example.org/x",
    "@",
    "a@b@c/d/e",
    "example.org",
    "chat",
    "error",
    "result",
    "set",
    "groupchat",
    "both",
    "remove",
    "9999-99-99T99:99:99Z",
    "2026-02-30T00:00:00Z",
    "1969-01-01T00:00:00Z",
    "\u{202e}",
    "\u{0}",
    "é\u{301}",
    "m1",
    "o1",
    "s1",
];

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).unwrap()
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// The same element with about one change on the way through it.
fn changed(element: &Element, donor: &Element, dice: &mut Dice, depth: usize) -> Element {
    let ns = if dice.below(30) == 0 { donor.ns() } else { element.ns() };
    let name = if dice.below(30) == 0 { donor.name() } else { element.name() };
    let mut new = Element::new(name, ns);
    for (key, value) in element.attrs() {
        match dice.below(20) {
            0 => {}
            1 => new.set_attr(key, dice.of(WORDS)),
            2 => new.set_attr(key, format!("{value}{}", dice.of(WORDS))),
            _ => new.set_attr(key, value.as_str()),
        }
    }
    if let Some((key, value)) = donor.attrs().first().filter(|_| dice.below(20) == 0) {
        new.set_attr(key, value.as_str());
    }
    for node in element.nodes() {
        match node {
            Node::Text(text) if dice.below(10) > 0 => new.push_text(text.as_str()),
            Node::Text(_) => new.push_text(dice.of(WORDS)),
            Node::Element(child) => match dice.below(20) {
                0 => {}
                1 => {
                    new.push(child.clone());
                    new.push(changed(child, donor, dice, depth + 1));
                }
                2 if depth < 4 => new.push(changed(donor, child, dice, depth + 1)),
                _ => new.push(changed(child, donor, dice, depth + 1)),
            },
        }
    }
    new
}

fn online() -> World {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let options = ServerOptions { mechanisms: vec!["PLAIN"], resume: true, ..ServerOptions::default() };
    MiniServer::new(options).accept(&mut world);
    world.command(Command::SendText {
        chat: "bob@example.org".parse().unwrap(),
        body: "hello".into(),
        reply: None,
        spoiler: None,
    });
    world
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn stanzas_changed_at_random_never_panic_and_leave_a_working_stream() {
    let seed = number("GOLDCREST_SEED").unwrap_or(u64::from(std::process::id())) | 1;
    let cases = number("GOLDCREST_FUZZ").unwrap_or(CASES);
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let corpus: Vec<Element> = CORPUS.iter().map(|xml| Element::parse(xml).unwrap()).collect();
    let mut world = online();
    for case in 0..cases {
        let (element, donor) = (&corpus[dice.below(corpus.len())], &corpus[dice.below(corpus.len())]);
        let mut xml = changed(element, donor, &mut dice, 0).to_xml();
        // Now and then a frame that is no XML any more.
        if dice.below(50) == 0 {
            let at = xml.floor_char_boundary(dice.below(xml.len() + 1));
            xml.truncate(at);
        }
        world.frame(&xml);
        world.take_sent();
        if case % 500 == 499 {
            world.input(Input::Tick);
            world.messages.clear();
            world.written.clear();
        }
        if world.socket.is_none() {
            let ended = |event: &Event| {
                matches!(event, Event::Connection(Connection::Waiting { .. } | Connection::Stopped))
            };
            assert!(
                world.events.iter().any(ended),
                "seed {seed}, case {case}: ended without a word by {xml}"
            );
            world = online();
        } else if case % 100 == 99 {
            world.take_events();
            let last = format!(
                "<message xmlns='jabber:client' from='carol@example.org' type='chat' id='last {case}'><body>here</body></message>"
            );
            world.frame(&last);
            let shown = |event: &Event| matches!(event, Event::Message(row) if row.body == "here");
            assert!(world.events.iter().any(shown), "seed {seed}, case {case}: nothing is shown any more");
        }
    }
}
