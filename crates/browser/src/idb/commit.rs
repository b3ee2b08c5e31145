//! Writing a batch: read all that it depends on, then write, in one transaction.
//!
//! Every read of a batch is under way before the first answer is waited for, and what was read is kept for the rest
//! of the batch, so that a batch costs two waits however long it is.

use super::read::MessageKey;
use super::schema::{
    ALL, CHATS, DEDUPE, ID, MESSAGES, META, OUTBOX, ROSTER, ROSTER_VERSION, SESSION, is_outgoing, number,
};
use indexed_db_futures::database::Database;
use indexed_db_futures::error::UnexpectedDataError;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionFinishKind, TransactionMode, TransactionOptions,
};
use indexed_db_futures::{KeyRange, Result};
use model::{Applied, BareJid, ChatRow, LocalId, Map, MessageRow, MessageState, RosterItem, Set, Write};
use serde::Serialize;

/// `again` tells that the batch was tried before and may be on disk without our knowing: then messages found there
/// under the very ids of the batch are reported as new, for nobody was told about them yet.
pub(super) async fn commit(db: &Database, batch: &[Write], again: bool) -> Result<Applied> {
    let tx = db
        .transaction(ALL)
        .with_mode(TransactionMode::Readwrite)
        .with_options(TransactionOptions::new().with_durability(durability(batch)))
        .build()?;
    let applied = {
        let stores = Stores::of(&tx)?;
        let mut turn = stores.read(batch).await?;
        turn.again = again;
        for write in batch {
            stores.apply(&mut turn, write)?;
        }
        stores.finish(turn)?
    };
    done(&tx).await?;
    Ok(applied)
}

/// A message counts as stored for its sender (ours: no second copy elsewhere; theirs: the server forgets it once it
/// is acknowledged), so it has to survive a power cut. The rest can be had again.
fn durability(batch: &[Write]) -> TransactionDurability {
    let strict = batch
        .iter()
        .any(|write| matches!(write, Write::Message { .. } | Write::Session(_) | Write::EraseAll));
    if strict { TransactionDurability::Strict } else { TransactionDurability::Relaxed }
}

/// Waits until the transaction, which nothing more is asked of, has committed itself. Not `Transaction::commit`: it
/// takes the transaction away and with it the reason of a failure, and a full disk is often noticed only now.
async fn done(tx: &Transaction<'_>) -> Result<()> {
    loop {
        match tx.on_done()?.await {
            TransactionFinishKind::Ok => return Ok(()),
            TransactionFinishKind::Err => {} // Of one request; the abort of the whole follows.
            TransactionFinishKind::Abort => {
                return Err(tx.error().unwrap_or_else(|| UnexpectedDataError::TransactionAborted.into()));
            }
        }
    }
}

/// What a batch knows of the rows it touches.
#[derive(Default)]
struct Turn<'a> {
    again: bool,
    applied: Vec<LocalId>,
    /// Messages that are on disk or in this batch, by `dedupe` key.
    seen: Map<&'a str, LocalId>,
    /// Messages whose state the batch changes; `None` if there is none of that id.
    rows: Map<&'a LocalId, Option<MessageRow>>,
    chats: Map<&'a BareJid, ChatRow>,
    /// Chats whose line changed.
    changed: Set<&'a BareJid>,
}

struct Stores<'a> {
    meta: ObjectStore<'a>,
    roster: ObjectStore<'a>,
    chats: ObjectStore<'a>,
    messages: ObjectStore<'a>,
    outbox: ObjectStore<'a>,
}

impl<'s> Stores<'s> {
    fn of(tx: &'s Transaction<'_>) -> Result<Self> {
        Ok(Self {
            meta: tx.object_store(META)?,
            roster: tx.object_store(ROSTER)?,
            chats: tx.object_store(CHATS)?,
            messages: tx.object_store(MESSAGES)?,
            outbox: tx.object_store(OUTBOX)?,
        })
    }

