//! One chat's messages with day dividers, groups, the places where messages are missing, and where the unread ones begin.
//!
//! Two bounds keep a chat of any length cheap: only a stretch of its messages is loaded, and only a stretch of those is shown
//! ([`shown`]).

mod shown;

pub use shown::Side;

use model::{Direction, LocalId, MessageRow, MessageState, Order, WallMs};
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

/// Messages of one sender that are no further apart than this stand in one group.
pub const GROUP_GAP_MS: i64 = 5 * 60 * 1000;

const DAY_MS: i64 = 86_400_000;

/// How many minutes local time is ahead of UTC at an instant. A function, since the answer changes with the seasons.
pub type UtcOffset = fn(WallMs) -> i32;

/// A message as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageItem {
    /// The message; shared, so that a clone of the item is cheap.
    pub row: Rc<MessageRow>,
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
    /// Here are messages that this device has not got from the archive yet.
    Hole(Hole),
    /// What follows was not looked at when the chat was opened.
    Unread {
        /// How many messages were not.
        count: u32,
    },
    /// A message.
    Message(MessageItem),
}

/// Where messages are missing: above the first and below the second place ([`model::Gap::hole`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Its lower end, which stays while the hole is closed.
    pub floor: Order,
    /// Its upper end: the message before which to ask.
    pub upper: Order,
}

/// What was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What was received and stands here or before was looked at.
    pub read: Order,
    /// How many messages were not.
    pub count: u32,
}

impl TimelineItem {
    /// The message, if it is one.
    pub fn message(&self) -> Option<&MessageItem> {
        match self {
            Self::Message(message) => Some(message),
            Self::Day { .. } | Self::Hole(_) | Self::Unread { .. } => None,
        }
    }

    /// A key that stays the same while the item's content and place change; unique within a timeline.
    pub fn key(&self) -> String {
        match self {
            Self::Day { day, nth } => ["day:", &day.to_string(), ":", &nth.to_string()].concat(),
            Self::Hole(hole) => ["hole:", &hole.floor.0.to_string()].concat(),
            Self::Unread { .. } => "unread".into(),
            Self::Message(message) => ["msg:", &message.row.id.0].concat(),
        }
    }
}

#[derive(Clone)]
struct Entry {
    row: Rc<MessageRow>,
    /// Local day, kept because asking for the offset may leave wasm.
    day: i64,
}

/// The loaded part of one chat. Any order of arrival and any repetition of the same rows gives the same items.
#[derive(Clone)]
pub struct Timeline {
    offset: UtcOffset,
    /// Sorted by (order, id); ids are unique.
    entries: Vec<Entry>,
    /// The store has more before them. What stands before the oldest one is not known then.
    has_older: bool,
    /// The same for what stands after the newest one.
    has_newer: bool,
    /// The places of the first and the last message shown; all are shown as long as there is no choice.
    shown: Option<(Place, Place)>,
    /// Newest first.
    holes: Vec<Hole>,
    unread: Option<Unread>,
}

/// Where a message stands: no two stand in the same place.
type Place = (Order, LocalId);

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeline").field("items", &self.items()).finish_non_exhaustive()
    }
}

impl Timeline {
    /// An empty timeline.
    pub fn new(offset: UtcOffset) -> Self {
        Self {
            offset,
            entries: Vec::new(),
            has_older: false,
            has_newer: false,
            shown: None,
            holes: Vec::new(),
            unread: None,
        }
    }

    /// What is shown, oldest first.
    pub fn items(&self) -> Vec<TimelineItem> {
        items(&self.entries, self.shown(), &self.hole_places(), self.unread_place())
    }

    /// Whether the store has messages before the oldest loaded one.
    pub fn set_has_older(&mut self, has_older: bool) {
        self.has_older = has_older;
    }

    /// Whether the store has messages after the newest loaded one.
    pub fn set_has_newer(&mut self, has_newer: bool) {
        self.has_newer = has_newer;
    }

    /// Where messages are missing.
    pub fn set_holes(&mut self, mut holes: Vec<Hole>) {
        holes.sort_by_key(|hole| std::cmp::Reverse(hole.upper));
        self.holes = holes;
    }

    /// Where the unread messages begin.
    pub fn set_unread(&mut self, unread: Option<Unread>) {
        self.unread = unread;
    }

    /// What was not looked at, as far as it is known.
    pub fn unread(&self) -> Option<Unread> {
        self.unread
    }

    /// Before which entry each hole stands. Of several with nothing in between only the newest shows.
    fn hole_places(&self) -> Vec<(usize, Hole)> {
        let mut places: Vec<(usize, Hole)> = Vec::new();
        for hole in &self.holes {
            let at = self.entries.partition_point(|entry| entry.row.order < hole.upper);
            let is_unknown = (at == 0 && self.has_older) || (at == self.entries.len() && self.has_newer);
            if !is_unknown && places.last().is_none_or(|(above, _)| *above != at) {
                places.push((at, *hole));
            }
        }
        places
    }

    /// Before which entry the divider stands, and what it says.
    fn unread_place(&self) -> Option<(usize, u32)> {
        let Unread { read, count } = self.unread?;
        let first = self.entries.partition_point(|entry| entry.row.order <= read);
        // There may be more of them before the oldest loaded one.
        if first == 0 && self.has_older {
            return None;
        }
        let received = |entry: &Entry| entry.row.direction == Direction::In;
        let at = self.entries.iter().skip(first).position(received)?;
        Some((first + at, count))
    }

    /// The loaded messages, oldest first.
    pub fn messages(&self) -> impl ExactSizeIterator<Item = &MessageRow> + DoubleEndedIterator {
        self.entries.iter().map(|entry| entry.row.as_ref())
    }

