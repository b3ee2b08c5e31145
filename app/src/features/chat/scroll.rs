//! The pixels of the message list. The scroller is `column-reverse`: its origin is the newest message, so rows that come in above
//! move nothing, and `scrollTop` is 0 at the end and negative above it. What comes in below (a hole that was scrolled past) is made up
//! for here.

use crate::dom;
use crate::i18n;
use crate::live::{Live, effect};
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use projection::Unread;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// This close to the end counts as being there (CSS pixels).
const NEAR_END: i32 = 48;
/// This far from the end the way back gets a button (CSS pixels).
const FAR: i32 = 320;

/// Watches a scroller.
#[derive(Clone)]
pub(super) struct Follow {
    state: AppState,
    scroller: Element,
    far: Live<bool>,
    asked: Rc<Cell<bool>>,
    /// The unread messages begin further up and were not gone to: how many there are.
    away: Live<Option<u32>>,
    /// Where they begin was in view.
    reached: Rc<Cell<Option<Unread>>>,
    /// The person wants to go there.
    seeking: Rc<Cell<bool>>,
    /// The lowest message in view at the last look.
    anchor: Rc<RefCell<Option<Anchor>>>,
}

/// A message, and how far it is from the end: that changes only if something between does.
struct Anchor {
    message: Element,
    place: f64,
    /// Of the list, since all is laid out anew with another one.
    width: i32,
}

impl Follow {
    /// Tells the state whether the end is in view and which hole is, asks for older pages before the top is reached, and goes to the
    /// end when told.
    pub(super) fn new(state: AppState, scroller: Element) -> Self {
        let follow = Self {
            state,
            scroller,
            far: Live::new(false),
            asked: Rc::default(),
            away: Live::default(),
            reached: Rc::default(),
            seeking: Rc::default(),
            anchor: Rc::default(),
        };
        // A page may be too short to fill the view; a hole in view may have become smaller, or can be closed only now.
        let looking = follow.clone();
        effect(move || {
            let timeline = state.timeline();
            timeline.rows().keys();
            timeline.is_loaded();
            timeline.unread();
            timeline.gaps_told();
            state.connection();
            looking.look_soon();
        });
        let seen = Cell::new(None);
        let scroller = follow.scroller.clone();
        effect(move || {
            let jumps = state.timeline().jumps();
            if seen.replace(Some(jumps)).is_some_and(|seen| seen != jumps) {
                let scroller = scroller.clone();
                dom::next_frame(move || scroller.set_scroll_top(0));
            }
        });
        follow
    }

    /// Looks in the next frame: one look, however many events a fling makes.
    pub(super) fn look_soon(&self) {
        if !self.asked.replace(true) {
            let this = self.clone();
            dom::next_frame(move || this.look());
        }
    }

    fn look(&self) {
        self.asked.set(false);
        let element = &self.scroller;
        // The chat may have been left since.
        if !element.is_connected() {
            return;
        }
        self.keep_place();
        let (top, height) = (element.scroll_top(), element.client_height());
        self.state.scrolled(top > -NEAR_END);
        self.far.set_if_new(top < -FAR);
        if element.scroll_height() - height + top < height * 3 / 2 {
            self.state.load_older();
        }
        self.state.look_at_hole(self.hole_in_view(height).as_deref());
        self.look_for_unread();
    }

