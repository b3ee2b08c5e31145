//! The pixels of the message list. The scroller is `column-reverse`: its origin is the newest message, so rows that come in above
//! move nothing, and `scrollTop` is 0 at the end and negative above it.

use crate::i18n::{self, Text};
use crate::state::AppState;
use crate::ui::icon;
use leptos::{html, prelude::*};

/// This close to the end counts as being there (CSS pixels).
const NEAR_END: i32 = 48;
/// This far from the end the way back gets a button (CSS pixels).
const FAR: i32 = 320;

/// Watches a scroller.
#[derive(Clone, Copy)]
pub(super) struct Follow {
    state: AppState,
    /// The scroller.
    pub(super) node: NodeRef<html::Section>,
    far: RwSignal<bool>,
    asked: StoredValue<bool>,
}

impl Follow {
    /// Tells the state whether the end is in view, asks for older pages before the top is reached, and goes to the end when told.
    pub(super) fn new(state: AppState) -> Self {
        let follow =
            Self { state, node: NodeRef::new(), far: RwSignal::new(false), asked: StoredValue::new(false) };
        // A page may be too short to fill the view.
        Effect::new(move |_| {
            state.timeline().rows();
            follow.look_soon();
        });
        Effect::new(move |seen: Option<u32>| {
            let jumps = state.timeline().jumps();
            if seen.is_some_and(|seen| seen != jumps) {
                request_animation_frame(move || follow.to_end());
            }
            jumps
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
        let Some(element) = self.node.get_untracked() else { return };
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
        if let Some(element) = self.node.try_get_untracked().flatten() {
            element.set_scroll_top(0);
        }
    }

    /// The button that leads back to the newest message; it says how many came in meanwhile.
    pub(super) fn end_button(self, t: &'static Text) -> AnyView {
        let state = self.state;
        (move || {
            let unseen = state.timeline().unseen();
            (unseen > 0 || self.far.get()).then(|| {
                let words = if unseen > 0 { i18n::count(unseen, t.new_one, t.new_other) } else { String::new() };
                let label = if unseen > 0 { words.clone() } else { t.jump_to_end.to_owned() };
                view! {
                    <button type="button" class="to-end" aria-label=label on:click=move |_| state.jump_to_end()>
                        {icon::icon(icon::DOWN)}
                        {words}
                    </button>
                }
            })
        })
        .into_any()
    }
}
