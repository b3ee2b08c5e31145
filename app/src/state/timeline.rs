//! The open chat: a bounded slice of its messages.
//!
//! Messages that arrive while the person reads further up are held back and only counted, so that nothing moves under their eyes.
//! Older ones, from the archive, go where they belong; if what lies between is not loaded, they stay on disk until it is.

use super::Clock;
use super::rows::Rows;
use crate::live::Live;
use model::{BareJid, Direction, Gap, LocalId, MessageRow, MessageState, Order};
use projection::{Hole, Scroll, TimelineItem, Unread};
use std::cell::{Cell, RefCell};

/// Messages loaded at a time.
pub(super) const PAGE: usize = 60;
/// More rows than this are cut back to [`PAGE`] when the person is at the newest one.
const SLICE: usize = 3 * PAGE;

struct Slice {
    chat: Option<BareJid>,
    shown: projection::Timeline,
    held: Vec<MessageRow>,
    scroll: Scroll,
    loading: bool,
    /// An older message was left on disk while a page was on its way, which may not have it.
    skipped: bool,
}

/// The open chat's slice.
pub(crate) struct Timeline {
    clock: Clock,
    slice: RefCell<Slice>,
    rows: Rows<TimelineItem>,
    unseen: Live<u32>,
    loaded: Live<bool>,
    has_older: Live<bool>,
    jumps: Live<u32>,
    arrived: Live<Option<MessageRow>>,
    gaps_told: Live<u32>,
    /// The hole that was asked for since it came into view, by its upper end.
    asked: Cell<Option<Order>>,
    /// The same, as long as something may still come.
    closing: Live<Option<Order>>,
    /// What was not looked at before the chat was opened.
    unread: Live<Option<Unread>>,
}

impl Slice {
    fn new(chat: Option<BareJid>, clock: Clock) -> Self {
        Self {
            chat,
            shown: projection::Timeline::new(clock.utc_offset),
            held: Vec::new(),
            scroll: Scroll::new(),
            loading: false,
            skipped: false,
        }
    }
}

