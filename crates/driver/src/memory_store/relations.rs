//! What messages say about other messages.

use super::Rows;
use model::{BareJid, LocalId, MessageRow, Order, RelationRow, Set};

impl Rows {
    /// The message of a name.
    pub(super) fn named(&self, name: &String) -> Option<&MessageRow> {
        self.row(self.seen.get(name).or_else(|| self.aliases.get(name))?)
    }

    /// The messages that may be meant.
    fn targets(&self, said: &RelationRow) -> Vec<LocalId> {
        let rows = said.targets.iter().filter_map(|name| self.named(name));
        rows.filter(|row| said.is_about(row)).map(|row| row.id.clone()).collect()
    }

    /// Takes in what is said: the messages that changed, and whether there is one that is meant.
    pub(super) fn relate(&mut self, said: &RelationRow) -> (Vec<LocalId>, bool) {
        if said.queued {
            self.queued.insert((said.order, said.id.clone()), said.clone());
        }
        let targets = self.targets(said);
        let is_here = !targets.is_empty();
        (self.change(targets, |row| row.relate(said)), is_here)
    }

    /// What is said waits for its message.
    pub(super) fn wait(&mut self, said: &RelationRow) {
        said.clone().wait(self.orphans.get_or_insert_with(said.chat.clone(), Vec::new));
    }

    /// Nobody took it: the messages that changed.
    pub(super) fn unrelate(&mut self, said: &RelationRow) -> Vec<LocalId> {
        self.queued.remove(&(said.order, said.id.clone()));
        self.change(self.targets(said), |row| row.unrelate(said))
    }

    /// Changes messages; those that did change.
    fn change(&mut self, ids: Vec<LocalId>, change: impl Fn(&mut MessageRow) -> bool) -> Vec<LocalId> {
        ids.into_iter().filter(|id| self.row_mut(id).is_some_and(&change)).collect()
    }

    /// Notes which messages changed; the lines of their chats follow.
    pub(super) fn note(
        &mut self,
        ids: Vec<LocalId>,
        reworded: &mut Set<LocalId>,
        changed: &mut Set<BareJid>,
    ) {
        for id in ids {
            if let Some(row) = self.row(&id).cloned()
                && self.chats.get_mut(&row.chat).is_some_and(|line| line.reword(&row))
            {
                changed.insert(row.chat);
            }
            reworded.insert(id);
        }
    }

    /// Tells a new message what waited for it. True if that is anything.
    pub(super) fn adopt(&mut self, row: &mut MessageRow) -> bool {
        let Some(orphans) = self.orphans.get_mut(&row.chat) else { return false };
        let mut changed = false;
        orphans.retain(|said| {
            changed |= row.relate(said);
            !said.is_about(row)
        });
        changed
    }

    /// True if the chat's line changed.
    pub(super) fn hide(&mut self, chat: &BareJid, id: &LocalId) -> bool {
        let Some(row) = self.row_mut(id).filter(|row| row.chat == *chat) else { return false };
        row.hide();
        self.forget(chat, id)
    }

    /// Nothing of a message is shown any more. True if the chat's line changed.
    pub(super) fn forget(&mut self, chat: &BareJid, id: &LocalId) -> bool {
        let rows = self.messages.get(chat).map_or(&[][..], |rows| rows.entries());
        let newest = rows.iter().rev().map(|(_, row)| row).find(|row| !row.hidden);
        self.chats.get_mut(chat).is_some_and(|line| line.forget(id, newest))
    }

    /// Up to `limit` messages before a place that are to be shown, oldest first.
    pub(super) fn page(&self, chat: &BareJid, before: Option<Order>, limit: usize) -> Vec<MessageRow> {
        let Some(messages) = self.messages.get(chat) else { return Vec::new() };
        let older = match before {
            Some(order) => messages.below(&(order, LocalId(String::new()))),
            None => messages.entries(),
        };
        let mut page: Vec<_> =
            older.iter().rev().map(|(_, row)| row).filter(|row| !row.hidden).take(limit).cloned().collect();
        page.reverse();
        page
    }
}
