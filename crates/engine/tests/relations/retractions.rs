//! XEP-0424.

use super::*;

fn retracting(of: &str) -> String {
    format!(
        "<retract xmlns='urn:xmpp:message-retract:1' id='{of}'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/><body>/me retracted a message</body>"
    )
}

fn edit(id: &str, text: &str, of: &str) -> String {
    from_bob(id, &format!("<body>{text}</body><replace xmlns='urn:xmpp:message-correct:0' id='{of}'/>"))
}

fn reaction(id: &str, of: &str) -> String {
    from_bob(
        id,
        &format!("<reactions xmlns='urn:xmpp:reactions:0' id='{of}'><reaction>👍</reaction></reactions>"),
    )
}

#[test]
fn what_was_retracted_is_gone_with_its_history() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &body("secret one")));
    world.frame(&edit("b2", "secret two", "b1"));
    world.frame(&reaction("b3", "b1"));
    world.take_events();
    world.frame(&from_bob("b4", &retracting("b1")));
    let row = only(&world);
    assert!(row.relations.retracted && row.body.is_empty());
    assert!(!format!("{row:?}").contains("secret"), "nothing of it is stored: {row:?}");
    assert!(!format!("{:?}", world.saved.chats).contains("secret"));
    let last = world.saved.chats[0].last.clone().unwrap();
    assert!(last.retracted && last.id == row.id);
    assert!(!heard_of(&world, "/me retracted"), "its text is for those who don't understand");
}

#[test]
fn nothing_brings_back_what_was_retracted() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &body("secret")));
    world.frame(&from_bob("b4", &retracting("b1")));
    for later in [edit("b5", "secret again", "b1"), reaction("b6", "b1"), from_bob("b1", &body("secret"))] {
        world.frame(&later);
    }
    let row = only(&world);
    assert!(row.relations.retracted && row.body.is_empty() && row.relations.reactions.is_empty());
}

#[test]
fn a_retraction_before_its_message_leaves_nothing_of_it() {
    let (mut world, _) = online();
    world.frame(&from_bob("b4", &retracting("b1")));
    assert!(world.shown(&bob()).is_empty() && unread(&world) == 0, "nobody hears of it");
    world.frame(&from_bob("b1", &body("secret")));
    assert!(only(&world).relations.retracted);
    assert!(!heard_of(&world, "secret"), "not even for a moment");
}

/// §5: only the author, by the bare address.
#[test]
fn nobody_retracts_what_somebody_else_wrote() {
    let (mut world, mut server) = online();
    let ours = say(&mut world, "a promise");
    server.talk(&mut world);
    world.frame(&from_bob("evil", &retracting(&ours.0)));
    world.frame(&message("eve@example.org/x", "evil2", &retracting(&ours.0)));
    world.frame(&message("alice@example.org/phone", "evil3", &retracting(&ours.0)));
    let row = only(&world);
    assert_eq!((row.body.as_str(), row.relations.retracted), ("a promise", false));
    assert_eq!(preview(&world), "a promise");
    assert_eq!(unread(&world), 0);
}

#[test]
fn we_retract_and_others_are_told_in_words() {
    let (mut world, mut server) = online();
    let ours = say(&mut world, "oops");
    server.talk(&mut world);
    relate(&mut world, &ours, Relation::Retract);
    server.talk(&mut world);
    assert!(only(&world).relations.retracted);
    let sent = &stanzas(&server)[1];
    let retract = sent.find("retract", "urn:xmpp:message-retract:1").unwrap();
    assert_eq!(retract.get("id"), Some(ours.0.as_str()));
    let fallback = sent.find("fallback", "urn:xmpp:fallback:0").unwrap();
    assert_eq!(fallback.get("for"), Some("urn:xmpp:message-retract:1"));
    assert!(sent.child_text("body", "jabber:client").unwrap().starts_with("/me retracted"));
    assert!(sent.find("store", "urn:xmpp:hints").is_some());
    relate(
        &mut world,
        &ours,
        Relation::Edit { body: "back".into(), reply: None, format: model::Format::default() },
    );
    server.talk(&mut world);
    assert_eq!(stanzas(&server).len(), 2, "there is nothing left to correct");
}

#[test]
fn what_another_device_of_ours_retracts_is_gone_here() {
    let (mut world, _) = online();
    let ours = say(&mut world, "oops");
    world.frame(&carbon(&message("alice@example.org/phone", "p1", &retracting(&ours.0))));
    assert!(only(&world).relations.retracted);
}

#[test]
fn what_is_deleted_for_me_is_gone_here_and_stays_so() {
    let (mut world, mut server) = online();
    world.frame(&from_bob("b1", &body("before")));
    world.frame(&from_bob("b2", &body("embarrassing")));
    let id = world.shown(&bob())[1].id.clone();
    world.take_events();
    world.command(Command::DeleteForMe { chat: bob(), id: id.clone() });
    assert_eq!((texts(&world), preview(&world)), (vec!["before".to_owned()], "before".into()));
    assert!(world.events.contains(&Event::MessageDeleted { chat: bob(), id }));
    assert!(!format!("{:?}", world.messages).contains("embarrassing"), "nor is it on disk");
    world.frame(&from_bob("b2", &body("embarrassing")));
    world.frame(&edit("b3", "still embarrassing", "b2"));
    assert_eq!(texts(&world), ["before"]);
    server.talk(&mut world);
    assert!(stanzas(&server).is_empty(), "nobody is told");
}

/// What nobody took is undone, as its notice says.
#[test]
fn a_retraction_that_comes_back_brings_its_message_back() {
    let (mut world, mut server) = online();
    let ours = say(&mut world, "a promise");
    server.talk(&mut world);
    world.frame(&reaction("b3", &ours.0));
    let before = only(&world);
    relate(&mut world, &ours, Relation::Retract);
    server.talk(&mut world);
    assert!(only(&world).relations.retracted);
    assert!(!format!("{:?}", world.saved).contains("promise"), "it is nowhere on disk meanwhile");
    let id = stanzas(&server)[1].get("id").unwrap().to_owned();
    let error = |from: &str| {
        format!(
            "<message xmlns='jabber:client' type='error' from='{from}' id='{id}'><error type='cancel'>\
             <policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
        )
    };
    world.frame(&error("eve@example.org"));
    assert!(only(&world).relations.retracted, "nobody else can say that");
    world.frame(&error("bob@example.org"));
    assert_eq!(only(&world), before);
    assert_eq!(preview(&world), "a promise");
    assert!(world.events.iter().any(|event| matches!(event, Event::Problem(_))));
    world.frame(&error("bob@example.org"));
    assert_eq!(only(&world), before, "once");
}
