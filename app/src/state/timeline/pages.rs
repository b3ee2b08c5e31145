//! Reading the store: on the way up and down, and elsewhere for a jump.

use super::{FIRST, Goal, Jump, KEPT, PAGE, Reading, SHOWN, Slice, Timeline};
use model::{BareJid, MessageRow, Order, PageAt};

/// With fewer loaded messages than this left to show the next page is read.
const RESERVE: usize = PAGE / 2;

/// A page that is wanted from the store.
#[derive(Clone, Debug)]
pub(in crate::state) struct Request {
    pub(in crate::state) chat: BareJid,
    pub(in crate::state) at: PageAt,
    /// The stretch that it belongs to: what was asked for before a jump is of no use after it.
    stretch: u32,
    /// Where the view goes when the page is here. To what was asked for if this is not said.
    goal: Option<Goal>,
}

impl Request {
    /// How many messages.
    pub(in crate::state) fn limit(&self) -> usize {
        if self.is_jump() { 2 * PAGE } else { PAGE }
    }

    fn is_jump(&self) -> bool {
        matches!(self.at, PageAt::Around(_) | PageAt::Message(_))
    }
}

/// What the view needs to stay filled, and what it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// So many messages more above.
    pub(crate) above: usize,
    /// So many messages more below.
    pub(crate) below: usize,
    /// So many are too far above.
    pub(crate) far_above: usize,
    /// So many are too far below.
    pub(crate) far_below: usize,
}

impl Timeline {
    /// The first page of a chat that was just opened: the newest one, or that around a message.
    pub(in crate::state) fn begin(&self, at: PageAt) -> Option<Request> {
        self.begin_stretch(at, None)
    }

    /// A page that takes the place of all that is loaded, as soon as it is here.
    fn begin_stretch(&self, at: PageAt, goal: Option<Goal>) -> Option<Request> {
        let mut slice = self.slice.borrow_mut();
        // What is on its way to this stretch will find another one.
        slice.stretch = slice.stretch.wrapping_add(1);
        (slice.older, slice.newer) = Default::default();
        slice.request(at, goal)
    }

    /// Takes a page in. What comes too late for another chat, or for another stretch of this one, is dropped. True if nothing is
    /// shown yet, for what was to be shown first is not there.
    pub(in crate::state) fn end_page(&self, request: &Request, page: Vec<MessageRow>) -> bool {
        let slice = self.slice.borrow();
        let is_late = slice.chat.as_ref() != Some(&request.chat) || slice.stretch != request.stretch;
        drop(slice);
        if is_late {
            return false;
        }
        if page.is_empty() && request.is_jump() {
            return !self.loaded.now();
        }
        self.change(|slice| match request.at {
            PageAt::Before(_) => slice.take_older(page),
            PageAt::After(_) => slice.take_newer(page),
            PageAt::Newest => slice.take_newest(page),
            PageAt::Around(_) | PageAt::Message(_) => slice.take_around(page, &request.at),
        });
        self.loaded.set_if_new(true);
        let found = || self.slice.borrow().found(&request.at);
        if let Some(goal) = request.goal.clone().or_else(found) {
            self.go(goal);
        }
        false
    }

    /// Shows more of what is loaded and less of what is far, and says what is to be read from the store.
    pub(in crate::state) fn reach(&self, reach: Reach) -> [Option<Request>; 2] {
        let slice = self.slice.borrow();
        let (hidden, shown) = (slice.loaded.hidden(), slice.loaded.shown().len());
        drop(slice);
        // A short chat is on the page as a whole, whatever the height of the view, but not before its end was painted.
        let lacking = PAGE.saturating_sub(shown).min(FIRST);
        let more = (reach.above.max(lacking).min(hidden.0), reach.below.min(hidden.1));
        let over = (shown + more.0 + more.1).saturating_sub(SHOWN);
        let less = (reach.far_above.min(over), reach.far_below.min(over));
        if (more, less) != ((0, 0), (0, 0)) {
            self.change(|slice| {
                slice.loaded.show_more(more.0, more.1);
                slice.loaded.show_less(less.0, less.1);
            });
        }
        let mut slice = self.slice.borrow_mut();
        let hidden = slice.loaded.hidden();
        [slice.begin_older(hidden.0), slice.begin_newer(hidden.1)]
    }

    /// Goes to the newest message. If that is not loaded, what to read.
    pub(in crate::state) fn to_end(&self) -> Option<Request> {
        if self.slice.borrow().loaded.has_more().1 {
            return self.begin_stretch(PageAt::Newest, None);
        }
        self.change(|slice| {
            slice.scroll.to_end();
            if !slice.ends() {
                slice.loaded.show_newest(FIRST);
            }
        });
        self.go(Goal::End);
        None
    }

    /// Goes to a message and keeps in mind where the view was. If it is not loaded, what to read.
    pub(in crate::state) fn to_message(&self, at: PageAt) -> Option<Request> {
        self.back.set(self.in_view.take());
        self.to(at, None)
    }

    /// Goes back to where the view was.
    pub(in crate::state) fn to_back(&self) -> Option<Request> {
        let id = self.back.now()?;
        self.back.set(None);
        self.to(PageAt::Message(id.clone()), Some(Goal::Message { id, mark: false }))
    }

    /// Goes to where the unread messages begin.
    pub(in crate::state) fn to_unread(&self) -> Option<Request> {
        let place = self.unread.now()?.read;
        self.to(PageAt::Around(Order(place.0.saturating_add(1))), Some(Goal::Unread))
    }

