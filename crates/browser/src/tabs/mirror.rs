//! What a page has been told, as far as another page must be told when it comes, or it itself when it missed something.

use model::{BareJid, Connection, Event, Map, Order, Problem, Saved};

/// The fold of all that was told.
#[derive(Debug, Default)]
pub(super) struct Mirror {
    connection: Connection,
    /// Why there is none, if that was said.
    trouble: Option<Problem>,
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
            Event::Message(row) => self.reach(&row.chat, row.order),
            Event::Chat(line) => self.reach(&line.chat, line.order),
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ChatRow;

    #[test]
    fn who_comes_late_is_told_how_things_are_and_not_how_they_were() {
        let mut mirror = Mirror::default();
        let trouble = || Event::Problem(Problem::Unreachable { domain: "x".into() });
        let told = [trouble(), Event::Connection(Connection::Stopped), Event::Problem(Problem::NotConnected)];
        for event in &told {
            mirror.hear(event);
        }
        assert_eq!(mirror.weather(), [Event::Connection(Connection::Stopped), trouble()]);
        mirror.hear(&Event::Connection(Connection::Online));
        assert_eq!(mirror.weather(), [Event::Connection(Connection::Online)], "an old trouble is over");
    }

    #[test]
    fn the_newest_place_only_grows() {
        let chat: BareJid = "a@mirror.example".parse().unwrap();
        let line = |order| ChatRow { order: Order(order), ..ChatRow::empty(chat.clone()) };
        let mut mirror = Mirror::default();
        mirror.load(&Saved { chats: vec![line(2)], ..Saved::default() });
        mirror.hear(&Event::Chat(line(5)));
        mirror.hear(&Event::Chat(line(3)));
        assert_eq!(mirror.newest(&chat), Order(5));
    }
}
