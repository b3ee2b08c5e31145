//! Writing a batch: read all that it depends on ([`super::known`]), then write, in one transaction.

use super::archive;
use super::known::Known;
use super::rows::{self, float, text};
use super::schema::{
    ALL, ARCHIVE, CAPABILITIES, CHATS, DEVICES, MESSAGES, META, OUTBOX, REQUESTS, ROSTER, ROSTER_VERSION,
    ROWS, SESSION, STREAM, is_outgoing,
};
use super::search::Unindexed;
use super::tx::{Result, Tx, range};
use indexed_db_futures::database::Database;
use indexed_db_futures::transaction::TransactionDurability;
use model::{
    Applied, ArchiveRow, BareJid, ChatRow, Direction, LocalId, MessageRow, MessageState, Order, ReadMark,
    StreamRow, WallMs, Write,
};

/// `again` tells that the batch was tried before and may be on disk without our knowing: then messages found there
/// under the very ids of the batch are reported as new, for nobody was told about them yet.
pub(super) async fn commit(db: &Database, batch: &[Write], again: bool) -> Result<Applied> {
    let erases = batch.iter().any(|write| matches!(write, Write::EraseAll));
    let tx = Tx::writing(db, if erases { &ALL } else { &ROWS }, durability(batch))?;
    let known = Known::of(&tx, batch).await?;
    let mut turn = Turn {
        tx: &tx,
        again,
        applied: Vec::new(),
        moved: Vec::new(),
        placed: Vec::new(),
        floor: None,
        reworded: Vec::new(),
        hidden: Vec::new(),
        unindexed: Unindexed::default(),
        stream: None,
        archive: None,
        clock: None,
        known,
    };
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
        Write::Message { .. }
        | Write::Page(_)
        | Write::Relate { .. }
        | Write::Session(_)
        | Write::EraseAll => true,
        Write::Stream(Some(stream)) => !stream.unacked.is_empty(),
        _ => false,
    });
    if strict { TransactionDurability::Strict } else { TransactionDurability::Relaxed }
}

/// A batch being written.
pub(super) struct Turn<'a> {
    pub(super) tx: &'a Tx<'a>,
    pub(super) again: bool,
    applied: Vec<LocalId>,
    moved: Vec<(BareJid, LocalId, MessageState)>,
    placed: Vec<(LocalId, Order)>,
    floor: Option<Order>,
    /// Messages that say something else, or about which something else is said.
    pub(super) reworded: Vec<LocalId>,
    pub(super) hidden: Vec<(BareJid, LocalId)>,
    pub(super) unindexed: Unindexed,
    /// These two change with each message of a burst: only what they are in the end is written.
    stream: Option<&'a StreamRow>,
    archive: Option<&'a ArchiveRow>,
    /// What time it is.
    clock: Option<WallMs>,
    pub(super) known: Known,
}

