//! What stands where nothing is yet.

use super::el::{El, View, el};
use super::icon;

/// A picture, a few words, and what to do.
pub(crate) fn empty(path: &str, title: &str, body: impl Into<View>) -> El {
    el("div empty").with([el("span empty-icon").with(icon::icon(path)), el("h2").text(title)]).with(body)
}
