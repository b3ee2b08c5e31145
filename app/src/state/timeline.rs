//! The open chat: a bounded stretch of its messages, of which a shorter one is on the page.
//!
//! The store is read page by page on the way up and down, and what lies far on the other side is forgotten ([`KEPT`]). Messages that
//! arrive while the person reads further up are counted, and come to the page when they get there, so that nothing moves under their
//! eyes. Those for which there is a stretch in between that is not loaded stay on disk until it is.

mod pages;

pub(crate) use pages::Reach;
pub(super) use pages::Request;

use super::Clock;
use super::rows::Rows;
use crate::live::Live;
use model::{BareJid, Direction, Gap, LocalId, MessageRow, MessageState, Order};
use projection::{Hole, Scroll, Side, TimelineItem, Unread};
use std::cell::{Cell, RefCell, RefMut};
use std::collections::VecDeque;

/// Messages read from the store at a time.
pub(super) const PAGE: usize = 60;
/// Messages shown of a chat that was just opened: a little more than a phone or a window shows.
const FIRST: usize = 30;
/// More than this many are on the page only if they are in view, or nearly.
const SHOWN: usize = 120;
/// Loaded messages above and below those on the page.
const KEPT: usize = 3 * PAGE;

/// Where the view goes, and how often it went anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Jump {
    /// Tells jumps to the same goal apart.
    pub(crate) count: u32,
    /// Where to.
    pub(crate) goal: Goal,
}

/// What the view is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The newest message.
    End,
    /// Where the unread messages begin.
    Unread,
    /// A message.
    Message {
        /// Its key.
        id: LocalId,
        /// It is pointed out to the person, who asked for it.
        mark: bool,
    },
}

#[derive(Default)]
struct Reading {
    /// A page is on its way.
    on_its_way: bool,
    /// A message was left on disk meanwhile, which the page may not have.
    skipped: bool,
}

struct Slice {
    chat: Option<BareJid>,
    loaded: projection::Timeline,
    scroll: Scroll,
    older: Reading,
    newer: Reading,
    /// Grows when another stretch of messages takes the place of this one.
    stretch: u32,
    /// What is shown and not on disk yet, oldest first.
    heard: VecDeque<LocalId>,
    /// Rows are to be shown when the batch ends.
    stale: bool,
    /// And of them the newest.
    follows: bool,
    /// Something came in right above what is shown, where there was nothing but a hole, perhaps.
    came_above: bool,
}

/// The open chat's messages.
pub(crate) struct Timeline {
    clock: Clock,
    slice: RefCell<Slice>,
    /// A batch of events is being taken in.
    batch: Cell<bool>,
    rows: Rows<TimelineItem>,
    unseen: Live<u32>,
    loaded: Live<bool>,
    has_older: Live<bool>,
    has_newer: Live<bool>,
    jump: Live<Option<Jump>>,
    /// The message in view, unless that is the newest.
    in_view: RefCell<Option<LocalId>>,
    /// The message that was in view before the last jump.
    back: Live<Option<LocalId>>,
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
    fn new(chat: Option<BareJid>, clock: Clock, stretch: u32) -> Self {
        Self {
            chat,
            loaded: projection::Timeline::new(clock.utc_offset),
            scroll: Scroll::new(),
            older: Reading::default(),
            newer: Reading::default(),
            stretch,
            heard: VecDeque::new(),
            stale: false,
            follows: false,
            came_above: false,
        }
    }

    /// The newest message stands at the lower end of what is shown.
    fn ends(&self) -> bool {
        !self.loaded.has_more().1 && self.loaded.hidden().1 == 0
    }

    /// It need not be waited for any more; true if it was shown before it was on disk.
    fn forget_heard(&mut self, id: &LocalId) -> bool {
        // They come in order, nearly always.
        let at = self.heard.iter().position(|heard| heard == id);
        at.and_then(|at| self.heard.remove(at)).is_some()
    }

    /// Shows the newest message and, as long as they are not too many, what was shown.
    fn follow(&mut self) {
        let (_, below) = self.loaded.hidden();
        self.loaded.show_more(0, below);
        // So many came at once that nobody saw what was before them. Else the view says what can go ([`Reach`]).
        if self.loaded.shown().len() > SHOWN + PAGE {
            self.loaded.show_newest(FIRST);
        }
        self.loaded.forget_beyond(KEPT, KEPT);
    }
}

