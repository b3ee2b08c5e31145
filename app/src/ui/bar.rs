//! The head of a list that is reached from the list of chats.

use super::el::{El, el};
use super::icon;

/// Its title, and before it the way back, called so.
pub(crate) fn with_way_back(back: &str, title: &str) -> El {
    let back = el("a icon-button").attr("href", "#/").attr("aria-label", back).with(icon::icon(icon::BACK));
    el("header bar archive-bar").with([back, el("h1 bar-title").text(title)])
}
