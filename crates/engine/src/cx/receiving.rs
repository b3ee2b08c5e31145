//! Messages that come in: shown when they are heard where nothing speaks against it, and acknowledged when they are on disk.
//!
//! **Invariant:** to be shown means nothing to anybody but the person. Whatever follows from a message for others (the count of
//! XEP-0198, receipts, markers, other pages) waits for the disk; a page that is killed before that gets it from the server once more.

use super::Cx;
use super::looks::unlooked;
use crate::inbound::Via;
use crate::io::WriteToken;
use model::{Applied, BareJid, Direction, Event, LocalId, MessageRow, Order, ReadMark, RelationRow, Write};
use std::collections::VecDeque;

/// A message that is on its way to the disk.
pub(super) struct Unsaved {
    /// The batch that it is in.
    token: WriteToken,
    row: MessageRow,
    /// It is on the screen.
    is_shown: bool,
}

/// How many names are remembered.
const REMEMBERED: usize = 100;

/// Fingerprints of names of messages ([`MessageRow::name`]) that came, or were spoken of, lately: who sends one again does so soon, and
/// a retraction that comes first is to leave nothing of its message.
#[derive(Default)]
pub(super) struct Recent(VecDeque<u64>);

impl Recent {
    /// Notes a name; false if it is known. Two may be taken for one: then a message is shown a moment later than it could be.
    fn note(&mut self, name: &str) -> bool {
        // FNV-1a.
        let print = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let is_new = !self.0.contains(&print);
        if is_new {
            if self.0.len() == REMEMBERED {
                self.0.pop_front();
            }
            self.0.push_back(print);
        }
        is_new
    }
}

impl Cx {
    /// Stores a message that came in. It is shown at once if it came by itself, on a stream that brings nothing twice, and had
    /// not to wait anywhere; else when it is on disk and turned out to be new.
    pub(crate) fn receive(&mut self, row: MessageRow, via: Via, waited: bool) {
        let count_unread = self.counts_as_unread(&row, via);
        self.last_order = self.last_order.max(row.order);
        self.follow(&row.chat, row.order);
        if matches!(via, Via::Archive { .. }) {
            self.await_disk(row.clone(), false);
            return self.page.push((row, count_unread));
        }
        self.settled = self.settled.max(row.order);
        let mut is_new = true;
        for name in std::iter::once(&row.dedupe).chain(&row.alias) {
            is_new &= self.recent.note(name);
        }
        // A stream that was taken up again begins with what may be here already.
        let is_shown = is_new && !waited && !self.stream.is_unsure();
        if is_shown {
            self.emit(Event::Heard(row.clone()));
        }
        self.await_disk(row.clone(), is_shown);
        self.writes.push(Write::Message { row, count_unread });
    }

    /// Stores what is said about a message; it is shown when it is on disk and the message is here. `alone` is what is shown as long as
    /// that is not.
    pub(crate) fn relate(&mut self, said: RelationRow, alone: Option<MessageRow>, via: Via) {
        self.last_order = self.last_order.max(said.order);
        self.follow(&said.chat, said.order);
        for name in &said.targets {
            self.recent.note(name);
        }
        if let Some(row) = &alone {
            self.await_disk(row.clone(), false);
        }
        let alone = alone.map(|row| (self.counts_as_unread(&row, via), row)).map(|(is, row)| (row, is));
        self.writes.push(Write::Relate { said, alone });
    }

    fn await_disk(&mut self, row: MessageRow, is_shown: bool) {
        self.unsaved_rows.push_back(Unsaved { token: self.token(), row, is_shown });
    }

    fn counts_as_unread(&self, row: &MessageRow, via: Via) -> bool {
        let is_history = matches!(via, Via::Archive { missed: false, .. });
        row.direction == Direction::In && !self.is_looked_at(&row.chat) && !is_history
    }

    /// What had to wait comes behind this place, in this chat.
    fn follow(&mut self, chat: &BareJid, place: Order) {
        let last = self.last_received.get_or_insert_with(chat.clone(), Order::default);
        *last = place.max(*last);
    }

    /// A page of the archive begins: its messages are stored together, and before what else it says about them.
    pub(crate) fn open_page(&mut self) {
        self.page_at = self.writes.len();
    }

    /// The page ends.
    pub(crate) fn close_page(&mut self) {
        let page = std::mem::take(&mut self.page);
        if !page.is_empty() {
            self.writes.insert(self.page_at.min(self.writes.len()), Write::Page(page));
        }
    }

    /// This batch is of an account that was left meanwhile.
    pub(crate) fn is_over(&self, token: WriteToken) -> bool {
        token < self.first_token
    }

    /// Everything up to this batch is on disk: shows what was new in it, and takes back what was shown and is not.
    pub(crate) fn committed(&mut self, token: WriteToken, mut applied: Applied) {
        for debt in self.owed.committed(token, &applied.inserted) {
            self.paid(debt);
        }
        let mut inserted = Inserted::new(&applied.inserted);
        while let Some(Unsaved { mut row, is_shown, .. }) =
            self.unsaved_rows.pop_front_if(|unsaved| unsaved.token <= token)
        {
            if !inserted.has(&row.id) {
                if is_shown {
                    // A copy. Its key is its own, so nothing else goes with it.
                    self.emit(Event::MessageDeleted { chat: row.chat, id: row.id });
                }
                continue;
            }
            if let Some((_, order)) = applied.placed.iter().find(|(id, _)| *id == row.id) {
                row.order = *order;
            }
            // What was said about it came before it was shown.
            if let Some(at) = applied.changed.iter().position(|changed| changed.id == row.id) {
                row = applied.changed.swap_remove(at);
            }
            if row.direction == Direction::Out {
                // Written on another device of ours: whoever answers has read.
                let mark = ReadMark::Place(row.order);
                self.writes.push(Write::ReadElsewhere { chat: row.chat.clone(), mark });
            }
            self.emit(Event::Message(row));
        }
        for (chat, id) in applied.hidden {
            self.emit(Event::MessageDeleted { chat, id });
        }
        for row in applied.changed {
            self.emit(Event::MessageChanged(Box::new(row)));
        }
        for (chat, id, state) in applied.moved {
            self.emit(Event::MessageState { chat, id, state });
        }
        for chat in applied.chats {
            self.unread.insert(chat.chat.clone(), unlooked(&chat));
            // The store may have found another place for it.
            self.follow(&chat.chat, chat.received);
            self.emit(Event::Chat(chat));
        }
        // A chat may have come into view while a message for it was on its way to the disk.
        self.mark_viewed_read();
    }
}

/// What a batch inserted, nearly always in the order in which it came in.
struct Inserted<'a> {
    all: &'a [LocalId],
    next: usize,
}

impl<'a> Inserted<'a> {
    fn new(all: &'a [LocalId]) -> Self {
        Self { all, next: 0 }
    }

    fn has(&mut self, id: &LocalId) -> bool {
        if self.all.get(self.next) == Some(id) {
            self.next += 1;
            return true;
        }
        self.all.contains(id)
    }
}
