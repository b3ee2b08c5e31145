//! The store of a device that gives none, and of tests.

mod relations;

use crate::Store;
use model::search::{Found, Search};
use model::{
    Applied, ArchiveRow, BareJid, ChatRow, DeviceRow, Direction, Jid, LocalId, Map, MessageRow, MessageState,
    Order, OwedRow, PageAt, ReadMark, RelationRow, RosterItem, Saved, SessionRow, StoreError, StreamRow,
    WallMs, Write,
};
use relations::News;
use std::cell::RefCell;
use std::rc::Rc;

/// Rows in memory. A clone sees the same rows, so that a test can drop everything else and start again.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    rows: Rc<RefCell<Rows>>,
}

#[derive(Debug, Default)]
struct Rows {
    session: Option<SessionRow>,
    stream: Option<StreamRow>,
    devices: Map<Jid, DeviceRow>,
    requests: Vec<BareJid>,
    owed: Map<(String, String), OwedRow>,
    capabilities: Vec<(String, bool)>,
    roster_version: String,
    roster: Map<BareJid, RosterItem>,
    chats: Map<BareJid, ChatRow>,
    /// Per chat, oldest first.
    messages: Map<BareJid, Map<(Order, LocalId), MessageRow>>,
    /// Where the message of an id is.
    places: Map<LocalId, (BareJid, Order)>,
    /// The first message of every `dedupe` key.
    seen: Map<String, LocalId>,
    /// The message of every stanza-id.
    archived: Map<String, LocalId>,
    /// The first message of every alias.
    aliases: Map<String, LocalId>,
    /// The messages of corrections, by the name of those.
    edits: Map<String, LocalId>,
    /// What is said of messages that are not here.
    orphans: Map<BareJid, Vec<RelationRow>>,
    /// Own relations that the server does not have.
    queued: Map<(Order, LocalId), RelationRow>,
    archive: ArchiveRow,
    /// What time it is.
    clock: Option<WallMs>,
}

impl Rows {
    fn row(&self, id: &LocalId) -> Option<&MessageRow> {
        let (chat, order) = self.places.get(id)?;
        self.messages.get(chat)?.get(&(*order, id.clone()))
    }

    fn row_mut(&mut self, id: &LocalId) -> Option<&mut MessageRow> {
        let (chat, order) = self.places.get(id)?;
        self.messages.get_mut(chat)?.get_mut(&(*order, id.clone()))
    }

    /// The stored message that this one is a copy of.
    fn twin(&self, row: &MessageRow) -> Option<LocalId> {
        let by_id = row.stanza_id.as_ref().and_then(|id| self.archived.get(id));
        let id = by_id.or_else(|| self.seen.get(&row.dedupe))?;
        row.is_copy_of(self.row(id)?).then(|| id.clone())
    }

    fn insert(&mut self, row: &MessageRow, count_unread: bool, news: &mut News) {
        self.seen.get_or_insert_with(row.dedupe.clone(), || row.id.clone());
        if let Some(stanza_id) = &row.stanza_id {
            self.archived.insert(stanza_id.clone(), row.id.clone());
        }
        if let Some(alias) = &row.alias {
            self.aliases.get_or_insert_with(alias.clone(), || row.id.clone());
        }
        self.places.insert(row.id.clone(), (row.chat.clone(), row.order));
        let messages = self.messages.get_or_insert_with(row.chat.clone(), Map::default);
        messages.insert((row.order, row.id.clone()), row.clone());
        let line = self.line(&row.chat);
        line.absorb(row, count_unread);
        if let Some(id) = line.read_ahead.clone()
            && ReadMark::Message(id).is(row)
        {
            line.read_ahead = None;
            self.read_elsewhere(&row.chat, &ReadMark::Place(row.order));
        }
        self.adopt(row, news);
    }

    /// Another copy of a stored message; true if the chat's line changed, and the state if that changed.
    fn learn(&mut self, id: &LocalId, copy: &MessageRow) -> (bool, Option<(BareJid, LocalId, MessageState)>) {
        if let Some(stanza_id) = &copy.stanza_id {
            self.archived.get_or_insert_with(stanza_id.clone(), || id.clone());
        }
        let Some(row) = self.row_mut(id) else { return (false, None) };
        let before = row.state.clone();
        row.learn(copy);
        let (chat, state) = (row.chat.clone(), row.state.clone());
        if state == before {
            return (false, None);
        }
        let line = self.chats.get_mut(&chat).is_some_and(|line| line.absorb_state(id, &state));
        (line, Some((chat, id.clone(), state)))
    }

