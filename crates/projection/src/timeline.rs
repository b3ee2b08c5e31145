//! One chat's messages with day dividers and groups.

use crate::ListDiff;
use crate::diff::{Keyed, diff};
use model::{LocalId, MessageRow, MessageState, Order, Set, WallMs};
use std::fmt;
use std::sync::Arc;

/// Messages of one sender that are no further apart than this stand in one group.
pub const GROUP_GAP_MS: i64 = 5 * 60 * 1000;

const DAY_MS: i64 = 86_400_000;

/// How many minutes local time is ahead of UTC at an instant. A function, since the answer changes with the seasons.
pub type UtcOffset = fn(WallMs) -> i32;

/// A message as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageItem {
    /// The message; shared, so that a clone of the item is cheap.
    pub row: Arc<MessageRow>,
    /// It begins a group: the sender's name or picture belongs to it.
    pub first_of_group: bool,
    /// It ends a group: the time belongs to it.
    pub last_of_group: bool,
}

/// What stands in the list of messages, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimelineItem {
    /// A divider before the first message of a day.
    Day {
        /// Days since 1970-01-01 in local time.
        day: i64,
        /// 0, unless messages with stamps of other days stand between messages of this day: then how many dividers
        /// of the same day are above.
        nth: u32,
    },
    /// A message.
    Message(MessageItem),
}

impl TimelineItem {
    /// A key that stays the same while the item's content and place change; unique within a timeline.
    pub fn key(&self) -> String {
        match self {
            Self::Day { day, nth } => format!("day:{day}:{nth}"),
            Self::Message(message) => format!("msg:{}", message.row.id.0),
        }
    }
}

/// A key to compare without writing it down.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key<'a> {
    Day(i64, u32),
    Message(&'a LocalId),
}

impl Keyed for TimelineItem {
    type Key<'a> = Key<'a>;
    fn key(&self) -> Key<'_> {
        match self {
            Self::Day { day, nth } => Key::Day(*day, *nth),
            Self::Message(message) => Key::Message(&message.row.id),
        }
    }
}

#[derive(Clone)]
struct Entry {
    row: Arc<MessageRow>,
    /// Local day, kept because asking for the offset may leave wasm.
    day: i64,
}

/// The loaded part of one chat. Any order of arrival and any repetition of the same rows gives the same items.
#[derive(Clone)]
pub struct Timeline {
    offset: UtcOffset,
    /// Sorted by (order, id); ids are unique.
    entries: Vec<Entry>,
    items: Vec<TimelineItem>,
}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeline").field("items", &self.items).finish_non_exhaustive()
    }
}

impl Timeline {
    /// An empty timeline.
    pub fn new(offset: UtcOffset) -> Self {
        Self { offset, entries: Vec::new(), items: Vec::new() }
    }

    /// What is shown, oldest first.
    pub fn items(&self) -> &[TimelineItem] {
        &self.items
    }

    /// The place of the oldest loaded message: ask the store for what is before it.
    pub fn oldest(&self) -> Option<Order> {
        self.entries.first().map(|entry| entry.row.order)
    }

    /// The newest loaded message.
    pub fn newest(&self) -> Option<&MessageRow> {
        self.entries.last().map(|entry| entry.row.as_ref())
    }

    /// Forgets everything and takes these rows.
    pub fn reset(&mut self, rows: Vec<MessageRow>) -> Vec<ListDiff<TimelineItem>> {
        self.entries.clear();
        self.add_absent(rows);
        self.items = items(&self.entries);
        vec![ListDiff::Reset(self.items.clone())]
    }

    /// Takes a page from the store. A row that is here already stays as it is: live news are newer than the page.
    pub fn prepend(&mut self, rows: Vec<MessageRow>) -> Vec<ListDiff<TimelineItem>> {
        self.add_absent(rows);
        self.rebuild()
    }

    /// Takes one new or changed message.
    pub fn upsert(&mut self, row: MessageRow) -> Vec<ListDiff<TimelineItem>> {
        // A live message is nearly always at the end.
        if let Some(known) = self.entries.iter().rposition(|entry| entry.row.id == row.id) {
            self.entries.remove(known);
        }
        let entry = self.entry(row);
        let at = self.entries.partition_point(|other| place(&other.row) < place(&entry.row));
        self.entries.insert(at, entry);
        self.rebuild()
    }

    /// Notes how far a message got; nothing happens if it is not loaded or known to be that far.
    pub fn set_state(&mut self, id: &LocalId, state: &MessageState) -> Vec<ListDiff<TimelineItem>> {
        let found =
            self.entries.iter_mut().rev().find(|entry| entry.row.id == *id && entry.row.state != *state);
        let Some(entry) = found else { return Vec::new() };
        entry.row = Arc::new(MessageRow { state: state.clone(), ..(*entry.row).clone() });
        self.rebuild()
    }

    fn entry(&self, row: MessageRow) -> Entry {
        let local = row.at.saturating_add(i64::from((self.offset)(row.at)) * 60_000);
        Entry { row: Arc::new(row), day: local.div_euclid(DAY_MS) }
    }

    fn add_absent(&mut self, rows: Vec<MessageRow>) {
        let mut known: Set<LocalId> = self.entries.iter().map(|entry| entry.row.id.clone()).collect();
        for row in rows {
            if known.insert(row.id.clone()) {
                let entry = self.entry(row);
                self.entries.push(entry);
            }
        }
        self.entries.sort_by(|a, b| place(&a.row).cmp(&place(&b.row)));
    }

    fn rebuild(&mut self) -> Vec<ListDiff<TimelineItem>> {
        let new = items(&self.entries);
        let steps = diff(&self.items, &new);
        self.items = new;
        steps
    }
}

fn place(row: &MessageRow) -> (Order, &LocalId) {
    (row.order, &row.id)
}

fn items(entries: &[Entry]) -> Vec<TimelineItem> {
    let mut items: Vec<TimelineItem> = Vec::with_capacity(entries.len() + 8);
    let mut before: Option<&Entry> = None;
    let mut next = entries.iter().skip(1);
    let mut days: Vec<i64> = Vec::new();
    for entry in entries {
        if before.is_none_or(|before| before.day != entry.day) {
            let nth = days.iter().filter(|day| **day == entry.day).count();
            days.push(entry.day);
            items.push(TimelineItem::Day { day: entry.day, nth: u32::try_from(nth).unwrap_or(u32::MAX) });
        }
        items.push(TimelineItem::Message(MessageItem {
            row: Arc::clone(&entry.row),
            first_of_group: before.is_none_or(|before| !grouped(before, entry)),
            last_of_group: next.next().is_none_or(|next| !grouped(entry, next)),
        }));
        before = Some(entry);
    }
    items
}

fn grouped(a: &Entry, b: &Entry) -> bool {
    a.row.from == b.row.from && a.day == b.day && a.row.at.abs_diff(b.row.at) <= GROUP_GAP_MS.unsigned_abs()
}
