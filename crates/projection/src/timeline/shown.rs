//! Which of the loaded messages are shown.
//!
//! The ends are kept as places and not as numbers: what comes in between them is shown, what comes in beside them is not, and
//! what is taken away moves nothing.

use super::{Timeline, place};
use model::{LocalId, Order};
use std::ops::Range;

/// Where something is, seen from what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Further up: older.
    Above,
    /// Among it.
    Here,
    /// Further down: newer.
    Below,
}

impl Timeline {
    /// Which messages are shown, counted from the oldest loaded one.
    pub fn shown(&self) -> Range<usize> {
        let Some(((first, first_id), (last, last_id))) = &self.shown else { return 0..self.entries.len() };
        let start = self.entries.partition_point(|entry| place(&entry.row) < (*first, first_id));
        let end = self.entries.partition_point(|entry| place(&entry.row) <= (*last, last_id));
        start.min(end)..end
    }

    /// Shows these.
    pub fn show(&mut self, range: Range<usize>) {
        let end = |at: usize| self.entries.get(at).map(|entry| (entry.row.order, entry.row.id.clone()));
        let last = range.end.min(self.entries.len()).checked_sub(1);
        self.shown = end(range.start).zip(last.and_then(end));
    }

    /// How many loaded messages are not shown above and below those that are.
    pub fn hidden(&self) -> (usize, usize) {
        let shown = self.shown();
        (shown.start, self.entries.len() - shown.end)
    }

    /// Shows the newest ones and no others.
    pub fn show_newest(&mut self, count: usize) {
        let end = self.entries.len();
        self.show(end.saturating_sub(count)..end);
    }

    /// Shows so many around one of them, as many before as after.
    pub fn show_around(&mut self, at: usize, count: usize) {
        let start = at.saturating_sub(count / 2);
        self.show(start..start + count);
    }

    /// Shows so many more above and below.
    pub fn show_more(&mut self, above: usize, below: usize) {
        let shown = self.shown();
        self.show(shown.start.saturating_sub(above)..shown.end.saturating_add(below));
    }

    /// Shows so many fewer above and below.
    pub fn show_less(&mut self, above: usize, below: usize) {
        let shown = self.shown();
        let end = shown.end.saturating_sub(below).max(shown.start + 1);
        self.show((shown.start + above).min(end - 1)..end);
    }

    /// Forgets messages that are further than this from what is shown. The store has them.
    pub fn forget_beyond(&mut self, above: usize, below: usize) {
        let shown = self.shown();
        let end = shown.end.saturating_add(below);
        if end < self.entries.len() {
            self.entries.truncate(end);
            self.has_newer = true;
        }
        let start = shown.start.saturating_sub(above);
        if start > 0 {
            self.entries.drain(..start);
            self.has_older = true;
        }
    }

    /// How many loaded messages stand before a place.
    pub fn before(&self, place: Order) -> usize {
        self.entries.partition_point(|entry| entry.row.order < place)
    }

    /// The key of a loaded message.
    pub fn id_at(&self, at: usize) -> Option<&LocalId> {
        Some(&self.entries.get(at)?.row.id)
    }

    /// Whether the store has messages before the oldest loaded one, and after the newest.
    pub fn has_more(&self) -> (bool, bool) {
        (self.has_older, self.has_newer)
    }

    /// Where the unread messages begin, if there are any.
    pub fn unread_side(&self) -> Option<Side> {
        let unread = self.unread?;
        match self.unread_place() {
            Some((at, _)) => Some(self.side(at)),
            None if self.has_older
                && self.entries.first().is_none_or(|entry| entry.row.order > unread.read) =>
            {
                Some(Side::Above)
            }
            None if self.has_newer => Some(Side::Below),
            None => None,
        }
    }

    fn side(&self, at: usize) -> Side {
        let shown = self.shown();
        match at {
            at if at < shown.start => Side::Above,
            at if at >= shown.end => Side::Below,
            _ => Side::Here,
        }
    }

    /// Where the first unread message is among the loaded ones.
    pub fn unread_position(&self) -> Option<usize> {
        Some(self.unread_place()?.0)
    }
}
