//! Writing a batch: read all that it depends on, then write, in one transaction.
//!
//! Every read of a batch is under way before the first answer is waited for, and what was read is kept for the rest
//! of the batch, so that a batch costs two waits however long it is.

use super::read::rows_before;
use super::rows::{self, float, text};
use super::schema::{
    ALL, CAPABILITIES, CHATS, DEDUPE, DEVICES, ID, MESSAGES, META, OUTBOX, REQUESTS, ROSTER, ROSTER_VERSION,
    SESSION, STREAM, is_outgoing,
};
use super::tx::{Result, Tx, range};
use indexed_db_futures::database::Database;
use indexed_db_futures::transaction::TransactionDurability;
use model::{Applied, BareJid, ChatRow, Direction, LocalId, Map, MessageRow, MessageState, Set, Write};

/// How many rows are read at a time on the way back to the last message that was read. People look often.
const WALK: u32 = 30;

/// `again` tells that the batch was tried before and may be on disk without our knowing: then messages found there
/// under the very ids of the batch are reported as new, for nobody was told about them yet.
pub(super) async fn commit(db: &Database, batch: &[Write], again: bool) -> Result<Applied> {
    let tx = Tx::writing(db, &ALL, durability(batch))?;
    let mut turn = Turn { tx: &tx, again, applied: Vec::new(), moved: Vec::new(), known: Known::default() };
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
    moved: Vec<(BareJid, LocalId, MessageState)>,
    known: Known<'a>,
}