impl<'a> Turn<'a> {
    fn apply(&mut self, write: &'a Write) -> Result<()> {
        match write {
            Write::Session(Some(session)) => self.tx.put_at(META, SESSION, &rows::from_session(session)),
            Write::Session(None) => self.tx.delete(META, &text(SESSION)),
            Write::Stream(Some(stream)) => {
                self.stream = Some(stream);
                Ok(())
            }
            Write::Stream(None) => {
                self.stream = None;
                self.tx.delete(META, &text(STREAM))?;
                self.tx.delete(META, &text(REQUESTS))?;
                self.tx.clear(DEVICES)
            }
            Write::Device(device) => self.tx.put(DEVICES, &rows::from_device(device)),
            Write::DeviceGone(jid) => {
                let jid = jid.to_string();
                if !jid.contains('/') {
                    // Everything that begins with the address and a slash; "0" is the character after it.
                    let (first, end) = ([&jid, "/"].concat(), [&jid, "0"].concat());
                    self.tx.delete(DEVICES, &range(text(&first), text(&end))?)?;
                }
                self.tx.delete(DEVICES, &text(&jid))
            }
            Write::Capabilities(known) => self.tx.put_at(META, CAPABILITIES, &rows::from_capabilities(known)),
            Write::Requests(jids) => self.tx.put_at(META, REQUESTS, &rows::from_requests(jids)),
            Write::Message { row, count_unread } => self.insert(row, *count_unread),
            Write::Page(page) => {
                let mut page = page.clone();
                let known = &self.known;
                let floor = MessageRow::fit(&mut page, &|row| known.row(&known.twin(row)?));
                self.floor = floor.or(self.floor);
                for (row, count_unread) in &page {
                    self.insert(row, *count_unread)?;
                    self.placed.push((row.id.clone(), row.order));
                }
                Ok(())
            }
            Write::Clock(now) => {
                self.clock = Some(*now);
                Ok(())
            }
            Write::MessageState { chat, id, state } => self.set_state(chat, id, state),
            Write::Delivered { chat, key } => {
                self.tell_again(chat, key);
                let row = self.known.of_key(key).filter(|row| row.chat == *chat);
                match row.filter(|row| row.state.may_become(&MessageState::Delivered)) {
                    Some(row) => self.reach(row.id.clone(), &MessageState::Delivered),
                    None => Ok(()),
                }
            }
            Write::ReadUpTo { chat, key } => {
                self.tell_again(chat, key);
                let read = self.read_with(chat, key);
                read.into_iter().try_for_each(|id| self.reach(id, &MessageState::Read))
            }
            Write::Delete { chat, id } => self.delete(chat, id),
            Write::Relate { said, alone } => self.relate(said, alone.as_ref()),
            Write::RelationSent(said) => self.relation_sent(said),
            Write::Unrelate(said) => self.unrelate(said),
            Write::Reword(row) => self.change(&row.id, &|known| known.reword_as(row)),
            Write::Star { chat, id, on } => self.star(chat, id, *on),
            Write::Hide { chat, id } => self.hide(chat, id),
            Write::Owe(row) => self.tx.put_at(META, &rows::owed_key(row), &rows::from_owed(row)),
            Write::Paid(row) => self.tx.delete(META, &text(&rows::owed_key(row))),
            Write::Archive(row) => {
                self.archive = Some(row);
                Ok(())
            }
            Write::Roster { version, items } => {
                self.set_version(Some(version))?;
                self.tx.clear(ROSTER)?;
                items.iter().try_for_each(|item| self.tx.put(ROSTER, &rows::from_contact(item)))
            }
            Write::Contact { version, item } => {
                self.set_version(version.as_ref())?;
                self.tx.put(ROSTER, &rows::from_contact(item))
            }
            Write::ContactRemoved { version, jid } => {
                self.set_version(version.as_ref())?;
                self.tx.delete(ROSTER, &text(jid.as_str()))
            }
            Write::EraseAll => {
                self.known = Known::default();
                self.stream = None;
                self.archive = None;
                self.applied.clear();
                self.moved.clear();
                self.placed.clear();
                self.reworded.clear();
                self.hidden.clear();
                self.unindexed = Unindexed::default();
                ALL.iter().try_for_each(|store| self.tx.clear(store))
            }
            _ => {
                self.apply_to_line(write);
                Ok(())
            }
        }
    }

    /// What changes no more than a line of the chat list.
    fn apply_to_line(&mut self, write: &Write) {
        let known = &mut self.known;
        match write {
            Write::LookTold { chat, id } => known.change(chat.as_str(), |line| line.look_told(id)),
            Write::Marked { chat, id } => known.change(chat.as_str(), |line| line.marked(id)),
            Write::Tells { chat, tells } => known.make(chat, |line| {
                line.tells = *tells;
                true
            }),
            Write::Draft { chat, draft } => known.make(chat, |line| line.set_draft(draft)),
            Write::Arrange { chat, change } => known.make(chat, |line| line.arrange(*change)),
            Write::ChatRead(chat) => known.change(chat.as_str(), ChatRow::look),
            Write::ReadElsewhere { chat, mark } => self.read_elsewhere(chat.as_str(), mark),
            _ => {}
        }
    }

