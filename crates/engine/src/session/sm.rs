//! XEP-0198 Stream Management: knowing what the other side has, and taking a broken stream up again.
//!
//! Every stanza gets its number before it is sent, and a number is never given twice on one stream. The number of a message is on
//! disk before the message is on the wire, so that even a page that was killed in between knows which of its messages the
//! server means. Whatever comes after a message waits for it, so that numbers and wire agree.
//!
//! **Invariant:** `h` counts a received stanza only when everything it made us write is on disk, and with resumption the
//! count itself, too (`h_counts_only_what_is_on_disk`).
//!
//! A server without stream management is asked by a ping: it handles a stream's stanzas in order (RFC 6120 §10.1),
//! so its answer says that it has handled what went before.

use crate::io::WriteToken;
use crate::spec::Spec;
use model::{Jid, LocalId, StreamRow};
use stanza::{Element, ns};
use std::collections::VecDeque;

pub(crate) const SPEC: Spec = Spec::xep(198, "Stream Management", "1.6.3", "crates/engine/src/session/sm.rs");

/// More own messages than this are not on their way at once: each of them is in the row that is stored with every batch.
const WINDOW: usize = 50;
/// After this many stanzas the server is asked what it has, so that we need not keep them.
const ASK_AFTER: u32 = 20;
/// How long the answer may take, milliseconds. A server answers at once; the rest is for the thinnest of networks. Somebody who
/// speaks and does not listen is as good as gone.
const ANSWER_MS: u64 = 30_000;

/// What has a number and is not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A stanza, as sent.
    Stanza(String),
    /// A message of the outbox.
    Message(LocalId),
}

#[derive(Clone, Debug)]
struct Numbered {
    number: u32,
    content: Content,
    /// The batch that stores the number, until that is committed.
    unsaved: Option<WriteToken>,
    /// It went out on the socket in use.
    out: bool,
}

/// One stream, over as many sockets as it takes.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, not states of one thing")]
pub(crate) struct Stream {
    /// The server speaks XEP-0198 and was asked to on this stream.
    enabled: bool,
    /// It was asked to let us come back.
    keep: bool,
    /// By what name to take it up again, and as whom.
    name: Option<(String, Jid)>,
    /// The number of the stanza that got one last.
    sent: u32,
    setup: u32,
    /// It comes from another page, of whose stanzas only the messages are known.
    restored: bool,
    /// Up to which number the server was asked what it has.
    asked: u32,
    /// When the answer must be here (monotonic milliseconds).
    answer_by: Option<u64>,
    wire: VecDeque<Numbered>,
    /// Stanzas received since the server's `<enabled/>`, and how many of them are on disk.
    received: u32,
    saved: u32,
    counting: bool,
    /// What `saved` becomes when a batch is on disk.
    unsaved: VecDeque<(WriteToken, u32)>,
    /// The server waits for an answer that has to wait for the disk.
    owed: bool,
    /// The row on disk is not what is known here.
    stale: bool,
}

impl Stream {
    /// Begins a new stream; returns what to send for it. `keep`: whether it may be resumed.
    pub(crate) fn start(&mut self, offered: bool, keep: bool) -> Option<String> {
        *self = Self { enabled: offered, keep, ..Self::default() };
        let resume = keep.then_some("true");
        offered.then(|| Element::new("enable", ns::SM).attr_opt("resume", resume).to_xml())
    }

    /// The server agreed.
    pub(crate) fn on_enabled(&mut self, answer: &Element, bound: Option<&Jid>) {
        self.counting = true;
        let id = answer.get("id").filter(|_| self.keep && matches!(answer.get("resume"), Some("true" | "1")));
        self.name = id.map(str::to_owned).zip(bound.cloned());
        self.stale = true;
    }

    /// The server refused: pings must do.
    pub(crate) fn on_failed(&mut self) {
        self.enabled = false;
    }

    /// True if the server counts.
    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// True if it can be taken up again.
    pub(crate) fn is_resumable(&self) -> bool {
        self.name.is_some()
    }

    /// What the last page left.
    pub(crate) fn restore(&mut self, row: &StreamRow) {
        let numbered = |(id, number): &(LocalId, u32)| Numbered {
            number: *number,
            content: Content::Message(id.clone()),
            unsaved: None,
            out: false,
        };
        *self = Self {
            enabled: true,
            name: Some((row.id.clone(), row.jid.clone())),
            setup: row.setup,
            restored: true,
            wire: row.unacked.iter().map(numbered).collect(),
            received: row.received,
            saved: row.received,
            ..Self::default()
        };
    }

