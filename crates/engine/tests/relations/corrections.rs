//! XEP-0308.

use super::*;
use model::Write;

fn correction(id: &str, text: &str, of: &str) -> String {
    from_bob(id, &replacing(text, of))
}

fn replacing(text: &str, of: &str) -> String {
    format!("<body>{text}</body><replace xmlns='urn:xmpp:message-correct:0' id='{of}'/>")
}

#[test]
fn a_correction_takes_the_place_of_the_text_and_is_no_news() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &body("helo")));
    assert_eq!((unread(&world), preview(&world).as_str()), (1, "helo"));
    world.take_events();
    world.frame(&correction("b2", "hello", "b1"));
    let row = only(&world);
    assert_eq!((row.body.as_str(), row.relations.is_edited()), ("hello", true));
    assert_eq!(row.relations.history(), [(None, "helo", &model::Format::default())]);
    assert_eq!((unread(&world), preview(&world).as_str()), (1, "hello"));
    assert_eq!(changed(&world), [row]);
    assert!(!world.events.iter().any(|event| matches!(event, Event::Message(_))));
}

#[test]
fn each_correction_is_of_the_first_message_and_the_last_one_counts() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &body("one")));
    world.frame(&correction("b2", "two", "b1"));
    world.frame(&correction("b3", "three", "b1"));
    world.frame(&correction("b2", "two", "b1"));
    let row = only(&world);
    assert_eq!(row.body, "three", "a copy of the one before changes nothing");
    let history: Vec<_> = row.relations.history().into_iter().map(|(_, text, _)| text).collect();
    assert_eq!(history, ["one", "two"]);
}

/// §4: original and correction come from the same bare address.
#[test]
fn nobody_corrects_what_somebody_else_wrote() {
    let (mut world, mut server) = online();
    let ours = say(&mut world, "I owe you 1");
    server.talk(&mut world);
    world.take_events();
    world.frame(&correction("evil", "I owe you 1000", &ours.0));
    assert_eq!(texts(&world), ["I owe you 1"]);
    assert_eq!((unread(&world), preview(&world).as_str()), (0, "I owe you 1"));
    // A stranger, by the same id.
    let strange = message("eve@example.org/x", "evil2", &replacing("I owe you 2000", &ours.0));
    world.frame(&strange);
    assert_eq!(texts(&world), ["I owe you 1"]);
    assert!(!heard_of(&world, "1000"), "nothing of it reached the screen");
    // And what only claims to be a copy of ours.
    let forged = carbon(&message("alice@example.org/phone", "evil3", &replacing("I owe you 3000", &ours.0)));
    world.frame(&forged.replacen("from='alice@example.org'", "from='bob@example.org'", 1));
    world.frame(&message("alice@example.org/phone", "evil4", &replacing("I owe you 4000", &ours.0)));
    assert_eq!(texts(&world), ["I owe you 1"]);
}

#[test]
fn a_forged_correction_that_comes_first_is_gone_when_the_message_is_here() {
    let (mut world, _) = online();
    world.frame(&correction("evil", "I owe you 1000", "ours"));
    world.frame(&carbon(&message("alice@example.org/phone", "ours", &body("I owe you 1"))));
    assert_eq!((texts(&world), preview(&world)), (vec!["I owe you 1".to_owned()], "I owe you 1".into()));
    assert!(world.orphans.is_empty());
}

#[test]
fn another_device_of_the_author_may_correct() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &body("helo")));
    world.frame(&message("bob@example.org/phone", "b2", &replacing("hello", "b1")));
    assert_eq!(only(&world).body, "hello");
    let ours = say(&mut world, "helo yourself");
    world.frame(&carbon(&message("alice@example.org/phone", "a2", &replacing("hello yourself", &ours.0))));
    assert_eq!(texts(&world), ["hello", "hello yourself"]);
}

/// Nothing is missing here, so the message will not come; a text that is not shown would be lost.
#[test]
fn a_correction_of_what_can_not_come_is_a_message_of_its_own() {
    let (mut world, _) = online();
    world.frame(&correction("b2", "hello", "b1"));
    assert_eq!((only(&world).body.as_str(), unread(&world)), ("hello", 1));
    // Should it come all the same, it is one message, corrected.
    world.take_events();
    world.frame(&from_bob("b1", &body("helo")));
    let row = only(&world);
    assert_eq!((row.body.as_str(), row.relations.is_edited()), ("hello", true));
    assert!(world.events.iter().any(|event| matches!(event, Event::MessageDeleted { .. })));
    assert_eq!(preview(&world), "hello");
    world.frame(&correction("b2", "hello", "b1"));
    assert_eq!(only(&world).body, "hello", "a copy brings nothing back");
}

