//! What a batch knows of the rows it touches: read before anything is written, and kept up to date while it is.
//!
//! Every read is under way before the first answer is waited for, so that a batch costs two waits however long it is; only news of
//! what was read (on either side) cost more, since they look at what stands before or after.

use super::read::{rows_before, rows_from};
use super::relate::orphans_of;
use super::related::to_relation;
use super::rows::{self, float, text};
use super::schema::{ALIAS, CHATS, DEDUPE, EDITED, ID, MESSAGES, META, ORPHANS, STANZA_ID};
use super::tx::{Result, Tx};
use model::{
    BareJid, ChatRow, LocalId, Map, MessageRow, MessageState, Order, ReadMark, RelationRow, Set, Write,
};

/// How many rows are read at a time on the way back to the last message that was read. People look often.
const WALK: u32 = 30;

/// Rows on disk or in this batch.
#[derive(Default)]
pub(super) struct Known {
    /// The first message of a `dedupe` key.
    pub(super) seen: Map<String, LocalId>,
    /// The message of a stanza-id.
    pub(super) archived: Map<String, LocalId>,
    /// The message of an alias.
    pub(super) aliases: Map<String, LocalId>,
    /// The message of a correction.
    pub(super) edits: Map<String, LocalId>,
    /// What is said of messages that are not here, by chat.
    pub(super) orphans: Map<String, Vec<RelationRow>>,
    /// Chats where that changed.
    pub(super) waiting: Set<String>,
    /// Messages by id.
    pub(super) rows: Map<String, MessageRow>,
    /// What lies before a message that was looked at (by its `dedupe` key), newest first.
    pub(super) walks: Map<String, Vec<LocalId>>,
    /// What stands after the place up to which a chat was read, for chats of which another device says more.
    pub(super) unread: Map<String, Vec<LocalId>>,
    /// By address.
    pub(super) chats: Map<String, ChatRow>,
    /// Chats whose line changed.
    pub(super) changed: Set<String>,
}

/// A row that a batch depends on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needed {
    Copy,
    Alias,
    Edited,
    Archived,
    Row,
    Line,
}

/// The messages of a change.
fn messages(write: &Write) -> Vec<&MessageRow> {
    match write {
        Write::Message { row, .. } | Write::Relate { alone: Some((row, _)), .. } => vec![row],
        Write::Page(page) => page.iter().map(|(row, _)| row).collect(),
        _ => Vec::new(),
    }
}

/// What is said about messages.
fn said(write: &Write) -> Option<&RelationRow> {
    match write {
        Write::Relate { said, .. } | Write::Unrelate(said) => Some(said),
        _ => None,
    }
}

/// Every row the batch depends on, once.
fn needed(batch: &[Write]) -> Set<(Needed, String)> {
    let mut needed = Set::default();
    let mut need = |what, key: &str| {
        needed.insert((what, key.to_owned()));
    };
    for row in batch.iter().flat_map(messages) {
        need(Needed::Copy, &row.dedupe);
        row.stanza_id.iter().for_each(|id| need(Needed::Archived, id));
        need(Needed::Line, row.chat.as_str());
    }
    for said in batch.iter().filter_map(said) {
        need(Needed::Copy, &said.key);
        for name in &said.targets {
            need(Needed::Copy, name);
            need(Needed::Alias, name);
            need(Needed::Edited, name);
        }
        need(Needed::Line, said.chat.as_str());
    }
    for write in batch {
        let chat = match write {
            Write::Delivered { chat, key } | Write::ReadUpTo { chat, key } => {
                need(Needed::Copy, key);
                chat
            }
            Write::ReadElsewhere { chat, mark } => {
                if let ReadMark::Message(id) = mark {
                    need(Needed::Archived, id);
                    need(Needed::Copy, &MessageRow::dedupe_key(chat, id));
                }
                chat
            }
            Write::MessageState { chat, id, .. }
            | Write::Delete { chat, id }
            | Write::Star { chat, id, .. }
            | Write::Hide { chat, id } => {
                need(Needed::Row, &id.0);
                chat
            }
            Write::Reword(row) => {
                need(Needed::Row, &row.id.0);
                &row.chat
            }
            Write::ChatRead(chat)
            | Write::LookTold { chat, .. }
            | Write::Marked { chat, .. }
            | Write::Tells { chat, .. }
            | Write::Draft { chat, .. }
            | Write::Arrange { chat, .. } => chat,
            _ => continue,
        };
        need(Needed::Line, chat.as_str());
    }
    needed
}

