//! Own messages, and what we say about messages, that the server does not have yet.
//!
//! **Invariant:** either is written to the wire only after it is on disk, and leaves the outbox only when the
//! server says that it has it (`session::sm`) or it came back.

use crate::io::WriteToken;
use model::{BareJid, Edge, LocalId, MessageRow, Order, RelationRow, Set};
use std::collections::VecDeque;

/// So many relations that the server has are remembered: their contact may refuse them.
const RECENT: usize = 32;

/// What goes out.
#[derive(Clone, Debug)]
// Most of it are messages: a box would be one more allocation for each of them.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Outgoing {
    Message(MessageRow),
    Relation(RelationRow),
}

impl Outgoing {
    /// The `id` of its stanza.
    pub(crate) fn id(&self) -> &LocalId {
        match self {
            Self::Message(row) => &row.id,
            Self::Relation(row) => &row.id,
        }
    }

    /// The chat.
    pub(crate) fn chat(&self) -> &BareJid {
        match self {
            Self::Message(row) => &row.chat,
            Self::Relation(row) => &row.chat,
        }
    }

    /// Its place.
    pub(crate) fn order(&self) -> Order {
        match self {
            Self::Message(row) => row.order,
            Self::Relation(row) => row.order,
        }
    }
}

#[derive(Clone, Debug)]
struct Item {
    row: Outgoing,
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
    /// The last relations that the server took.
    recent: VecDeque<RelationRow>,
    /// What the last retractions took away, by their ids; never on disk.
    retracted: VecDeque<(LocalId, MessageRow)>,
}

impl Outbox {
    pub(crate) fn push(&mut self, row: Outgoing, token: WriteToken) {
        let unsaved = Some(token);
        self.items.push_back(Item { row, unsaved, numbered: false, doubtful: false, behind: None });
    }

    /// What an earlier page left. It may have sent them, though not before this message was known.
    pub(crate) fn restore(&mut self, rows: &[MessageRow], relations: &[RelationRow], behind: Option<&Edge>) {
        let behind = behind.cloned();
        let item = |row| {
            let behind = behind.clone();
            Item { row, unsaved: None, numbered: false, doubtful: true, behind }
        };
        let relations = relations.iter().cloned().map(Outgoing::Relation);
        self.items = rows.iter().cloned().map(Outgoing::Message).chain(relations).map(item).collect();
        // A relation goes out after the message it is about.
        self.items.make_contiguous().sort_by_key(|item| item.row.order());
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
            item.numbered = numbered.iter().any(|(id, _)| id == item.row.id());
        }
    }

    /// Gives the next message its turn: its key, and the batch that stores it if that is not on disk.
    pub(crate) fn number_next(&mut self) -> Option<(LocalId, Option<WriteToken>)> {
        let item = self.items.iter_mut().find(|item| !item.numbered)?;
        if !item.doubtful {
            item.behind.clone_from(&self.known);
        }
        (item.numbered, item.doubtful) = (true, true);
        Some((item.row.id().clone(), item.unsaved))
    }

    /// The chats of those that have no number now.
    pub(crate) fn doubtful_chats(&self) -> Set<BareJid> {
        self.items
            .iter()
            .filter(|item| item.doubtful && !item.numbered)
            .map(|item| item.row.chat().clone())
            .collect()
    }

    /// It is known now what the server has: none of what is still here.
    pub(crate) fn settle(&mut self) {
        self.items.iter_mut().filter(|item| !item.numbered).for_each(|item| item.doubtful = false);
    }

    /// Whether the server may have this one; `None` if it is not here.
    pub(crate) fn is_doubtful(&self, id: &LocalId) -> Option<bool> {
        self.items.iter().find(|item| item.row.id() == id).map(|item| item.doubtful)
    }

    /// What is still here of this name.
    pub(crate) fn get(&self, id: &LocalId) -> Option<&Outgoing> {
        self.items.iter().map(|item| &item.row).find(|row| row.id() == id)
    }

    /// Takes out what the server has, unless it waits for another try.
    pub(crate) fn acknowledged(&mut self, id: &LocalId) -> Option<Outgoing> {
        self.items.iter().any(|item| item.numbered && item.row.id() == id).then(|| self.remove(id))?
    }

    /// Remembers a relation that the server has: its contact may refuse it.
    pub(crate) fn remember(&mut self, row: RelationRow) {
        self.recent.push_back(row);
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }

    /// Remembers what a retraction takes away: nobody may take it.
    pub(crate) fn remember_retracted(&mut self, id: LocalId, row: MessageRow) {
        self.retracted.push_back((id, row));
        if self.retracted.len() > RECENT {
            self.retracted.pop_front();
        }
    }

    /// What this retraction took away.
    pub(crate) fn take_retracted(&mut self, id: &LocalId) -> Option<MessageRow> {
        let at = self.retracted.iter().position(|(known, _)| known == id)?;
        self.retracted.remove(at).map(|(_, row)| row)
    }

    /// Takes another text for a message that has never left; it goes out when this batch is on disk. True if there is such a one.
    pub(crate) fn reword(&mut self, row: &MessageRow, token: WriteToken) -> bool {
        let unsent = |item: &&mut Item| !item.numbered && !item.doubtful && *item.row.id() == row.id;
        let Some(item) = self.items.iter_mut().find(unsent) else { return false };
        (item.row, item.unsaved) = (Outgoing::Message(row.clone()), Some(token));
        true
    }

    /// Takes out what came back, be it with the server already.
    pub(crate) fn take_back(&mut self, id: &LocalId, chat: &BareJid) -> Option<Outgoing> {
        let recent = self.recent.iter().position(|row| row.id == *id && row.chat == *chat);
        let recent = recent.and_then(|at| self.recent.remove(at)).map(Outgoing::Relation);
        recent.or_else(|| self.get(id).is_some_and(|row| row.chat() == chat).then(|| self.remove(id))?)
    }

    /// Takes something out.
    pub(crate) fn remove(&mut self, id: &LocalId) -> Option<Outgoing> {
        let at = self.items.iter().position(|item| item.row.id() == id)?;
        self.items.remove(at).map(|item| item.row)
    }
}