    /// Keeps the lowest message in view where it is, unless that is the newest.
    fn keep_place(&self) {
        let (top, width) = (self.scroller.scroll_top(), self.scroller.client_width());
        let bottom = self.scroller.get_bounding_client_rect().bottom();
        let place = |message: &Element, top: i32| {
            message.get_bounding_client_rect().bottom() - bottom + f64::from(top)
        };
        let last = self.anchor.take().filter(|last| last.width == width && last.message.is_connected());
        if top > -NEAR_END {
            return;
        }
        let mut top = top;
        if let Some(last) = last {
            #[allow(clippy::cast_possible_truncation)] // Pixels.
            let moved = (place(&last.message, top) - last.place).round() as i32;
            // Less than that is the fraction of a pixel that `scrollTop` does not tell.
            if moved.abs() > 1 {
                top += moved;
                self.scroller.set_scroll_top(top);
            }
        }
        let Ok(messages) = self.scroller.query_selector_all(".message") else { return };
        let message = |at: u32| messages.item(at).and_then(|node| node.dyn_into::<Element>().ok());
        let (mut low, mut high) = (0, messages.length());
        while low < high {
            let middle = low.midpoint(high);
            let is_above = |message: Element| message.get_bounding_client_rect().top() < bottom;
            if message(middle).is_some_and(is_above) { low = middle + 1 } else { high = middle }
        }
        let anchor = low.checked_sub(1).and_then(message);
        self.anchor.replace(anchor.map(|message| Anchor { place: place(&message, top), message, width }));
    }

    /// The key of the newest hole in view, or about to be.
    fn hole_in_view(&self, height: i32) -> Option<String> {
        let view = self.scroller.get_bounding_client_rect();
        let holes = self.scroller.query_selector_all(".hole").ok()?;
        (0..holes.length()).rev().find_map(|at| {
            let hole: Element = holes.item(at)?.dyn_into().ok()?;
            let rect = hole.get_bounding_client_rect();
            let is_near = rect.bottom() > view.top() - f64::from(height) / 2.0 && rect.top() < view.bottom();
            hole.get_attribute("data-key").filter(|_| is_near)
        })
    }

    fn look_for_unread(&self) {
        let timeline = self.state.timeline();
        let line = self.scroller.query_selector(".unread").ok().flatten();
        if self.seeking.get() {
            if let Some(line) = &line {
                self.seeking.set(false);
                line.scroll_into_view();
            } else if timeline.has_older() {
                self.state.load_older();
            } else {
                self.seeking.set(false);
            }
        }
        let top = self.scroller.get_bounding_client_rect().top();
        let is_above = match line {
            Some(line) => line.get_bounding_client_rect().bottom() < top,
            None => timeline.is_loaded() && timeline.has_older(),
        };
        let unread = timeline.unread();
        if !is_above && timeline.is_loaded() {
            self.reached.set(unread);
        }
        let away = unread.filter(|unread| is_above && self.reached.get() != Some(*unread));
        self.away.set_if_new(away.map(|unread| unread.count));
    }

    /// How many messages were not looked at, if they begin above what is in view.
    pub(super) fn unread_away(&self) -> Option<u32> {
        self.away.get()
    }

    /// Goes to where they begin, however many pages above.
    fn seek_unread(&self) {
        self.seeking.set(true);
        self.look_soon();
        // The button goes away, and the keyboard goes on from here.
        if let Some(log) = self.scroller.dyn_ref::<HtmlElement>() {
            let _ = log.focus();
        }
    }

    /// How many messages came in below the view, if the way back to the end needs a button.
    pub(super) fn unseen(&self) -> Option<u32> {
        let unseen = self.state.timeline().unseen();
        (self.far.get() || unseen > 0).then_some(unseen)
    }
}

/// The button that leads to where the unread messages begin.
pub(super) fn unread_button(state: AppState, follow: &Follow, count: u32) -> El {
    let (t, follow) = (state.text(), follow.clone());
    el("button to-unread")
        .attr("type", "button")
        .attr("aria-label", &i18n::fill(t.jump_to_unread, &[&count.to_string()]))
        .on("click", move |_| follow.seek_unread())
        .with(icon::icon(icon::UP))
        .text(&i18n::count(count, t.unread_one, t.unread_other))
}

/// The button that leads back to the newest message; it says how many came in meanwhile.
pub(super) fn end_button(state: AppState, unseen: u32) -> El {
    let t = state.text();
    let words = if unseen > 0 { i18n::count(unseen, t.new_one, t.new_other) } else { String::new() };
    let button = el("button").attr("type", "button").class("to-end");
    button
        .attr("aria-label", if unseen > 0 { &words } else { t.jump_to_end })
        .on("click", move |_| state.jump_to_end())
        .with(icon::icon(icon::DOWN))
        .text(&words)
}