impl Known {
    /// Reads all that the batch depends on.
    pub(super) async fn of(tx: &Tx<'_>, batch: &[Write]) -> Result<Self> {
        let mut known = Self::default();
        let mut answers = Vec::new();
        for (needed, key) in needed(batch).into_keys() {
            let value = text(&key);
            let answer = match needed {
                Needed::Copy => tx.get_by(MESSAGES, DEDUPE, &value),
                Needed::Alias => tx.get_by(MESSAGES, ALIAS, &value),
                Needed::Edited => tx.get(META, &text(&[EDITED, &key].concat())),
                Needed::Archived => tx.get_by(MESSAGES, STANZA_ID, &value),
                Needed::Row => tx.get_by(MESSAGES, ID, &value),
                Needed::Line => tx.get(CHATS, &value),
            };
            answers.push((needed, key, answer?));
        }
        let waiting = batch.iter().flat_map(messages).map(|row| &row.chat);
        let waiting: Set<&str> = waiting
            .chain(batch.iter().filter_map(said).map(|said| &said.chat))
            .map(BareJid::as_str)
            .collect();
        let mut orphans = Vec::new();
        for chat in waiting.iter() {
            orphans.push((*chat, tx.get_all(ORPHANS, &orphans_of(chat)?)?));
        }
        let mut edited = Vec::new();
        // Answers come in the order of the questions: after the last one the others are there without waiting.
        while let Some((needed, key, answer)) = answers.pop() {
            let Some(value) = answer.value().await? else { continue };
            if needed == Needed::Line {
                rows::to_chat(&value).and_then(|line| known.chats.insert(key, line));
                continue;
            }
            if needed == Needed::Edited {
                edited.push((key, tx.get_by(MESSAGES, ID, &value)?));
                continue;
            }
            let Some(row) = rows::to_message(&value) else { continue };
            match needed {
                Needed::Copy => known.seen.insert(key, row.id.clone()),
                Needed::Archived => known.archived.insert(key, row.id.clone()),
                Needed::Alias => known.aliases.insert(key, row.id.clone()),
                _ => None,
            };
            known.rows.insert(row.id.0.clone(), row);
        }
        for (key, answer) in edited {
            if let Some(row) = answer.value().await?.as_ref().and_then(rows::to_message) {
                known.edits.insert(key, row.id.clone());
                known.rows.insert(row.id.0.clone(), row);
            }
        }
        for (chat, answer) in orphans {
            let rows: Vec<_> = answer.values().await?.iter().filter_map(to_relation).collect();
            if !rows.is_empty() {
                known.orphans.insert(chat.to_owned(), rows);
            }
        }
        known.look_before(tx, batch).await?;
        known.look_at_ends(tx, batch).await?;
        known.look_after(tx, batch).await?;
        Ok(known)
    }

    /// Reads what [`MessageRow::read_with`] has to see.
    async fn look_before(&mut self, tx: &Tx<'_>, batch: &[Write]) -> Result<()> {
        for write in batch {
            let Write::ReadUpTo { chat, key } = write else { continue };
            let Some(row) = self.of_key(key).filter(|row| row.chat == *chat) else { continue };
            let (mut order, mut id) = (float(row.order.0), row.id.0.clone());
            let mut walk = Vec::new();
            let mut more = true;
            while more {
                let rows = rows_before(tx, chat.as_str(), order, &id, WALK).await?;
                more = !rows.is_empty();
                for row in rows.into_iter().rev() {
                    more &= row.state != MessageState::Read;
                    (order, id) = (float(row.order.0), row.id.0.clone());
                    walk.push(row.id.clone());
                    self.rows.insert(row.id.0.clone(), row);
                }
            }
            self.walks.insert(key.clone(), walk);
        }
        Ok(())
    }

