//! XEP-0461 and XEP-0428.

use super::*;
use model::Reply;

fn reply(text: &str, to: &str, fallback: &str) -> String {
    format!("<body>{text}</body><reply xmlns='urn:xmpp:reply:0' {to}/>{fallback}")
}

fn fallback(range: &str) -> String {
    format!("<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>{range}</fallback>")
}

const QUOTED: &str = "&gt; 一只鸟🐦\n&gt; flies\n好看";
const TO_US: &str = "to='alice@example.org/r' id='a1'";

#[test]
fn a_reply_is_shown_without_its_quote() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &reply(QUOTED, TO_US, &fallback("<body start='0' end='15'/>"))));
    let row = only(&world);
    assert_eq!(row.body, "好看", "places count characters, not bytes and not halves of them");
    let quote = "一只鸟🐦\nflies".to_owned();
    assert_eq!(row.reply, Some(Reply { author: alice(), id: "a1".into(), quote }));
    assert_eq!(preview(&world), "好看");
}

/// What does not fit is shown as it is: a wrong place must not hide what somebody said.
#[test]
fn what_is_not_certain_to_be_a_quote_is_shown() {
    let whole = "> 一只鸟🐦\n> flies\n好看";
    let wrong = [
        "<body start='0' end='18'/>",
        "<body start='5' end='3'/>",
        "<body start='-1' end='3'/>",
        "<body start='0' end='4294967296000'/>",
        "<body start='x' end='3'/>",
        "<body start='0'/>",
        "<body start='0' end='17'/>",
        "<body/>",
        "<subject/>",
    ];
    for (n, range) in wrong.iter().enumerate() {
        let (mut world, _) = online();
        world.frame(&from_bob(&format!("b{n}"), &reply(QUOTED, TO_US, &fallback(range))));
        let row = only(&world);
        assert_eq!(row.body, whole, "{range}");
        assert!(row.reply.is_some(), "it is a reply all the same");
    }
    // Of what we don't understand nothing is left out.
    let (mut world, _) = online();
    let other = fallback("<body start='0' end='15'/>").replace("urn:xmpp:reply:0", "urn:example:other");
    world.frame(&from_bob("b1", &reply(QUOTED, TO_US, &other)));
    assert_eq!(only(&world).body, whole);
    // Nor without the reply that it stands for.
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &[body(QUOTED), fallback("<body start='0' end='15'/>")].concat()));
    assert_eq!((only(&world).body.as_str(), only(&world).reply), (whole, None));
}

#[test]
fn several_places_are_left_out() {
    let (mut world, _) = online();
    let ranges = fallback("<body start='0' end='2'/><body start='4' end='6'/>");
    world.frame(&from_bob("b1", &reply("aabbccdd", TO_US, &ranges)));
    assert_eq!(only(&world).body, "bbdd");
}

/// Nobody but the two people of a chat writes in it.
#[test]
fn the_author_is_one_of_the_two() {
    let cases = [
        ("to='alice@example.org' id='x'", alice()),
        ("to='bob@example.org/phone' id='x'", bob()),
        ("id='x'", alice()),
        ("to='eve@example.org' id='x'", alice()),
        ("to='@@' id='x'", alice()),
    ];
    for (to, author) in cases {
        let (mut world, _) = online();
        world.frame(&from_bob("b1", &reply("yes", to, "")));
        assert_eq!(only(&world).reply.unwrap().author, author, "{to}");
    }
    for nothing in ["to='alice@example.org'", "to='alice@example.org' id=''"] {
        let (mut world, _) = online();
        world.frame(&from_bob("b1", &reply("yes", nothing, "")));
        assert_eq!((only(&world).reply, only(&world).body), (None, "yes".into()));
    }
    let (mut world, _) = online();
    world.frame(&carbon(&message("alice@example.org/phone", "p1", &reply("yes", "id='x'", ""))));
    assert_eq!(only(&world).reply.unwrap().author, bob(), "we answer them");
}

#[test]
fn we_reply_with_a_quote_for_everybody() {
    let (mut world, mut server) = online();
    world.frame(&from_bob("b1", &body("一只鸟🐦\nflies")));
    let theirs = only(&world);
    let answered = Reply { author: bob(), id: theirs.sender_id().to_owned(), quote: theirs.body.clone() };
    world.command(Command::SendText {
        chat: bob(),
        body: "好看".into(),
        reply: Some(answered.clone()),
        spoiler: None,
    });
    server.talk(&mut world);
    let sent = &stanzas(&server)[0];
    assert_eq!(sent.child_text("body", "jabber:client").as_deref(), Some("> 一只鸟🐦\n> flies\n好看"));
    let reply = sent.find("reply", "urn:xmpp:reply:0").unwrap();
    assert_eq!((reply.get("to"), reply.get("id")), (Some("bob@example.org"), Some("b1")));
    let ours = world.shown(&bob())[1].clone();
    assert_eq!((ours.body.as_str(), ours.reply.as_ref()), ("好看", Some(&answered)));
    // Whoever reads it as we do gets the same.
    let (mut other, _) = online();
    let echo = sent.clone().attr("from", "alice@example.org/phone");
    other.frame(&carbon(&echo.to_xml()));
    assert_eq!((only(&other).body, only(&other).reply), (ours.body.clone(), ours.reply.clone()));
    // A correction repeats what it answers (XEP-0308 §4).
    relate(
        &mut world,
        &ours.id,
        Relation::Edit {
            body: "很好看".into(), reply: ours.reply.clone(), format: model::Format::default()
        },
    );
    server.talk(&mut world);
    let sent = stanzas(&server).pop().unwrap();
    assert!(sent.find("reply", "urn:xmpp:reply:0").is_some());
    other.frame(&carbon(&sent.attr("from", "alice@example.org/phone").to_xml()));
    assert_eq!((only(&other).body.as_str(), only(&other).reply), ("很好看", ours.reply));
}

#[test]
fn a_text_in_parts_is_one_reply() {
    let (mut world, mut server) = online();
    let answered = Reply { author: bob(), id: "b1".into(), quote: "why?".into() };
    let long = "because ".repeat(20_000);
    world.command(Command::SendText { chat: bob(), body: long, reply: Some(answered), spoiler: None });
    server.talk(&mut world);
    let replies: Vec<bool> =
        stanzas(&server).iter().map(|sent| sent.find("reply", "urn:xmpp:reply:0").is_some()).collect();
    assert_eq!(replies.len(), 3);
    assert_eq!(replies, [true, false, false]);
}
