//! What contacts are to hear of us (receipts and markers) survives kills, cuts and lost streams.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{Command, Endpoint, LogIn};
use proptest::prelude::*;

const RECEIPTS: &str = "urn:xmpp:receipts";
const MARKERS: &str = "urn:xmpp:chat-markers:0";

fn online_at(options: ServerOptions) -> (World, MiniServer) {
    let options =
        ServerOptions { roster: "<item jid='bob@example.org' subscription='both'/>".into(), ..options };
    let (mut world, mut server) = (World::new(None), MiniServer::new(options));
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    server.accept(&mut world);
    server.inbox.clear();
    (world, server)
}

fn online() -> (World, MiniServer) {
    online_at(ServerOptions { resume: true, ..ServerOptions::default() })
}

fn text(id: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='bob@example.org/x' type='chat' id='{id}'><body>{id}</body>\
         <request xmlns='{RECEIPTS}'/><markable xmlns='{MARKERS}'/><origin-id xmlns='urn:xmpp:sid:0' id='{id}'/></message>"
    )
}

/// The ids of which the server was told something of this kind.
fn told(server: &MiniServer, name: &str, ns: &str) -> Vec<String> {
    let id = |stanza: &stanza::Element| Some(stanza.find(name, ns)?.get("id")?.to_owned());
    server.inbox.iter().filter_map(id).collect()
}

fn receipts(server: &MiniServer) -> Vec<String> {
    told(server, "received", RECEIPTS)
}

fn markers(server: &MiniServer) -> Vec<String> {
    told(server, "displayed", MARKERS)
}

fn look(world: &mut World) {
    world.command(Command::ViewChat("bob@example.org".parse().ok()));
}

/// What was on its way never arrives, and the server forgets the stream.
fn lose_the_stream(world: &mut World, server: &mut MiniServer) {
    world.take_sent();
    world.input(Input::Closed);
    server.forget();
    world.input(Input::Resumed);
    server.accept(world);
}

#[test]
fn a_receipt_that_was_lost_with_its_stream_is_sent_on_the_next_one() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &text("m1"));
    assert!(world.sent.iter().any(|frame| frame.contains("<received")), "{:?}", world.sent);
    lose_the_stream(&mut world, &mut server);
    assert_eq!(receipts(&server), ["m1"]);
    assert!(world.saved.owed.is_empty(), "the server has it");
    lose_the_stream(&mut world, &mut server);
    assert_eq!(receipts(&server), ["m1"], "and is not told again");
}

#[test]
fn a_marker_that_was_lost_with_its_stream_is_sent_on_the_next_one() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &text("m1"));
    server.talk(&mut world);
    look(&mut world);
    assert!(world.sent.iter().any(|frame| frame.contains("<displayed")), "{:?}", world.sent);
    assert_eq!(world.saved.chats[0].mark.as_deref(), Some("m1"), "it is not told yet");
    lose_the_stream(&mut world, &mut server);
    assert_eq!(markers(&server), ["m1"]);
    assert_eq!(world.saved.chats[0].mark, None);
    lose_the_stream(&mut world, &mut server);
    assert_eq!(markers(&server), ["m1"]);
}

#[test]
fn killed_between_disk_and_wire_the_next_page_tells() {
    let (mut world, mut server) = online();
    world.auto_commit = false;
    server.deliver(&mut world, &text("m1"));
    // On disk, and the page hears nothing of that any more.
    let _ = (world.commit(), world.take_sent());
    let mut next = world.restart();
    next.auto_commit = true;
    server.accept(&mut next);
    assert_eq!((server.resumptions, receipts(&server)), (1, vec!["m1".to_owned()]), "on the same stream");
    assert!(next.saved.owed.is_empty());
}

#[test]
fn a_stream_that_goes_on_carries_what_was_lost_once_more() {
    let (mut world, mut server) = online();
    server.deliver(&mut world, &text("m1"));
    look(&mut world);
    world.take_sent();
    world.input(Input::Closed);
    world.input(Input::Resumed);
    server.accept(&mut world);
    assert_eq!(
        (server.resumptions, receipts(&server), markers(&server)),
        (1, vec!["m1".into()], vec!["m1".into()])
    );
    assert!(world.saved.owed.is_empty());
}

#[test]
fn without_acknowledgements_a_ping_tells_that_it_was_heard() {
    let (mut world, mut server) = online_at(ServerOptions { acks: false, ..ServerOptions::default() });
    server.deliver(&mut world, &text("m1"));
    assert_eq!(world.saved.owed.len(), 1);
    server.talk(&mut world);
    assert_eq!(receipts(&server), ["m1"]);
    assert!(world.saved.owed.is_empty());
}

