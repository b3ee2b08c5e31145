//! RFC 6121 §2: the contact list, with versioning (§2.6), and subscriptions as verbs (§3).

use crate::cx::Cx;
use crate::feature::{Claim, Feature};
use crate::features::rfc6121_presence;
use crate::inbound::IqRequest;
use crate::requests::IqError;
use crate::spec::Spec;
use model::{BareJid, Command, Event, Map, Problem, RosterItem, Saved, Subscription, Write};
use stanza::{Element, ns};

/// The contacts, as the server last told.
#[derive(Default)]
pub(crate) struct Roster {
    version: String,
    items: Map<BareJid, RosterItem>,
    /// Whom we asked to see, and the server has not said that it knows.
    asking: Vec<BareJid>,
    /// The same on a stream that is gone: nobody may have heard of it.
    lost: Vec<BareJid>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The whole list.
    List,
    /// A change to one contact.
    Change(BareJid),
}

impl From<Asked> for crate::requests::Pending {
    fn from(asked: Asked) -> Self {
        Self::Roster(asked)
    }
}

impl Feature for Roster {
    type Pending = Asked;
    const SPEC: Spec = Spec::rfc(
        6121,
        "Instant Messaging and Presence: roster",
        "crates/engine/src/features/rfc6121_roster.rs",
    );
    const CLAIMS: &'static [Claim] = &[Claim { name: "query", ns: ns::ROSTER }];

    fn on_restore(&mut self, cx: &mut Cx, saved: &Saved) {
        self.version.clone_from(&saved.roster_version);
        self.items = saved.roster.iter().map(|item| (item.jid.clone(), item.clone())).collect();
        self.publish(cx);
    }

    fn on_leave(&mut self) {
        *self = Self::default();
    }

    fn on_offline(&mut self, _: &mut Cx) {
        self.lost.append(&mut self.asking);
    }

    fn on_online(&mut self, cx: &mut Cx) {
        let version = cx.offers("ver", ns::ROSTER_VERSIONING).then_some(self.version.as_str());
        let query = Element::new("query", ns::ROSTER).attr_opt("ver", version);
        cx.iq("get", None, query, Asked::List);
        // Without waiting for the list: the server sends presences either way, and we are seen a round trip earlier.
        rfc6121_presence::announce(cx);
    }

    fn on_reply(&mut self, cx: &mut Cx, asked: Asked, reply: Result<&Element, IqError>) {
        match (asked, reply) {
            (Asked::List, Ok(iq)) => {
                // An empty result means: nothing changed since `ver` (RFC 6121 §2.6.3).
                if let Some(query) = iq.find("query", ns::ROSTER) {
                    self.replace(cx, query);
                }
                for jid in std::mem::take(&mut self.lost) {
                    self.subscribe(cx, &jid);
                }
            }
            (Asked::Change(jid), Err(IqError::Refused(error))) => {
                cx.emit(Event::Problem(Problem::ContactRefused { jid, text: error.text }));
            }
            (Asked::Change(_), Err(IqError::Unanswered)) => cx.emit(Event::Problem(Problem::NotConnected)),
            (Asked::Change(_), Ok(_)) | (Asked::List, Err(_)) => {}
        }
    }

