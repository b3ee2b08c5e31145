//! The open chat: a bounded slice of its messages.
//!
//! Messages that arrive while the person reads further up are held back and only counted, so that nothing moves under their eyes.

use super::Clock;
use super::rows::{Row, Rows};
use leptos::prelude::*;
use model::{BareJid, Direction, LocalId, MessageRow, MessageState, Order};
use projection::{Scroll, TimelineItem};

/// Messages loaded at a time.
pub(super) const PAGE: usize = 60;
/// More rows than this are cut back to [`PAGE`] when the person is at the newest one.
const SLICE: usize = 3 * PAGE;

/// A row of the timeline: a message or the head of a day.
pub(crate) type Entry = Row<String, TimelineItem>;

struct Slice {
    chat: Option<BareJid>,
    shown: projection::Timeline,
    held: Vec<MessageRow>,
    scroll: Scroll,
    loading: bool,
}

/// Copy handles to the open chat's slice.
#[derive(Clone, Copy)]
pub(crate) struct Timeline {
    clock: Clock,
    slice: StoredValue<Slice>,
    rows: Rows<String, TimelineItem>,
    unseen: RwSignal<u32>,
    loaded: RwSignal<bool>,
    has_older: RwSignal<bool>,
    jumps: RwSignal<u32>,
    arrived: RwSignal<Option<MessageRow>>,
}

impl Slice {
    fn new(chat: Option<BareJid>, clock: Clock) -> Self {
        Self {
            chat,
            shown: projection::Timeline::new(clock.utc_offset),
            held: Vec::new(),
            scroll: Scroll::new(),
            loading: false,
        }
    }
}

impl Timeline {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            slice: StoredValue::new(Slice::new(None, clock)),
            rows: Rows::new(TimelineItem::key),
            unseen: RwSignal::new(0),
            loaded: RwSignal::new(false),
            has_older: RwSignal::new(false),
            jumps: RwSignal::new(0),
            arrived: RwSignal::new(None),
        }
    }

    /// The rows to show, oldest first.
    pub(crate) fn rows(self) -> Vec<Entry> {
        self.rows.get()
    }

    /// True if there is nothing to show although everything was loaded.
    pub(crate) fn is_empty(self) -> bool {
        self.loaded.get() && self.rows.is_empty()
    }

    /// True once the newest page is here.
    pub(crate) fn is_loaded(self) -> bool {
        self.loaded.get()
    }

    /// True if there are older messages on this device than the ones shown.
    pub(crate) fn has_older(self) -> bool {
        self.has_older.get()
    }

    /// Messages that arrived below the view.
    pub(crate) fn unseen(self) -> u32 {
        self.unseen.get()
    }

    /// Grows each time the view must go to the newest message.
    pub(crate) fn jumps(self) -> u32 {
        self.jumps.get()
    }

    /// The last message that came in while the chat was open, for those who listen.
    pub(crate) fn arrived(self) -> Option<MessageRow> {
        self.arrived.get()
    }

    /// The open chat, not tracked.
    pub(super) fn chat(self) -> Option<BareJid> {
        self.slice.with_value(|slice| slice.chat.clone())
    }

    fn is_open(self, chat: &BareJid) -> bool {
        self.slice.with_value(|slice| slice.chat.as_ref() == Some(chat))
    }

    /// Starts anew with another chat, or with none.
    pub(super) fn open(self, chat: Option<BareJid>) {
        self.slice.set_value(Slice::new(chat, self.clock));
        self.rows.clear();
        self.unseen.set(0);
        self.loaded.set(false);
        self.has_older.set(false);
        self.arrived.set(None);
    }

    /// The chat and the place before which the next page lies, if one is worth asking for. Marks it as being loaded.
    pub(super) fn begin_page(self) -> Option<(BareJid, Option<Order>)> {
        let first = !self.loaded.get_untracked();
        if !first && !self.has_older.get_untracked() {
            return None;
        }
        self.slice.try_update_value(|slice| {
            let chat = slice.chat.clone()?;
            let before = if first { None } else { slice.shown.oldest() };
            (!std::mem::replace(&mut slice.loading, true)).then_some((chat, before))
        })?
    }

    /// Takes a page in. Late answers for another chat are dropped.
    pub(super) fn end_page(self, chat: &BareJid, page: Vec<MessageRow>) {
        if !self.is_open(chat) {
            return;
        }
        self.has_older.set(page.len() >= PAGE);
        self.change(|slice| {
            slice.loading = false;
            slice.shown.prepend(page)
        });
        self.loaded.set(true);
    }

    /// Takes a new message in.
    pub(super) fn message(self, row: MessageRow) {
        if !self.is_open(&row.chat) {
            return;
        }
        let ours = row.direction == Direction::Out;
        if !ours {
            self.arrived.set(Some(row.clone()));
        }
        let known = self.row(&row.id).is_some();
        let sticks = self.slice.with_value(|slice| slice.scroll.sticks());
        if known || sticks {
            self.change(|slice| slice.shown.upsert(row));
        } else {
            self.slice.update_value(|slice| {
                slice.scroll.appended(ours);
                slice.held.push(row);
            });
            self.unseen.set(self.slice.with_value(|slice| slice.scroll.unseen()));
        }
        if ours && !known {
            self.to_end();
        }
    }

    /// Takes a new state of a message in.
    pub(super) fn message_state(self, chat: &BareJid, id: &LocalId, state: &MessageState) {
        if self.is_open(chat) {
            self.change(|slice| slice.shown.set_state(id, state));
        }
    }

    /// The message with this key, if it is shown.
    pub(super) fn row(self, id: &LocalId) -> Option<MessageRow> {
        self.slice.with_value(|slice| messages(slice).find(|row| row.id == *id).cloned())
    }

    /// Shows what was held back and goes to the newest message.
    pub(super) fn to_end(self) {
        self.slice.update_value(|slice| {
            slice.scroll.to_end();
        });
        self.unseen.set(0);
        self.change(|slice| {
            let mut steps = Vec::new();
            for row in std::mem::take(&mut slice.held) {
                steps.append(&mut slice.shown.upsert(row));
            }
            steps
        });
        let long = self.slice.with_value(|slice| messages(slice).count() > SLICE);
        if long {
            self.change(|slice| {
                let mut newest: Vec<MessageRow> = messages(slice).rev().take(PAGE).cloned().collect();
                newest.reverse();
                slice.shown.reset(newest)
            });
            self.has_older.set(true);
        }
        self.jumps.update(|jumps| *jumps += 1);
    }

    /// Notes whether the newest message is in view.
    pub(super) fn scrolled(self, at_end: bool) {
        let held = self.slice.try_update_value(|slice| {
            if !at_end || slice.held.is_empty() {
                slice.scroll.scrolled(at_end);
            }
            !slice.held.is_empty()
        });
        if at_end && held == Some(true) {
            self.to_end();
        }
    }

    fn change(self, change: impl FnOnce(&mut Slice) -> Vec<projection::ListDiff<TimelineItem>>) {
        if let Some(steps) = self.slice.try_update_value(change) {
            self.rows.apply(steps);
        }
    }
}

fn messages(slice: &Slice) -> impl DoubleEndedIterator<Item = &MessageRow> {
    slice.shown.items().iter().filter_map(|item| match item {
        TimelineItem::Message(message) => Some(message.row.as_ref()),
        TimelineItem::Day { .. } => None,
    })
}
