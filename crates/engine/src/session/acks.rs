//! XEP-0198 acknowledgements (without resumption for now): knowing what the other side has.
//!
//! **Invariant:** `h` counts a received stanza only when everything it made us write is on disk
//! (`h_counts_only_what_is_on_disk`).
//!
//! A server without stream management is asked by a ping: it handles a stream's stanzas in order (RFC 6120 §10.1),
//! so its answer says that it has handled what went before.

use crate::io::WriteToken;
use crate::spec::Spec;
use stanza::{Element, ns};
use std::collections::VecDeque;

pub(crate) const SPEC: Spec =
    Spec::xep(198, "Stream Management", "1.6.3", "crates/engine/src/session/acks.rs");

/// Counts both directions of one stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Acks {
    /// The server speaks XEP-0198 and was asked to on this stream.
    enabled: bool,
    /// Stanzas sent since.
    sent: u32,
    /// Stanzas received since the server's `<enabled/>`.
    received: u32,
    counting_received: bool,
    /// Received stanzas whose writes are not on disk: their batch and number.
    unsaved: VecDeque<(WriteToken, u32)>,
    /// The server waits for an answer that had to wait for the disk.
    owed: bool,
}

impl Acks {
    /// Starts to count on a new stream; returns what to send for it.
    pub(crate) fn start(&mut self, offered: bool) -> Option<String> {
        *self = Self { enabled: offered, ..Self::default() };
        offered.then(|| Element::new("enable", ns::SM).to_xml())
    }

    /// The server agreed.
    pub(crate) fn on_enabled(&mut self) {
        self.counting_received = true;
    }

    /// The server refused: pings must do.
    pub(crate) fn on_failed(&mut self) {
        self.enabled = false;
    }

    /// True if the server counts.
    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled
    }

    pub(crate) fn count_sent(&mut self) {
        self.sent = self.sent.wrapping_add(1);
    }

    /// How many stanzas were sent on this stream.
    pub(crate) fn sent(&self) -> u32 {
        self.sent
    }

    /// A stanza was received and handled; `unsaved` names the batch its writes are in.
    pub(crate) fn count_received(&mut self, unsaved: Option<WriteToken>) {
        if self.counting_received {
            self.received = self.received.wrapping_add(1);
            if let Some(token) = unsaved {
                self.unsaved.push_back((token, self.received));
            }
        }
    }

    /// A batch is on disk; returns an answer that waited for it.
    pub(crate) fn committed(&mut self, token: WriteToken) -> Option<String> {
        while self.unsaved.front().is_some_and(|(unsaved, _)| *unsaved <= token) {
            self.unsaved.pop_front();
        }
        if self.owed && self.unsaved.is_empty() {
            self.owed = false;
            return Some(self.answer());
        }
        None
    }

    /// The server asks what we have. The answer waits until the disk has it all, unless nothing is pending.
    pub(crate) fn on_request(&mut self) -> Option<String> {
        if self.unsaved.is_empty() {
            Some(self.answer())
        } else {
            self.owed = true;
            None
        }
    }

    fn answer(&self) -> String {
        let saved = self.unsaved.front().map_or(self.received, |(_, number)| number.wrapping_sub(1));
        Element::new("a", ns::SM).attr("h", saved.to_string()).to_xml()
    }

    /// Asks the server what it has.
    pub(crate) fn request() -> String {
        Element::new("r", ns::SM).to_xml()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h_counts_only_what_is_on_disk() {
        let mut acks = Acks::default();
        assert!(acks.start(true).is_some());
        acks.on_enabled();
        acks.count_received(None);
        assert!(acks.on_request().unwrap().contains("h=\"1\""));
        acks.count_received(Some(WriteToken(5)));
        acks.count_received(Some(WriteToken(6)));
        acks.count_received(None);
        assert_eq!(acks.on_request(), None, "two batches are not on disk");
        assert_eq!(acks.committed(WriteToken(5)), None);
        assert!(acks.answer().contains("h=\"2\""));
        assert!(acks.committed(WriteToken(6)).unwrap().contains("h=\"4\""));
        assert_eq!(acks.committed(WriteToken(7)), None, "answered once");
    }

    #[test]
    fn nothing_is_counted_before_enabled() {
        let mut acks = Acks::default();
        acks.start(true);
        acks.count_received(None);
        acks.on_enabled();
        assert!(acks.on_request().unwrap().contains("h=\"0\""));
    }
}
