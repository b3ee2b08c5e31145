//! Writing a batch: read all that it depends on, then write, in one transaction.
//!
//! Every read of a batch is under way before the first answer is waited for, and what was read is kept for the rest
//! of the batch, so that a batch costs two waits however long it is.

use super::rows::{self, text};
use super::schema::{
    ALL, CHATS, DEDUPE, DEVICES, ID, MESSAGES, META, OUTBOX, REQUESTS, ROSTER, ROSTER_VERSION, SESSION,
    STREAM, is_outgoing,
};
use super::tx::{Result, Tx, range};
use indexed_db_futures::database::Database;
use indexed_db_futures::transaction::TransactionDurability;
use model::{Applied, ChatRow, LocalId, Map, MessageRow, MessageState, Set, Write};

/// `again` tells that the batch was tried before and may be on disk without our knowing: then messages found there
/// under the very ids of the batch are reported as new, for nobody was told about them yet.
pub(super) async fn commit(db: &Database, batch: &[Write], again: bool) -> Result<Applied> {
    let tx = Tx::writing(db, &ALL, durability(batch))?;
    let mut turn = Turn { tx: &tx, again, applied: Vec::new(), known: Known::default() };
    turn.read(batch).await?;
    for write in batch {
        turn.apply(write)?;
    }
    let applied = turn.finish()?;
    tx.done().await?;
    Ok(applied)
}

/// A message counts as stored for its sender (ours: no second copy elsewhere; theirs: the server forgets it once it
/// is acknowledged), so it has to survive a power cut. So do the numbers under which messages go out. The rest can be had again.
fn durability(batch: &[Write]) -> TransactionDurability {
    let strict = batch.iter().any(|write| match write {
        Write::Message { .. } | Write::Session(_) | Write::EraseAll => true,
        Write::Stream(Some(stream)) => !stream.unacked.is_empty(),
        _ => false,
    });
    if strict { TransactionDurability::Strict } else { TransactionDurability::Relaxed }
}

/// A batch being written.
struct Turn<'a> {
    tx: &'a Tx<'a>,
    again: bool,
    applied: Vec<LocalId>,
    known: Known<'a>,
}

/// What a batch knows of the rows it touches.
#[derive(Default)]
struct Known<'a> {
    /// Messages that are on disk or in this batch, by `dedupe` key.
    seen: Map<&'a str, LocalId>,
    /// Messages of this batch and those whose state it changes, by id.
    rows: Map<&'a str, MessageRow>,
    /// By address.
    chats: Map<&'a str, ChatRow>,
    /// Chats whose line changed.
    changed: Set<&'a str>,
}

/// A row that a batch depends on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needed {
    Copy,
    Row,
    Line,
}

/// Every row the batch depends on, once.
fn needed(batch: &[Write]) -> Set<(Needed, &str)> {
    let mut needed = Set::default();
    for write in batch {
        let chat = match write {
            Write::Message { row, .. } => {
                needed.insert((Needed::Copy, row.dedupe.as_str()));
                &row.chat
            }
            Write::MessageState { chat, id, .. } => {
                needed.insert((Needed::Row, id.0.as_str()));
                chat
            }
            Write::ChatRead(chat) => chat,
            _ => continue,
        };
        needed.insert((Needed::Line, chat.as_str()));
    }
    needed
}

impl<'a> Turn<'a> {
    async fn read(&mut self, batch: &'a [Write]) -> Result<()> {
        let mut answers = Vec::new();
        for (needed, key) in needed(batch).into_keys() {
            let value = text(key);
            let answer = match needed {
                Needed::Copy => self.tx.key_by(MESSAGES, DEDUPE, value),
                Needed::Row => self.tx.get_by(MESSAGES, ID, value),
                Needed::Line => self.tx.get(CHATS, value),
            };
            answers.push((needed, key, answer?));
        }
        // Answers come in the order of the questions: after the last one the others are there without waiting.
        while let Some((needed, key, answer)) = answers.pop() {
            let Some(value) = answer.value().await? else { continue };
            let known = &mut self.known;
            match needed {
                Needed::Copy => {
                    known.seen.insert(key, LocalId(rows::place(&value).1.unwrap_or_default()));
                }
                Needed::Row => {
                    rows::to_message(&value).and_then(|row| known.rows.insert(key, row));
                }
                Needed::Line => {
                    rows::to_chat(&value).and_then(|line| known.chats.insert(key, line));
                }
            }
        }
        Ok(())
    }