    fn set_version(&self, version: Option<&String>) -> Result<()> {
        version.map_or(Ok(()), |version| self.tx.put_at(META, ROSTER_VERSION, &text(version)))
    }

    pub(super) fn insert(&mut self, row: &MessageRow, count_unread: bool) -> Result<()> {
        if let Some(id) = self.known.twin(row) {
            if self.again && id == row.id {
                if self.known.row(&id).is_some_and(|known| known.relations != row.relations) {
                    self.reworded.push(id.clone());
                }
                self.applied.push(id);
                self.known.changed.insert(row.chat.as_str().to_owned());
                return Ok(());
            }
            return self.learn(&id, row);
        }
        self.known.add(row);
        let mut ahead = None;
        self.known.make(&row.chat, |line| {
            line.absorb(row, count_unread);
            ahead = line.read_ahead.take_if(|id| ReadMark::Message(id.clone()).is(row));
            true
        });
        if ahead.is_some() {
            self.read_elsewhere(row.chat.as_str(), &ReadMark::Place(row.order));
        }
        self.applied.push(row.id.clone());
        put_message(self.tx, row)?;
        self.unindexed.add(row);
        self.adopt(row)
    }

    /// Another copy of a message came.
    fn learn(&mut self, id: &LocalId, copy: &MessageRow) -> Result<()> {
        if let Some(stanza_id) = &copy.stanza_id {
            self.known.archived.get_or_insert_with(stanza_id.clone(), || id.clone());
        }
        let Some(mut row) = self.known.row(id).cloned() else { return Ok(()) };
        let (state, outgoing) = (row.state.clone(), is_outgoing(&row));
        if !row.learn(copy) {
            return Ok(());
        }
        if row.state != state {
            if outgoing {
                self.tx.delete(OUTBOX, &rows::outbox_key(&row))?;
            }
            self.known.change(row.chat.as_str(), |line| line.absorb_state(id, &row.state));
            self.moved.push((row.chat.clone(), id.clone(), row.state.clone()));
        }
        put_message(self.tx, &row)?;
        self.known.rows.insert(id.0.clone(), row);
        Ok(())
    }

    fn set_state(&mut self, chat: &BareJid, id: &LocalId, state: &MessageState) -> Result<()> {
        let Some(row) = self.known.rows.get_mut(id.0.as_str()) else { return Ok(()) };
        if row.chat != *chat || !row.state.may_become(state) {
            return Ok(());
        }
        if is_outgoing(row) {
            self.tx.delete(OUTBOX, &rows::outbox_key(row))?;
        }
        row.reach(state, self.clock);
        put_message(self.tx, row)?;
        self.known.change(chat.as_str(), |line| line.absorb_state(id, state));
        Ok(())
    }

    /// Sets a state by the contact's word, and says so.
    fn reach(&mut self, id: LocalId, state: &MessageState) -> Result<()> {
        let Some(chat) = self.known.row(&id).map(|row| row.chat.clone()) else { return Ok(()) };
        self.set_state(&chat, &id, state)?;
        self.moved.push((chat, id, state.clone()));
        Ok(())
    }

    /// What the contact spoke of may have moved in the first try, and nobody was told: now all that is near it is, as far as it got.
    fn tell_again(&mut self, chat: &BareJid, key: &str) {
        let known = &self.known;
        let before = known.walks.get(key).into_iter().flatten().filter_map(|id| known.row(id));
        let rows = known.of_key(key).into_iter().chain(before).filter(|_| self.again);
        let has_moved = |row: &&MessageRow| {
            row.chat == *chat && matches!(row.state, MessageState::Delivered | MessageState::Read)
        };
        let moved: Vec<_> =
            rows.filter(has_moved).map(|row| (chat.clone(), row.id.clone(), row.state.clone())).collect();
        if !moved.is_empty() {
            self.known.changed.insert(chat.as_str().to_owned());
            self.moved.extend(moved);
        }
    }

