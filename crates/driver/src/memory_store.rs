//! The store of a device that gives none, and of tests.

use crate::Store;
use model::{
    Applied, BareJid, ChatRow, DeviceRow, Direction, Jid, LocalId, Map, MessageRow, MessageState, Order,
    RosterItem, Saved, SessionRow, Set, StoreError, StreamRow, Write,
};
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
    capabilities: Vec<(String, bool)>,
    roster_version: String,
    roster: Map<BareJid, RosterItem>,
    chats: Map<BareJid, ChatRow>,
    /// Per chat, oldest first.
    messages: Map<BareJid, Map<(Order, LocalId), MessageRow>>,
    /// Where the message of an id is.
    places: Map<LocalId, (BareJid, Order)>,
    /// Every `dedupe` key.
    seen: Set<String>,
}

impl Rows {
    /// True if the row was new.
    fn insert(&mut self, row: &MessageRow, count_unread: bool) -> bool {
        if !self.seen.insert(row.dedupe.clone()) {
            return false;
        }
        self.chats
            .get_or_insert_with(row.chat.clone(), || ChatRow::empty(row.chat.clone()))
            .absorb(row, count_unread);
        self.places.insert(row.id.clone(), (row.chat.clone(), row.order));
        let messages = self.messages.get_or_insert_with(row.chat.clone(), Map::default);
        messages.insert((row.order, row.id.clone()), row.clone());
        true
    }

    /// True if the chat's line changed.
    fn set_state(&mut self, chat: &BareJid, id: &LocalId, state: &MessageState) -> bool {
        let Some((_, order)) = self.places.get(id).filter(|(place, _)| place == chat) else { return false };
        if let Some(row) = self.messages.get_mut(chat).and_then(|rows| rows.get_mut(&(*order, id.clone())))
            && row.state.may_become(state)
        {
            row.state = state.clone();
        }
        self.chats.get_mut(chat).is_some_and(|line| line.absorb_state(id, state))
    }

    /// What the contact's word about a message moves; `read` tells that it counts for what was before it, too.
    fn reached(&self, chat: &BareJid, id: &LocalId, read: bool) -> Vec<LocalId> {
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
        }
        self.places.remove(id);
        let newest = rows.entries().last().map(|(_, row)| row);
        self.chats.get_mut(chat).is_some_and(|line| line.forget(id, newest))
    }

    /// True if the chat's line changed.
    fn read(&mut self, chat: &BareJid) -> bool {
        self.chats.get_mut(chat).is_some_and(|line| std::mem::take(&mut line.unread) > 0)
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

    fn apply(&mut self, batch: &[Write]) -> Applied {
        let (mut inserted, mut moved) = (Vec::new(), Vec::new());
        let mut changed = Set::default();
        for write in batch {
            let line = match write {
                Write::Message { row, count_unread } => {
                    let new = self.insert(row, *count_unread);
                    inserted.extend(new.then(|| row.id.clone()));
                    new.then_some(&row.chat)
                }
                Write::MessageState { chat, id, state } => self.set_state(chat, id, state).then_some(chat),
                Write::Delivered { chat, id } | Write::ReadUpTo { chat, id } => {
                    let read = matches!(write, Write::ReadUpTo { .. });
                    let state = if read { MessageState::Read } else { MessageState::Delivered };
                    let mut line = None;
                    for id in self.reached(chat, id, read) {
                        line = self.set_state(chat, &id, &state).then_some(chat).or(line);
                        moved.push((chat.clone(), id, state.clone()));
                    }
                    line
                }
                Write::Delete { chat, id } => self.delete(chat, id).then_some(chat),
                Write::Marked { chat, id } => {
                    self.chats.get_mut(chat).is_some_and(|line| line.marked(id)).then_some(chat)
                }
                Write::Tells { chat, tells } => {
                    let empty = || ChatRow::empty(chat.clone());
                    self.chats.get_or_insert_with(chat.clone(), empty).tells = *tells;
                    Some(chat)
                }
                Write::ChatRead(chat) => self.read(chat).then_some(chat),
                Write::EraseAll => {
                    *self = Self::default();
                    inserted.clear();
                    moved.clear();
                    changed.clear();
                    None
                }
                _ => {
                    self.apply_account(write);
                    None
                }
            };
            if let Some(chat) = line {
                changed.insert(chat.clone());
            }
        }
        Applied {
            inserted,
            moved,
            chats: changed.iter().filter_map(|chat| self.chats.get(chat).cloned()).collect(),
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
            stream: rows.stream.clone(),
            devices: rows.devices.values().cloned().collect(),
            requests: rows.requests.clone(),
            capabilities: rows.capabilities.clone(),
            shared: false,
        })
    }

    async fn commit(&self, batch: &[Write]) -> Result<Applied, StoreError> {
        Ok(self.rows.borrow_mut().apply(batch))
    }

    async fn page(
        &self,
        chat: &BareJid,
        before: Option<Order>,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let rows = self.rows.borrow();
        let Some(messages) = rows.messages.get(chat) else { return Ok(Vec::new()) };
        let older = match before {
            Some(order) => messages.below(&(order, LocalId(String::new()))),
            None => messages.entries(),
        };
        let page = older.get(older.len().saturating_sub(limit)..).unwrap_or_default();
        Ok(page.iter().map(|(_, row)| row.clone()).collect())
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
