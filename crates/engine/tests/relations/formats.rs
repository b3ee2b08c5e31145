//! How a text is meant to be shown: XEP-0382 and XEP-0393.

use super::*;
use model::Format;

const SPOILER: &str = "urn:xmpp:spoiler:0";

fn spoiler(text: &str, hint: &str) -> String {
    format!("<body>{text}</body><spoiler xmlns='{SPOILER}'>{hint}</spoiler>")
}

fn replaces(of: &str) -> String {
    format!("<replace xmlns='urn:xmpp:message-correct:0' id='{of}'/>")
}

/// §4: it is clear that it is one, and nothing of its text is where nobody asks for it.
#[test]
fn of_a_spoiler_only_the_hint_is_open() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &spoiler("both of them die", " Love\n story  end ")));
    let row = only(&world);
    assert_eq!((row.body.as_str(), row.open_text()), ("both of them die", "Love story end"));
    assert!(!format!("{:?}", world.saved.chats).contains("die"), "the chat's line has nothing of it");
    let last = world.saved.chats[0].last.clone().unwrap();
    assert_eq!((last.body.as_str(), last.spoiler), ("Love story end", true));
}

#[test]
fn a_spoiler_needs_no_hint_and_takes_no_long_one() {
    let (mut world, _) = online();
    let two = format!(
        "<spoiler xmlns='{SPOILER}' xml:lang='en'/><spoiler xmlns='{SPOILER}' xml:lang='ca'>no</spoiler>"
    );
    world.frame(&from_bob("b1", &[body("one"), two].concat()));
    world.frame(&from_bob("b2", &spoiler("two", &"long ".repeat(1000))));
    world.frame(&from_bob("b3", "<spoiler xmlns='urn:xmpp:spoiler:0'>nothing to show</spoiler>"));
    let shown = world.shown(&bob());
    assert_eq!(shown.len(), 2, "without a text there is no message");
    assert_eq!(shown[0].format.spoiler.as_deref(), Some(""));
    assert_eq!(shown[1].format.spoiler.as_ref().map(String::len), Some(200));
}

#[test]
fn we_send_spoilers_and_each_part_of_a_long_one_is_one() {
    let (mut world, mut server) = online();
    let spoiler = Some("The <end>".to_owned());
    world.command(Command::SendText { chat: bob(), body: "they die".into(), reply: None, spoiler });
    let spoiler = Some(String::new());
    world.command(Command::SendText { chat: bob(), body: "word ".repeat(20_000), reply: None, spoiler });
    say(&mut world, "no secret");
    server.talk(&mut world);
    let hints: Vec<_> =
        stanzas(&server).iter().map(|sent| sent.find("spoiler", SPOILER).map(Element::text)).collect();
    let none = Some(String::new());
    assert_eq!(hints, [Some("The <end>".to_owned()), none.clone(), none, None]);
    // Whoever reads it as we do gets the same.
    let (mut other, _) = online();
    let sent = stanzas(&server)[0].clone().attr("from", "alice@example.org/phone");
    other.frame(&carbon(&sent.to_xml()));
    assert_eq!(only(&other).format, world.shown(&bob())[0].format);
}

/// A correction takes the place of all that the message was (XEP-0308 §3).
#[test]
fn a_correction_says_anew_how_its_text_is_shown() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &body("they die")));
    world.frame(&from_bob("b2", &[spoiler("they die!", "end"), replaces("b1")].concat()));
    assert_eq!(only(&world).format.spoiler.as_deref(), Some("end"));
    assert_eq!(preview(&world), "end");
    world.frame(&from_bob("b3", &[body("they live"), replaces("b1")].concat()));
    let row = only(&world);
    assert_eq!((row.open_text(), row.format.clone()), ("they live", Format::default()));
    let hints: Vec<_> =
        row.relations.history().into_iter().map(|(_, _, format)| format.spoiler.clone()).collect();
    assert_eq!(hints, [None, Some("end".into())], "what it was before is covered as it was");
}

#[test]
fn we_correct_a_spoiler_as_one() {
    let (mut world, mut server) = online();
    let spoiler = Some("end".to_owned());
    world.command(Command::SendText { chat: bob(), body: "they dye".into(), reply: None, spoiler });
    let ours = world.messages.last().unwrap().id.clone();
    let format = Format::of_spoiler(Some("the end".into()));
    relate(&mut world, &ours, Relation::Edit { body: "they die".into(), format, reply: None });
    server.talk(&mut world);
    let hints: Vec<_> =
        stanzas(&server).iter().map(|sent| sent.find("spoiler", SPOILER).map(Element::text)).collect();
    assert_eq!(hints.last(), Some(&Some("the end".to_owned())));
    assert!(hints.iter().all(Option::is_some), "{hints:?}");
    assert_eq!(preview(&world), "the end");
}

#[test]
fn what_was_taken_back_leaves_no_hint() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", &spoiler("they die", "secret hint")));
    let retract = "<retract xmlns='urn:xmpp:message-retract:1' id='b1'/>";
    world.frame(&from_bob("b2", retract));
    let row = only(&world);
    assert!(row.relations.retracted && !format!("{row:?}").contains("secret"), "{row:?}");
    assert!(!format!("{:?}", world.saved.chats).contains("secret"));
}

/// XEP-0393 §5: what looks like styling need not be any.
#[test]
fn a_sender_says_that_a_text_has_no_styling() {
    let (mut world, _) = online();
    world.frame(&from_bob("b1", "<body>a * b * c</body><unstyled xmlns='urn:xmpp:styling:0'/>"));
    world.frame(&from_bob("b2", "<body>*loud*</body>"));
    let unstyled: Vec<bool> = world.shown(&bob()).iter().map(|row| row.format.unstyled).collect();
    assert_eq!(unstyled, [true, false]);
}