impl Timeline {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            slice: RefCell::new(Slice::new(None, clock)),
            rows: Rows::new(|item| item.key().into()),
            unseen: Live::default(),
            loaded: Live::default(),
            has_older: Live::default(),
            jumps: Live::default(),
            arrived: Live::default(),
            gaps_told: Live::default(),
            asked: Cell::default(),
            closing: Live::default(),
            unread: Live::default(),
        }
    }

    /// The rows to show, oldest first.
    pub(crate) fn rows(&self) -> &Rows<TimelineItem> {
        &self.rows
    }

    /// True if there is nothing to show although everything was loaded.
    pub(crate) fn is_empty(&self) -> bool {
        self.loaded.get() && self.rows.is_empty()
    }

    /// True once the newest page is here.
    pub(crate) fn is_loaded(&self) -> bool {
        self.loaded.get()
    }

    /// True if there are older messages on this device than the ones shown.
    pub(crate) fn has_older(&self) -> bool {
        self.has_older.get()
    }

    /// Messages that arrived below the view.
    pub(crate) fn unseen(&self) -> u32 {
        self.unseen.get()
    }

    /// Grows each time the view must go to the newest message.
    pub(crate) fn jumps(&self) -> u32 {
        self.jumps.get()
    }

    /// The last message that came in while the chat was open, for those who listen.
    pub(crate) fn arrived(&self) -> Option<MessageRow> {
        self.arrived.get()
    }

    /// What was not looked at before the chat was opened.
    pub(crate) fn unread(&self) -> Option<Unread> {
        self.unread.get()
    }

    /// Grows each time something else is missing.
    pub(crate) fn gaps_told(&self) -> u32 {
        self.gaps_told.get()
    }

    /// True if this hole is being closed.
    pub(crate) fn is_closing(&self, hole: Hole) -> bool {
        self.closing.get() == Some(hole.upper)
    }

    /// The open chat, not tracked.
    pub(super) fn chat(&self) -> Option<BareJid> {
        self.slice.borrow().chat.clone()
    }

    fn is_open(&self, chat: &BareJid) -> bool {
        self.slice.borrow().chat.as_ref() == Some(chat)
    }

    /// Starts anew with another chat, or with none.
    pub(super) fn open(&self, chat: Option<BareJid>) {
        self.slice.replace(Slice::new(chat, self.clock));
        self.rows.clear();
        self.unseen.set(0);
        self.loaded.set(false);
        self.has_older.set(false);
        self.arrived.set(None);
        self.forget_asked();
        self.unread.set(None);
    }

    /// Notes what was not looked at. It stays when it has been.
    pub(super) fn set_unread(&self, chat: &BareJid, unread: Unread) {
        if unread.count > 0 && self.is_open(chat) {
            self.unread.set_if_new(Some(unread));
            self.change(|slice| slice.shown.set_unread(Some(unread)));
        }
    }

    /// Takes in what is missing.
    pub(super) fn set_gaps(&self, gaps: &[Gap]) {
        let Some(chat) = self.chat() else { return };
        let hole = |gap: &Gap| {
            let (floor, upper) = gap.hole(&chat)?;
            // Whether anything is missing before the end of the archive is being found out.
            upper.id.is_some().then_some(Hole { floor, upper: upper.order })
        };
        let holes = gaps.iter().filter_map(hole).collect();
        self.change(|slice| slice.shown.set_holes(holes));
        self.gaps_told.update(|told| *told = told.wrapping_add(1));
    }

    /// Notes which hole is looked at, and says what to ask for: once as long as the hole stays as it is and in view.
    pub(super) fn look_at_hole(&self, hole: Option<Hole>) -> Option<(BareJid, Order)> {
        let upper = hole.map(|hole| hole.upper);
        if self.asked.replace(upper) == upper {
            return None;
        }
        self.closing.set_if_new(upper);
        self.chat().zip(upper)
    }

    /// What was asked for may be asked for again.
    pub(super) fn forget_asked(&self) {
        self.asked.set(None);
        self.closing.set_if_new(None);
    }

    /// What was asked for does not come.
    pub(super) fn give_up(&self, hole: Hole) {
        if self.closing.now() == Some(hole.upper) {
            self.closing.set(None);
        }
    }

    /// The chat and the place before which the next page lies, if one is worth asking for. Marks it as being loaded.
    pub(super) fn begin_page(&self) -> Option<(BareJid, Option<Order>)> {
        let first = !self.loaded.now();
        if !first && !self.has_older.now() {
            return None;
        }
        let mut slice = self.slice.borrow_mut();
        let chat = slice.chat.clone()?;
        let before = if first { None } else { slice.shown.oldest() };
        slice.skipped = false;
        (!std::mem::replace(&mut slice.loading, true)).then_some((chat, before))
    }

    /// Takes a page in. Late answers for another chat are dropped.
    pub(super) fn end_page(&self, chat: &BareJid, page: Vec<MessageRow>) {
        if !self.is_open(chat) {
            return;
        }
        let first = page.first().map(|row| row.order).filter(|_| page.len() >= PAGE);
        self.change(|slice| {
            slice.loading = false;
            slice.shown.prepend(page);
            if let Some(first) = first {
                // What came in before the page did may stand far above it.
                slice.shown.forget_before(first);
            }
            self.set_has_older(slice, first.is_some() || slice.skipped);
        });
        self.loaded.set(true);
    }

    fn set_has_older(&self, slice: &mut Slice, has_older: bool) {
        slice.shown.set_has_older(has_older);
        self.has_older.set_if_new(has_older);
    }

    /// Takes a new message in.
    pub(super) fn message(&self, row: MessageRow) {
        if !self.is_open(&row.chat) {
            return;
        }
        let slice = self.slice.borrow();
        let known = slice.shown.message(&row.id).is_some();
        let is_older = slice.shown.messages().next_back().is_some_and(|newest| row.order < newest.order);
        let is_apart = self.has_older.now() && slice.shown.oldest().is_some_and(|oldest| row.order < oldest);
        drop(slice);
        if is_older && !known {
            return self.change(|slice| {
                if is_apart {
                    slice.skipped = true;
                } else {
                    slice.shown.upsert(row);
                }
            });
        }
        let ours = row.direction == Direction::Out;
        if !ours {
            self.arrived.set(Some(row.clone()));
        }
        self.change(|slice| {
            if known || slice.scroll.sticks() {
                slice.shown.upsert(row);
            } else {
                slice.scroll.appended(ours);
                slice.held.push(row);
            }
        });
        if ours && !known {
            self.to_end();
        }
    }

    /// Takes a new state of a message in.
    pub(super) fn message_state(&self, chat: &BareJid, id: &LocalId, state: &MessageState) {
        if self.is_open(chat) {
            self.change(|slice| slice.shown.set_state(id, state));
        }
    }

    /// Takes in what a message is now, if it is here.
    pub(super) fn message_changed(&self, row: MessageRow) {
        if self.is_open(&row.chat) {
            self.change(|slice| {
                if let Some(held) = slice.held.iter_mut().find(|held| held.id == row.id) {
                    *held = row;
                } else {
                    slice.shown.replace(row);
                }
            });
        }
    }

    /// Takes a message away.
    pub(super) fn message_deleted(&self, chat: &BareJid, id: &LocalId) {
        if self.is_open(chat) {
            self.change(|slice| {
                slice.held.retain(|held| held.id != *id);
                slice.shown.remove(id);
            });
        }
    }

    /// The newest message here that is like this.
    pub(super) fn newest(&self, is: impl Fn(&MessageRow) -> bool) -> Option<MessageRow> {
        self.slice.borrow().shown.messages().rev().find(|row| is(row)).cloned()
    }

    /// The message with this key, if it is shown.
    pub(crate) fn row(&self, id: &LocalId) -> Option<MessageRow> {
        self.slice.borrow().shown.message(id).cloned()
    }

    /// Shows what was held back and goes to the newest message.
    pub(super) fn to_end(&self) {
        self.change(|slice| {
            slice.scroll.to_end();
            for row in std::mem::take(&mut slice.held) {
                slice.shown.upsert(row);
            }
            if slice.shown.messages().len() > SLICE {
                slice.shown.keep_newest(PAGE);
                self.set_has_older(slice, true);
            }
        });
        self.jumps.update(|jumps| *jumps += 1);
    }

    /// Notes whether the newest message is in view.
    pub(super) fn scrolled(&self, at_end: bool) {
        let mut slice = self.slice.borrow_mut();
        let held = !slice.held.is_empty();
        if !at_end || !held {
            slice.scroll.scrolled(at_end);
        }
        drop(slice);
        if at_end && held {
            self.to_end();
        }
    }

    /// Changes the slice and shows what it is now.
    fn change(&self, change: impl FnOnce(&mut Slice)) {
        let mut slice = self.slice.borrow_mut();
        change(&mut slice);
        self.rows.show(slice.shown.items());
        self.unseen.set_if_new(slice.scroll.unseen());
    }
}
