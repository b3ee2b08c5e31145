//! What a page has been told that is not on disk, or not to be had from there in time: what another page must be told when it joins.

use model::{Availability, BareJid, Connection, Event, Map, Order, Presence, Problem, Saved};

/// The fold of all that was told.
#[derive(Debug, Default)]
pub(super) struct Mirror {
    pub(super) connection: Connection,
    /// Why there is none, if that was said.
    trouble: Option<Problem>,
    /// Who is not offline.
    presences: Map<BareJid, Presence>,
    requests: Vec<BareJid>,
    /// The newest place in each chat.
    newest: Map<BareJid, Order>,
}

impl Mirror {
    /// What was loaded is what the screen shows.
    pub(super) fn load(&mut self, saved: &Saved) {
        for line in &saved.chats {
            self.reach(&line.chat, line.order);
        }
    }

    pub(super) fn hear(&mut self, event: &Event) {
        match event {
            Event::Connection(connection) => {
                self.connection = *connection;
                if *connection == Connection::Online {
                    self.trouble = None;
                }
            }
            // These are answers to one person's wish, not the state of things.
            Event::Problem(Problem::ContactRefused { .. } | Problem::NotConnected) => {}
            Event::Problem(problem) => self.trouble = Some(problem.clone()),
            Event::Presence { jid, presence } if presence.availability == Availability::Offline => {
                self.presences.remove(jid);
            }
            Event::Presence { jid, presence } => {
                self.presences.insert(jid.clone(), presence.clone());
            }
            Event::Requests(requests) => self.requests.clone_from(requests),
            Event::Message(row) => self.reach(&row.chat, row.order),
            Event::Chat(line) => self.reach(&line.chat, line.order),
            Event::LoggedOut { .. } => *self = Self::default(),
            _ => {}
        }
    }

    fn reach(&mut self, chat: &BareJid, order: Order) {
        let newest = self.newest.get_or_insert_with(chat.clone(), Order::default);
        *newest = order.max(*newest);
    }

    /// The newest place in a chat that is known.
    pub(super) fn newest(&self, chat: &BareJid) -> Order {
        self.newest.get(chat).copied().unwrap_or_default()
    }

    /// The state of the connection, and why it is so.
    pub(super) fn weather(&self) -> Vec<Event> {
        let trouble = self.trouble.iter().cloned().map(Event::Problem);
        std::iter::once(Event::Connection(self.connection)).chain(trouble).collect()
    }

    /// What a page that has only read the disk must be told.
    pub(super) fn snapshot(&self) -> Vec<Event> {
        let mut events = vec![Event::Requests(self.requests.clone())];
        let presences = self.presences.entries().iter();
        events.extend(
            presences
                .map(|(jid, presence)| Event::Presence { jid: jid.clone(), presence: presence.clone() }),
        );
        events.extend(self.weather());
        events
    }

    /// Who is shown as here and, by those who know, is not.
    pub(super) fn vanished(&self, here: &dyn Fn(&BareJid) -> bool) -> Vec<Event> {
        let gone = self.presences.keys().filter(|jid| !here(jid)).cloned();
        gone.map(|jid| Event::Presence { jid, presence: Presence::default() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jid(name: &str) -> BareJid {
        format!("{name}@mirror.example").parse().unwrap()
    }

    fn presence(name: &str, availability: Availability) -> Event {
        Event::Presence { jid: jid(name), presence: Presence { availability, status: None } }
    }

    #[test]
    fn who_joins_is_told_what_all_know() {
        let mut mirror = Mirror::default();
        let told = [
            presence("a", Availability::Online),
            presence("b", Availability::Away),
            presence("a", Availability::Offline),
            Event::Requests(vec![jid("c")]),
            Event::Problem(Problem::Unreachable { domain: "x".into() }),
            Event::Connection(Connection::Stopped),
        ];
        told.iter().for_each(|event| mirror.hear(event));
        assert_eq!(
            mirror.snapshot(),
            [
                Event::Requests(vec![jid("c")]),
                presence("b", Availability::Away),
                Event::Connection(Connection::Stopped),
                Event::Problem(Problem::Unreachable { domain: "x".into() }),
            ]
        );
        mirror.hear(&Event::Connection(Connection::Online));
        assert_eq!(mirror.weather(), [Event::Connection(Connection::Online)], "an old trouble is over");
        assert_eq!(mirror.vanished(&|_| false), [presence("b", Availability::Offline)]);
        assert!(mirror.vanished(&|who| *who == jid("b")).is_empty());
        mirror.hear(&Event::LoggedOut { erased: true });
        assert_eq!(mirror.snapshot().len(), 2, "nothing is left");
    }
}
