//! The list of chats.

use crate::diff::{Keyed, diff};
use crate::{Contacts, ListDiff};
use model::{BareJid, ChatRow, Map, Presence, Subscription};
use std::cmp::Reverse;

/// A chat as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatItem {
    /// The contact's address: the key.
    pub jid: BareJid,
    /// What to call them.
    pub name: String,
    /// Newest message and unread count.
    pub row: ChatRow,
    /// Whether they can be reached.
    pub presence: Presence,
    /// Who sees whose presence.
    pub subscription: Subscription,
}

impl Keyed for ChatItem {
    type Key<'a> = &'a BareJid;
    fn key(&self) -> &BareJid {
        &self.jid
    }
}

/// All chats with a message, and the open one; newest first, then by name. Names and presence come from
/// [`Contacts`], which is told first and then passed in.
#[derive(Clone, Debug, Default)]
pub struct ChatList {
    rows: Map<BareJid, ChatRow>,
    open: Option<BareJid>,
    items: Vec<ChatItem>,
}

impl ChatList {
    /// What is shown, newest first.
    pub fn items(&self) -> &[ChatItem] {
        &self.items
    }

    /// Unread messages in all chats.
    pub fn total_unread(&self) -> u32 {
        self.rows.values().fold(0, |sum, row| sum.saturating_add(row.unread))
    }

    /// Forgets everything but which chat is open, and takes these rows.
    pub fn reset(&mut self, rows: Vec<ChatRow>, contacts: &Contacts) -> Vec<ListDiff<ChatItem>> {
        self.rows = rows.into_iter().map(|row| (row.chat.clone(), row)).collect();
        self.items = self.sorted(contacts);
        vec![ListDiff::Reset(self.items.clone())]
    }

    /// Takes one new or changed line.
    pub fn upsert(&mut self, row: ChatRow, contacts: &Contacts) -> Vec<ListDiff<ChatItem>> {
        self.rows.insert(row.chat.clone(), row);
        self.refresh(contacts)
    }

    /// Notes which chat is open: it is in the list even if it has no message.
    pub fn set_open(&mut self, open: Option<BareJid>, contacts: &Contacts) -> Vec<ListDiff<ChatItem>> {
        self.open = open;
        self.refresh(contacts)
    }

    /// Takes over what changed in the contacts.
    pub fn refresh(&mut self, contacts: &Contacts) -> Vec<ListDiff<ChatItem>> {
        let new = self.sorted(contacts);
        let steps = diff(&self.items, &new);
        self.items = new;
        steps
    }

    fn sorted(&self, contacts: &Contacts) -> Vec<ChatItem> {
        let started = self.rows.values().filter(|row| row.last.is_some()).cloned();
        let open = self
            .open
            .iter()
            .map(|jid| self.rows.get(jid).cloned().unwrap_or_else(|| ChatRow::empty(jid.clone())));
        let empty_open = open.filter(|row| row.last.is_none());
        let item = |row: ChatRow| ChatItem {
            name: contacts.name_of(&row.chat),
            presence: contacts.presence_of(&row.chat),
            subscription: contacts.subscription_of(&row.chat),
            jid: row.chat.clone(),
            row,
        };
        let mut items: Vec<_> = started.chain(empty_open).map(item).collect();
        items
            .sort_by_cached_key(|item| (Reverse(item.row.order), model::lower(&item.name), item.jid.clone()));
        items
    }
}
