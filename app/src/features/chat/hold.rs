//! Keeps what is in view where it is, whatever comes, goes or grows around it.
//!
//! The scroller is `column-reverse`: its origin is its lower end, so nothing above the view moves it. For what is below there is the
//! *runway*, an empty stretch under the messages: what they gain it loses. So `scrollTop` stays as it is (writing it would end a
//! fling on iOS), except for the rest that the runway can't give, in whole pixels: Firefox loses fractions.

use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::dom;

/// How far one can fling down before newer messages are there (CSS pixels).
const RUNWAY: f64 = 20_000.0;
/// No change takes away more than this (CSS pixels).
const MUCH: f64 = 100_000.0;

/// The geometry of a list of messages.
pub(super) struct Hold {
    scroller: Element,
    rows: Element,
    runway: Element,
    /// The height of the runway.
    length: Cell<f64>,
    anchor: RefCell<Option<Anchor>>,
}

/// A message, and how far it is from the lower end of everything: that changes only if something between does.
struct Anchor {
    message: Element,
    to_end: f64,
    /// How far it is from the lower edge of the view.
    in_view: f64,
    /// The width of the view.
    width: i32,
}

/// How far the messages reach beyond the view, and the view's own height.
#[derive(Clone, Copy)]
pub(super) struct Beyond {
    pub(super) above: f64,
    pub(super) below: f64,
    pub(super) height: f64,
}

impl Hold {
    pub(super) fn new(scroller: Element, rows: Element, runway: Element) -> Self {
        Self { scroller, rows, runway, length: Cell::default(), anchor: RefCell::default() }
    }

    pub(super) fn scroller(&self) -> &Element {
        &self.scroller
    }

    pub(super) fn rows(&self) -> &Element {
        &self.rows
    }

    fn to_end(&self, message: &Element) -> f64 {
        let end = self.rows.get_bounding_client_rect().bottom() + self.length.get();
        end - message.get_bounding_client_rect().bottom()
    }

    fn set_length(&self, length: f64) {
        if (self.length.replace(length) - length).abs() > f64::EPSILON {
            // In 64ths, for that is what browsers count in, and the code that prints fractions is 5 KB to download.
            #[allow(clippy::cast_possible_truncation)]
            let parts = (length * 64.0).round() as i64;
            dom::set_style(&self.runway, "height", &["calc(", &parts.to_string(), "px/64)"].concat());
        }
    }

    fn in_view(&self, message: &Element) -> f64 {
        self.scroller.get_bounding_client_rect().bottom() - message.get_bounding_client_rect().bottom()
    }

    /// The rows changed, and nobody has looked at them since. Where all is less high for a moment, because what went below is not
    /// made up for, the browser would cut `scrollTop` off: so it is higher for that moment.
    pub(super) fn settle_change(&self, ends: bool) {
        if self.anchor.borrow().as_ref().is_some_and(|anchor| anchor.message.is_connected()) {
            self.set_length(self.length.get() + MUCH);
        }
        self.settle(ends);
    }

    /// Makes up for what changed since [`Hold::take_anchor`]. `ends` tells that nothing newer is to come above the runway: then there
    /// is no use for it.
    pub(super) fn settle(&self, ends: bool) {
        let mut anchor = self.anchor.borrow_mut();
        if anchor.as_ref().is_some_and(|anchor| !anchor.message.is_connected()) {
            *anchor = None;
        }
        let grown = anchor.as_ref().map_or(0.0, |anchor| self.to_end(&anchor.message) - anchor.to_end);
        let length = self.length.get() - grown;
        let rest = if ends || length < 0.0 { length.floor() } else { 0.0 };
        self.set_length(length - rest);
        if rest.abs() > 0.0 {
            self.scroller.scroll_by_with_x_and_y(0.0, rest);
        }
        if let Some(anchor) = &mut *anchor {
            anchor.to_end -= rest;
            let width = self.scroller.client_width();
            if std::mem::replace(&mut anchor.width, width) != width {
                // All is laid out anew, and what was scrolled then fits to nothing.
                let moved = anchor.in_view - self.in_view(&anchor.message);
                self.scroller.scroll_by_with_x_and_y(0.0, moved.round());
            }
        }
    }

    /// From now on the lowest message that is in view as a whole stays where it is; with `None` (the newest is in view) the end does.
    /// Gives its key.
    pub(super) fn take_anchor(&self, follows: bool) -> Option<String> {
        let messages = if follows { None } else { self.messages() };
        let anchor = messages.and_then(|messages| {
            let bottom = self.scroller.get_bounding_client_rect().bottom();
            let below = messages.first(|message| message.get_bounding_client_rect().bottom() > bottom);
            messages.get(below.saturating_sub(1))
        });
        let id = anchor.as_ref().and_then(|message| message.get_attribute("data-id"));
        let width = self.scroller.client_width();
        let place = |message: &Element| (self.to_end(message), self.in_view(message));
        let anchor = anchor.map(|message| {
            let (to_end, in_view) = place(&message);
            Anchor { message, to_end, in_view, width }
        });
        self.anchor.replace(anchor);
        id
    }

    pub(super) fn beyond(&self) -> Beyond {
        let (view, rows) = (self.scroller.get_bounding_client_rect(), self.rows.get_bounding_client_rect());
        Beyond { above: view.top() - rows.top(), below: rows.bottom() - view.bottom(), height: view.height() }
    }

    /// How many messages are further than this above and below the view.
    pub(super) fn far(&self, distance: f64) -> (usize, usize) {
        let Some(messages) = self.messages() else { return (0, 0) };
        let view = self.scroller.get_bounding_client_rect();
        let (top, bottom) = (view.top() - distance, view.bottom() + distance);
        let above = messages.first(|message| message.get_bounding_client_rect().bottom() >= top);
        let below = messages.first(|message| message.get_bounding_client_rect().top() > bottom);
        (above as usize, (messages.count - below) as usize)
    }

    /// Goes to the end.
    pub(super) fn go_to_end(&self) {
        self.anchor.take();
        self.set_length(0.0);
        self.scroller.set_scroll_top(0);
    }

    /// Brings an element into the middle of the view, or its upper edge so far below that of the view.
    pub(super) fn go_to(&self, element: &Element, from_top: Option<f64>, ends: bool) {
        self.anchor.take();
        if !ends {
            self.set_length(self.length.get().max(RUNWAY));
        }
        let (view, it) = (self.scroller.get_bounding_client_rect(), element.get_bounding_client_rect());
        let from_top = from_top.unwrap_or_else(|| ((view.height() - it.height()) / 2.0).max(0.0));
        self.scroller.scroll_by_with_x_and_y(0.0, (it.top() - view.top() - from_top).round());
    }

    /// The element of a message that is on the page.
    pub(super) fn message(&self, id: &str) -> Option<Element> {
        let messages = self.messages()?;
        (0..messages.count)
            .filter_map(|at| messages.get(at))
            .find(|it| it.get_attribute("data-id").as_deref() == Some(id))
    }

    fn messages(&self) -> Option<Messages> {
        let list = self.rows.query_selector_all(".message").ok()?;
        Some(Messages { count: list.length(), list })
    }
}

/// The messages on the page, oldest first.
struct Messages {
    list: web_sys::NodeList,
    count: u32,
}

impl Messages {
    fn get(&self, at: u32) -> Option<Element> {
        self.list.item(at)?.dyn_into().ok()
    }

    /// The first one of which this is true, and with it of all after it.
    fn first(&self, is_past: impl Fn(Element) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low.midpoint(high);
            if self.get(middle).is_some_and(&is_past) { high = middle } else { low = middle + 1 }
        }
        low
    }
}