#[test]
fn names_of_a_message_are_its_origin_id_and_a_drawn_id() {
    let (mut world, _) = online();
    let drawn = "4fd40ca6-0d4e-4a36-9ab4-1c8ef07d0f08";
    let both = from_bob("b1", &body("one")).replacen("id='b1'", &format!("id='{drawn}'"), 1);
    world.frame(&both);
    world.frame(&correction("b2", "two", drawn));
    assert_eq!(only(&world).body, "two");
    world.frame(&correction("b3", "three", "b1"));
    assert_eq!(only(&world).body, "three");
    // Without an origin-id, a short id means any message of a client that counts.
    let counted = |text: &str, id: &str| {
        format!(
            "<message xmlns='jabber:client' from='bob@example.org/old' to='alice@example.org' type='chat' id='{id}'>\
             <body>{text}</body></message>"
        )
    };
    world.frame(&counted("counted", "7"));
    world.frame(&correction("b4", "another", "7"));
    assert_eq!(texts(&world), ["three", "counted", "another"]);
}

#[test]
fn what_is_no_text_and_what_is_no_chat_corrects_nothing() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &body("one")));
    world.frame(&from_bob("b2", "<replace xmlns='urn:xmpp:message-correct:0' id='b1'/>"));
    world.frame(&correction("b3", "two", "b1").replace("type='chat'", "type='groupchat'"));
    world.frame(&correction("b4", "two", "b1").replace("type='chat'", "type='error'"));
    world.frame(
        &correction("b5", "two", "b1").replace("urn:xmpp:message-correct:0", "urn:xmpp:message-correct:9"),
    );
    assert_eq!(texts(&world), ["one", "two"], "what is not understood is a text");
}

#[test]
fn we_correct_and_the_server_has_it_once() {
    let (mut world, mut server) = online();
    let ours = say(&mut world, "helo");
    server.talk(&mut world);
    relate(
        &mut world,
        &ours,
        Relation::Edit { body: "hello".into(), reply: None, format: model::Format::default() },
    );
    assert_eq!(texts(&world), ["hello"], "on the screen before the server has it");
    assert_eq!(world.saved.relations.len(), 1, "and on disk until then");
    server.talk(&mut world);
    let sent = &stanzas(&server)[1];
    assert_eq!(sent.child_text("body", "jabber:client").as_deref(), Some("hello"));
    let replace = sent.find("replace", "urn:xmpp:message-correct:0").unwrap();
    assert_eq!(replace.get("id"), Some(ours.0.as_str()));
    assert_ne!(sent.get("id"), Some(ours.0.as_str()));
    assert_eq!(sent.find("origin-id", "urn:xmpp:sid:0").and_then(|id| id.get("id")), sent.get("id"));
    assert!(sent.find("request", "urn:xmpp:receipts").is_none());
    assert!(world.saved.relations.is_empty());
    world.pass(100_000);
    server.talk(&mut world);
    assert_eq!(stanzas(&server).len(), 2);
}

#[test]
fn a_correction_goes_out_behind_its_message_and_survives_a_kill() {
    let (mut world, mut server) = online();
    // It has left, and nobody knows whether it is there.
    let ours = say(&mut world, "helo");
    world.take_sent();
    world.input(engine::Input::Closed);
    relate(
        &mut world,
        &ours,
        Relation::Edit { body: "hello".into(), reply: None, format: model::Format::default() },
    );
    let mut world = world.restart();
    assert_eq!(texts(&world), ["hello"]);
    server.hang_up();
    server.inbox.clear();
    server.accept(&mut world);
    let bodies: Vec<_> =
        stanzas(&server).iter().filter_map(|stanza| stanza.child_text("body", "jabber:client")).collect();
    assert_eq!(bodies, ["helo", "hello"]);
    assert!(world.saved.relations.is_empty() && world.saved.outbox.is_empty());
}