    fn apply(&mut self, write: &'a Write) -> Result<()> {
        match write {
            Write::Session(Some(session)) => self.tx.put_at(META, SESSION, rows::from_session(session)),
            Write::Session(None) => self.tx.delete(META, text(SESSION)),
            Write::Stream(Some(stream)) => self.tx.put_at(META, STREAM, rows::from_stream(stream)),
            Write::Stream(None) => {
                self.tx.delete(META, text(STREAM))?;
                self.tx.delete(META, text(REQUESTS))?;
                self.tx.clear(DEVICES)
            }
            Write::Device(device) => self.tx.put(DEVICES, rows::from_device(device)),
            Write::DeviceGone(jid) => {
                let jid = jid.to_string();
                if !jid.contains('/') {
                    // Everything that begins with the address and a slash; "0" is the character after it.
                    let (first, end) = ([&jid, "/"].concat(), [&jid, "0"].concat());
                    self.tx.delete(DEVICES, range(text(&first), text(&end))?)?;
                }
                self.tx.delete(DEVICES, text(&jid))
            }
            Write::Requests(jids) => self.tx.put_at(META, REQUESTS, rows::from_requests(jids)),
            Write::Message { row, count_unread } => self.insert(row, *count_unread),
            Write::MessageState { chat, id, state } => self.set_state(chat.as_str(), id, state),
            Write::ChatRead(chat) => {
                if let Some(line) = self.known.chats.get_mut(chat.as_str())
                    && std::mem::take(&mut line.unread) > 0
                {
                    self.known.changed.insert(chat.as_str());
                }
                Ok(())
            }
            Write::Roster { version, items } => {
                self.set_version(Some(version))?;
                self.tx.clear(ROSTER)?;
                items.iter().try_for_each(|item| self.tx.put(ROSTER, rows::from_contact(item)))
            }
            Write::Contact { version, item } => {
                self.set_version(version.as_ref())?;
                self.tx.put(ROSTER, rows::from_contact(item))
            }
            Write::ContactRemoved { version, jid } => {
                self.set_version(version.as_ref())?;
                self.tx.delete(ROSTER, text(jid.as_str()))
            }
            Write::EraseAll => {
                self.known = Known::default();
                self.applied.clear();
                ALL.iter().try_for_each(|store| self.tx.clear(store))
            }
            _ => Ok(()),
        }
    }

    fn set_version(&self, version: Option<&String>) -> Result<()> {
        version.map_or(Ok(()), |version| self.tx.put_at(META, ROSTER_VERSION, text(version)))
    }

    fn insert(&mut self, row: &'a MessageRow, count_unread: bool) -> Result<()> {
        let (known, chat) = (&mut self.known, row.chat.as_str());
        if let Some(id) = known.seen.get(row.dedupe.as_str()) {
            if self.again && *id == row.id {
                self.applied.push(row.id.clone());
                known.changed.insert(chat);
            }
            return Ok(());
        }
        known.seen.insert(&row.dedupe, row.id.clone());
        known.rows.insert(&row.id.0, row.clone());
        known.chats.get_or_insert_with(chat, || ChatRow::empty(row.chat.clone())).absorb(row, count_unread);
        known.changed.insert(chat);
        self.applied.push(row.id.clone());
        put_message(self.tx, row)
    }

    fn set_state(&mut self, chat: &'a str, id: &LocalId, state: &MessageState) -> Result<()> {
        let Some(row) = self.known.rows.get_mut(id.0.as_str()) else { return Ok(()) };
        if row.chat.as_str() != chat || row.state == *state {
            return Ok(());
        }
        if is_outgoing(row) {
            self.tx.delete(OUTBOX, rows::outbox_key(row))?;
        }
        row.state = state.clone();
        if self.known.chats.get_mut(chat).is_some_and(|line| line.absorb_state(id, state)) {
            self.known.changed.insert(chat);
        }
        put_message(self.tx, row)
    }

    /// Writes the changed lines of the chat list, each once.
    fn finish(self) -> Result<Applied> {
        let Known { mut chats, changed, .. } = self.known;
        let chats: Vec<_> = changed.into_keys().filter_map(|chat| chats.remove(chat)).collect();
        for line in &chats {
            self.tx.put(CHATS, rows::from_chat(line))?;
        }
        Ok(Applied { inserted: self.applied, chats })
    }
}

fn put_message(tx: &Tx<'_>, row: &MessageRow) -> Result<()> {
    let value = rows::from_message(row);
    if is_outgoing(row) {
        tx.put(OUTBOX, value.clone())?;
    }
    tx.put(MESSAGES, value)
}