/// What a batch knows of the rows it touches.
#[derive(Default)]
struct Known<'a> {
    /// Messages that are on disk or in this batch, by `dedupe` key.
    seen: Map<&'a str, LocalId>,
    /// Messages of this batch and those whose state it may change, by id.
    rows: Map<String, MessageRow>,
    /// What lies before a message that was looked at, newest first.
    walks: Vec<(&'a LocalId, Vec<LocalId>)>,
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
            Write::MessageState { chat, id, .. }
            | Write::Delivered { chat, id }
            | Write::ReadUpTo { chat, id }
            | Write::Delete { chat, id } => {
                needed.insert((Needed::Row, id.0.as_str()));
                chat
            }
            Write::ChatRead(chat) | Write::Marked { chat, .. } | Write::Tells { chat, .. } => chat,
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
                    rows::to_message(&value).and_then(|row| known.rows.insert(key.to_owned(), row));
                }
                Needed::Line => {
                    rows::to_chat(&value).and_then(|line| known.chats.insert(key, line));
                }
            }
        }
        self.walk(batch).await
    }

    /// Reads what [`MessageRow::read_with`] has to see, and what is left when messages are deleted.
    async fn walk(&mut self, batch: &'a [Write]) -> Result<()> {
        for write in batch {
            let (chat, mut order, mut id, limit) = match write {
                Write::ReadUpTo { chat, id } => match self.known.rows.get(id.0.as_str()) {
                    Some(row) if row.chat == *chat => (chat, float(row.order.0), row.id.0.clone(), WALK),
                    _ => continue,
                },
                // Whatever else the batch removes, one of these stays if there is one.
                Write::Delete { chat, .. } => (
                    chat,
                    f64::INFINITY,
                    String::new(),
                    u32::try_from(batch.len()).map_or(u32::MAX, |n| n + 1),
                ),
                _ => continue,
            };
            let mut walk = Vec::new();
            let mut more = true;
            while more {
                let rows = rows_before(self.tx, chat.as_str(), order, &id, limit).await?;
                more = !id.is_empty() && !rows.is_empty();
                for row in rows.into_iter().rev() {
                    more &= row.state != MessageState::Read;
                    (order, id) = (float(row.order.0), row.id.0.clone());
                    walk.push(row.id.clone());
                    self.known.rows.insert(row.id.0.clone(), row);
                }
            }
            if let Write::ReadUpTo { id, .. } = write {
                self.known.walks.push((id, walk));
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
            Write::Capabilities(known) => self.tx.put_at(META, CAPABILITIES, rows::from_capabilities(known)),
            Write::Requests(jids) => self.tx.put_at(META, REQUESTS, rows::from_requests(jids)),
            Write::Message { row, count_unread } => self.insert(row, *count_unread),
            Write::MessageState { chat, id, state } => self.set_state(chat.as_str(), id, state),
            Write::Delivered { chat, id } => {
                let row = self.known.rows.get(id.0.as_str());
                if row.is_some_and(|row| row.chat == *chat && row.state.may_become(&MessageState::Delivered))
                {
                    self.reach(chat, id.clone(), MessageState::Delivered)?;
                }
                Ok(())
            }
            Write::ReadUpTo { chat, id } => {
                let read = self.read_with(chat, id);
                read.into_iter().try_for_each(|id| self.reach(chat, id, MessageState::Read))
            }
            Write::Delete { chat, id } => self.delete(chat, id),
            Write::Marked { chat, id } => {
                if self.known.chats.get_mut(chat.as_str()).is_some_and(|line| line.marked(id)) {
                    self.known.changed.insert(chat.as_str());
                }
                Ok(())
            }
            Write::Tells { chat, tells } => {
                let (known, key) = (&mut self.known, chat.as_str());
                known.chats.get_or_insert_with(key, || ChatRow::empty(chat.clone())).tells = *tells;
                known.changed.insert(key);
                Ok(())
            }
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
                self.moved.clear();
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
        known.rows.insert(row.id.0.clone(), row.clone());
        known.chats.get_or_insert_with(chat, || ChatRow::empty(row.chat.clone())).absorb(row, count_unread);
        known.changed.insert(chat);
        self.applied.push(row.id.clone());
        put_message(self.tx, row)
    }

    fn set_state(&mut self, chat: &'a str, id: &LocalId, state: &MessageState) -> Result<()> {
        let Some(row) = self.known.rows.get_mut(id.0.as_str()) else { return Ok(()) };
        if row.chat.as_str() != chat || !row.state.may_become(state) {
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

    /// Sets a state by the contact's word, and says so.
    fn reach(&mut self, chat: &'a BareJid, id: LocalId, state: MessageState) -> Result<()> {
        self.set_state(chat.as_str(), &id, &state)?;
        self.moved.push((chat.clone(), id, state));
        Ok(())
    }

    fn read_with(&self, chat: &BareJid, id: &LocalId) -> Vec<LocalId> {
        let rows = &self.known.rows;
        let Some(last) = rows.get(id.0.as_str()) else { return Vec::new() };
        if last.chat != *chat || last.direction != Direction::Out {
            return Vec::new();
        }
        let walk = self.known.walks.iter().find(|(from, _)| *from == id).map(|(_, walk)| walk);
        let before = walk.into_iter().flatten().filter_map(|id| rows.get(id.0.as_str()));
        MessageRow::read_with(&mut std::iter::once(last).chain(before))
    }

    fn delete(&mut self, chat: &'a BareJid, id: &LocalId) -> Result<()> {
        let rows = &mut self.known.rows;
        let fits = |row: &&MessageRow| row.chat == *chat && matches!(row.state, MessageState::Failed(_));
        let Some(row) = rows.get(id.0.as_str()).filter(fits).cloned() else { return Ok(()) };
        rows.remove(id.0.as_str());
        self.known.seen.remove(row.dedupe.as_str());
        let left = rows.values().filter(|row| row.chat == *chat);
        let newest = left.max_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        if self.known.chats.get_mut(chat.as_str()).is_some_and(|line| line.forget(id, newest)) {
            self.known.changed.insert(chat.as_str());
        }
        self.tx.delete(MESSAGES, rows::message_key(chat.as_str(), float(row.order.0), &id.0))
    }

    /// Writes the changed lines of the chat list, each once.
    fn finish(self) -> Result<Applied> {
        let Known { mut chats, changed, .. } = self.known;
        let chats: Vec<_> = changed.into_keys().filter_map(|chat| chats.remove(chat)).collect();
        for line in &chats {
            self.tx.put(CHATS, rows::from_chat(line))?;
        }
        Ok(Applied { inserted: self.applied, moved: self.moved, chats })
    }
}

fn put_message(tx: &Tx<'_>, row: &MessageRow) -> Result<()> {
    let value = rows::from_message(row);
    if is_outgoing(row) {
        tx.put(OUTBOX, value.clone())?;
    }
    tx.put(MESSAGES, value)
}