    fn to(&self, at: PageAt, goal: Option<Goal>) -> Option<Request> {
        let slice = self.slice.borrow();
        let (position, found) = (slice.position(&at), slice.found(&at));
        drop(slice);
        let Some(position) = position else { return self.begin_stretch(at, goal) };
        self.change(|slice| slice.show(position));
        self.go(goal.or(found)?);
        None
    }

    /// Sends the view somewhere.
    fn go(&self, goal: Goal) {
        let count = self.jump.peek(|jump| jump.as_ref().map_or(0, |jump| jump.count));
        self.jump.set(Some(Jump { count: count.wrapping_add(1), goal }));
    }
}

impl Slice {
    fn request(&self, at: PageAt, goal: Option<Goal>) -> Option<Request> {
        Some(Request { chat: self.chat.clone()?, at, stretch: self.stretch, goal })
    }

    /// The page before the oldest loaded message, if there is one, few are left above, and it is not on its way.
    fn begin_older(&mut self, left: usize) -> Option<Request> {
        let at = PageAt::Before(self.loaded.oldest()?);
        let begins = left < RESERVE && self.loaded.has_more().0 && self.older.begin();
        begins.then(|| self.request(at, None))?
    }

    /// The page after the newest loaded message in the same way.
    fn begin_newer(&mut self, left: usize) -> Option<Request> {
        let at = PageAt::After(self.loaded.newest()?);
        let begins = left < RESERVE && self.loaded.has_more().1 && self.newer.begin();
        begins.then(|| self.request(at, None))?
    }

    /// Where something is among the loaded messages. A place beyond their ends is somewhere else.
    fn position(&self, at: &PageAt) -> Option<usize> {
        let loaded = &self.loaded;
        match at {
            PageAt::Message(id) => loaded.position(id),
            PageAt::Around(place) => {
                let (position, (has_older, has_newer)) = (loaded.before(*place), loaded.has_more());
                let is_apart =
                    (position == 0 && has_older) || (position == loaded.messages().len() && has_newer);
                (!is_apart && loaded.newest().is_some()).then_some(position)
            }
            _ => None,
        }
    }

    /// What the view is to show of what was asked for.
    fn found(&self, at: &PageAt) -> Option<Goal> {
        let last = self.loaded.messages().len().checked_sub(1)?;
        let at = match at {
            PageAt::Newest => return Some(Goal::End),
            PageAt::Before(_) | PageAt::After(_) => return None,
            PageAt::Around(place) => self.loaded.before(*place).min(last),
            PageAt::Message(id) => self.loaded.position(id)?,
        };
        Some(Goal::Message { id: self.loaded.id_at(at)?.clone(), mark: true })
    }

    /// Shows the surroundings of a message that is loaded, unless they are shown.
    fn show(&mut self, position: usize) {
        self.scroll.scrolled(false);
        if !self.loaded.shown().contains(&position) {
            self.loaded.show_around(position, FIRST);
        }
    }

    fn take_older(&mut self, page: Vec<MessageRow>) {
        let skipped = self.older.end();
        let has_more = self.take(page) || skipped;
        self.loaded.set_has_older(has_more);
        self.loaded.forget_beyond(usize::MAX, KEPT);
    }

    fn take_newer(&mut self, page: Vec<MessageRow>) {
        let has_more = page.len() >= PAGE;
        let has_more = self.newer.end() || has_more;
        self.loaded.page(page);
        self.loaded.set_has_newer(has_more);
        self.loaded.forget_beyond(KEPT, usize::MAX);
    }

    fn take_newest(&mut self, page: Vec<MessageRow>) {
        if self.loaded.has_more().1 {
            self.loaded.clear();
        }
        let (older, newer) = (self.older.end(), self.newer.end());
        let has_older = self.take(page) || older;
        self.loaded.set_has_older(has_older);
        self.loaded.set_has_newer(newer);
        self.loaded.show_newest(FIRST);
        self.scroll.to_end();
    }

    /// Takes a page that ends where what is loaded begins. True if the store has more before it.
    fn take(&mut self, page: Vec<MessageRow>) -> bool {
        let first = page.first().map(|row| row.order).filter(|_| page.len() >= PAGE);
        self.loaded.page(page);
        if let Some(first) = first {
            // What came in before the page did may stand far above it.
            self.loaded.forget_before(first);
        }
        first.is_some()
    }

    fn take_around(&mut self, page: Vec<MessageRow>, at: &PageAt) {
        let (older, newer) = (self.older.end(), self.newer.end());
        self.loaded.clear();
        self.loaded.page(page);
        let count = self.loaded.messages().len();
        let position = self.position(at).unwrap_or(count);
        self.loaded.set_has_older(position >= PAGE || older);
        self.loaded.set_has_newer(count - position >= PAGE || newer);
        self.loaded.show_around(position, FIRST);
        self.scroll.scrolled(false);
    }
}

impl Reading {
    /// False if a page is on its way.
    fn begin(&mut self) -> bool {
        let begins = !self.on_its_way;
        if begins {
            *self = Self { on_its_way: true, skipped: false };
        }
        begins
    }

    /// True if there may be a message that the page does not have.
    fn end(&mut self) -> bool {
        self.on_its_way = false;
        std::mem::take(&mut self.skipped)
    }
}
