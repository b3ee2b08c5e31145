//! Own messages that the server does not have yet.
//!
//! **Invariant:** a message is written to the wire only after it is on disk, and leaves the outbox only when the
//! server says that it has it (`session::acks`) or it came back.

use crate::io::WriteToken;
use model::{LocalId, MessageRow};
use std::collections::VecDeque;

#[derive(Clone, Debug)]
struct Item {
    row: MessageRow,
    /// The batch that stores it, until that is committed.
    unsaved: Option<WriteToken>,
    /// Its place in the count of the stream it was sent on.
    sent_as: Option<u32>,
}

/// The queue, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    items: VecDeque<Item>,
}

impl Outbox {
    pub(crate) fn push(&mut self, row: MessageRow, token: WriteToken) {
        self.items.push_back(Item { row, unsaved: Some(token), sent_as: None });
    }

    pub(crate) fn restore(&mut self, rows: &[MessageRow]) {
        self.items = rows.iter().map(|row| Item { row: row.clone(), unsaved: None, sent_as: None }).collect();
    }

    /// Everything up to this batch is on disk.
    pub(crate) fn committed(&mut self, token: WriteToken) {
        for item in &mut self.items {
            if item.unsaved.is_some_and(|unsaved| unsaved <= token) {
                item.unsaved = None;
            }
        }
    }

    /// The stream is gone: what it was not acknowledged for must be sent again.
    pub(crate) fn offline(&mut self) {
        for item in &mut self.items {
            item.sent_as = None;
        }
    }

    /// The next message to send. Nothing overtakes a message that is not on disk yet.
    pub(crate) fn next(&self) -> Option<&MessageRow> {
        let item = self.items.iter().find(|item| item.sent_as.is_none())?;
        item.unsaved.is_none().then_some(&item.row)
    }

    /// Notes that this message went out as number `count` of the stream.
    pub(crate) fn mark_sent(&mut self, id: &LocalId, count: u32) {
        if let Some(item) = self.items.iter_mut().find(|item| item.row.id == *id) {
            item.sent_as = Some(count);
        }
    }

    /// Takes all messages that the server has: those sent as number `count` or before. Numbers wrap at 2^32
    /// (XEP-0198 §4).
    pub(crate) fn take_acked(&mut self, count: u32) -> Vec<MessageRow> {
        let is_acked =
            |item: &Item| item.sent_as.is_some_and(|sent_as| count.wrapping_sub(sent_as) < u32::MAX / 2);
        let (acked, rest): (VecDeque<Item>, VecDeque<Item>) =
            std::mem::take(&mut self.items).into_iter().partition(is_acked);
        self.items = rest;
        acked.into_iter().map(|item| item.row).collect()
    }

    /// Takes one message out: it came back.
    pub(crate) fn remove(&mut self, id: &LocalId) {
        self.items.retain(|item| item.row.id != *id);
    }
}
