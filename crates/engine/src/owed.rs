//! What contacts are still to hear from us: receipts (XEP-0184) and markers (XEP-0333).
//!
//! **Invariant:** a debt is on disk in the transaction of the message that made it (a receipt in a row of its own, a marker in the
//! chat's line), goes to the wire when that is done, and leaves the disk only when the server says that it has it (`session::sm`).
//! So it survives a kill, a cut and a lost stream; at worst somebody hears it twice.

use crate::io::WriteToken;
use model::{BareJid, LocalId, OwedRow};
use std::collections::VecDeque;

/// More receipts than this are not kept: the oldest are forgiven.
const MAX_RECEIPTS: usize = 500;
/// With so many, what was missed is not fetched any further before some have gone out.
const MANY: usize = MAX_RECEIPTS - 2 * crate::features::xep0313_mam::PAGE;

/// What is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Debt {
    /// That a message is here.
    Receipt(OwedRow),
    /// That a chat was looked at, up to this id of its sender's.
    Marker(BareJid, String),
}

#[derive(Clone, Debug)]
struct Item {
    /// Its name on the stream.
    name: u64,
    debt: Debt,
    /// The batch that stores it, until that is committed.
    unsaved: Option<WriteToken>,
    /// Only if this message was new: the archive has what was answered long ago, too.
    if_new: Option<LocalId>,
    /// It has a number on the stream.
    numbered: bool,
}

/// All of it, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owed {
    items: VecDeque<Item>,
    last_name: u64,
}

impl Owed {
    /// What an earlier page owed.
    pub(crate) fn restore(&mut self, rows: &[OwedRow]) {
        self.items.clear();
        for row in rows {
            self.add(Debt::Receipt(row.clone()), None, None);
        }
    }

    /// There is room for those of another page.
    pub(crate) fn has_room(&self) -> bool {
        self.items.len() <= MANY
    }

    /// One more. Returns true if it was not there, and a receipt that has to go for it.
    pub(crate) fn push_receipt(
        &mut self,
        row: &OwedRow,
        if_new: Option<LocalId>,
        token: WriteToken,
    ) -> (bool, Option<OwedRow>) {
        let debt = Debt::Receipt(row.clone());
        if self.items.iter().any(|item| item.debt == debt) {
            return (false, None);
        }
        self.add(debt, if_new, Some(token));
        // What is on its way to the disk goes out as soon as it is there: only those that nobody takes are too many.
        let mut receipts = self.items.iter().filter_map(|item| match &item.debt {
            Debt::Receipt(row) if item.unsaved.is_none() => Some((item.name, row)),
            _ => None,
        });
        let oldest = receipts.next().map(|(name, row)| (name, row.clone()));
        let forgiven = oldest.filter(|_| receipts.count() + 1 >= MAX_RECEIPTS);
        self.items.retain(|item| forgiven.as_ref().is_none_or(|(name, _)| item.name != *name));
        (true, forgiven.map(|(_, row)| row))
    }

    /// A chat was looked at; what was to be told of it before is no news any more.
    pub(crate) fn push_marker(&mut self, chat: &BareJid, id: &str) {
        self.items.retain(|item| !matches!(&item.debt, Debt::Marker(known, _) if known == chat));
        self.add(Debt::Marker(chat.clone(), id.to_owned()), None, None);
    }

    fn add(&mut self, debt: Debt, if_new: Option<LocalId>, unsaved: Option<WriteToken>) {
        self.last_name += 1;
        self.items.push_back(Item { name: self.last_name, debt, unsaved, if_new, numbered: false });
    }

    /// Everything up to this batch is on disk; takes what turned out to be no debt.
    pub(crate) fn committed(&mut self, token: WriteToken, inserted: &[LocalId]) -> Vec<Debt> {
        let mut none = Vec::new();
        self.items.retain_mut(|item| {
            let saved = item.unsaved.take_if(|unsaved| *unsaved <= token).is_some();
            let is_due = !saved || item.if_new.as_ref().is_none_or(|row| inserted.contains(row));
            if !is_due {
                none.push(item.debt.clone());
            }
            is_due
        });
        none
    }

    /// Gives the next one its turn, if it is on disk: its name, and what it is.
    pub(crate) fn number_next(&mut self) -> Option<(u64, Debt)> {
        let item = self.items.iter_mut().find(|item| !item.numbered && item.unsaved.is_none())?;
        item.numbered = true;
        Some((item.name, item.debt.clone()))
    }

    /// The stream is gone: what has no acknowledgement has no number on the next one.
    pub(crate) fn forget_numbers(&mut self) {
        self.items.iter_mut().for_each(|item| item.numbered = false);
    }

    /// Takes one out: the server has it, or it is not to be told.
    pub(crate) fn remove(&mut self, name: u64) -> Option<Debt> {
        let at = self.items.iter().position(|item| item.name == name)?;
        self.items.remove(at).map(|item| item.debt)
    }
}
