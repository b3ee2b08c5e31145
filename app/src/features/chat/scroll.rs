//! The pixels of the message list. The scroller is `column-reverse`: its origin is the newest message, so rows that come in above
//! move nothing, and `scrollTop` is 0 at the end and negative above it.

use crate::i18n::{self, Text};
use crate::state::AppState;
use crate::ui::el::{El, effect, el};
use crate::ui::icon;
use leptos::prelude::*;
use web_sys::Element;

/// This close to the end counts as being there (CSS pixels).
const NEAR_END: i32 = 48;
/// This far from the end the way back gets a button (CSS pixels).
const FAR: i32 = 320;

/// Watches a scroller.
#[derive(Clone, Copy)]
pub(super) struct Follow {
    state: AppState,
    scroller: StoredValue<Element, LocalStorage>,
    far: RwSignal<bool>,
    asked: StoredValue<bool>,
}

impl Follow {
    /// Tells the state whether the end is in view, asks for older pages before the top is reached, and goes to the end when told.
    pub(super) fn new(state: AppState, scroller: Element) -> Self {
        let follow = Self {
            state,
            scroller: StoredValue::new_local(scroller),
            far: RwSignal::new(false),
            asked: StoredValue::new(false),
        };
        // A page may be too short to fill the view.
        effect(move || {
            state.timeline().rows();
            follow.look_soon();
        });
        let seen = StoredValue::new(None);
        effect(move || {
            let jumps = state.timeline().jumps();
            if seen.get_value().is_some_and(|seen| seen != jumps) {
                request_animation_frame(move || follow.to_end());
            }
            seen.set_value(Some(jumps));
        });
        follow
    }

    /// Looks in the next frame: one look, however many events a fling makes.
    pub(super) fn look_soon(self) {
        if self.asked.try_update_value(|asked| std::mem::replace(asked, true)) == Some(false) {
            request_animation_frame(move || self.look());
        }
    }

    fn look(self) {
        // The chat may have been left since.
        if self.asked.try_update_value(|asked| *asked = false).is_none() {
            return;
        }
        let Some(element) = self.scroller.try_get_value() else { return };
        let (top, height) = (element.scroll_top(), element.client_height());
        self.state.scrolled(top > -NEAR_END);
        let far = top < -FAR;
        if self.far.get_untracked() != far {
            self.far.set(far);
        }
        if element.scroll_height() - height + top < height * 3 / 2 {
            self.state.load_older();
        }
    }

    fn to_end(self) {
        if let Some(element) = self.scroller.try_get_value() {
            element.set_scroll_top(0);
        }
    }

    /// The button that leads back to the newest message; it says how many came in meanwhile.
    pub(super) fn end_button(self, t: &'static Text) -> Option<El> {
        let state = self.state;
        let unseen = state.timeline().unseen();
        if unseen == 0 && !self.far.get() {
            return None;
        }
        let words = if unseen > 0 { i18n::count(unseen, t.new_one, t.new_other) } else { String::new() };
        let button = el("button").attr("type", "button").class("to-end");
        Some(
            button
                .attr("aria-label", if unseen > 0 { &words } else { t.jump_to_end })
                .on("click", move |_| state.jump_to_end())
                .with(icon::icon(icon::DOWN))
                .text(&words),
        )
    }
}
