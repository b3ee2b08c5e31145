//! Sent, delivered, read: receipts (XEP-0184) and markers (XEP-0333), both ways.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{BareJid, Command, Endpoint, Event, FailReason, LogIn, MessageRow, MessageState, Write};
use stanza::Element;

const RECEIPTS: &str = "urn:xmpp:receipts";
const MARKERS: &str = "urn:xmpp:chat-markers:0";

fn bob() -> BareJid {
    "bob@example.org".parse().unwrap()
}

/// Alice, online, with a stream that can be taken up again; bob sees her, carol does not.
fn online() -> (World, MiniServer) {
    let mut world = World::new(None);
    world.command(Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let roster =
        "<item jid='bob@example.org' subscription='both'/><item jid='carol@example.org' subscription='to'/>";
    let mut server = MiniServer::new(ServerOptions { roster: roster.into(), ..ServerOptions::default() });
    server.accept(&mut world);
    world.take_events();
    server.inbox.clear();
    (world, server)
}

fn send(world: &mut World, text: &str) -> String {
    world.command(Command::SendText { chat: bob(), body: text.into(), reply: None, spoiler: None });
    world.messages.last().unwrap().id.0.clone()
}

fn received(from: &str, id: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='{from}' id='r-{id}'><received xmlns='{RECEIPTS}' id='{id}'/></message>"
    )
}

fn displayed(from: &str, id: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='{from}' type='chat' id='d-{id}'><displayed xmlns='{MARKERS}' id='{id}'/></message>"
    )
}

fn text(from: &str, id: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='{from}' type='chat' id='{id}'><body>{id}</body>\
         <request xmlns='{RECEIPTS}'/><markable xmlns='{MARKERS}'/></message>"
    )
}

fn state(world: &World, id: &str) -> MessageState {
    world.messages.iter().find(|row| row.id.0 == id).unwrap().state.clone()
}

fn told(world: &World) -> Vec<MessageState> {
    let state = |event: &Event| match event {
        Event::MessageState { state, .. } => Some(state.clone()),
        _ => None,
    };
    world.events.iter().filter_map(state).collect()
}

/// What was sent of this kind: whom to, and the id it speaks of.
fn words(stanzas: &[Element], name: &str, ns: &str) -> Vec<(String, String)> {
    let word = |stanza: &Element| {
        let id = stanza.find(name, ns)?.get("id")?;
        Some((stanza.get("to")?.to_owned(), id.to_owned()))
    };
    stanzas.iter().filter_map(word).collect()
}

fn markers(server: &MiniServer) -> Vec<String> {
    words(&server.inbox, "displayed", MARKERS).into_iter().map(|(_, id)| id).collect()
}

fn receipts(server: &MiniServer) -> Vec<(String, String)> {
    words(&server.inbox, "received", RECEIPTS)
}

fn look_at_bob(world: &mut World) {
    world.command(Command::ViewChat(Some(bob())));
}

#[test]
fn sent_then_delivered_then_read_with_all_before_it() {
    let (mut world, mut server) = online();
    let first = send(&mut world, "one");
    let second = send(&mut world, "two");
    server.talk(&mut world);
    for stanza in &server.inbox {
        assert!(stanza.find("request", RECEIPTS).is_some() && stanza.find("markable", MARKERS).is_some());
    }
    assert_eq!(state(&world, &second), MessageState::Sent);
    world.take_events();
    world.frame(&received("bob@example.org/phone", &second));
    assert_eq!(told(&world), [MessageState::Delivered]);
    assert_eq!(state(&world, &first), MessageState::Sent, "a receipt is for one message");
    world.frame(&displayed("bob@example.org/phone", &second));
    assert_eq!((state(&world, &first), state(&world, &second)), (MessageState::Read, MessageState::Read));
    assert_eq!(told(&world), [MessageState::Delivered, MessageState::Read, MessageState::Read]);
    world.frame(&received("bob@example.org/laptop", &second));
    assert_eq!(state(&world, &second), MessageState::Read);
}

#[test]
fn any_order_of_marker_receipt_and_acknowledgement_ends_at_read() {
    let ack = |_: &str| "<a xmlns='urn:xmpp:sm:3' h='2'/>".to_owned();
    let receipt = |id: &str| received("bob@example.org/a", id);
    let marker = |id: &str| displayed("bob@example.org/a", id);
    let news: [&dyn Fn(&str) -> String; 3] = [&ack, &receipt, &marker];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let (mut world, mut server) = online();
        server.frozen = true;
        let id = send(&mut world, "hello");
        for at in order {
            world.frame(&news[at](&id));
        }
        assert_eq!(state(&world, &id), MessageState::Read, "{order:?}");
        assert!(world.saved.outbox.is_empty(), "{order:?}");
    }
}