    /// Reads every row the batch depends on.
    async fn read<'a>(&self, batch: &'a [Write]) -> Result<Turn<'a>> {
        let mut dedupes = Set::default();
        let mut ids = Set::default();
        let mut chats = Set::default();
        for write in batch {
            match write {
                Write::Message { row, .. } => {
                    dedupes.insert(row.dedupe.as_str());
                    chats.insert(&row.chat);
                }
                Write::MessageState { chat, id, .. } => {
                    ids.insert(id);
                    chats.insert(chat);
                }
                Write::ChatRead(chat) => {
                    chats.insert(chat);
                }
                _ => {}
            }
        }

        let (by_dedupe, by_id) = (self.messages.index(DEDUPE)?, self.messages.index(ID)?);
        let mut copies = Vec::new();
        for dedupe in dedupes.into_keys() {
            copies.push((dedupe, by_dedupe.get_key(dedupe).with_key_type::<MessageKey>().serde()?));
        }
        let mut rows = Vec::new();
        for id in ids.into_keys() {
            rows.push((id, by_id.get::<MessageRow, _, _>(id.0.as_str()).serde()?));
        }
        let mut lines = Vec::new();
        for chat in chats.into_keys() {
            lines.push((chat, self.chats.get::<ChatRow, _, _>(chat.as_str()).serde()?));
        }

        // Answers come in the order of the questions: after the last one the others are there without waiting.
        let mut turn = Turn::default();
        for (chat, line) in lines.into_iter().rev() {
            if let Some(line) = line.await? {
                turn.chats.insert(chat, line);
            }
        }
        for (id, row) in rows.into_iter().rev() {
            turn.rows.insert(id, row.await?);
        }
        for (dedupe, copy) in copies.into_iter().rev() {
            if let Some((_, _, id)) = copy.await? {
                turn.seen.insert(dedupe, LocalId(id));
            }
        }
        Ok(turn)
    }

    fn apply<'a>(&self, turn: &mut Turn<'a>, write: &'a Write) -> Result<()> {
        match write {
            Write::Session(Some(session)) => self.put_meta(SESSION, session),
            Write::Session(None) => self.meta.delete(SESSION).serde().map(drop),
            Write::Message { row, count_unread } => self.insert(turn, row, *count_unread),
            Write::MessageState { chat, id, state } => self.set_state(turn, chat, id, state),
            Write::ChatRead(chat) => {
                if let Some(line) = turn.chats.get_mut(chat)
                    && std::mem::take(&mut line.unread) > 0
                {
                    turn.changed.insert(chat);
                }
                Ok(())
            }
            Write::Roster { version, items } => {
                self.set_version(Some(version))?;
                self.roster.clear()?;
                items.iter().try_for_each(|item| self.put_contact(item))
            }
            Write::Contact { version, item } => {
                self.set_version(version.as_ref())?;
                self.put_contact(item)
            }
            Write::ContactRemoved { version, jid } => {
                self.set_version(version.as_ref())?;
                self.roster.delete(jid.as_str()).serde().map(drop)
            }
            Write::EraseAll => {
                let rows = std::mem::take(&mut turn.rows)
                    .into_entries()
                    .into_iter()
                    .map(|(id, _)| (id, None))
                    .collect();
                *turn = Turn { again: turn.again, rows, ..Turn::default() };
                for store in [&self.meta, &self.roster, &self.chats, &self.messages, &self.outbox] {
                    store.clear()?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn set_version(&self, version: Option<&String>) -> Result<()> {
        version.map_or(Ok(()), |version| self.put_meta(ROSTER_VERSION, version))
    }

    fn put_meta(&self, key: &str, value: &impl Serialize) -> Result<()> {
        self.meta.put(value).with_key(key).without_key_type().serde().map(drop)
    }

    fn put_contact(&self, item: &RosterItem) -> Result<()> {
        self.roster.put(item).serde().map(drop)
    }

    fn insert<'a>(&self, turn: &mut Turn<'a>, row: &'a MessageRow, count_unread: bool) -> Result<()> {
        if let Some(id) = turn.seen.get(row.dedupe.as_str()) {
            if turn.again && *id == row.id {
                turn.applied.push(row.id.clone());
                turn.changed.insert(&row.chat);
            }
            return Ok(());
        }
        turn.seen.insert(&row.dedupe, row.id.clone());
        self.messages.put(row).serde()?;
        if is_outgoing(row) {
            self.outbox.put(row).serde()?;
        }
        if let Some(known) = turn.rows.get_mut(&row.id) {
            *known = Some(row.clone());
        }
        turn.chats
            .get_or_insert_with(&row.chat, || ChatRow::empty(row.chat.clone()))
            .absorb(row, count_unread);
        turn.changed.insert(&row.chat);
        turn.applied.push(row.id.clone());
        Ok(())
    }

    fn set_state<'a>(
        &self,
        turn: &mut Turn<'a>,
        chat: &'a BareJid,
        id: &'a LocalId,
        state: &MessageState,
    ) -> Result<()> {
        let Some(Some(row)) = turn.rows.get_mut(id) else { return Ok(()) };
        if row.chat != *chat || row.state == *state {
            return Ok(());
        }
        if is_outgoing(row) {
            self.outbox.delete(KeyRange::Only((number(row.order), row.id.0.as_str()))).serde()?;
        }
        row.state = state.clone();
        self.messages.put(&*row).serde()?;
        if is_outgoing(row) {
            self.outbox.put(&*row).serde()?;
        }
        if turn.chats.get_mut(chat).is_some_and(|line| line.absorb_state(id, state)) {
            turn.changed.insert(chat);
        }
        Ok(())
    }

    /// Writes the changed lines of the chat list, each once.
    fn finish(&self, turn: Turn<'_>) -> Result<Applied> {
        let Turn { applied: inserted, mut chats, changed, .. } = turn;
        let chats: Vec<_> = changed.into_keys().filter_map(|chat| chats.remove(chat)).collect();
        for line in &chats {
            self.chats.put(line).serde()?;
        }
        Ok(Applied { inserted, chats })
    }
}