    /// True if the chat's line changed.
    fn read_elsewhere(&mut self, chat: &BareJid, mark: &ReadMark) -> bool {
        let rows = self.messages.get(chat).map_or(&[][..], |rows| rows.entries());
        let place = match mark {
            ReadMark::Place(place) => Some(*place),
            ReadMark::Message(_) => {
                rows.iter().rev().find(|(_, row)| mark.is(row)).map(|((order, _), _)| *order)
            }
        };
        let unread = |place| {
            let after =
                rows.iter().filter(|((order, _), row)| *order > place && row.direction == Direction::In);
            u32::try_from(after.count()).unwrap_or(u32::MAX)
        };
        let unread = place.map(unread);
        let Some(line) = self.chats.get_mut(chat) else { return false };
        match (place.zip(unread), mark) {
            (Some((place, unread)), _) => line.looked_at_elsewhere(place, unread),
            (None, ReadMark::Message(id)) => line.read_ahead.replace(id.clone()).as_ref() != Some(id),
            (None, ReadMark::Place(_)) => false,
        }
    }

    /// True if the chat's line changed.
    fn set_state(&mut self, chat: &BareJid, id: &LocalId, state: &MessageState) -> bool {
        let Some((_, order)) = self.places.get(id).filter(|(place, _)| place == chat) else { return false };
        if let Some(row) = self.messages.get_mut(chat).and_then(|rows| rows.get_mut(&(*order, id.clone())))
            && row.state.may_become(state)
        {
            row.reach(state, self.clock);
        }
        self.chats.get_mut(chat).is_some_and(|line| line.absorb_state(id, state))
    }

    /// What the contact's word about a message moves; `read` tells that it counts for what was before it, too.
    fn reached(&self, chat: &BareJid, key: &str, read: bool) -> Vec<LocalId> {
        let Some(id) = self.seen.get(key) else { return Vec::new() };
        let Some((_, order)) = self.places.get(id).filter(|(place, _)| place == chat) else {
            return Vec::new();
        };
        let Some(rows) = self.messages.get(chat) else { return Vec::new() };
        let last = (*order, id.clone());
        let Some(row) = rows.get(&last).filter(|row| row.direction == Direction::Out) else {
            return Vec::new();
        };
        if read {
            let before = rows.below(&last).iter().rev().map(|(_, row)| row);
            return MessageRow::read_with(&mut std::iter::once(row).chain(before));
        }
        row.state.may_become(&MessageState::Delivered).then(|| id.clone()).into_iter().collect()
    }

    /// True if the chat's line changed.
    fn delete(&mut self, chat: &BareJid, id: &LocalId) -> bool {
        let Some((_, order)) = self.places.get(id).filter(|(place, _)| place == chat) else { return false };
        let key = (*order, id.clone());
        let Some(rows) = self.messages.get_mut(chat) else { return false };
        if !rows.get(&key).is_some_and(|row| matches!(row.state, MessageState::Failed(_))) {
            return false;
        }
        if let Some(row) = rows.remove(&key) {
            self.seen.remove(&row.dedupe);
            row.stanza_id.and_then(|id| self.archived.remove(&id));
        }
        self.places.remove(id);
        self.forget(chat, id)
    }

    /// The chat's line, which need not be there yet.
    fn line(&mut self, chat: &BareJid) -> &mut ChatRow {
        self.chats.get_or_insert_with(chat.clone(), || ChatRow::empty(chat.clone()))
    }

    /// True if the chat's line changed.
    fn read(&mut self, chat: &BareJid) -> bool {
        self.chats.get_mut(chat).is_some_and(ChatRow::look)
    }

    fn set_version(&mut self, version: Option<&String>) {
        if let Some(version) = version {
            self.roster_version.clone_from(version);
        }
    }