#[test]
fn only_the_contact_can_say_what_became_of_a_message() {
    let (mut world, mut server) = online();
    let id = send(&mut world, "hello");
    server.talk(&mut world);
    world.take_events();
    let own = "alice@example.org/other";
    for word in [received as fn(&str, &str) -> String, displayed] {
        let good = word("bob@example.org", &id);
        let bad = [
            word("mallory@example.org/x", &id),
            word("example.org", &id),
            word(own, &id),
            word("bob@example.org/x", "no-such-id"),
            word("bob@example.org/x", ""),
            good.replace("<message ", "<message type='error' ").replace("type='chat'", ""),
            good.replace("<message ", "<message type='groupchat' ").replace("type='chat'", ""),
            good.replace(" from='bob@example.org'", ""),
            good.replace("urn:xmpp:", "urn:other:"),
        ];
        for frame in &bad[..5] {
            world.frame(frame);
            assert_eq!(state(&world, &id), MessageState::Sent, "{frame}");
        }
        for frame in &bad[6..] {
            world.frame(frame);
            assert_eq!(state(&world, &id), MessageState::Sent, "{frame}");
        }
        // An error that carries a receipt back is about the receipt.
        world.frame(&bad[5]);
        assert_eq!(state(&world, &id), MessageState::Sent, "{}", bad[5]);
    }
    assert!(!told(&world).iter().any(|state| matches!(state, MessageState::Delivered | MessageState::Read)));
}

#[test]
fn what_was_delivered_can_no_longer_fail_and_the_contacts_word_outweighs_a_failure() {
    let (mut world, mut server) = online();
    let bounce = |id: &str| {
        format!(
            "<message xmlns='jabber:client' type='error' from='bob@example.org' id='{id}'><error type='cancel'>\
             <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
        )
    };
    let first = send(&mut world, "one");
    server.talk(&mut world);
    world.frame(&received("bob@example.org/a", &first));
    world.frame(&bounce(&first));
    assert_eq!(state(&world, &first), MessageState::Delivered);
    let second = send(&mut world, "two");
    server.talk(&mut world);
    world.frame(&bounce(&second));
    world.frame(&received("bob@example.org/a", &second));
    assert_eq!(
        state(&world, &second),
        MessageState::Delivered,
        "their server gave a stream up, and the archive had it"
    );
}

#[test]
fn a_failed_message_is_deleted_and_no_other() {
    let (mut world, mut server) = online();
    let id = send(&mut world, "hello?");
    server.talk(&mut world);
    let mut row: MessageRow = world.messages[0].clone();
    world.command(Command::Delete(row.clone()));
    assert_eq!(world.messages.len(), 1, "it was sent");
    let failed = MessageState::Failed(FailReason::Refused);
    row.state = failed.clone();
    world.command(Command::Delete(row.clone()));
    assert_eq!(world.messages.len(), 1, "the store knows better than the screen");
    world.messages[0].state = failed;
    world.take_events();
    world.auto_commit = false;
    world.command(Command::Delete(row));
    let is_gone = |world: &World| {
        let gone = |event: &Event| matches!(event, Event::MessageDeleted { id: gone, .. } if gone.0 == id);
        world.events.iter().any(gone)
    };
    assert!(!is_gone(&world), "what is gone from the screen does not come back after a reload");
    world.commit();
    assert!(world.messages.is_empty() && is_gone(&world));
}

#[test]
fn a_receipt_is_sent_when_the_message_is_on_disk() {
    let (mut world, mut server) = online();
    world.auto_commit = false;
    world.frame(&text("bob@example.org/phone", "m1"));
    assert!(world.sent.is_empty(), "a receipt is a promise");
    world.commit();
    server.talk(&mut world);
    assert_eq!(receipts(&server), [("bob@example.org/phone".to_owned(), "m1".to_owned())]);
    let receipt = &server.inbox[0];
    assert_eq!((receipt.get("type"), receipt.elements().count()), (Some("chat"), 2), "nothing else is in it");
    assert!(receipt.find("store", "urn:xmpp:hints").is_some(), "but that it is worth being kept");
    world.frame(&text("bob@example.org/phone", "m1"));
    world.commit();
    server.talk(&mut world);
    assert_eq!(receipts(&server).len(), 2, "a copy says that the sender has not heard us");
    assert_eq!(markers(&server), Vec::<String>::new(), "nobody looked");
}

