//! The list of chats.

use crate::{Contacts, Person, order};
use model::{BareJid, ChatRow, Map};

/// A chat as it is shown. Its key is the person's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatItem {
    /// Who it is with.
    pub person: Person,
    /// Newest message and unread count.
    pub row: ChatRow,
}

/// All chats with a message, and the open one; newest first, then by name. Names and presence come from
/// [`Contacts`], which is told first and then passed in.
#[derive(Clone, Debug, Default)]
pub struct ChatList {
    rows: Map<BareJid, ChatRow>,
    open: Option<BareJid>,
}

impl ChatList {
    /// What is shown, newest first.
    pub fn items(&self, contacts: &Contacts) -> Vec<ChatItem> {
        let started = self.rows.values().filter(|row| row.last.is_some()).cloned();
        let open = self.open.iter().map(|jid| match self.rows.get(jid) {
            Some(row) => row.clone(),
            None => ChatRow::empty(jid.clone()),
        });
        let rows = started.chain(open.filter(|row| row.last.is_none()));
        let items = rows.map(|row| ChatItem { person: contacts.person(&row.chat), row }).collect();
        order::sorted(items, |item: &ChatItem| (item.row.order, &item.person))
    }

    /// Unread messages in all chats.
    pub fn total_unread(&self) -> u32 {
        self.rows.values().fold(0, |sum, row| sum.saturating_add(row.unread))
    }

    /// The line of one chat.
    pub fn row(&self, chat: &BareJid) -> Option<&ChatRow> {
        self.rows.get(chat)
    }

    /// Forgets everything but which chat is open, and takes these rows.
    pub fn reset(&mut self, rows: Vec<ChatRow>) {
        self.rows = rows.into_iter().map(|row| (row.chat.clone(), row)).collect();
    }

    /// Takes one new or changed line.
    pub fn upsert(&mut self, row: ChatRow) {
        self.rows.insert(row.chat.clone(), row);
    }

    /// Notes which chat is open: it is in the list even if it has no message.
    pub fn set_open(&mut self, open: Option<BareJid>) {
        self.open = open;
    }
}