#[test]
fn a_correction_that_comes_back_counts_no_more() {
    let (mut world, mut server) = online();
    let ours = say(&mut world, "helo");
    relate(
        &mut world,
        &ours,
        Relation::Edit { body: "hello".into(), reply: None, format: model::Format::default() },
    );
    server.talk(&mut world);
    let id = stanzas(&server)[1].get("id").unwrap().to_owned();
    let error = |from: &str| {
        format!(
            "<message xmlns='jabber:client' type='error' from='{from}' id='{id}'><error type='cancel'>\
             <policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
        )
    };
    world.frame(&error("eve@example.org"));
    assert_eq!(texts(&world), ["hello"], "nobody else can say that");
    world.frame(&error("bob@example.org"));
    assert_eq!((texts(&world), only(&world).relations.is_edited()), (vec!["helo".to_owned()], false));
    assert!(world.events.iter().any(|event| matches!(event, Event::Problem(_))));
}

#[test]
fn only_own_messages_that_left_are_corrected() {
    let (mut world, mut server) = online();
    world.frame(&from_bob("b1", &body("theirs")));
    let theirs = only(&world).id;
    relate(
        &mut world,
        &theirs,
        Relation::Edit { body: "forged".into(), reply: None, format: model::Format::default() },
    );
    relate(&mut world, &theirs, Relation::Retract);
    server.talk(&mut world);
    assert_eq!((texts(&world), stanzas(&server).len()), (vec!["theirs".to_owned()], 0));
    assert!(!world.written.iter().any(|write| matches!(write, Write::Relate { .. })));
}

/// Nobody saw what it said before, so nobody hears that it was another text.
#[test]
fn what_has_never_left_is_changed_and_not_corrected() {
    let (mut world, mut server) = online();
    world.input(engine::Input::Closed);
    let ours = say(&mut world, "helo");
    let edit = |world: &mut World, text: &str| {
        let format = model::Format::of_spoiler(Some("hint".into()));
        relate(world, &ours, Relation::Edit { body: text.into(), format, reply: None });
    };
    edit(&mut world, "hello");
    edit(&mut world, "hello!");
    let row = only(&world);
    assert_eq!((row.body.as_str(), row.relations.is_edited()), ("hello!", false));
    assert_eq!(preview(&world), "hint");
    assert!(world.saved.relations.is_empty() && world.saved.outbox[0].body == "hello!", "it is on disk");
    server.hang_up();
    server.inbox.clear();
    world.pass(60_000);
    server.accept(&mut world);
    let sent = stanzas(&server);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].child_text("body", "jabber:client").as_deref(), Some("hello!"));
    assert!(sent[0].find("spoiler", "urn:xmpp:spoiler:0").is_some());
    assert_eq!(only(&world).state, model::MessageState::Sent);
}

/// Some clients speak of the correction that they show. Whatever comes first.
#[test]
fn what_is_said_of_a_correction_is_said_of_its_message() {
    let message = from_bob("m1-0123456789abcdef", &body("helo"));
    let corrected = correction("e1-0123456789abcdef", "hello", "m1-0123456789abcdef");
    let reaction = carbon(&super::message(
        "alice@example.org/phone",
        "r1",
        "<reactions xmlns='urn:xmpp:reactions:0' id='e1-0123456789abcdef'><reaction>👍</reaction></reactions>",
    ));
    let frames = [&message, &corrected, &reaction];
    // A correction that nothing is missing for stands alone and is told of its own: so the message comes before one of the two.
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 0, 1]] {
        let (mut world, _) = online();
        for at in order {
            world.frame(frames[at]);
        }
        let row = world.shown(&bob()).into_iter().find(|row| row.dedupe.contains("m1-"));
        let row = row.unwrap_or_else(|| panic!("{order:?}: {:?}", world.messages));
        assert_eq!(
            (row.body.as_str(), row.relations.reactions_of(&alice())),
            ("hello", &["👍".to_owned()][..]),
            "{order:?}"
        );
    }
    // But not of what somebody else says to be one.
    let (mut world, _) = online();
    world.frame(&message);
    world.frame(&carbon(&super::message(
        "alice@example.org/phone",
        "e1-0123456789abcdef",
        "<body>forged</body><replace xmlns='urn:xmpp:message-correct:0' id='m1-0123456789abcdef'/>",
    )));
    world.frame(&reaction);
    assert!(only(&world).relations.reactions.is_empty());
}