#[test]
fn a_receipt_waits_for_the_next_stream() {
    let (mut world, mut server) = online();
    world.auto_commit = false;
    world.frame(&text("bob@example.org/phone", "m1"));
    world.input(Input::Closed);
    world.auto_commit = true;
    world.commit();
    world.pass(2_000);
    server.accept(&mut world);
    assert_eq!(receipts(&server).len(), 1);
}

#[test]
fn strangers_get_neither_receipts_nor_markers() {
    let (mut world, mut server) = online();
    for stranger in ["carol@example.org/x", "mallory@example.org/x", "alice@example.org/other"] {
        world.frame(&text(stranger, "m1"));
        world.command(Command::ViewChat(stranger.split('/').next().unwrap().parse().ok()));
    }
    server.talk(&mut world);
    assert_eq!((receipts(&server), markers(&server)), (vec![], vec![]));
    let plain = [
        text("bob@example.org/x", "g").replace("'chat'", "'groupchat'"),
        text("bob@example.org/x", "h").replace("'chat'", "'headline'"),
        text("bob@example.org/x", "n").replace("<body>n</body>", ""),
        text("bob@example.org/x", "i").replace(" id='i'", ""),
        text("bob@example.org/x", "b").replace(
            "<body>",
            &format!("<received xmlns='{RECEIPTS}' id='q'/><displayed xmlns='{MARKERS}' id='q'/><body>"),
        ),
    ];
    look_at_bob(&mut world);
    for frame in plain {
        world.frame(&frame);
    }
    server.talk(&mut world);
    assert_eq!(
        (receipts(&server), markers(&server)),
        (vec![], vec![]),
        "nor is every stanza a message to answer"
    );
}

#[test]
fn the_newest_message_is_marked_once_when_it_is_looked_at() {
    let (mut world, mut server) = online();
    for id in ["m1", "m2"] {
        world.frame(&text("bob@example.org/phone", id));
    }
    server.talk(&mut world);
    assert!(markers(&server).is_empty());
    world.input(Input::PageVisible(false));
    look_at_bob(&mut world);
    server.talk(&mut world);
    assert!(markers(&server).is_empty(), "a hidden page is not looked at");
    world.input(Input::PageVisible(true));
    server.talk(&mut world);
    assert_eq!(words(&server.inbox, "displayed", MARKERS), [("bob@example.org".to_owned(), "m2".to_owned())]);
    let marker = server.inbox.iter().find(|stanza| stanza.find("displayed", MARKERS).is_some()).unwrap();
    assert!(
        marker.find("store", "urn:xmpp:hints").is_some() && marker.find("body", "jabber:client").is_none()
    );
    world.frame(&text("bob@example.org/phone", "m3"));
    world.frame("<message xmlns='jabber:client' from='bob@example.org/a' type='chat' id='p'><body>plain</body></message>");
    look_at_bob(&mut world);
    server.talk(&mut world);
    assert_eq!(markers(&server), ["m2", "m3"], "what comes in while it is in view is looked at, too");
}

#[test]
fn what_is_looked_at_offline_is_marked_later_even_by_another_start() {
    let (mut world, mut server) = online();
    world.frame(&text("bob@example.org/phone", "m1"));
    server.talk(&mut world);
    world.input(Input::Closed);
    look_at_bob(&mut world);
    let mut next = world.restart();
    let mut again = MiniServer::new(server.options.clone());
    again.accept(&mut next);
    assert_eq!(markers(&again), ["m1"]);
    let mut last = next.restart();
    let mut again = MiniServer::new(server.options.clone());
    again.accept(&mut last);
    assert!(markers(&again).is_empty(), "once");
    world.pass(2_000);
    server.accept(&mut world);
    assert_eq!(markers(&server), ["m1"]);
}

#[test]
fn markers_are_not_sent_when_they_are_switched_off_nor_afterwards() {
    let (mut world, mut server) = online();
    world.command(Command::SendMarkers(false));
    world.frame(&text("bob@example.org/phone", "m1"));
    look_at_bob(&mut world);
    server.talk(&mut world);
    assert_eq!(receipts(&server).len(), 1, "receipts are another matter");
    world.command(Command::SendMarkers(true));
    server.talk(&mut world);
    assert!(markers(&server).is_empty(), "what was looked at in secret stays so");
    assert!(world.written.iter().any(|write| matches!(write, Write::Marked { .. })));
    world.frame(&text("bob@example.org/phone", "m2"));
    server.talk(&mut world);
    assert_eq!(markers(&server), ["m2"]);
}
