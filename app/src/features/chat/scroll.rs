//! The pixels of the message list. The scroller is `column-reverse`: its origin is the newest message, so rows that come in above
//! move nothing, and `scrollTop` is 0 at the end and negative above it.

use crate::dom;
use crate::i18n;
use crate::live::{Live, effect};
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::Element;

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
}

impl Follow {
    /// Tells the state whether the end is in view, asks for older pages before the top is reached, and goes to the end when told.
    pub(super) fn new(state: AppState, scroller: Element) -> Self {
        let follow = Self { state, scroller, far: Live::new(false), asked: Rc::default() };
        // A page may be too short to fill the view.
        let looking = follow.clone();
        effect(move || {
            state.timeline().rows().keys();
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
        let (top, height) = (element.scroll_top(), element.client_height());
        self.state.scrolled(top > -NEAR_END);
        self.far.set_if_new(top < -FAR);
        if element.scroll_height() - height + top < height * 3 / 2 {
            self.state.load_older();
        }
    }

    /// How many messages came in below the view, if the way back to the end needs a button.
    pub(super) fn unseen(&self) -> Option<u32> {
        let unseen = self.state.timeline().unseen();
        (self.far.get() || unseen > 0).then_some(unseen)
    }
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
