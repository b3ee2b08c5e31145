//! What is counted, and when.

use super::*;

fn jid() -> Jid {
    "a@b.example/c".parse().unwrap()
}

fn enabled(resume: &str) -> Stream {
    let mut stream = Stream::default();
    assert!(stream.start(true, true, &jid()).is_some());
    let answer = format!("<enabled xmlns='urn:xmpp:sm:3' {resume}/>");
    stream.on_enabled(&Element::parse(&answer).unwrap(), Some(&jid()));
    stream
}

#[test]
fn h_counts_only_what_is_on_disk() {
    let mut stream = enabled("");
    stream.count_received();
    stream.flushed(None);
    assert!(stream.on_request().unwrap().contains("h=\"1\""));
    for token in [5, 6] {
        stream.count_received();
        stream.flushed(Some(WriteToken(token)));
    }
    stream.count_received();
    stream.flushed(None);
    assert_eq!(stream.on_request(), None, "two batches are not on disk");
    assert!(stream.committed(WriteToken(5)).unwrap().contains("h=\"2\""));
    assert_eq!(stream.committed(WriteToken(6)), None, "answered once");
    assert!(stream.on_request().unwrap().contains("h=\"4\""));
}

#[test]
fn with_resumption_the_count_is_on_disk_too() {
    let mut stream = enabled("resume='true' id='x'");
    assert_eq!(stream.row(false).unwrap().received, 0, "the name has to be known");
    stream.flushed(Some(WriteToken(1)));
    stream.committed(WriteToken(1));
    stream.count_received();
    assert_eq!(stream.row(false), None, "a presence is no reason to write");
    stream.flushed(None);
    assert_eq!(stream.on_request(), None, "but who says that it is here has to");
    assert_eq!(stream.row(false).unwrap().received, 1);
    stream.flushed(Some(WriteToken(2)));
    assert!(stream.committed(WriteToken(2)).unwrap().contains("h=\"1\""));
}

#[test]
fn nothing_is_counted_before_enabled() {
    let mut stream = Stream::default();
    stream.start(true, true, &jid());
    stream.count_received();
    stream.on_enabled(&Element::new("enabled", ns::SM), None);
    assert!(stream.on_request().unwrap().contains("h=\"0\""));
}

#[test]
fn nothing_overtakes_a_message_that_is_not_on_disk() {
    let mut stream = enabled("resume='true' id='x'");
    let id = LocalId("m".into());
    stream.push("<presence/>".into());
    stream.push_message(id.clone(), Some(WriteToken(3)));
    stream.push("<iq/>".into());
    assert_eq!(stream.next(), Some(Content::Stanza("<presence/>".into())));
    assert_eq!(stream.next(), None);
    assert_eq!(stream.row(true).unwrap().unacked, [(id.clone(), 2)]);
    stream.committed(WriteToken(3));
    assert_eq!(stream.next(), Some(Content::Message(id.clone())));
    assert_eq!(stream.next(), Some(Content::Stanza("<iq/>".into())));
    assert_eq!(stream.next(), None);
    assert_eq!(stream.acknowledged(2).0, [id]);
    assert_eq!(stream.acknowledged(2).0, []);
}

#[test]
fn what_was_not_handled_gets_new_numbers() {
    let mut stream = enabled("resume='true' id='x'");
    for name in ["1", "2", "3"] {
        stream.push_message(LocalId(name.into()), None);
        stream.next();
    }
    stream.offline();
    let resumed = Element::parse("<resumed xmlns='urn:xmpp:sm:3' previd='x' h='1'/>").unwrap();
    assert_eq!(stream.acknowledged(1).0, [LocalId("1".into())]);
    assert!(stream.on_resumed(&resumed, 1, WriteToken(9)).is_some());
    assert_eq!(stream.next(), None, "the new numbers are not on disk");
    let numbers: Vec<u32> = stream.row(false).unwrap().unacked.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [2, 3]);
    stream.committed(WriteToken(9));
    assert_eq!(stream.next(), None, "nor is it known to be understood");
    assert!(stream.ask(false, 0).is_some());
    assert_eq!(stream.ask(false, 0), None, "asked once");
    assert_eq!(stream.acknowledged(1).0, []);
    assert_eq!(stream.next(), Some(Content::Message(LocalId("2".into()))));
}

#[test]
fn numbers_wrap() {
    assert!(is_reached(1, u32::MAX) && is_reached(7, 7) && !is_reached(6, 7) && !is_reached(u32::MAX, 0));
}

/// A stream with these messages out, all of them large.
fn out(stream: &mut Stream, names: &[&str]) {
    stream.start(true, false, &jid());
    for name in names {
        stream.push_message(LocalId((*name).into()), None);
    }
    while stream.next().is_some() {}
}

#[test]
fn what_was_alone_when_two_streams_ended_is_poison_and_what_was_not_is_not() {
    let mut stream = Stream::default();
    out(&mut stream, &["1", "2"]);
    stream.ended(|_| true);
    stream.offline();
    assert_eq!(stream.take_poison(), None, "networks break");
    out(&mut stream, &["1", "2"]);
    assert_eq!(stream.last_out(), 1, "a suspect travels alone");
    assert_eq!(stream.acknowledged(1).0, [LocalId("1".into())]);
    assert!(stream.next().is_some());
    stream.ended(|_| true);
    stream.offline();
    assert_eq!(stream.take_poison(), None, "something was acknowledged");
    out(&mut stream, &["2"]);
    stream.ended(|_| true);
    assert_eq!(stream.take_poison(), Some(LocalId("2".into())));
}

#[test]
fn a_small_message_is_never_suspected_of_breaking_a_network() {
    let mut stream = Stream::default();
    for _ in 0..3 {
        out(&mut stream, &["1"]);
        stream.ended(|_| false);
        stream.offline();
    }
    assert_eq!(stream.take_poison(), None);
}

#[test]
fn the_server_s_word_counts_when_it_can_mean_one_message_only() {
    let mut stream = Stream::default();
    out(&mut stream, &["1", "2"]);
    stream.refused();
    stream.ended(|_| true);
    stream.offline();
    assert_eq!(stream.take_poison(), None, "which of them?");
    out(&mut stream, &["1", "2"]);
    stream.acknowledged(1);
    stream.next();
    stream.refused();
    stream.ended(|_| true);
    assert_eq!(stream.take_poison(), Some(LocalId("2".into())));
}

#[test]
fn a_small_message_has_to_be_refused_twice() {
    let mut stream = Stream::default();
    for poison in [None, Some(LocalId("1".into()))] {
        out(&mut stream, &["1"]);
        stream.refused();
        stream.ended(|_| false);
        stream.offline();
        assert_eq!(stream.take_poison(), poison);
    }
}
