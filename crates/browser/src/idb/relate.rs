//! What messages say about other messages, in the batch that is being written.

use super::commit::{Turn, put_message};
use super::related::from_relation;
use super::rows::{number, text};
use super::schema::{EDITED, META, ORPHANS, OUTBOX, STARRED};
use super::tx::{Result, range};
use js_sys::Array;
use model::{BareJid, LocalId, MessageRow, RelationRow, Set};
use wasm_bindgen::JsValue;

/// The keys of what waits in a chat.
pub(super) fn orphans_of(chat: &str) -> Result<JsValue> {
    // Every array is after every string.
    range(Array::of1(&text(chat)).into(), Array::of2(&text(chat), &Array::new()).into())
}

impl Turn<'_> {
    /// The messages that may be meant.
    fn targets(&self, said: &RelationRow) -> Vec<LocalId> {
        let known = &self.known;
        let named = |name: &String| known.row(known.seen.get(name).or_else(|| known.aliases.get(name))?);
        let edited = |name: &String| known.row(known.edits.get(name)?);
        let rows = said.targets.iter().flat_map(|name| [named(name), edited(name)]).flatten();
        let ids: Set<LocalId> = rows.filter(|row| said.is_about(row)).map(|row| row.id.clone()).collect();
        ids.into_keys().collect()
    }

    /// Takes in what is said, or lets it wait.
    pub(super) fn relate(&mut self, said: &RelationRow, alone: Option<&(MessageRow, bool)>) -> Result<()> {
        if said.queued {
            self.tx.put(OUTBOX, &from_relation(said))?;
        }
        let targets = self.targets(said);
        if targets.is_empty() {
            let chat = said.chat.as_str();
            said.clone().wait(self.known.orphans.get_or_insert_with(chat.to_owned(), Vec::new));
            self.known.waiting.insert(chat.to_owned());
            return match alone {
                Some((row, count_unread)) => self.insert(row, *count_unread),
                None => Ok(()),
            };
        }
        if targets.iter().filter_map(|id| self.known.row(id)).any(|row| self.stands_alone(row)) {
            let chat = said.chat.as_str();
            said.clone().wait(self.known.orphans.get_or_insert_with(chat.to_owned(), Vec::new));
            self.known.waiting.insert(chat.to_owned());
        }
        for id in &targets {
            self.change(id, &|row| row.relate(said))?;
        }
        self.not_alone(said)
    }

    /// The server has it.
    pub(super) fn relation_sent(&self, said: &RelationRow) -> Result<()> {
        let key = Array::of2(&number(said.order.0), &text(&said.id.0));
        self.tx.delete(OUTBOX, &key.into())
    }

    /// Nobody took it.
    pub(super) fn unrelate(&mut self, said: &RelationRow) -> Result<()> {
        self.relation_sent(said)?;
        if let Some(orphans) = self.known.orphans.get_mut(said.chat.as_str()) {
            orphans.retain(|known| known.key != said.key);
            self.known.waiting.insert(said.chat.as_str().to_owned());
        }
        self.targets(said).iter().try_for_each(|id| self.change(id, &|row| row.unrelate(said)))
    }

    pub(super) fn change(&mut self, id: &LocalId, change: &dyn Fn(&mut MessageRow) -> bool) -> Result<()> {
        let Some(row) = self.known.rows.get_mut(id.0.as_str()) else { return Ok(()) };
        let (was_starred, edits) = (row.starred, row.relations.edits.len());
        let said = row.open_text().to_owned();
        let has_changed = change(row);
        // In the second try it may have changed in the first, and nobody was told.
        if has_changed || self.again {
            let row = row.clone();
            if row.open_text() != said {
                self.unindexed.change(&row);
            }
            self.known.change(row.chat.as_str(), |line| line.reword(&row));
            self.reworded.push(id.clone());
            put_message(self.tx, &row)?;
            if was_starred != row.starred {
                self.keep_star(&row, row.starred)?;
            }
            if edits != row.relations.edits.len() {
                for edit in &row.relations.edits {
                    self.known.edits.insert(edit.key.clone(), row.id.clone());
                    self.tx.put_at(META, &[EDITED, &edit.key].concat(), &text(&row.id.0))?;
                }
                self.adopt(&row)?;
            }
        }
        Ok(())
    }

    /// The person wants to find a message again, or no longer.
    pub(super) fn star(&mut self, chat: &BareJid, id: &LocalId, on: bool) -> Result<()> {
        let is_there = self.known.row(id).is_some_and(|row| row.chat == *chat);
        if is_there { self.change(id, &|row| row.star(on)) } else { Ok(()) }
    }

    /// Notes whether a message is one of those.
    pub(super) fn keep_star(&self, row: &MessageRow, on: bool) -> Result<()> {
        let key = [STARRED, &row.id.0].concat();
        if on { self.tx.put_at(META, &key, &text(&row.id.0)) } else { self.tx.delete(META, &text(&key)) }
    }

    /// What was said is shown where it belongs.
    fn not_alone(&mut self, said: &RelationRow) -> Result<()> {
        match self.known.seen.get(&said.key).cloned() {
            Some(id) => self.hide(&said.chat, &id),
            None => Ok(()),
        }
    }

    /// It is a correction whose message is not here: what is said of it goes with it when that comes, so it waits, too.
    fn stands_alone(&self, row: &MessageRow) -> bool {
        let mut orphans = self.known.orphans.get(row.chat.as_str()).into_iter().flatten();
        orphans.any(|said| said.key == row.dedupe)
    }

    /// Tells a message what waited for it, or for one of its corrections; it is stored already.
    pub(super) fn adopt(&mut self, row: &MessageRow) -> Result<()> {
        let stands_alone = self.stands_alone(row);
        let Some(orphans) = self.known.orphans.get_mut(row.chat.as_str()) else { return Ok(()) };
        let (about, others): (Vec<_>, Vec<_>) =
            std::mem::take(orphans).into_iter().partition(|said| said.is_about(row));
        *orphans = others;
        if stands_alone {
            orphans.extend(about.iter().cloned());
        }
        for said in about {
            self.known.waiting.insert(row.chat.as_str().to_owned());
            self.change(&row.id, &|row| row.relate(&said))?;
            self.not_alone(&said)?;
        }
        Ok(())
    }

    /// A message is not shown any more.
    pub(super) fn hide(&mut self, chat: &BareJid, id: &LocalId) -> Result<()> {
        let again = self.again;
        let row = self.known.rows.get_mut(id.0.as_str());
        let Some(row) = row.filter(|row| row.chat == *chat && (!row.hidden || again)) else { return Ok(()) };
        row.hide();
        let row = row.clone();
        self.keep_star(&row, false)?;
        self.unindexed.change(&row);
        self.hidden.push((chat.clone(), id.clone()));
        self.known.forget(chat, id);
        put_message(self.tx, &row)
    }

    /// Writes what waits, where that changed.
    pub(super) fn keep_orphans(&self) -> Result<()> {
        for chat in self.known.waiting.iter() {
            self.tx.delete(ORPHANS, &orphans_of(chat)?)?;
            for said in self.known.orphans.get(chat).into_iter().flatten() {
                self.tx.put(ORPHANS, &from_relation(said))?;
            }
        }
        Ok(())
    }
}
