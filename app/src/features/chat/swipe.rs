//! A swipe on a message, the way that lines are read, answers it. Its menu does the same for those who don't swipe.

use super::actions::MESSAGE;
use super::selection::Selection;
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use crate::ui::swipe::{self, Swipes};
use model::{LocalId, MessageRow};
use web_sys::Element;

/// From here on it is answered (CSS pixels).
const FAR: f64 = 56.0;

/// Listens for swipes in the log.
pub(super) fn swiping(state: AppState, selection: Selection, log: El) -> El {
    let behind = move |message: &Element, right: bool| {
        let is_mirrored = message.closest("[dir=rtl]").ok().flatten().is_some();
        let row = id(message).and_then(|id| state.timeline().row(&id));
        let answers = right != is_mirrored && row.as_ref().is_some_and(MessageRow::is_answerable);
        let shown = answers && !selection.is_on();
        shown.then(|| el("span swipe-reply").attr("aria-hidden", "true").with(icon::icon(icon::REPLY)))
    };
    let done = move |message: &Element, _| {
        if let Some(id) = id(message) {
            state.reply_to(&id);
        }
    };
    swipe::swiping(log, Swipes { rows: MESSAGE, far: FAR, behind: Box::new(behind), done: Box::new(done) })
}

fn id(message: &Element) -> Option<LocalId> {
    message.get_attribute("data-id").map(LocalId)
}