    /// Reads what a chat's line shows when the message that it shows is gone.
    async fn look_at_ends(&mut self, tx: &Tx<'_>, batch: &[Write]) -> Result<()> {
        let mut gone: Vec<(&BareJid, LocalId)> = Vec::new();
        for write in batch {
            if let Write::Delete { chat, id } | Write::Hide { chat, id } = write {
                gone.push((chat, id.clone()));
            }
            // What stood alone until now.
            let alone = said(write).and_then(|said| Some((&said.chat, self.seen.get(&said.key)?.clone())));
            gone.extend(alone);
        }
        for row in batch.iter().flat_map(messages) {
            for said in self.orphans.get(row.chat.as_str()).cloned().into_iter().flatten() {
                if !said.is_about(row) || self.seen.contains_key(&said.key) {
                    continue;
                }
                let alone = tx.get_by(MESSAGES, DEDUPE, &text(&said.key))?.value().await?;
                if let Some(alone) = alone.as_ref().and_then(rows::to_message) {
                    gone.push((&row.chat, alone.id.clone()));
                    self.seen.insert(said.key, alone.id.clone());
                    self.rows.insert(alone.id.0.clone(), alone);
                }
            }
        }
        let is_gone = |id: &LocalId| gone.iter().any(|(_, gone)| gone == id);
        let shows_gone = |chat: &&BareJid| {
            self.line(chat.as_str()).and_then(|line| line.last.as_ref()).is_some_and(|last| is_gone(&last.id))
        };
        let ends = gone.iter().map(|(chat, _)| *chat).filter(shows_gone);
        // What stands alone may be gone before the batch is over.
        let alone = batch.iter().filter_map(|write| match write {
            Write::Relate { said, alone: Some(_) } => Some(&said.chat),
            _ => None,
        });
        let ends: Set<&BareJid> = ends.chain(alone).collect();
        for chat in ends.iter() {
            let (mut order, mut id) = (f64::INFINITY, String::new());
            loop {
                let rows = rows_before(tx, chat.as_str(), order, &id, WALK).await?;
                let Some(oldest) = rows.first() else { break };
                (order, id) = (float(oldest.order.0), oldest.id.0.clone());
                let is_found = rows.iter().any(|row| !row.hidden && !is_gone(&row.id));
                for row in rows {
                    self.rows.insert(row.id.0.clone(), row);
                }
                if is_found {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Reads what another device of ours may have read.
    async fn look_after(&mut self, tx: &Tx<'_>, batch: &[Write]) -> Result<()> {
        let news = batch.iter().filter_map(|write| match write {
            Write::ReadElsewhere { chat, .. } => Some(chat),
            _ => None,
        });
        let waits = |chat: &BareJid| self.line(chat.as_str()).is_some_and(|line| line.read_ahead.is_some());
        let rows = batch.iter().flat_map(messages).map(|row| &row.chat).filter(|chat| waits(chat));
        let chats: Vec<&BareJid> = news.chain(rows).collect();
        for chat in chats {
            if self.unread.contains_key(chat.as_str()) {
                continue;
            }
            let read = self.line(chat.as_str()).map_or(Order(0), |line| line.read);
            let rows = rows_from(tx, chat.as_str(), float(read.0 + 1), None).await?;
            let ids = rows.iter().map(|row| row.id.clone()).collect();
            self.unread.insert(chat.as_str().to_owned(), ids);
            for row in rows {
                self.rows.insert(row.id.0.clone(), row);
            }
        }
        Ok(())
    }

    fn line(&self, chat: &str) -> Option<&ChatRow> {
        self.chats.get(chat)
    }

    /// A message by its id.
    pub(super) fn row(&self, id: &LocalId) -> Option<&MessageRow> {
        self.rows.get(id.0.as_str())
    }

    /// A message by its `dedupe` key.
    pub(super) fn of_key(&self, key: &str) -> Option<&MessageRow> {
        self.row(self.seen.get(key)?)
    }

    /// The message that this one is a copy of.
    pub(super) fn twin(&self, row: &MessageRow) -> Option<LocalId> {
        let by_id = row.stanza_id.as_ref().and_then(|id| self.archived.get(id.as_str()));
        let id = by_id.or_else(|| self.seen.get(row.dedupe.as_str()))?;
        row.is_copy_of(self.row(id)?).then(|| id.clone())
    }

    /// Takes a new message in.
    pub(super) fn add(&mut self, row: &MessageRow) {
        self.seen.get_or_insert_with(row.dedupe.clone(), || row.id.clone());
        if let Some(id) = &row.stanza_id {
            self.archived.insert(id.clone(), row.id.clone());
        }
        if let Some(alias) = &row.alias {
            self.aliases.get_or_insert_with(alias.clone(), || row.id.clone());
        }
        if let Some(unread) = self.unread.get_mut(row.chat.as_str()) {
            unread.push(row.id.clone());
        }
        self.rows.insert(row.id.0.clone(), row.clone());
    }

    /// Changes a chat's line that need not be there yet, and notes that it did.
    pub(super) fn make(&mut self, chat: &BareJid, change: impl FnOnce(&mut ChatRow) -> bool) {
        let key = chat.as_str();
        self.chats.get_or_insert_with(key.to_owned(), || ChatRow::empty(chat.clone()));
        self.change(key, change);
    }

    /// Nothing of a message is shown any more; the chat's line shows the newest one left.
    pub(super) fn forget(&mut self, chat: &BareJid, id: &LocalId) {
        let left = self.rows.values().filter(|row| row.chat == *chat && !row.hidden && row.id != *id);
        let newest = left.max_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id))).cloned();
        self.change(chat.as_str(), |line| line.forget(id, newest.as_ref()));
    }

    /// Notes that a chat's line changed if it did.
    pub(super) fn change(&mut self, chat: &str, change: impl FnOnce(&mut ChatRow) -> bool) {
        if self.chats.get_mut(chat).is_some_and(change) {
            self.changed.insert(chat.to_owned());
        }
    }
}
