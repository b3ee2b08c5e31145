//! What messages say about other messages.

use super::Rows;
use model::{BareJid, LocalId, Map, MessageRow, PageAt, RelationRow, Set, Write};

/// What became of messages in a batch, beside new ones.
#[derive(Default)]
pub(super) struct News {
    pub(super) reworded: Set<LocalId>,
    pub(super) hidden: Vec<(BareJid, LocalId)>,
    /// Chats whose line changed.
    pub(super) lines: Set<BareJid>,
}

impl Rows {
    /// The message of a name.
    pub(super) fn named(&self, name: &str) -> Option<&MessageRow> {
        let name = &name.to_owned();
        self.row(self.seen.get(name).or_else(|| self.aliases.get(name)).or_else(|| self.edits.get(name))?)
    }

    /// The messages that may be meant.
    fn targets(&self, said: &RelationRow) -> Vec<LocalId> {
        let edited = |name: &String| self.row(self.edits.get(name)?);
        let rows = said.targets.iter().flat_map(|name| [self.named(name), edited(name)]).flatten();
        let ids: Set<_> = rows.filter(|row| said.is_about(row)).map(|row| row.id.clone()).collect();
        ids.into_keys().collect()
    }

    /// What changes a message that is here.
    pub(super) fn apply_to_message(&mut self, write: &Write, news: &mut News) {
        match write {
            Write::Unrelate(said) => self.unrelate(said, news),
            Write::RelationSent(said) => {
                self.queued.remove(&(said.order, said.id.clone()));
            }
            Write::Reword(row) => self.change(&row.id, |known| known.reword_as(row), news),
            Write::Star { chat, id, on } => self.star(chat, id, *on, news),
            Write::Hide { chat, id } => self.hide(chat, id, news),
            _ => {}
        }
    }

    /// Takes in what is said. True if there is a message that is meant; otherwise it waits.
    pub(super) fn relate(&mut self, said: &RelationRow, news: &mut News) -> bool {
        if said.queued {
            self.queued.insert((said.order, said.id.clone()), said.clone());
        }
        let targets = self.targets(said);
        if targets.is_empty() {
            said.clone().wait(self.orphans.get_or_insert_with(said.chat.clone(), Vec::new));
            return false;
        }
        if targets.iter().filter_map(|id| self.row(id)).any(|row| self.stands_alone(row)) {
            said.clone().wait(self.orphans.get_or_insert_with(said.chat.clone(), Vec::new));
        }
        for id in targets {
            self.change(&id, |row| row.relate(said), news);
        }
        self.not_alone(said, news);
        true
    }

    /// Nobody took it.
    fn unrelate(&mut self, said: &RelationRow, news: &mut News) {
        self.queued.remove(&(said.order, said.id.clone()));
        if let Some(orphans) = self.orphans.get_mut(&said.chat) {
            orphans.retain(|known| known.key != said.key);
        }
        for id in self.targets(said) {
            self.change(&id, |row| row.unrelate(said), news);
        }
    }

    fn change(&mut self, id: &LocalId, change: impl Fn(&mut MessageRow) -> bool, news: &mut News) {
        let Some(row) = self.row_mut(id) else { return };
        if change(row) {
            let row = row.clone();
            if self.chats.get_mut(&row.chat).is_some_and(|line| line.reword(&row)) {
                news.lines.insert(row.chat.clone());
            }
            news.reworded.insert(row.id.clone());
            for edit in &row.relations.edits {
                self.edits.insert(edit.key.clone(), row.id.clone());
            }
            self.adopt(&row, news);
        }
    }

    /// The person wants to find a message again, or no longer.
    fn star(&mut self, chat: &BareJid, id: &LocalId, on: bool, news: &mut News) {
        if self.row(id).is_some_and(|row| row.chat == *chat) {
            self.change(id, |row| row.star(on), news);
        }
    }

    /// Every message that the person wants to find again, the newest first.
    pub(super) fn starred(&self) -> Vec<MessageRow> {
        let rows = self.messages.values().flat_map(Map::values);
        let mut rows: Vec<_> = rows.filter(|row| row.starred).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.order, row.id.clone())));
        rows
    }

    /// What was said is shown where it belongs.
    fn not_alone(&mut self, said: &RelationRow, news: &mut News) {
        if let Some(id) = self.seen.get(&said.key).cloned() {
            self.hide(&said.chat, &id, news);
        }
    }

    /// It is a correction whose message is not here: what is said of it goes with it when that comes, so it waits, too.
    fn stands_alone(&self, row: &MessageRow) -> bool {
        let mut orphans = self.orphans.get(&row.chat).into_iter().flatten();
        orphans.any(|said| said.key == row.dedupe)
    }

    /// Tells a message what waited for it, or for one of its corrections; it is stored already.
    pub(super) fn adopt(&mut self, row: &MessageRow, news: &mut News) {
        let stands_alone = self.stands_alone(row);
        let Some(orphans) = self.orphans.get_mut(&row.chat) else { return };
        let (about, others): (Vec<_>, Vec<_>) =
            std::mem::take(orphans).into_iter().partition(|said| said.is_about(row));
        *orphans = others;
        if stands_alone {
            orphans.extend(about.iter().cloned());
        }
        for said in about {
            self.change(&row.id, |row| row.relate(&said), news);
            self.not_alone(&said, news);
        }
    }

    /// A message is not shown any more.
    fn hide(&mut self, chat: &BareJid, id: &LocalId, news: &mut News) {
        let Some(row) = self.row_mut(id).filter(|row| row.chat == *chat && !row.hidden) else { return };
        row.hide();
        news.hidden.push((chat.clone(), id.clone()));
        if self.forget(chat, id) {
            news.lines.insert(chat.clone());
        }
    }

    /// Nothing of a message is shown any more. True if the chat's line changed.
    pub(super) fn forget(&mut self, chat: &BareJid, id: &LocalId) -> bool {
        let rows = self.messages.get(chat).map_or(&[][..], |rows| rows.entries());
        let newest = rows.iter().rev().map(|(_, row)| row).find(|row| !row.hidden);
        self.chats.get_mut(chat).is_some_and(|line| line.forget(id, newest))
    }

    /// Up to `limit` messages next to a place that are to be shown, oldest first.
    pub(super) fn page_at(&self, chat: &BareJid, at: &PageAt, limit: usize) -> Vec<MessageRow> {
        let found = match at {
            PageAt::Message(id) => self.row(id).filter(|row| row.chat == *chat).map(|row| row.order),
            _ => None,
        };
        let (place, before, after) = found.map(PageAt::Around).as_ref().unwrap_or(at).sides(limit);
        let Some(messages) = self.messages.get(chat) else { return Vec::new() };
        let middle = messages.below(&(place, LocalId(String::new()))).len();
        let (older, newer) = messages.entries().split_at_checked(middle).unwrap_or_default();
        let is_shown = |row: &&MessageRow| !row.hidden;
        let mut page: Vec<_> =
            older.iter().rev().map(|(_, row)| row).filter(is_shown).take(before).cloned().collect();
        page.reverse();
        page.extend(newer.iter().map(|(_, row)| row).filter(is_shown).take(after).cloned());
        page
    }
}