    /// The socket is gone, and with it what it carried. Batches that are under way now belong to no count any more: the
    /// server will send again what it does not know to be here.
    pub(crate) fn offline(&mut self) {
        self.received = self.saved;
        self.counting = false;
        self.unsaved.clear();
        self.owed = false;
        self.answer_by = None;
        self.wire.iter_mut().for_each(|numbered| numbered.out = false);
    }

    /// How to ask for this stream on a new socket.
    pub(crate) fn resume(&self) -> Option<String> {
        let (id, _) = self.name.as_ref()?;
        let resume = Element::new("resume", ns::SM).attr("h", self.saved.to_string());
        Some(resume.attr("previd", id.as_str()).to_xml())
    }

    /// Takes those messages out of which this is not true: they are no longer to be sent.
    pub(crate) fn retain_messages(&mut self, is_due: impl Fn(&LocalId) -> bool) {
        self.wire.retain(|numbered| match &numbered.content {
            Content::Message(id) => is_due(id),
            Content::Stanza(_) => true,
        });
    }

    /// The server has the stream: what it has not handled gets new numbers. Returns our address, and whether the server still
    /// has to be told who we are.
    pub(crate) fn on_resumed(
        &mut self,
        answer: &Element,
        handled: u32,
        token: WriteToken,
    ) -> Option<(Jid, bool)> {
        let (id, jid) = self.name.clone()?;
        if answer.get("previd") != Some(id.as_str()) {
            return None;
        }
        self.counting = true;
        self.sent = handled;
        self.asked = handled;
        self.stale = true;
        for numbered in &mut self.wire {
            self.sent = self.sent.wrapping_add(1);
            numbered.number = self.sent;
            numbered.unsaved = Some(token);
        }
        let is_set_up = is_reached(handled, self.setup);
        self.setup = if is_set_up { handled } else { self.sent };
        // What set the session up is sent again by the page that remembers it.
        let is_lost = std::mem::take(&mut self.restored) && !is_set_up;
        Some((jid, is_lost))
    }

    /// The server does not have it any more: it is not asked for again.
    pub(crate) fn expire(&mut self) {
        self.name = None;
    }

    /// The stream is over.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Numbers a stanza.
    pub(crate) fn push(&mut self, xml: String) {
        self.number(Content::Stanza(xml), None);
    }

    /// The stanza pushed last ends the set-up of the session.
    pub(crate) fn mark_setup(&mut self) {
        self.setup = self.sent;
        self.stale = true;
    }

    /// Numbers a message; it goes out when this batch is on disk.
    pub(crate) fn push_message(&mut self, id: LocalId, unsaved: Option<WriteToken>) {
        self.number(Content::Message(id), unsaved);
        self.stale = true;
    }

    fn number(&mut self, content: Content, unsaved: Option<WriteToken>) {
        self.sent = self.sent.wrapping_add(1);
        self.wire.push_back(Numbered { number: self.sent, content, unsaved, out: false });
    }

    /// True if another message may be on its way.
    pub(crate) fn has_room(&self) -> bool {
        self.messages().count() < WINDOW
    }

    fn messages(&self) -> impl Iterator<Item = (LocalId, u32)> {
        self.wire.iter().filter_map(|numbered| match &numbered.content {
            Content::Message(id) => Some((id.clone(), numbered.number)),
            Content::Stanza(_) => None,
        })
    }

    /// The next one to go out. Nothing overtakes what is not on disk yet.
    pub(crate) fn next(&mut self) -> Option<Content> {
        let next = self.wire.iter_mut().find(|numbered| !numbered.out)?;
        if next.unsaved.is_some() {
            return None;
        }
        next.out = true;
        let content = next.content.clone();
        // Nobody will ever acknowledge it.
        if !self.enabled && matches!(content, Content::Stanza(_)) {
            self.wire.retain(|numbered| !numbered.out || matches!(numbered.content, Content::Message(_)));
        }
        Some(content)
    }

    /// The number of the stanza that went out last.
    pub(crate) fn last_out(&self) -> u32 {
        let waiting = self.wire.iter().find(|numbered| !numbered.out);
        waiting.map_or(self.sent, |numbered| numbered.number.wrapping_sub(1))
    }

    /// What to send to learn what the server has; `at_once` if a person waits for it.
    pub(crate) fn ask(&mut self, at_once: bool, now_ms: u64) -> Option<String> {
        let out = self.last_out();
        let new = out.wrapping_sub(self.asked);
        if !self.enabled || new == 0 || !(at_once || new >= ASK_AFTER) {
            return None;
        }
        self.asked = out;
        self.answer_by.get_or_insert(now_ms + ANSWER_MS);
        Some(Element::new("r", ns::SM).to_xml())
    }

