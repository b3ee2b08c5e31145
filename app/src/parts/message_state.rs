//! How far an own message got, as an icon with its word.

use crate::i18n::Text;
use crate::ui::el::{El, el};
use crate::ui::icon;
use model::MessageState;

/// The name of the state, for attributes and style sheets.
pub(crate) fn slug(state: &MessageState) -> &'static str {
    match state {
        MessageState::Queued => "queued",
        MessageState::Failed(_) => "failed",
        MessageState::Received => "received",
        _ => "sent",
    }
}

/// The icon; nothing for received messages.
pub(crate) fn icon(state: &MessageState, t: &Text) -> Option<El> {
    let (path, words) = match state {
        MessageState::Received => return None,
        MessageState::Queued => (icon::CLOCK, t.state_queued),
        MessageState::Failed(_) => (icon::ALERT, t.state_failed),
        _ => (icon::CHECK, t.state_sent),
    };
    let class = ["state state-", slug(state)].concat();
    let icon = el("span").class(&class).attr("role", "img").attr("aria-label", words).attr("title", words);
    Some(icon.with(icon::icon(path)))
}
