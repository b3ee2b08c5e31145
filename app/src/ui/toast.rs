//! A word about what was just done, shown and read out, gone by itself.

use super::el::{El, el};
use crate::dom;
use crate::live::Live;

/// How long it stays (milliseconds).
const STAYS_MS: i32 = 2_500;

/// Says what was done; a clone is a second handle to the same one.
#[derive(Clone, Default)]
pub(crate) struct Toast {
    /// What is said, and how often something was said: who says it again starts the time anew.
    said: Live<(String, u32)>,
}

impl Toast {
    /// Says this in place of what was said before.
    pub(crate) fn say(&self, words: &str) {
        let turn = self.said.peek(|(_, turn)| turn.wrapping_add(1));
        self.said.set((words.to_owned(), turn));
        let said = self.said.clone();
        dom::later(STAYS_MS, move || {
            if said.peek(|(_, now)| *now == turn) {
                said.update(|(words, _)| words.clear());
            }
        });
    }

    /// Puts it on the page.
    pub(crate) fn view(&self) -> El {
        el("div toast").attr("aria-live", "polite").live_text(self.said.part(|(words, _)| words.clone()))
    }
}
