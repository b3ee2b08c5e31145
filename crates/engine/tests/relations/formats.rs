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

fn mention(place: &str, uri: &str) -> String {
    format!("<reference xmlns='urn:xmpp:reference:0' type='mention' {place} uri='{uri}'/>")
}

fn named(world: &World) -> Vec<(u32, u32, String)> {
    let row = world.shown(&bob()).pop().expect("a message");
    row.format.mentions.iter().map(|it| (it.begin, it.end, it.who.to_string())).collect()
}

/// XEP-0372 §3.2: places count characters, the end is the one behind.
#[test]
fn who_is_named_is_known_and_the_list_says_that_we_are() {
    let (mut world, _) = online();
    let text = "<body>🐦 Alice and Bob</body>".to_owned();
    let both = [
        mention("begin='12' end='15'", "xmpp:bob@example.org/phone"),
        mention("begin='2' end='7'", "xmpp:alice@example.org?message"),
    ];
    world.frame(&from_bob("b1", &[text, both.concat()].concat()));
    let bob_and_us = [(2, 7, "alice@example.org".to_owned())];
    assert_eq!(named(&world), bob_and_us, "a mention is of a bare address");
    assert!(world.saved.chats[0].mentioned);
    world.command(Command::ViewChat(Some(bob())));
    assert!(!world.saved.chats[0].mentioned, "it was looked at");
    world.frame(&from_bob(
        "b2",
        &[body("Carol?"), mention("begin='0' end='5'", "xmpp:carol@example.org")].concat(),
    ));
    assert!(!world.saved.chats[0].mentioned);
}

#[test]
fn what_does_not_fit_names_nobody() {
    let us = "xmpp:alice@example.org";
    let wrong = [
        mention("begin='0' end='7'", us),
        mention("begin='3' end='3'", us),
        mention("begin='5' end='3'", us),
        mention("begin='-1' end='3'", us),
        mention("begin='0'", us),
        mention("", us),
        mention("begin='0' end='99999999999999'", us),
        mention("begin='0' end='5'", "https://example.org/alice"),
        mention("begin='0' end='5'", "xmpp:@@"),
        mention("begin='0' end='5' anchor='xmpp:x'", us),
        mention("begin='0' end='5'", us).replace("mention'", "data'"),
    ];
    for (n, wrong) in wrong.iter().enumerate() {
        let (mut world, _) = online();
        world.frame(&from_bob(&format!("b{n}"), &[body("Alice!"), wrong.clone()].concat()));
        assert_eq!(named(&world), [], "{wrong}");
        assert!(!world.saved.chats[0].mentioned, "{wrong}");
    }
    let (mut world, _) = online();
    let many: String = (0..30).map(|n| mention(&format!("begin='{n}' end='{}'", n + 2), us)).collect();
    world.frame(&from_bob("b1", &[body(&"a".repeat(40)), many].concat()));
    assert_eq!(named(&world).len(), 15, "none of them overlap");
}

#[test]
fn a_mention_stands_where_it_does_without_the_quote() {
    let (mut world, _) = online();
    let answer = "<body>&gt; 一只鸟🐦\n你 Alice</body><reply xmlns='urn:xmpp:reply:0' to='alice@example.org' id='a1'/>\
        <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='7'/></fallback>";
    let us = "xmpp:alice@example.org";
    let both = [mention("begin='9' end='14'", us), mention("begin='4' end='6'", us)];
    world.frame(&from_bob("b1", &[answer, &both.concat()].concat()));
    assert_eq!(only(&world).body, "你 Alice");
    assert_eq!(
        named(&world),
        [(2, 7, "alice@example.org".to_owned())],
        "who is named in the quote is not named here"
    );
}