impl Timeline {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            slice: RefCell::new(Slice::new(None, clock, 0)),
            batch: Cell::default(),
            rows: Rows::new(|item| item.key().into()),
            unseen: Live::default(),
            loaded: Live::default(),
            has_older: Live::default(),
            has_newer: Live::default(),
            jump: Live::default(),
            in_view: RefCell::default(),
            back: Live::default(),
            arrived: Live::default(),
            gaps_told: Live::default(),
            asked: Cell::default(),
            closing: Live::default(),
            unread: Live::default(),
        }
    }

    /// The rows on the page, oldest first.
    pub(crate) fn rows(&self) -> &Rows<TimelineItem> {
        &self.rows
    }

    /// True if there is nothing to show although everything was loaded.
    pub(crate) fn is_empty(&self) -> bool {
        self.loaded.get() && self.rows.is_empty()
    }

    /// True once the first page is here.
    pub(crate) fn is_loaded(&self) -> bool {
        self.loaded.get()
    }

    /// True if there are older messages on this device than those on the page.
    pub(crate) fn has_older(&self) -> bool {
        self.has_older.get()
    }

    /// True if there are newer messages on this device than those on the page.
    pub(crate) fn has_newer(&self) -> bool {
        self.has_newer.get()
    }

    /// The same, not tracked.
    pub(crate) fn has_newer_now(&self) -> bool {
        self.has_newer.now()
    }

    /// Messages that arrived below the view.
    pub(crate) fn unseen(&self) -> u32 {
        self.unseen.get()
    }

    /// Where the view goes.
    pub(crate) fn jump(&self) -> Option<Jump> {
        self.jump.get()
    }

    /// True if there is a place to go back to.
    pub(crate) fn can_go_back(&self) -> bool {
        self.back.with(Option::is_some)
    }

    /// The last message that came in while the chat was open, for those who listen.
    pub(crate) fn arrived(&self) -> Option<MessageRow> {
        self.arrived.get()
    }

    /// What was not looked at before the chat was opened.
    pub(crate) fn unread(&self) -> Option<Unread> {
        self.unread.get()
    }

    /// Where the unread messages begin.
    pub(crate) fn unread_side(&self) -> Option<Side> {
        self.slice.borrow().loaded.unread_side()
    }

    /// Grows each time something else is missing.
    pub(crate) fn gaps_told(&self) -> u32 {
        self.gaps_told.get()
    }

    /// True if this hole is being closed.
    pub(crate) fn is_closing(&self, hole: Hole) -> bool {
        self.closing.get() == Some(hole.upper)
    }

    /// Notes which message is in view, unless it is the newest.
    pub(crate) fn set_in_view(&self, id: Option<String>) {
        self.in_view.replace(id.map(LocalId));
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
        let stretch = self.slice.borrow().stretch.wrapping_add(1);
        self.slice.replace(Slice::new(chat, self.clock, stretch));
        self.rows.clear();
        self.unseen.set(0);
        self.loaded.set(false);
        self.has_older.set(false);
        self.has_newer.set(false);
        self.arrived.set(None);
        self.jump.set(None);
        self.back.set(None);
        self.set_in_view(None);
        self.forget_asked();
        self.unread.set(None);
    }

    /// Notes what was not looked at. It stays when it has been.
    pub(super) fn set_unread(&self, chat: &BareJid, unread: Unread) {
        if unread.count > 0 && self.is_open(chat) {
            self.unread.set_if_new(Some(unread));
            self.change(|slice| slice.loaded.set_unread(Some(unread)));
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
        self.change(|slice| slice.loaded.set_holes(holes));
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

    /// The message with this key, if it is loaded.
    pub(crate) fn row(&self, id: &LocalId) -> Option<MessageRow> {
        self.slice.borrow().loaded.message(id).cloned()
    }

    /// Takes a new state of a message in.
    pub(super) fn message_state(&self, chat: &BareJid, id: &LocalId, state: &MessageState) {
        if self.is_open(chat) {
            self.change(|slice| slice.loaded.set_state(id, state));
        }
    }

    /// Takes in what a message is now, if it is here.
    pub(super) fn message_changed(&self, row: MessageRow) {
        if self.is_open(&row.chat) {
            self.change(|slice| slice.loaded.replace(row));
        }
    }

    /// The newest message here that is like this.
    pub(super) fn newest(&self, is: impl Fn(&MessageRow) -> bool) -> Option<MessageRow> {
        self.slice.borrow().loaded.messages().rev().find(|row| is(row)).cloned()
    }

    /// Takes a message away.
    pub(super) fn message_deleted(&self, chat: &BareJid, id: &LocalId) {
        if self.is_open(chat) {
            self.change(|slice| {
                slice.forget_heard(id);
                slice.loaded.remove(id);
            });
        }
    }

    /// Takes a message in that is on its way to the disk; the same as [`Timeline::message`].
    pub(super) fn heard(&self, row: MessageRow) -> bool {
        if !self.is_open(&row.chat) {
            return false;
        }
        self.slice.borrow_mut().heard.push_back(row.id.clone());
        // Its key is new.
        self.take_message(row, true, false)
    }

    /// Takes a new message in. True if it is a new one of ours: then the view is to go to the end.
    pub(super) fn message(&self, row: MessageRow) -> bool {
        if !self.is_open(&row.chat) {
            return false;
        }
        let mut slice = self.slice.borrow_mut();
        let was_heard = slice.forget_heard(&row.id);
        // It stands where it stood, or was forgotten since, as far from the view.
        let known = if was_heard { slice.loaded.at_its_place(&row) } else { slice.loaded.message(&row.id) };
        if known == Some(&row) {
            return false;
        }
        let known = known.is_some();
        drop(slice);
        self.take_message(row, !was_heard, known)
    }

    /// What is no news was counted and announced before.
    fn take_message(&self, row: MessageRow, is_news: bool, known: bool) -> bool {
        let slice = self.slice.borrow();
        let is_older = slice.loaded.newest().is_some_and(|newest| row.order < newest);
        let is_oldest = slice.loaded.oldest().is_some_and(|oldest| row.order < oldest);
        let (has_older, has_newer) = slice.loaded.has_more();
        drop(slice);
        let ours = is_news && row.direction == Direction::Out;
        if known || (is_older && !(is_oldest && has_older)) {
            self.change(|slice| {
                let ends = known && slice.ends();
                let is_top = slice.loaded.hidden().0 == 0;
                slice.loaded.upsert(row);
                slice.came_above |= is_top && slice.loaded.hidden().0 > 0;
                // It may have moved.
                slice.follows |= ends && slice.scroll.sticks();
            });
            return false;
        }
        if is_older {
            self.slice.borrow_mut().older.skipped = true;
            return false;
        }
        if is_news && !ours {
            self.arrived.set(Some(row.clone()));
        }
        self.change(|slice| {
            let follows = slice.scroll.sticks();
            if has_newer {
                slice.newer.skipped = true;
            } else {
                slice.loaded.add(row);
            }
            if !follows {
                if is_news {
                    slice.scroll.appended(ours);
                }
                // However much comes, no more than that is kept for the way down.
                slice.loaded.forget_beyond(usize::MAX, 2 * KEPT);
            } else if !has_newer {
                slice.follows = true;
            }
        });
        ours
    }

    /// Notes whether the newest message is in view.
    pub(super) fn scrolled(&self, at_end: bool) {
        let mut slice = self.slice.borrow_mut();
        let at_end = at_end && slice.ends();
        slice.scroll.scrolled(at_end);
        self.unseen.set_if_new(slice.scroll.unseen());
        if at_end {
            self.back.set_if_new(None);
        }
    }

    /// From now on changes are shown together, at [`Timeline::end_batch`].
    pub(super) fn begin_batch(&self) {
        self.batch.set(true);
    }

    /// Shows what changed since [`Timeline::begin_batch`].
    pub(super) fn end_batch(&self) {
        self.batch.set(false);
        let slice = self.slice.borrow_mut();
        if slice.stale {
            self.show(slice);
        }
    }

    /// Changes the slice and shows what it is now.
    fn change(&self, change: impl FnOnce(&mut Slice)) {
        let mut slice = self.slice.borrow_mut();
        change(&mut slice);
        if self.batch.get() {
            slice.stale = true;
        } else {
            self.show(slice);
        }
    }

    fn show(&self, mut slice: RefMut<'_, Slice>) {
        slice.stale = false;
        if std::mem::take(&mut slice.follows) {
            slice.follow();
        }
        // Not at the next look: whoever is at the very top would see the hole go first, and everything with it.
        if std::mem::take(&mut slice.came_above) {
            slice.loaded.show_more(FIRST, 0);
        }
        self.rows.show(slice.loaded.items());
        let ((above, below), (older, newer)) = (slice.loaded.hidden(), slice.loaded.has_more());
        self.has_older.set_if_new(older || above > 0);
        self.has_newer.set_if_new(newer || below > 0);
        self.unseen.set_if_new(slice.scroll.unseen());
    }
}