    fn read_with(&self, chat: &BareJid, key: &str) -> Vec<LocalId> {
        let known = &self.known;
        let Some(last) = known.of_key(key) else { return Vec::new() };
        if last.chat != *chat || last.direction != Direction::Out {
            return Vec::new();
        }
        let before = known.walks.get(key).into_iter().flatten().filter_map(|id| known.row(id));
        MessageRow::read_with(&mut std::iter::once(last).chain(before))
    }

    fn read_elsewhere(&mut self, chat: &str, mark: &ReadMark) {
        let known = &self.known;
        let after = known.unread.get(chat).into_iter().flatten().filter_map(|id| known.row(id));
        let place = match mark {
            ReadMark::Place(place) => Some(*place),
            ReadMark::Message(id) => {
                let archived = known.archived.get(id.as_str()).and_then(|id| known.row(id));
                let mut rows = archived.into_iter().chain(after.clone());
                let found = rows.find(|row| row.chat.as_str() == chat && mark.is(row)).or_else(|| {
                    let chat = known.chats.get(chat)?;
                    known.of_key(&MessageRow::dedupe_key(&chat.chat, id))
                });
                found.map(|row| row.order)
            }
        };
        let is_unread = |row: &&MessageRow| row.direction == Direction::In && Some(row.order) > place;
        let unread = u32::try_from(after.filter(is_unread).count()).unwrap_or(u32::MAX);
        self.known.change(chat, |line| match (place, mark) {
            (Some(place), _) => line.looked_at_elsewhere(place, unread),
            (None, ReadMark::Message(id)) => line.read_ahead.replace(id.clone()).as_ref() != Some(id),
            (None, ReadMark::Place(_)) => false,
        });
    }

    fn delete(&mut self, chat: &BareJid, id: &LocalId) -> Result<()> {
        let known = &mut self.known;
        let fits = |row: &&MessageRow| row.chat == *chat && matches!(row.state, MessageState::Failed(_));
        let Some(row) = known.row(id).filter(fits).cloned() else { return Ok(()) };
        known.rows.remove(id.0.as_str());
        known.seen.remove(row.dedupe.as_str());
        row.stanza_id.as_ref().and_then(|id| known.archived.remove(id.as_str()));
        known.forget(chat, id);
        self.keep_star(&row, false)?;
        self.unindexed.change(&row);
        self.tx.delete(MESSAGES, &rows::message_key(chat.as_str(), float(row.order.0), &id.0))
    }

    /// Writes the changed lines of the chat list and the stream, each once.
    fn finish(self) -> Result<Applied> {
        self.keep_orphans()?;
        self.unindexed.note(self.tx)?;
        if let Some(stream) = self.stream {
            self.tx.put_at(META, STREAM, &rows::from_stream(stream))?;
        }
        if let Some(row) = self.archive {
            self.tx.put_at(META, ARCHIVE, &archive::from_archive(row))?;
        }
        let mut reworded = self.reworded;
        reworded.sort();
        reworded.dedup();
        let is_shown = |row: &&MessageRow| !row.hidden;
        let changed = reworded.iter().filter_map(|id| self.known.row(id)).filter(is_shown).cloned().collect();
        let (mut chats, lines) = (self.known.chats, self.known.changed);
        let chats: Vec<_> = lines.into_keys().filter_map(|chat| chats.remove(chat.as_str())).collect();
        for line in &chats {
            self.tx.put(CHATS, &rows::from_chat(line))?;
        }
        let Self { applied, moved, mut placed, floor, hidden, .. } = self;
        placed.retain(|(id, _)| applied.contains(id));
        Ok(Applied { inserted: applied, moved, placed, floor, changed, hidden, chats })
    }
}

pub(super) fn put_message(tx: &Tx<'_>, row: &MessageRow) -> Result<()> {
    let value = rows::from_message(row);
    if is_outgoing(row) {
        tx.put(OUTBOX, &value)?;
    }
    tx.put(MESSAGES, &value)
}