    /// The message with this key, if it is loaded.
    pub fn message(&self, id: &LocalId) -> Option<&MessageRow> {
        Some(&self.entries.get(self.position(id)?)?.row)
    }

    /// The message with the key of this one, if it stands where this one does.
    pub fn at_its_place(&self, row: &MessageRow) -> Option<&MessageRow> {
        let at = self.entries.binary_search_by(|entry| place(&entry.row).cmp(&place(row))).ok()?;
        Some(&self.entries.get(at)?.row)
    }

    /// The place of the oldest loaded message: ask the store for what is before it.
    pub fn oldest(&self) -> Option<Order> {
        self.entries.first().map(|entry| entry.row.order)
    }

    /// The place of the newest loaded message.
    pub fn newest(&self) -> Option<Order> {
        self.entries.last().map(|entry| entry.row.order)
    }

    /// Takes a page from the store. A row that is here already stays as it is: live news are newer than the page.
    pub fn page(&mut self, rows: Vec<MessageRow>) {
        for row in rows {
            if self.position(&row.id).is_none() {
                self.insert(row);
            }
        }
    }

    /// Takes one new or changed message.
    pub fn upsert(&mut self, row: MessageRow) {
        if let Some(known) = self.position(&row.id) {
            self.entries.remove(known);
        }
        self.insert(row);
    }

    /// Takes one whose key is not here.
    pub fn add(&mut self, row: MessageRow) {
        self.insert(row);
    }

    /// Takes in what a message is now, if it is loaded. How far it got is known better here: that is told before it is on disk.
    pub fn replace(&mut self, mut row: MessageRow) {
        if let Some(known) = self.message(&row.id) {
            if !known.state.may_become(&row.state) {
                row.state = known.state.clone();
            }
            self.upsert(row);
        }
    }

    /// Notes how far a message got, if it is loaded and was not further.
    pub fn set_state(&mut self, id: &LocalId, state: &MessageState) {
        if let Some(entry) = self.position(id).and_then(|at| self.entries.get_mut(at))
            && entry.row.state.may_become(state)
        {
            Rc::make_mut(&mut entry.row).state = state.clone();
        }
    }

    /// Forgets a message.
    pub fn remove(&mut self, id: &LocalId) {
        if let Some(at) = self.position(id) {
            self.entries.remove(at);
        }
    }

    /// Forgets what stands before this place: what lies between it and there is not loaded.
    pub fn forget_before(&mut self, place: Order) {
        self.entries.retain(|entry| entry.row.order >= place);
    }

    /// Forgets all messages, and that there are more.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.shown = None;
        (self.has_older, self.has_newer) = (false, false);
    }

    /// Where a message is among the loaded ones. Looked for from the end: a live message is nearly always there.
    pub fn position(&self, id: &LocalId) -> Option<usize> {
        self.entries.iter().rposition(|entry| entry.row.id == *id)
    }

    fn insert(&mut self, row: MessageRow) {
        let local = row.at.saturating_add(i64::from((self.offset)(row.at)) * 60_000);
        let at = self.entries.partition_point(|other| place(&other.row) < place(&row));
        self.entries.insert(at, Entry { row: Rc::new(row), day: local.div_euclid(DAY_MS) });
    }
}

fn place(row: &MessageRow) -> (Order, &LocalId) {
    (row.order, &row.id)
}

/// What is shown of a stretch of messages. How each looks does not depend on where the stretch begins and ends, so that what comes
/// in beside it leaves it as high as it was.
fn items(
    entries: &[Entry],
    shown: Range<usize>,
    holes: &[(usize, Hole)],
    unread: Option<(usize, u32)>,
) -> Vec<TimelineItem> {
    let mut items: Vec<TimelineItem> = Vec::with_capacity(shown.len() + 8);
    let hole_at = |at: usize| holes.iter().find(|(place, _)| *place == at).map(|(_, hole)| *hole);
    let unread_at = |at: usize| unread.filter(|(place, _)| *place == at);
    // What stands between two messages parts their group, too.
    let parted = |at: usize| hole_at(at).is_some() || unread_at(at).is_some();
    let mut before = shown.start.checked_sub(1).and_then(|before| entries.get(before));
    let mut days: Vec<i64> = Vec::new();
    for (at, entry) in entries.iter().enumerate().take(shown.end).skip(shown.start) {
        items.extend(hole_at(at).map(TimelineItem::Hole));
        if at == shown.start || before.is_none_or(|before| before.day != entry.day) {
            let nth = days.iter().filter(|day| **day == entry.day).count();
            days.push(entry.day);
            items.push(TimelineItem::Day { day: entry.day, nth: u32::try_from(nth).unwrap_or(u32::MAX) });
        }
        items.extend(unread_at(at).map(|(_, count)| TimelineItem::Unread { count }));
        items.push(TimelineItem::Message(MessageItem {
            row: Rc::clone(&entry.row),
            first_of_group: parted(at) || before.is_none_or(|before| !grouped(before, entry)),
            last_of_group: parted(at + 1) || entries.get(at + 1).is_none_or(|next| !grouped(entry, next)),
        }));
        before = Some(entry);
    }
    if shown.end == entries.len() {
        items.extend(hole_at(entries.len()).map(TimelineItem::Hole));
    }
    items
}

fn grouped(a: &Entry, b: &Entry) -> bool {
    a.row.from == b.row.from && a.day == b.day && a.row.at.abs_diff(b.row.at) <= GROUP_GAP_MS.unsigned_abs()
}
