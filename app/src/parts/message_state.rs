//! How far an own message got, as an icon with its word.

use crate::i18n::Text;
use crate::ui::icon;
use leptos::prelude::*;
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
pub(crate) fn icon(state: &MessageState, t: &Text) -> AnyView {
    let (path, words) = match state {
        MessageState::Received => return ().into_any(),
        MessageState::Queued => (icon::CLOCK, t.state_queued),
        MessageState::Failed(_) => (icon::ALERT, t.state_failed),
        _ => (icon::CHECK, t.state_sent),
    };
    view! {
        <span class=["state state-", slug(state)].concat() role="img" aria-label=words title=words>{icon::icon(path)}</span>
    }
    .into_any()
}
