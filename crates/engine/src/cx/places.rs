//! Where messages stand ([`Order`]).

use super::Cx;
use model::{BareJid, Order, WallMs};

/// By how much places differ at least: something may turn out to belong in between.
const STEP: i64 = 8;
/// How many messages may have been missed between two that are known.
const ROOM: i64 = 100_000;
/// The same for the end of one page.
const PAGE_ROOM: i64 = 2_000;

impl Cx {
    /// The place of a message written now: after everything else, whatever the clock says.
    pub(crate) fn order_now(&mut self) -> Order {
        self.last_order = Order(self.now.wall_ms.saturating_mul(1000).max(self.last_order.0 + STEP));
        self.last_order
    }

    /// The place of the newest message.
    pub(crate) fn last_order(&self) -> Order {
        self.last_order
    }

    /// Everything new comes after this place.
    pub(crate) fn order_after(&mut self, place: Order) {
        self.last_order = self.last_order.max(place);
    }

    /// Leaves room before what comes from now on, for as many messages as may be missing; its end.
    pub(crate) fn reserve_order(&mut self) -> Order {
        self.reserve(ROOM)
    }

    /// The same for those of one page.
    pub(crate) fn reserve_page(&mut self) -> Order {
        self.reserve(PAGE_ROOM)
    }

    fn reserve(&mut self, room: i64) -> Order {
        self.last_order = Order(self.now.wall_ms.saturating_mul(1000).max(self.last_order.0 + room));
        self.last_order
    }

    /// What was missed stands behind this place: behind all that is known, but not behind what waits to be sent.
    pub(crate) fn settled_order(&self) -> Order {
        self.settled
    }

    /// The place of a message of this contact that had to wait since `stamp`. What the server kept comes in the order in which it was
    /// sent, and stamps are too coarse (often whole seconds) and too dependent on clocks to know better.
    pub(crate) fn order_at(&self, chat: &BareJid, stamp: WallMs) -> Order {
        let place = Order(stamp.saturating_mul(1000));
        self.last_received.get(chat).map_or(place, |last| place.max(Order(last.0 + 1)))
    }
}
