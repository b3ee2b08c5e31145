//! Gaps: when they open, and which one is closed next.

use super::{Archive, HISTORY_PAGES, MISSED_PAGES, Newest, Query, Target, Trouble};
use crate::cx::Cx;
use model::{Edge, Gap};

impl Archive {
    /// A newer message is known.
    pub(super) fn advance(&mut self, cx: &mut Cx, edge: Edge) {
        if self.row.cursor.is_none() {
            self.newest.reached = Some(edge.clone());
        }
        self.row.cursor = Some(edge.clone());
        cx.outbox.know(edge);
        self.row.settled = cx.outbox.settled().cloned();
    }

    /// What came late is in the archive by now: below what was reached, where it is known or in a gap, or above.
    pub(super) fn look_again(&mut self, cx: &mut Cx) {
        let Some(reached) = self.newest.reached.take() else { return };
        if self.newest.is_asked {
            self.insert_gap(cx, Some(reached));
            self.newest.is_again = true;
        } else if let Some(top) = self.row.gaps.first_mut() {
            // Nothing was done about the newest one yet: it reaches up to now instead.
            (top.before.id, top.before.at, top.before.order) = (None, cx.now.wall_ms, cx.reserve_order());
        }
        self.row.cursor = None;
        self.write(cx);
        self.go_on(cx);
    }

    /// From now on down to this message there may be others that we don't have.
    pub(super) fn insert_gap(&mut self, cx: &mut Cx, after: Option<Edge>) {
        let before = Edge { id: None, at: cx.now.wall_ms, order: cx.reserve_order() };
        self.row.gaps.insert(0, Gap { after, before, chats: Vec::new() });
        (self.newest.is_asked, self.newest.is_again) = (false, false);
        if let Some(Query { target: Target::Gap(index, _), .. }) = &mut self.query {
            *index += 1;
        }
    }

    /// A connection may fetch this much by itself.
    pub(super) fn renew_budget(&mut self) {
        self.trouble.is_refused = false;
        if !self.is_new_here {
            self.budget = MISSED_PAGES;
        }
    }

    /// A new session: what was missed, and what was lost.
    pub(super) fn open_gap(&mut self, cx: &mut Cx) {
        (self.query, self.turned, self.trouble) = (None, None, Trouble::default());
        let floor = cx.settled_order();
        let cursor = self.row.cursor.take().map(|edge| Edge { order: edge.order.max(floor), ..edge });
        match self.row.gaps.first_mut() {
            // Nothing was learned since the last one was opened: it has grown, in every chat.
            Some(top) if cursor.is_none() => {
                top.before = Edge { id: None, at: cx.now.wall_ms, order: cx.reserve_order() };
                top.chats.clear();
            }
            _ => self.insert_gap(cx, cursor),
        }
        self.newest = Newest::default();
        self.is_new_here = self.row.gaps.iter().all(|gap| gap.after.is_none());
        self.budget = HISTORY_PAGES;
        self.renew_budget();
        self.doubt(cx);
        self.write(cx);
    }

    /// What the server may have of ours has to be looked for.
    pub(super) fn doubt(&mut self, cx: &mut Cx) {
        // On a new device nothing of ours is old.
        self.row.settled = cx.outbox.settled().cloned();
        let pages = if self.row.settled.is_some() { u32::MAX } else { HISTORY_PAGES };
        self.doubts = cx.outbox.doubtful_chats().iter().map(|chat| (chat.clone(), None, pages)).collect();
        cx.hold = !self.doubts.is_empty();
    }

    pub(super) fn next_target(&mut self, cx: &Cx) -> Option<Target> {
        // Before all else: our own messages wait for it.
        if let Some((chat, before, _)) = self.doubts.first() {
            return Some(Target::Doubt(chat.clone(), before.clone()));
        }
        // Whoever wrote what is on the next page is to hear that it is here.
        if !cx.owed.has_room() {
            return None;
        }
        let gaps = &self.row.gaps;
        while !self.wanted.is_empty() {
            let (chat, before) = self.wanted.remove(0);
            let is_meant = |gap: &Gap| {
                gap.hole(&chat).is_some_and(|(floor, upper)| floor < before && before <= upper.order)
            };
            if let Some(gap) = gaps.iter().position(is_meant) {
                return Some(Target::Gap(gap, Some(chat)));
            }
        }
        if self.trouble.is_refused {
            return None;
        }
        if self.newest.is_again && !std::mem::take(&mut self.newest.had_turn) {
            self.newest.had_turn = true;
            return Some(Target::Gap(0, None));
        }
        let is_meant = |gap: &Gap| self.is_new_here || gap.after.is_some();
        let others = gaps.iter().enumerate().skip(usize::from(self.newest.is_again));
        let next = { others }.find(|(_, gap)| is_meant(gap)).filter(|_| self.budget > 0);
        if next.is_some() {
            self.budget -= 1;
        }
        let gap = next.map(|(at, _)| at).or(self.newest.is_again.then_some(0))?;
        Some(Target::Gap(gap, None))
    }
}
