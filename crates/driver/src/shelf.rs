//! The store in use: the real one, or memory from the moment the real one fails.
//!
//! A full or vanished disk must not stop a conversation. From then on new rows live in memory only, the screen says
//! so, and what the real store can still read is read.

use crate::{MemoryStore, Store};
use model::search::{Found, Search};
use model::{Applied, BareJid, Direction, LocalId, MessageRow, MessageState, PageAt, StoreError, Write};
use std::cell::Cell;

/// So many rows of a chat are looked through for a message that memory does not have.
const NEWEST: usize = 100;

/// A store that never fails.
pub(crate) struct Shelf<S> {
    real: Option<S>,
    memory: MemoryStore,
    failed: Cell<bool>,
}

impl<S: Store> Shelf<S> {
    /// On a real store, or (`None`) on memory from the start.
    pub(crate) fn new(real: Option<S>) -> Self {
        let failed = Cell::new(real.is_none());
        Self { real, memory: MemoryStore::default(), failed }
    }

    /// Stores a batch. The error is there once: when the real store fails for the first time.
    pub(crate) async fn commit(&self, batch: &[Write]) -> (Applied, Option<StoreError>) {
        let mut news = None;
        if let Some(real) = self.real.as_ref().filter(|_| !self.failed.get()) {
            match real.commit(batch).await {
                Ok(applied) => return (applied, None),
                Err(error) => {
                    self.failed.set(true);
                    news = Some(error);
                    // What is counted from now on is not on disk: the next page must not take the stream up there.
                    let _ = real.commit(&[Write::Stream(None)]).await;
                }
            }
        } else if let Some(real) = &self.real
            && batch.iter().any(|write| matches!(write, Write::EraseAll | Write::Session(_)))
        {
            // A log-out must reach the disk if it can at all; deleting works where adding does not.
            let partings: Vec<Write> = batch
                .iter()
                .filter(|write| matches!(write, Write::EraseAll | Write::Session(None)))
                .cloned()
                .collect();
            let _ = real.commit(&partings).await;
        }
        let mut applied = self.memory.commit(batch).await.unwrap_or_default();
        for write in batch {
            self.tell(write, &mut applied).await;
        }
        (applied, news)
    }

    /// A contact may speak of a message that is on the disk alone: it can't be moved there any more, but the screen can be told.
    async fn tell(&self, write: &Write, applied: &mut Applied) {
        let (chat, key, reached) = match write {
            Write::Delivered { chat, key } => (chat, key, MessageState::Delivered),
            Write::ReadUpTo { chat, key } => (chat, key, MessageState::Read),
            _ => return,
        };
        let Some(real) = &self.real else { return };
        let rows = real.page(chat, None, NEWEST).await.unwrap_or_default();
        let is_meant = |row: &&MessageRow| row.dedupe == *key && row.direction == Direction::Out;
        let mut rows = rows.iter().rev().skip_while(|row| !is_meant(row)).peekable();
        let moved: Vec<LocalId> = if reached == MessageState::Read {
            MessageRow::read_with(&mut rows)
        } else {
            let row = rows.peek().filter(|row| row.state.may_become(&reached));
            row.map(|row| row.id.clone()).into_iter().collect()
        };
        applied.moved.extend(moved.into_iter().map(|id| (chat.clone(), id, reached.clone())));
    }

    /// Reads a page, from both where both hold rows.
    pub(crate) async fn page_at(&self, chat: &BareJid, mut at: PageAt, limit: usize) -> Vec<MessageRow> {
        if let PageAt::Message(id) = &at
            && self.failed.get()
            && let Some(row) = self.message(id).await.filter(|row| row.chat == *chat)
        {
            // Where it stands only one of them knows.
            at = PageAt::Around(row.order);
        }
        let mut rows = match &self.real {
            Some(real) => real.page_at(chat, &at, limit).await.unwrap_or_default(),
            None => Vec::new(),
        };
        if self.failed.get() {
            rows.extend(self.memory.page_at(chat, &at, limit).await.unwrap_or_default());
            rows.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
            let (place, before, after) = at.sides(limit);
            let middle = rows.partition_point(|row| row.order < place);
            rows.truncate(middle.saturating_add(after));
            rows.drain(..middle.saturating_sub(before));
        }
        rows
    }

    /// Looks for messages, in both where both hold rows.
    pub(crate) async fn find(&self, search: &Search) -> Found {
        let mut found = match &self.real {
            Some(real) => real.find(search).await.unwrap_or_default(),
            None => Found::default(),
        };
        if self.failed.get() {
            found.rows.extend(self.memory.find(search).await.unwrap_or_default().rows);
            search.sort(&mut found.rows);
        }
        found
    }

    /// Takes some of what was stored into the index; true if it is worth going on.
    pub(crate) async fn index(&self) -> bool {
        match self.real.as_ref().filter(|_| !self.failed.get()) {
            Some(real) => real.index().await.unwrap_or(false),
            None => false,
        }
    }

    /// The message with this key.
    async fn message(&self, id: &LocalId) -> Option<MessageRow> {
        match self.memory.message(id).await.unwrap_or_default() {
            Some(row) => Some(row),
            None => self.real.as_ref()?.message(id).await.unwrap_or_default(),
        }
    }

    /// Every message that the person wants to find again, from both, the newest first.
    pub(crate) async fn starred(&self) -> Vec<MessageRow> {
        let mut rows = self.memory.starred().await.unwrap_or_default();
        if let Some(real) = &self.real {
            rows.extend(real.starred().await.unwrap_or_default());
            rows.sort_by(|a, b| (b.order, &b.id).cmp(&(a.order, &a.id)));
            rows.dedup_by(|a, b| a.id == b.id);
        }
        rows
    }

    /// The message of a name, from either.
    pub(crate) async fn named(&self, name: &str) -> Option<MessageRow> {
        let kept = self.memory.named(name).await.ok().flatten();
        match &self.real {
            Some(real) if kept.is_none() => real.named(name).await.ok().flatten(),
            _ => kept,
        }
    }
}