    fn apply_account(&mut self, write: &Write) {
        match write {
            Write::Session(session) => self.session.clone_from(session),
            Write::Stream(stream) => {
                self.stream.clone_from(stream);
                if stream.is_none() {
                    self.devices.clear();
                    self.requests.clear();
                }
            }
            Write::Device(device) => {
                self.devices.insert(device.jid.clone(), device.clone());
            }
            Write::DeviceGone(jid) => {
                let all = jid.resource().is_none();
                self.devices.extract(|known| known.jid == *jid || (all && known.jid.bare() == jid.bare()));
            }
            Write::Requests(requests) => self.requests.clone_from(requests),
            Write::Owe(row) => {
                self.owed.insert((row.to.to_string(), row.id.clone()), row.clone());
            }
            Write::Paid(row) => {
                self.owed.remove(&(row.to.to_string(), row.id.clone()));
            }
            Write::Archive(archive) => self.archive.clone_from(archive),
            Write::Capabilities(known) => self.capabilities.clone_from(known),
            Write::Roster { version, items } => {
                self.roster_version.clone_from(version);
                self.roster = items.iter().map(|item| (item.jid.clone(), item.clone())).collect();
            }
            Write::Contact { version, item } => {
                self.set_version(version.as_ref());
                self.roster.insert(item.jid.clone(), item.clone());
            }
            Write::ContactRemoved { version, jid } => {
                self.set_version(version.as_ref());
                self.roster.remove(jid);
            }
            _ => {}
        }
    }

    fn fit(&self, page: &mut [(MessageRow, bool)]) -> Option<Order> {
        MessageRow::fit(page, &|row| self.row(&self.twin(row)?))
    }

    /// What changes no more than a line of the chat list: that line's chat, if it did.
    fn apply_to_line<'a>(&mut self, write: &'a Write) -> Option<&'a BareJid> {
        let (chat, is_news) = match write {
            Write::LookTold { chat, id } => {
                (chat, self.chats.get_mut(chat).is_some_and(|line| line.look_told(id)))
            }
            Write::Marked { chat, id } => {
                (chat, self.chats.get_mut(chat).is_some_and(|line| line.marked(id)))
            }
            Write::Tells { chat, tells } => {
                self.line(chat).tells = *tells;
                (chat, true)
            }
            Write::Draft { chat, draft } => (chat, self.line(chat).set_draft(draft)),
            Write::Arrange { chat, change } => (chat, self.line(chat).arrange(*change)),
            Write::ChatRead(chat) => (chat, self.read(chat)),
            Write::ReadElsewhere { chat, mark } => (chat, self.read_elsewhere(chat, mark)),
            _ => return None,
        };
        is_news.then_some(chat)
    }

    /// The messages that say something else now and are shown.
    fn shown(&self, news: &News) -> Vec<MessageRow> {
        news.reworded.iter().filter_map(|id| self.row(id)).filter(|row| !row.hidden).cloned().collect()
    }

    fn apply(&mut self, batch: &[Write]) -> Applied {
        let (mut inserted, mut moved, mut placed, mut floor) = (Vec::new(), Vec::new(), Vec::new(), None);
        let mut news = News::default();
        self.clock = None;
        for write in batch {
            let line = match write {
                Write::Message { row, count_unread } => {
                    if let Some(twin) = self.twin(row) {
                        let (line, state) = self.learn(&twin, row);
                        moved.extend(state);
                        line.then_some(&row.chat)
                    } else {
                        self.insert(row, *count_unread, &mut news);
                        inserted.push(row.id.clone());
                        Some(&row.chat)
                    }
                }
                Write::Relate { said, alone } => {
                    let is_here = self.relate(said, &mut news);
                    if let Some((row, count_unread)) = alone.as_ref().filter(|_| !is_here) {
                        if let Some(twin) = self.twin(row) {
                            self.learn(&twin, row);
                        } else {
                            self.insert(row, *count_unread, &mut news);
                            inserted.push(row.id.clone());
                            news.lines.insert(row.chat.clone());
                        }
                    }
                    None
                }
                Write::Page(page) => {
                    let mut page = page.clone();
                    floor = self.fit(&mut page).or(floor);
                    for (row, count_unread) in &page {
                        if let Some(twin) = self.twin(row) {
                            let (line, state) = self.learn(&twin, row);
                            moved.extend(state);
                            if line {
                                news.lines.insert(row.chat.clone());
                            }
                        } else {
                            self.insert(row, *count_unread, &mut news);
                            inserted.push(row.id.clone());
                            placed.push((row.id.clone(), row.order));
                            news.lines.insert(row.chat.clone());
                        }
                    }
                    None
                }
                Write::Clock(now) => {
                    self.clock = Some(*now);
                    None
                }
                Write::MessageState { chat, id, state } => self.set_state(chat, id, state).then_some(chat),
                Write::Delivered { chat, key } | Write::ReadUpTo { chat, key } => {
                    let read = matches!(write, Write::ReadUpTo { .. });
                    let state = if read { MessageState::Read } else { MessageState::Delivered };
                    let mut line = None;
                    for id in self.reached(chat, key, read) {
                        line = self.set_state(chat, &id, &state).then_some(chat).or(line);
                        moved.push((chat.clone(), id, state.clone()));
                    }
                    line
                }
                Write::Delete { chat, id } => self.delete(chat, id).then_some(chat),
                Write::EraseAll => {
                    *self = Self::default();
                    inserted.clear();
                    moved.clear();
                    placed.clear();
                    news = News::default();
                    None
                }
                _ => self.apply_to_line(write).or_else(|| {
                    self.apply_to_message(write, &mut news);
                    self.apply_account(write);
                    None
                }),
            };
            if let Some(chat) = line {
                news.lines.insert(chat.clone());
            }
        }
        Applied {
            inserted,
            moved,
            placed,
            floor,
            changed: self.shown(&news),
            hidden: news.hidden,
            chats: news.lines.iter().filter_map(|chat| self.chats.get(chat).cloned()).collect(),
        }
    }

    fn outbox(&self) -> Vec<MessageRow> {
        let mut rows: Vec<_> = self
            .messages
            .values()
            .flat_map(Map::values)
            .filter(|row| row.direction == Direction::Out && row.state == MessageState::Queued)
            .cloned()
            .collect();
        rows.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        rows
    }
}

