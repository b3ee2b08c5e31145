//! The list of contacts, and what other lists need to know about people.

use crate::ListDiff;
use crate::diff::{Keyed, diff};
use model::{BareJid, Map, Presence, RosterItem, Subscription};

/// A contact as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactItem {
    /// Their address: the key.
    pub jid: BareJid,
    /// What to call them.
    pub name: String,
    /// Whether they can be reached.
    pub presence: Presence,
    /// Who sees whose presence.
    pub subscription: Subscription,
    /// Our request waits for their answer.
    pub asked: bool,
}

impl Keyed for ContactItem {
    type Key<'a> = &'a BareJid;
    fn key(&self) -> &BareJid {
        &self.jid
    }
}

/// All contacts by name, their presence, and the requests that wait for us.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    roster: Map<BareJid, RosterItem>,
    presence: Map<BareJid, Presence>,
    requests: Vec<BareJid>,
    items: Vec<ContactItem>,
}

impl Contacts {
    /// Contacts sorted by name, then address. Upper and lower case sort the same.
    pub fn items(&self) -> &[ContactItem] {
        &self.items
    }

    /// Addresses whose request for our presence waits for an answer.
    pub fn requests(&self) -> &[BareJid] {
        &self.requests
    }

    /// Takes the whole list of requests. True if it is another one.
    pub fn set_requests(&mut self, requests: Vec<BareJid>) -> bool {
        let changed = self.requests != requests;
        self.requests = requests;
        changed
    }

    /// Takes the whole roster.
    pub fn reset(&mut self, roster: Vec<RosterItem>) -> Vec<ListDiff<ContactItem>> {
        self.roster = roster.into_iter().map(|item| (item.jid.clone(), item)).collect();
        self.items = self.sorted();
        vec![ListDiff::Reset(self.items.clone())]
    }

    /// Takes one new or changed contact.
    pub fn upsert(&mut self, item: RosterItem) -> Vec<ListDiff<ContactItem>> {
        self.roster.insert(item.jid.clone(), item);
        self.rebuild()
    }

    /// Forgets a contact and their presence.
    pub fn remove(&mut self, jid: &BareJid) -> Vec<ListDiff<ContactItem>> {
        self.presence.remove(jid);
        if self.roster.remove(jid).is_some() { self.rebuild() } else { Vec::new() }
    }

    /// Takes what somebody shows; kept for people who are no contacts (yet), too.
    pub fn set_presence(&mut self, jid: &BareJid, presence: Presence) -> Vec<ListDiff<ContactItem>> {
        self.presence.insert(jid.clone(), presence);
        if self.roster.contains_key(jid) { self.rebuild() } else { Vec::new() }
    }

    /// What to call somebody: the name we gave them, else the local part of the address, else its domain.
    pub fn name_of(&self, jid: &BareJid) -> String {
        let given = self.roster.get(jid).and_then(|item| item.name.as_deref()).map(str::trim);
        given.filter(|name| !name.is_empty()).or(jid.local()).unwrap_or(jid.domain()).to_owned()
    }

    /// Whether somebody can be reached; offline if nothing is known.
    pub fn presence_of(&self, jid: &BareJid) -> Presence {
        self.presence.get(jid).cloned().unwrap_or_default()
    }

    /// Who sees whose presence; nobody's for people who are no contacts.
    pub fn subscription_of(&self, jid: &BareJid) -> Subscription {
        self.roster.get(jid).map(|item| item.subscription).unwrap_or_default()
    }

    fn rebuild(&mut self) -> Vec<ListDiff<ContactItem>> {
        let new = self.sorted();
        let steps = diff(&self.items, &new);
        self.items = new;
        steps
    }

    fn sorted(&self) -> Vec<ContactItem> {
        let mut items: Vec<_> = self.roster.values().map(|item| self.item(item)).collect();
        items.sort_by_cached_key(|item| (model::lower(&item.name), item.jid.clone()));
        items
    }

    fn item(&self, item: &RosterItem) -> ContactItem {
        ContactItem {
            jid: item.jid.clone(),
            name: self.name_of(&item.jid),
            presence: self.presence_of(&item.jid),
            subscription: item.subscription,
            asked: item.asked,
        }
    }
}
