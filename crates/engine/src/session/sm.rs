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
/// The same for the first question after a resumption: until it is answered nothing else is said.
const PROBE_MS: u64 = 10_000;

/// What has a number and is not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A stanza, as sent.
    Stanza(String),
    /// A message of the outbox.
    Message(LocalId),
    /// What a contact is to hear of theirs, and its name in [`crate::owed`].
    Owed(u64, String),
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

impl Numbered {
    fn message(&self) -> Option<&LocalId> {
        match &self.content {
            Content::Message(id) => Some(id),
            Content::Stanza(_) | Content::Owed(..) => None,
        }
    }
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
    /// Where we were bound last. The next stream is bound there, too: the server then ends the one that it still keeps, instead of keeping
    /// each that we had to leave, with a copy of all that comes, for as long as it waits.
    resource: Option<String>,
    /// The number of the stanza that got one last.
    sent: u32,
    setup: u32,
    /// It comes from another page, of whose stanzas only the messages are known.
    restored: bool,
    /// Taken up again, and not yet known to be understood. Prosody 0.12 takes the first bytes of the new socket for the rest of a frame
    /// that was cut. A question may be lost in that way; of a message it would say that it has it.
    unsure: bool,
    /// Up to which number the server was asked what it has.
    asked: u32,
    /// When the answer must be here (monotonic milliseconds).
    answer_by: Option<u64>,
    /// It got more time once already.
    prolonged: bool,
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
    suspicion: Suspicion,
}

/// A message that some server cannot bear ends the stream, and would end the next one: for ever, and with everything that waits behind it.
#[derive(Clone, Debug, Default)]
struct Suspicion {
    /// What was first in line when a stream ended in a way that may be its doing. Until all is acknowledged messages travel alone,
    /// so that the next end tells.
    suspect: Option<LocalId>,
    /// What ended streams. If the next stream does not know it to be handled it fails.
    poison: Option<LocalId>,
    /// The server refused something on this stream.
    refused: bool,
}

impl Stream {
    /// Begins a new stream; returns what to send for it. `keep`: whether it may be resumed.
    pub(crate) fn start(&mut self, offered: bool, keep: bool, bound: &Jid) -> Option<String> {
        let suspicion = std::mem::take(&mut self.suspicion);
        let resource = bound.resource().map(str::to_owned);
        *self = Self { enabled: offered, keep, suspicion, resource, ..Self::default() };
        offered.then(|| enable(keep).to_xml())
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
            resource: row.jid.resource().map(str::to_owned),
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
        self.prolonged = false;
        self.prolonged = false;
        self.unsure = false;
        self.wire.iter_mut().for_each(|numbered| numbered.out = false);
    }

    /// The server says that what we sent is against its rules, and ends the stream.
    pub(crate) fn refused(&mut self) {
        self.suspicion.refused = true;
    }

    /// The stream ends by itself; `is_large` tells of a message that no server has to take. Networks break over any message, servers
    /// over one that is too large for them, and some (Prosody 0.12) complain of what a cut frame made of an innocent one. So a message
    /// that was alone on its way is poison if two of these agree: it is large, the server refused it, it is the second time.
    pub(crate) fn ended(&mut self, is_large: impl Fn(&LocalId) -> bool) {
        let refused = std::mem::take(&mut self.suspicion.refused);
        let mut out = self.wire.iter().filter(|numbered| numbered.out).filter_map(Numbered::message);
        let Some(first) = out.next().cloned() else { return };
        let alone = out.next().is_none();
        let large = is_large(&first);
        if !refused && !large {
            return;
        }
        let again = self.suspicion.suspect.as_ref() == Some(&first);
        if alone && (again || (large && refused)) {
            self.suspicion.poison = Some(first.clone());
        }
        self.suspicion.suspect = Some(first);
    }

    /// The message that must not be sent again, once it is known that the server does not have it.
    pub(crate) fn take_poison(&mut self) -> Option<LocalId> {
        self.suspicion.poison.take()
    }

    /// True until the server is known to understand what is said on a stream that was taken up again.
    pub(crate) fn is_unsure(&self) -> bool {
        self.unsure
    }

