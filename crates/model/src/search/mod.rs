//! Searching in the messages of this device: what is looked for ([`Query`]), and the index that finds it in a million of them.
//!
//! The index is a helper and no source: it says where a text *may* be, and the row there decides ([`Query::matches`]). So it may be
//! behind, or hold what was changed since, and still nothing is shown that is not so. How it is laid out, and why, is in
//! `docs/decisions/0002-search-index.md`. Nothing here knows a database: a store asks [`Hunt`] which records it has to read, and
//! [`Growth`] which to write.

mod bytes;
mod growth;
mod hunt;
mod query;
mod segment;
#[cfg(test)]
mod tests;
mod token;

pub use growth::Growth;
pub use hunt::{Ask, Hunt};
pub use query::Query;
use segment::PLACES;
pub use segment::{RecordKey, places_bytes, places_of};

use crate::{BareJid, LocalId, MessageRow, Order};

/// What somebody looks for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// What.
    pub query: Query,
    /// In one chat, or in all.
    pub chat: Option<BareJid>,
    /// Only what stands before this message (by place and id), of all messages: the last one of the page before.
    pub before: Option<(Order, LocalId)>,
    /// So many messages at most.
    pub limit: usize,
}

impl Search {
    /// True if this message is one of those looked for.
    pub fn finds(&self, row: &MessageRow) -> bool {
        self.chat.as_ref().is_none_or(|chat| *chat == row.chat)
            && self.before.as_ref().is_none_or(|(order, id)| (row.order, &row.id) < (*order, id))
            && self.query.matches(words(row))
    }

    /// Sorts what was found, newest first and each once, and leaves no more than were asked for.
    pub fn sort(&self, rows: &mut Vec<MessageRow>) {
        rows.sort_unstable_by(|a, b| (b.order, &b.id).cmp(&(a.order, &a.id)));
        rows.dedup_by(|a, b| a.id == b.id);
        rows.truncate(self.limit);
    }
}

/// What of a message is searched: what it says now, without the quote of what it answers (which is no part of its body). Nothing of
/// one that was taken back or deleted here: no search finds an empty text. Of a spoiler the hint: who finds would know the rest.
fn words(row: &MessageRow) -> &str {
    row.open_text()
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Messages, newest first.
    pub rows: Vec<MessageRow>,
    /// There are messages on this device that no index knows yet, and that were not looked through.
    pub partial: bool,
}