    fn on_iq(&mut self, cx: &mut Cx, iq: &IqRequest) -> Result<Option<Element>, &'static str> {
        // Only our own server may change our contacts (RFC 6121 §2.1.6; CVE-2015-8688 elsewhere).
        let account = cx.account.as_ref().ok_or("service-unavailable")?;
        if !iq.set || !iq.is_from_account(account) {
            return Err("service-unavailable");
        }
        let version = iq.payload.get("ver").map(str::to_owned);
        if let Some(version) = &version {
            self.version.clone_from(version);
        }
        for element in iq.payload.find_all("item", ns::ROSTER) {
            let Some((item, removed)) = read_item(element) else { continue };
            if removed {
                self.items.remove(&item.jid);
                cx.write(Write::ContactRemoved { version: version.clone(), jid: item.jid.clone() });
                cx.emit(Event::ContactRemoved(item.jid));
            } else {
                self.items.insert(item.jid.clone(), item.clone());
                cx.write(Write::Contact { version: version.clone(), item: item.clone() });
                cx.emit(Event::Contact(item));
            }
        }
        let items = &self.items;
        self.asking.retain(|jid| !items.get(jid).is_some_and(is_asked));
        self.publish(cx);
        Ok(None)
    }

    fn on_command(&mut self, cx: &mut Cx, command: &Command) {
        match command {
            Command::AddContact { jid, name } => {
                let item = Element::new("item", ns::ROSTER)
                    .attr("jid", jid.as_str())
                    .attr_opt("name", name.as_deref());
                let query = Element::new("query", ns::ROSTER).with(item);
                cx.iq("set", None, query, Asked::Change(jid.clone()));
                cx.send_presence(jid, "subscribe");
                self.asking.push(jid.clone());
            }
            Command::AcceptRequest(jid) => {
                cx.send_presence(jid, "subscribed");
                self.subscribe(cx, jid);
            }
            Command::RefuseRequest(jid) => cx.send_presence(jid, "unsubscribed"),
            Command::RemoveContact(jid) => {
                self.asking.retain(|asked| asked != jid);
                let item =
                    Element::new("item", ns::ROSTER).attr("jid", jid.as_str()).attr("subscription", "remove");
                let query = Element::new("query", ns::ROSTER).with(item);
                cx.iq("set", None, query, Asked::Change(jid.clone()));
            }
            _ => {}
        }
    }
}

impl Roster {
    /// Asks to see somebody, unless that is so or is known to be asked.
    fn subscribe(&mut self, cx: &mut Cx, jid: &BareJid) {
        if !is_wanted(self, jid) {
            cx.send_presence(jid, "subscribe");
            self.asking.push(jid.clone());
        }
    }

    /// Lets the others know who may see our presence.
    fn publish(&self, cx: &mut Cx) {
        let seeing = self.items.values().filter(|item| item.subscription.sees_us());
        cx.seen_by = seeing.map(|item| item.jid.clone()).collect();
    }

    fn replace(&mut self, cx: &mut Cx, query: &Element) {
        self.version = query.get("ver").unwrap_or_default().to_owned();
        let mut items: Vec<RosterItem> = query
            .find_all("item", ns::ROSTER)
            .filter_map(read_item)
            .filter(|(_, removed)| !removed)
            .map(|(item, _)| item)
            .collect();
        // Servers send them in any order, and a map that is filled in order need not move what it holds: with 20,000 contacts a matter
        // of seconds.
        items.sort_by(|a, b| a.jid.cmp(&b.jid));
        items.dedup_by(|a, b| a.jid == b.jid);
        self.items = items.iter().map(|item| (item.jid.clone(), item.clone())).collect();
        self.publish(cx);
        cx.write(Write::Roster { version: self.version.clone(), items: items.clone() });
        cx.emit(Event::Roster(items));
    }
}

/// True if we ourselves asked for, or already see, this contact's presence: then their request needs no question.
pub(crate) fn is_wanted(roster: &Roster, jid: &BareJid) -> bool {
    roster.items.get(jid).is_some_and(is_asked)
}

fn is_asked(item: &RosterItem) -> bool {
    item.asked || item.subscription.sees_them()
}

/// Reads an item; the flag tells whether it is a removal. `None` if it has no usable address.
fn read_item(element: &Element) -> Option<(RosterItem, bool)> {
    let jid = element.get("jid")?.parse().ok()?;
    let subscription = match element.get("subscription") {
        Some("to") => Subscription::To,
        Some("from") => Subscription::From,
        Some("both") => Subscription::Both,
        _ => Subscription::None,
    };
    let item = RosterItem {
        jid,
        name: element.get("name").map(str::to_owned).filter(|name| !name.trim().is_empty()),
        subscription,
        asked: element.get("ask") == Some("subscribe"),
        groups: element.find_all("group", ns::ROSTER).map(Element::text).collect(),
    };
    Some((item, element.get("subscription") == Some("remove")))
}
