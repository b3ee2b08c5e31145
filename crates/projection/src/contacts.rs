//! The list of contacts, and what other lists need to know about people.

use crate::order::{self, Place};
use model::{BareJid, Map, Order, Presence, RosterItem, Subscription};

/// What is known of someone, contact or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their address: the key.
    pub jid: BareJid,
    /// What to call them: the name we gave them, else the local part of the address, else its domain.
    pub name: String,
    /// Whether they can be reached; offline if nothing is known.
    pub presence: Presence,
    /// Who sees whose presence; nobody's for people who are no contacts.
    pub subscription: Subscription,
    /// Our request waits for their answer.
    pub asked: bool,
}

/// All contacts, and everybody's presence.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    roster: Map<BareJid, RosterItem>,
    presence: Map<BareJid, Presence>,
    version: u64,
}

impl Contacts {
    /// Contacts sorted by name, then address. Upper and lower case sort the same.
    pub fn items(&self) -> Vec<Person> {
        let people = self.roster.keys().map(|jid| self.person(jid));
        order::sorted(people.map(|person| (Place::of(0, Order::default(), &person), person)).collect())
    }

    /// What is known of somebody. Anybody can be asked for.
    pub fn person(&self, jid: &BareJid) -> Person {
        let item = self.roster.get(jid);
        let given = item.and_then(|item| item.name.as_deref()).map(str::trim);
        let name = given.filter(|name| !name.is_empty()).or(jid.local()).unwrap_or(jid.domain());
        Person {
            jid: jid.clone(),
            name: name.to_owned(),
            presence: self.presence.get(jid).cloned().unwrap_or_default(),
            subscription: item.map(|item| item.subscription).unwrap_or_default(),
            asked: item.is_some_and(|item| item.asked),
        }
    }

    /// True if somebody is in the contacts.
    pub fn contains(&self, jid: &BareJid) -> bool {
        self.roster.contains_key(jid)
    }

    /// Another one whenever something may be known that was not.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Takes the whole roster.
    pub fn reset(&mut self, roster: Vec<RosterItem>) {
        self.version += 1;
        self.roster = roster.into_iter().map(|item| (item.jid.clone(), item)).collect();
    }

    /// Nobody is known to be here.
    pub fn forget_presence(&mut self) {
        self.version += 1;
        self.presence.clear();
    }

    /// Takes one new or changed contact.
    pub fn upsert(&mut self, item: RosterItem) {
        self.version += 1;
        self.roster.insert(item.jid.clone(), item);
    }

    /// Forgets a contact and their presence.
    pub fn remove(&mut self, jid: &BareJid) {
        self.version += 1;
        self.presence.remove(jid);
        self.roster.remove(jid);
    }

    /// Takes what somebody shows; kept for people who are no contacts (yet), too.
    pub fn set_presence(&mut self, jid: BareJid, presence: Presence) {
        self.version += 1;
        self.presence.insert(jid, presence);
    }
}
