//! XEP-0444.

use super::*;

fn reacting(of: &str, all: &[&str]) -> String {
    let each: String = all.iter().flat_map(|one| ["<reaction>", *one, "</reaction>"]).collect();
    format!("<reactions xmlns='urn:xmpp:reactions:0' id='{of}'>{each}</reactions>")
}

fn of(world: &World, who: &BareJid) -> Vec<String> {
    only(world).relations.reactions_of(who).to_vec()
}

#[test]
fn the_newest_word_of_each_counts_and_is_no_news() {
    let (mut world, _) = online();
    let ours = say(&mut world, "good news");
    world.take_events();
    world.frame(&from_bob("b1", &reacting(&ours.0, &["👍"])));
    assert_eq!(of(&world, &bob()), ["👍"]);
    world.frame(&from_bob("b2", &reacting(&ours.0, &["👍", "🐢"])));
    assert_eq!(of(&world, &bob()), ["👍", "🐢"]);
    world.frame(&from_bob("b1", &reacting(&ours.0, &["👍"])));
    assert_eq!(of(&world, &bob()), ["👍", "🐢"], "a copy of the one before changes nothing");
    world.frame(&from_bob("b3", &reacting(&ours.0, &[])));
    assert!(of(&world, &bob()).is_empty() && only(&world).relations.reactions().is_empty());
    assert_eq!((unread(&world), preview(&world).as_str()), (0, "good news"));
    assert_eq!(changed(&world).len(), 3);
}

#[test]
fn both_people_react_to_messages_of_both() {
    let (mut world, mut server) = online();
    world.frame(&from_bob("b1", &body("theirs")));
    let theirs = only(&world).id;
    world.frame(&from_bob("b2", &reacting("b1", &["😂"])));
    relate(&mut world, &theirs, Relation::React(vec!["😂".into(), "👍".into()]));
    let row = only(&world);
    let (me, they) = (alice(), bob());
    assert_eq!(row.relations.reactions(), [("😂", vec![&they, &me]), ("👍", vec![&me])]);
    server.talk(&mut world);
    let sent = &stanzas(&server)[0];
    let reactions = sent.find("reactions", "urn:xmpp:reactions:0").unwrap();
    assert_eq!(reactions.get("id"), Some("b1"), "the id that its author gave it");
    let all: Vec<_> = reactions.elements().map(Element::text).collect();
    assert_eq!(all, ["😂", "👍"]);
    assert!(sent.find("store", "urn:xmpp:hints").is_some() && sent.find("body", "jabber:client").is_none());
}

/// §4.1: a reaction counts for its sender alone, and only in the chat it came in.
#[test]
fn nobody_reacts_for_somebody_else_or_from_outside() {
    let (mut world, mut server) = online();
    let ours = say(&mut world, "hi");
    server.talk(&mut world);
    world.frame(&message("eve@example.org/x", "e1", &reacting(&ours.0, &["💩"])));
    world.frame(&message("alice@example.org/phone", "e2", &reacting(&ours.0, &["💩"])));
    world.frame(&from_bob("b1", &reacting(&ours.0, &["👍"])).replace("type='chat'", "type='groupchat'"));
    assert!(only(&world).relations.reactions.is_empty());
    assert!(world.saved.chats.iter().all(|line| line.chat == bob()), "no chat appears by it");
    world.frame(&carbon(&message("alice@example.org/phone", "p1", &reacting(&ours.0, &["👍"]))));
    assert_eq!(of(&world, &alice()), ["👍"]);
}

#[test]
fn what_is_no_emoji_is_no_reaction() {
    let (mut world, _) = online();
    let ours = say(&mut world, "hi");
    let long = "👩‍".repeat(60) + "👩";
    let all = ["buy pills", "👍👍", "", "👍", " 👍 ", "❤", "&lt;b&gt;", &long];
    world.frame(&from_bob("b1", &reacting(&ours.0, &all)));
    assert_eq!(of(&world, &bob()), ["👍", "❤️"], "each once");
    let many: Vec<String> =
        (0x1f600..0x1f640).filter_map(char::from_u32).map(|letter| letter.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    world.frame(&from_bob("b2", &reacting(&ours.0, &many)));
    assert_eq!(of(&world, &bob()).len(), 20);
}

#[test]
fn a_reaction_waits_for_its_message_and_there_is_a_bound() {
    let (mut world, _) = online();
    for n in 0..1_000 {
        world.frame(&from_bob(&format!("x{n}"), &reacting(&format!("never-{n}"), &["👍"])));
    }
    assert_eq!(world.orphans.len(), model::MAX_ORPHANS);
    world.frame(&from_bob("b1", &reacting("p1", &["👍"])));
    world.frame(&carbon(&message("alice@example.org/phone", "p1", &body("hi"))));
    assert_eq!(of(&world, &bob()), ["👍"]);
}

/// §3.3: who does not take a reaction says so, and the one before counts again.
#[test]
fn a_reaction_that_comes_back_counts_no_more() {
    let (mut world, mut server) = online();
    world.frame(&from_bob("b1", &body("hearts only")));
    let theirs = only(&world).id;
    relate(&mut world, &theirs, Relation::React(vec!["❤️".into()]));
    server.talk(&mut world);
    relate(&mut world, &theirs, Relation::React(vec!["💩".into()]));
    server.talk(&mut world);
    let id = stanzas(&server)[1].get("id").unwrap().to_owned();
    world.frame(&format!(
        "<message xmlns='jabber:client' type='error' from='bob@example.org' id='{id}'><error type='modify'>\
         <not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
    ));
    assert_eq!(of(&world, &alice()), ["❤️"]);
}