    /// Nobody could answer while the page slept.
    pub(crate) fn slept(&mut self, now_ms: u64) {
        if let Some(answer_by) = &mut self.answer_by {
            *answer_by = now_ms + ANSWER_MS;
        }
    }

    /// When the server's answer must be here.
    pub(crate) fn answer_by(&self) -> Option<u64> {
        self.answer_by
    }

    /// The server has everything up to this number; takes the messages among it. Numbers wrap at 2^32 (§4).
    pub(crate) fn acknowledged(&mut self, handled: u32) -> Vec<LocalId> {
        // Asked again meanwhile, it has as long again.
        self.answer_by = None;
        let mut messages = Vec::new();
        while let Some(first) = self.wire.pop_front_if(|first| is_reached(handled, first.number)) {
            self.stale = true;
            if let Content::Message(id) = first.content {
                messages.push(id);
            }
        }
        // Tried once more since then: it is the later try that counts.
        messages.retain(|id| self.messages().all(|(later, _)| later != *id));
        messages
    }

    /// A stanza was received and handled.
    pub(crate) fn count_received(&mut self) {
        if self.counting {
            self.received = self.received.wrapping_add(1);
        }
    }

    /// The row to store with the batch of this input, if there has to be one.
    pub(crate) fn row(&mut self, has_writes: bool) -> Option<StreamRow> {
        let (id, jid) = self.name.as_ref()?;
        let uncounted = self.unsaved.back().map_or(self.saved, |(_, count)| *count) != self.received;
        if !self.stale && !(uncounted && (has_writes || self.owed)) {
            return None;
        }
        self.stale = false;
        Some(StreamRow {
            id: id.clone(),
            jid: jid.clone(),
            received: self.received,
            unacked: self.messages().collect(),
            setup: self.setup,
        })
    }

    /// The batch of this input is closed; `token` names it if it is not empty.
    pub(crate) fn flushed(&mut self, token: Option<WriteToken>) {
        match (token, self.unsaved.back_mut()) {
            (Some(token), _) => self.unsaved.push_back((token, self.received)),
            (None, _) if self.name.is_some() => {}
            (None, Some((_, count))) => *count = self.received,
            (None, None) => self.saved = self.received,
        }
    }

    /// A batch is on disk; returns an answer that waited for it.
    pub(crate) fn committed(&mut self, token: WriteToken) -> Option<String> {
        while let Some((_, count)) = self.unsaved.pop_front_if(|(unsaved, _)| *unsaved <= token) {
            self.saved = count;
        }
        for numbered in &mut self.wire {
            numbered.unsaved.take_if(|unsaved| *unsaved <= token);
        }
        std::mem::take(&mut self.owed).then(|| self.answer())
    }

    /// The server asks what we have. The answer waits for the disk, unless that has it all.
    pub(crate) fn on_request(&mut self) -> Option<String> {
        if self.saved == self.received {
            return Some(self.answer());
        }
        self.owed = true;
        None
    }

    fn answer(&self) -> String {
        Element::new("a", ns::SM).attr("h", self.saved.to_string()).to_xml()
    }
}

/// True if a count has come to this number; both wrap.
fn is_reached(count: u32, number: u32) -> bool {
    count.wrapping_sub(number) < u32::MAX / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enabled(resume: &str) -> Stream {
        let mut stream = Stream::default();
        assert!(stream.start(true, true).is_some());
        let answer = format!("<enabled xmlns='urn:xmpp:sm:3' {resume}/>");
        stream.on_enabled(&Element::parse(&answer).unwrap(), Some(&"a@b.example/c".parse().unwrap()));
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
        stream.start(true, true);
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
        assert_eq!(stream.acknowledged(2), [id]);
        assert_eq!(stream.acknowledged(2), []);
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
        assert_eq!(stream.acknowledged(1), [LocalId("1".into())]);
        assert!(stream.on_resumed(&resumed, 1, WriteToken(9)).is_some());
        assert_eq!(stream.next(), None, "the new numbers are not on disk");
        let numbers: Vec<u32> =
            stream.row(false).unwrap().unacked.iter().map(|(_, number)| *number).collect();
        assert_eq!(numbers, [2, 3]);
        stream.committed(WriteToken(9));
        assert_eq!(stream.next(), Some(Content::Message(LocalId("2".into()))));
    }

    #[test]
    fn numbers_wrap() {
        assert!(is_reached(1, u32::MAX) && is_reached(7, 7) && !is_reached(6, 7) && !is_reached(u32::MAX, 0));
    }
}
