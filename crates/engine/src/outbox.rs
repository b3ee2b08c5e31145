//! Own messages that the server does not have yet.
//!
//! **Invariant:** a message is written to the wire only after it is on disk, and leaves the outbox only when the
//! server says that it has it (`session::sm`) or it came back.

use crate::io::WriteToken;
use model::{BareJid, Edge, LocalId, MessageRow, Set};
use std::collections::VecDeque;

#[derive(Clone, Debug)]
struct Item {
    row: MessageRow,
    /// The batch that stores it, until that is committed.
    unsaved: Option<WriteToken>,
    /// It has a number on the stream.
    numbered: bool,
    /// It had one once: the server may have it.
    doubtful: bool,
    /// What was known of the archive before it was sent for the first time: its copy is behind that.
    behind: Option<Edge>,
}

/// The queue, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    items: VecDeque<Item>,
    /// The newest message known of the archive.
    known: Option<Edge>,
}

impl Outbox {
    pub(crate) fn push(&mut self, row: MessageRow, token: WriteToken) {
        let unsaved = Some(token);
        self.items.push_back(Item { row, unsaved, numbered: false, doubtful: false, behind: None });
    }

    /// What an earlier page left. It may have sent them, though not before this message was known.
    pub(crate) fn restore(&mut self, rows: &[MessageRow], behind: Option<&Edge>) {
        let behind = behind.cloned();
        let item = |row: &MessageRow| {
            let (row, behind) = (row.clone(), behind.clone());
            Item { row, unsaved: None, numbered: false, doubtful: true, behind }
        };
        self.items = rows.iter().map(item).collect();
        self.known = behind;
    }

    /// A newer message of the archive is known: what is sent from now on is behind it.
    pub(crate) fn know(&mut self, edge: Edge) {
        self.known = Some(edge);
    }

    /// The message of the archive behind which all is that the server may have of these.
    pub(crate) fn settled(&self) -> Option<&Edge> {
        let doubtful = self.items.iter().find(|item| item.doubtful);
        doubtful.map_or(self.known.as_ref(), |item| item.behind.as_ref())
    }

    /// Everything up to this batch is on disk.
    pub(crate) fn committed(&mut self, token: WriteToken) {
        for item in &mut self.items {
            item.unsaved.take_if(|unsaved| *unsaved <= token);
        }
    }

    /// The stream is gone: what has no acknowledgement has no number on the next one.
    pub(crate) fn forget_numbers(&mut self) {
        self.items.iter_mut().for_each(|item| item.numbered = false);
    }

    /// These have numbers on the stream that is going to be taken up again.
    pub(crate) fn mark_numbered(&mut self, numbered: &[(LocalId, u32)]) {
        for item in &mut self.items {
            item.numbered = numbered.iter().any(|(id, _)| *id == item.row.id);
        }
    }

    /// Gives the next message its turn: its key, and the batch that stores it if that is not on disk.
    pub(crate) fn number_next(&mut self) -> Option<(LocalId, Option<WriteToken>)> {
        let item = self.items.iter_mut().find(|item| !item.numbered)?;
        if !item.doubtful {
            item.behind.clone_from(&self.known);
        }
        (item.numbered, item.doubtful) = (true, true);
        Some((item.row.id.clone(), item.unsaved))
    }

    /// The chats of those that have no number now.
    pub(crate) fn doubtful_chats(&self) -> Set<BareJid> {
        self.items
            .iter()
            .filter(|item| item.doubtful && !item.numbered)
            .map(|item| item.row.chat.clone())
            .collect()
    }

    /// It is known now what the server has: none of what is still here.
    pub(crate) fn settle(&mut self) {
        self.items.iter_mut().filter(|item| !item.numbered).for_each(|item| item.doubtful = false);
    }

    /// Whether the server may have this one; `None` if it is not here.
    pub(crate) fn is_doubtful(&self, id: &LocalId) -> Option<bool> {
        self.items.iter().find(|item| item.row.id == *id).map(|item| item.doubtful)
    }

    /// A message that is still here.
    pub(crate) fn get(&self, id: &LocalId) -> Option<&MessageRow> {
        self.items.iter().map(|item| &item.row).find(|row| row.id == *id)
    }

    /// Takes a message out that the server has, unless it waits for another try.
    pub(crate) fn acknowledged(&mut self, id: &LocalId) -> Option<MessageRow> {
        self.items.iter().any(|item| item.numbered && item.row.id == *id).then(|| self.remove(id))?
    }

    /// Takes one message out: it came back.
    pub(crate) fn remove(&mut self, id: &LocalId) -> Option<MessageRow> {
        let at = self.items.iter().position(|item| item.row.id == *id)?;
        self.items.remove(at).map(|item| item.row)
    }
}
