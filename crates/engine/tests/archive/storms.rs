//! A network that breaks again before what it hid was found.

use super::{
    answer_but_the_archive, back_after_missing, bob_says, carbon, from_bob, lose, online, online_with_bob,
    reconnect, reconnect_up_to_the_query, say, texts,
};
use engine::testing::{MiniServer, World};

/// What an older stream had kept of a message that is the archive's `archived-N` comes now.
pub(super) fn late(world: &mut World, server: &mut MiniServer, text: &str, archived: usize) {
    let more = format!(
        "<stanza-id xmlns='urn:xmpp:sid:0' by='alice@example.org' id='archived-{archived}'/>\
         <delay xmlns='urn:xmpp:delay' from='example.org' stamp='2026-05-28T20:26:40Z'/></message>"
    );
    server.deliver(world, &from_bob(text).replace("</message>", &more));
}

/// What comes by itself is known before the first page is; what was missed is before it, also for the next session.
#[test]
fn a_stream_that_breaks_before_the_first_page_leaves_a_gap_with_both_edges() {
    let (mut world, mut server, _) = back_after_missing(1, &["2", "3"]);
    bob_says(&mut world, &mut server, &["4"]);
    lose(&mut world, &mut server);
    let gaps = &world.saved.archive.gaps;
    let edges: Vec<_> = gaps.iter().map(|gap| gap.before.id.as_deref()).collect();
    assert_eq!(edges, [Some("archived-3")]);
    bob_says(&mut world, &mut server, &["5", "6"]);
    reconnect(&mut world, &mut server);
    assert_eq!(texts(&world), ["1", "2", "3", "4", "5", "6"]);
    assert!(world.saved.archive.gaps.is_empty(), "{:?}", world.saved.archive);
}

#[test]
fn what_comes_late_while_something_is_missing_gets_its_place_from_the_archive() {
    let (mut world, mut server, query) = back_after_missing(2, &["2", "3", "4", "5"]);
    server.answers(&query).iter().for_each(|answer| world.frame(answer));
    // 4 and 5 are here.
    late(&mut world, &mut server, "3", 2);
    bob_says(&mut world, &mut server, &["6"]);
    late(&mut world, &mut server, "2", 1);
    assert!(
        world.saved.archive.gaps.len() <= 2,
        "one for the session, one that was there: {:?}",
        world.saved.archive
    );
    server.talk(&mut world);
    assert_eq!(texts(&world), ["1", "2", "3", "4", "5", "6"]);
    assert!(world.saved.archive.gaps.is_empty(), "{:?}", world.saved.archive);
}

/// A stream that was taken up again brings all that it had kept, while the gaps of many others are being closed.
#[test]
fn what_comes_late_again_and_again_does_not_hinder_what_is_missing_from_coming() {
    let numbers: Vec<_> = (2..=30).map(|number: u8| number.to_string()).collect();
    let (mut world, mut server, query) =
        back_after_missing(2, &numbers.iter().map(String::as_str).collect::<Vec<_>>());
    let mut question = Some(query);
    while let Some(query) = question.take() {
        // While the answer is on its way, and behind it.
        late(&mut world, &mut server, "2", 1);
        server.answers(&query).iter().for_each(|answer| world.frame(answer));
        late(&mut world, &mut server, "3", 2);
        let sent = answer_but_the_archive(&mut world, &mut server);
        question = sent.into_iter().rev().find(|text| text.contains("urn:xmpp:mam:2"));
        assert!(server.archive.pages <= 60, "{} of 15 pages", server.archive.pages);
    }
    assert_eq!(texts(&world), (1..=30).map(|number| number.to_string()).collect::<Vec<_>>());
    assert!(world.saved.archive.gaps.is_empty(), "{:?}", world.saved.archive);
}