impl Store for MemoryStore {
    async fn load(&self) -> Result<Saved, StoreError> {
        let rows = self.rows.borrow();
        let mut chats: Vec<_> = rows.chats.values().cloned().collect();
        chats.sort_by(|a, b| b.order.cmp(&a.order).then_with(|| a.chat.cmp(&b.chat)));
        Ok(Saved {
            session: rows.session.clone(),
            roster_version: rows.roster_version.clone(),
            roster: rows.roster.values().cloned().collect(),
            chats,
            outbox: rows.outbox(),
            relations: rows.queued.values().cloned().collect(),
            owed: rows.owed.values().cloned().collect(),
            stream: rows.stream.clone(),
            devices: rows.devices.values().cloned().collect(),
            requests: rows.requests.clone(),
            archive: rows.archive.clone(),
            capabilities: rows.capabilities.clone(),
            shared: false,
        })
    }

    async fn commit(&self, batch: &[Write]) -> Result<Applied, StoreError> {
        Ok(self.rows.borrow_mut().apply(batch))
    }

    async fn page_at(
        &self,
        chat: &BareJid,
        at: &PageAt,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        Ok(self.rows.borrow().page_at(chat, at, limit))
    }

    async fn message(&self, id: &LocalId) -> Result<Option<MessageRow>, StoreError> {
        Ok(self.rows.borrow().row(id).filter(|row| !row.hidden).cloned())
    }

    async fn starred(&self) -> Result<Vec<MessageRow>, StoreError> {
        Ok(self.rows.borrow().starred())
    }

    async fn named(&self, name: &str) -> Result<Option<MessageRow>, StoreError> {
        Ok(self.rows.borrow().named(name).filter(|row| !row.hidden).cloned())
    }

    async fn find(&self, search: &Search) -> Result<Found, StoreError> {
        let rows = self.rows.borrow();
        let all = rows.messages.values().flat_map(Map::values);
        let mut found = all.filter(|row| search.finds(row)).cloned().collect();
        search.sort(&mut found);
        Ok(Found { rows: found, partial: false })
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryStore;
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    thread_local! {
        static DISK: RefCell<BTreeMap<String, MemoryStore>> = RefCell::default();
    }

    async fn open(name: &str) -> MemoryStore {
        DISK.with_borrow_mut(|disk| disk.entry(name.to_owned()).or_default().clone())
    }

    crate::store_conformance!(native, open);
}
