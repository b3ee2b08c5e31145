//! What stands between messages and is none: where some are missing, and where the unread ones begin.

use crate::dom;
use crate::i18n;
use crate::live::{Live, effect};
use crate::state::AppState;
use crate::ui::el::{El, Key, el};
use model::Connection;
use projection::{Hole, TimelineItem};

/// After this long nothing will come of what was asked for (milliseconds).
const PATIENCE_MS: i32 = 30_000;

/// A place where messages are missing. They are fetched when it comes into view ([`super::scroll`]) or by its button.
pub(super) fn hole(state: AppState, key: &Key, item: &Live<TimelineItem>) -> El {
    let (t, timeline) = (state.text(), state.timeline());
    let looked = item.part(hole_of);
    effect(move || {
        if let Some(hole) = looked().filter(|hole| timeline.is_closing(*hole)) {
            dom::later(PATIENCE_MS, move || state.give_up_hole(hole));
        }
    });
    let (slug, said) = (progress(state, item), progress(state, item));
    let words = move || match said() {
        "offline" => t.hole_offline.to_owned(),
        "closing" => t.hole_closing.to_owned(),
        _ => t.hole.to_owned(),
    };
    let whole = key.clone();
    // It stays in place while something is on its way, so that it keeps the focus.
    let button = el("button link-button").attr("type", "button").text(t.hole_fetch);
    el("div hole").attr("data-key", key).live_attr("data-hole", move || Some(slug().into())).with([
        el("span hole-words").with(el("i").attr("aria-hidden", "true")).with(el("span").live_text(words)),
        button.on("click", move |_| state.fetch_hole(&whole)),
    ])
}

fn hole_of(item: &TimelineItem) -> Option<Hole> {
    if let TimelineItem::Hole(hole) = item { Some(*hole) } else { None }
}

/// What becomes of a hole.
fn progress(state: AppState, item: &Live<TimelineItem>) -> impl Fn() -> &'static str + use<> {
    let hole = item.part(hole_of);
    move || match hole() {
        Some(_) if state.connection() != Connection::Online => "offline",
        Some(hole) if state.timeline().is_closing(hole) => "closing",
        _ => "open",
    }
}

/// Where the messages begin that were not looked at when the chat was opened.
pub(super) fn unread(state: AppState, item: &Live<TimelineItem>) -> El {
    let t = state.text();
    let words = |item: &Live<TimelineItem>| {
        item.part(move |item| match item {
            TimelineItem::Unread { count } => i18n::count(*count, t.unread_one, t.unread_other),
            _ => String::new(),
        })
    };
    let label = words(item);
    el("div unread")
        .attr("role", "separator")
        .live_attr("aria-label", move || Some(label()))
        .with(el("span").live_text(words(item)))
}