    /// How to ask for this stream on a new socket.
    pub(crate) fn resume(&self) -> Option<Element> {
        let (id, _) = self.name.as_ref()?;
        let resume = Element::new("resume", ns::SM).attr("h", self.saved.to_string());
        Some(resume.attr("previd", id.as_str()))
    }

    /// Takes those messages out of which this is not true: they are no longer to be sent.
    pub(crate) fn retain_messages(&mut self, is_due: impl Fn(&LocalId) -> bool) {
        self.wire.retain(|numbered| numbered.message().is_none_or(&is_due));
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
        self.unsure = true;
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

    /// Where to be bound, if that is possible. Asked again, it is another place.
    pub(crate) fn take_resource(&mut self) -> Option<String> {
        self.resource.take()
    }

    /// The stream is over.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Numbers a stanza.
    pub(crate) fn push(&mut self, xml: String) {
        self.number(Content::Stanza(xml), None);
    }

    /// The same for one of which it has to be known that it arrived.
    pub(crate) fn push_owed(&mut self, name: u64, xml: String) {
        self.number(Content::Owed(name, xml), None);
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
        self.wire.iter().filter_map(|numbered| Some((numbered.message()?.clone(), numbered.number)))
    }

    /// The next one to go out. Nothing overtakes what is not on disk yet; under suspicion one message goes at a time.
    pub(crate) fn next(&mut self) -> Option<Content> {
        let alone = self.suspicion.suspect.is_some();
        let is_busy = alone && self.wire.iter().any(|numbered| numbered.out && numbered.message().is_some());
        let next = self.wire.iter_mut().find(|numbered| !numbered.out)?;
        if self.unsure || next.unsaved.is_some() || (is_busy && next.message().is_some()) {
            return None;
        }
        next.out = true;
        let content = next.content.clone();
        // Nobody will ever acknowledge it.
        if !self.enabled && matches!(content, Content::Stanza(_)) {
            self.wire.retain(|numbered| !numbered.out || !matches!(numbered.content, Content::Stanza(_)));
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
        if self.unsure && self.answer_by.is_none() {
            self.answer_by = Some(now_ms + PROBE_MS);
            return Some(Element::new("r", ns::SM).to_xml());
        }
        if !self.enabled || new == 0 || !(at_once || new >= ASK_AFTER) {
            return None;
        }
        self.asked = out;
        self.answer_by.get_or_insert(now_ms + ANSWER_MS);
        Some(Element::new("r", ns::SM).to_xml())
    }

    /// Nobody could answer while the page slept. That is said for an answer once: somebody who wakes up every other second would wait
    /// for ever.
    pub(crate) fn slept(&mut self, now_ms: u64) {
        if let Some(answer_by) = &mut self.answer_by
            && !std::mem::replace(&mut self.prolonged, true)
        {
            *answer_by = now_ms + if self.unsure { PROBE_MS } else { ANSWER_MS };
        }
    }

    /// When the server's answer must be here.
    pub(crate) fn answer_by(&self) -> Option<u64> {
        self.answer_by
    }

    /// The server has everything up to this number; takes the messages among it, and the names of what was owed. Numbers wrap at
    /// 2^32 (§4).
    pub(crate) fn acknowledged(&mut self, handled: u32) -> (Vec<LocalId>, Vec<u64>) {
        // Asked again meanwhile, it has as long again.
        self.answer_by = None;
        self.unsure = false;
        let (mut messages, mut owed) = (Vec::new(), Vec::new());
        while let Some(first) = self.wire.pop_front_if(|first| is_reached(handled, first.number)) {
            self.stale = true;
            match first.content {
                Content::Message(id) => messages.push(id),
                Content::Owed(name, _) => owed.push(name),
                Content::Stanza(_) => {}
            }
        }
        if self.messages().next().is_none() {
            self.suspicion.suspect = None;
        }
        // Tried once more since then: it is the later try that counts.
        messages.retain(|id| self.messages().all(|(later, _)| later != *id));
        (messages, owed)
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

/// What asks for stream management. `keep`: the stream may be resumed.
pub(crate) fn enable(keep: bool) -> Element {
    Element::new("enable", ns::SM).attr_opt("resume", keep.then_some("true"))
}

/// True if a count has come to this number; both wrap.
fn is_reached(count: u32, number: u32) -> bool {
    count.wrapping_sub(number) < u32::MAX / 2
}

#[cfg(test)]
mod tests;