#[test]
fn who_may_not_know_us_any_more_is_not_told_later() {
    let (mut world, mut server) = online();
    world.input(Input::Closed);
    let mut world = world.restart();
    server.forget();
    server.accept(&mut world);
    server.deliver(&mut world, &text("m1"));
    world.take_sent();
    world.frame(
        "<iq xmlns='jabber:client' type='set' id='p' from='alice@example.org'><query xmlns='jabber:iq:roster'>\
         <item jid='bob@example.org' subscription='to'/></query></iq>",
    );
    lose_the_stream_with(&mut world, &mut server, "to");
    assert_eq!(receipts(&server), Vec::<String>::new());
    assert!(world.saved.owed.is_empty(), "it is forgotten");
}

fn lose_the_stream_with(world: &mut World, server: &mut MiniServer, subscription: &str) {
    server.options.roster = format!("<item jid='bob@example.org' subscription='{subscription}'/>");
    lose_the_stream(world, server);
}

#[test]
fn more_than_can_be_kept_is_forgiven_from_its_old_end() {
    let (mut world, mut server) = online();
    for n in 0..510 {
        server.deliver(&mut world, &text(&n.to_string()));
    }
    assert_eq!(world.saved.owed.len(), 500);
    assert_eq!(world.saved.owed[0].id, "10");
}

#[test]
fn what_waits_for_the_disk_is_not_forgiven() {
    let (mut world, mut server) = online();
    world.auto_commit = false;
    for n in 0..600 {
        server.deliver(&mut world, &text(&n.to_string()));
    }
    world.commit();
    assert_eq!(world.saved.owed.len(), 600);
    world.auto_commit = true;
    server.talk(&mut world);
    assert_eq!(receipts(&server).len(), 600);
}

#[derive(Clone, Debug)]
enum Step {
    Hear,
    Look,
    Away,
    Commit,
    Talk,
    Lose,
    Cut,
    Forget,
    Kill,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => Just(Step::Hear),
        2 => Just(Step::Look),
        2 => Just(Step::Away),
        3 => Just(Step::Commit),
        3 => Just(Step::Talk),
        1 => Just(Step::Lose),
        1 => Just(Step::Cut),
        1 => Just(Step::Forget),
        1 => Just(Step::Kill),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    /// Whatever happens: of each message that is on disk its sender hears, and of the newest that was looked at.
    #[test]
    fn killed_cut_or_forgotten_after_any_step_everybody_hears_what_they_are_owed(steps in prop::collection::vec(step(), 1..50)) {
        let (mut world, mut server) = online();
        world.auto_commit = false;
        let (mut heard, mut kills) = (0, 0);
        let mut sockets = (kills, world.opened.len());
        for step in steps {
            match step {
                Step::Hear => {
                    server.deliver(&mut world, &text(&heard.to_string()));
                    heard += 1;
                }
                Step::Look => look(&mut world),
                Step::Away => world.command(Command::ViewChat(None)),
                Step::Commit => world.commit(),
                Step::Talk => server.talk(&mut world),
                Step::Lose => {
                    for frame in world.take_sent() {
                        server.answers(&frame);
                    }
                    world.input(Input::Closed);
                }
                Step::Cut | Step::Forget => {
                    world.take_sent();
                    world.input(Input::Closed);
                }
                Step::Kill => {
                    world = world.restart();
                    kills += 1;
                }
            }
            if matches!(step, Step::Forget) {
                server.forget();
            }
            if world.socket.is_none() {
                world.input(Input::Resumed);
            }
            if sockets != (kills, world.opened.len()) {
                sockets = (kills, world.opened.len());
                server.accept(&mut world);
            }
        }
        world.auto_commit = true;
        world.commit();
        look(&mut world);
        lose_the_stream(&mut world, &mut server);
        server.talk(&mut world);
        let told = receipts(&server);
        for row in &world.messages {
            prop_assert!(told.contains(&row.body), "{} was never told: {told:?}", row.body);
        }
        let last = world.saved.chats.first().and_then(|line| line.last.clone()).map(|last| last.body);
        prop_assert!(last.is_none_or(|last| markers(&server).contains(&last)));
        prop_assert!(world.saved.owed.is_empty(), "{:?}", world.saved.owed);
        prop_assert!(told.len() <= world.messages.len() * (2 + kills + world.opened.len()));
    }
}
