//! What this page shows and its engine has not stored yet. Other pages are not told of it, and whoever leads next gets it from the
//! server once more, under another key: so it leaves the screen with the engine.

use model::{BareJid, Event, LocalId};
use std::collections::VecDeque;

/// All of it, oldest first.
#[derive(Debug, Default)]
pub(super) struct Heard(VecDeque<(BareJid, LocalId)>);

impl Heard {
    /// Notes what was told.
    pub(super) fn hear(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Heard(row) => self.0.push_back((row.chat.clone(), row.id.clone())),
                Event::Message(row) => self.settle(&row.id),
                Event::MessageDeleted { id, .. } => self.settle(id),
                _ => {}
            }
        }
    }

    /// They are stored in order, nearly always.
    fn settle(&mut self, id: &LocalId) {
        if let Some(at) = self.0.iter().position(|(_, heard)| heard == id) {
            self.0.remove(at);
        }
    }

    /// What takes them from the screen.
    pub(super) fn take_back(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.0).into_iter().map(|(chat, id)| Event::MessageDeleted { chat, id }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Direction, MessageRow, Order};

    fn row(id: &str) -> MessageRow {
        let chat: BareJid = "bob@heard.example".parse().unwrap();
        MessageRow::new(Direction::In, chat.clone(), chat, LocalId(id.into()), Order(1), String::new())
    }

    #[test]
    fn what_is_not_stored_is_taken_back() {
        let mut heard = Heard::default();
        heard.hear(&["1", "2", "3", "4"].map(|id| Event::Heard(row(id))));
        let chat = row("2").chat;
        heard.hear(&[
            Event::Message(row("1")),
            Event::MessageDeleted { chat: chat.clone(), id: LocalId("2".into()) },
            Event::Message(row("of another device")),
        ]);
        let gone = |id: &str| Event::MessageDeleted { chat: chat.clone(), id: LocalId(id.into()) };
        assert_eq!(heard.take_back(), [gone("3"), gone("4")]);
        assert_eq!(heard.take_back(), []);
    }
}