/// The server is slow to say what it has, and fast to say what was missed.
#[test]
fn everybody_hears_that_a_message_came_however_much_was_missed() {
    let numbers: Vec<_> = (2..=1200).map(|number: u16| number.to_string()).collect();
    let (mut world, mut server) = online_with_bob();
    server.archive.page_size = 50;
    bob_says(&mut world, &mut server, &["1"]);
    lose(&mut world, &mut server);
    bob_says(&mut world, &mut server, &numbers.iter().map(String::as_str).collect::<Vec<_>>());
    let query = reconnect_up_to_the_query(&mut world, &mut server);
    let mut held = Vec::new();
    let mut question = Some(query);
    while let Some(query) = question.take() {
        server.answers(&query).iter().for_each(|answer| world.frame(answer));
        let sent = world.take_sent();
        question = sent.iter().find(|text| text.contains("urn:xmpp:mam:2")).cloned();
        held.extend(sent.into_iter().filter(|text| !text.contains("urn:xmpp:mam:2")));
    }
    assert!(!world.saved.archive.gaps.is_empty(), "the rest waits");
    for text in held {
        server.answers(&text).iter().for_each(|answer| world.frame(answer));
    }
    server.talk(&mut world);
    assert!(world.saved.archive.gaps.is_empty(), "{:?}", world.saved.archive);
    let receipts = server.inbox.iter().filter_map(|stanza| stanza.find("received", "urn:xmpp:receipts"));
    let told: std::collections::BTreeSet<_> = receipts.filter_map(|receipt| receipt.get("id")).collect();
    let missed = numbers.iter().filter(|number| !told.contains(number.as_str())).count();
    assert_eq!(missed, 0, "of {}", numbers.len());
}

/// Nothing was missed: the newest message known is the one it was.
#[test]
fn a_return_that_brings_nothing_forgets_nothing() {
    let (mut world, mut server) = online();
    bob_says(&mut world, &mut server, &["1"]);
    for _ in 0..2 {
        lose(&mut world, &mut server);
        reconnect(&mut world, &mut server);
        let cursor = world.saved.archive.cursor.as_ref().and_then(|edge| edge.id.as_deref());
        assert_eq!(cursor, Some("archived-0"));
    }
}

/// Servers stamp what they kept with whole seconds, and what a page brought may stand later within the same one.
#[test]
fn what_was_kept_stands_behind_what_a_page_brought_before() {
    let (mut world, mut server) = online();
    bob_says(&mut world, &mut server, &["1"]);
    lose(&mut world, &mut server);
    bob_says(&mut world, &mut server, &["2", "3"]);
    reconnect(&mut world, &mut server);
    server.archive.keep(
        "bob@example.org/x",
        &stanza::Element::parse(&from_bob("4")).unwrap(),
        world.now.wall_ms,
    );
    late(&mut world, &mut server, "4", 3);
    assert_eq!(texts(&world), ["1", "2", "3", "4"]);
}

/// Something of ours is always on its way. What is looked for after a break is the oldest of it, not what was long ago.
#[test]
fn our_own_are_looked_for_only_behind_what_was_known_when_the_oldest_left() {
    let (mut world, mut server) = online();
    for number in 0..20 {
        world.command(say(&format!("ours {number}")));
        if number > 0 {
            // The server's word for the one before comes while this one is on its way.
            server.talk(&mut world);
            world.command(say(&format!("more {number}")));
        }
        bob_says(&mut world, &mut server, &[&format!("theirs {number}")]);
    }
    let settled = world.saved.archive.settled.as_ref().and_then(|edge| edge.id.clone());
    let known: Vec<_> = server.archive.entries.iter().rev().take(8).map(|entry| entry.id.clone()).collect();
    assert!(settled.as_ref().is_some_and(|id| known.contains(id)), "{settled:?} is none of {known:?}");
    lose(&mut world, &mut server);
    let pages = server.archive.pages;
    reconnect(&mut world, &mut server);
    assert!(server.archive.pages <= pages + 2, "{} pages", server.archive.pages - pages);
    assert_eq!(world.messages.len(), 59);
}

/// A copy of what went to the person, before our presence was out: it may have gone to a stream of ours that is lost.
#[test]
fn a_copy_of_what_went_to_no_device_in_particular_is_answered() {
    let (mut world, mut server) = online_with_bob();
    world.frame(&carbon("received", &from_bob("to me")));
    let to_another =
        from_bob("to the phone").replace("to='alice@example.org'", "to='alice@example.org/phone'");
    world.frame(&carbon("received", &to_another));
    server.talk(&mut world);
    let receipts = server.inbox.iter().filter_map(|stanza| stanza.find("received", "urn:xmpp:receipts"));
    assert_eq!(receipts.filter_map(|receipt| receipt.get("id")).collect::<Vec<_>>(), ["to me"]);
}
