//! What stands where nothing is yet.

use super::icon;
use leptos::prelude::*;

/// A picture, a few words, and what to do.
pub(crate) fn empty(path: &'static str, title: &'static str, body: AnyView) -> AnyView {
    view! {
        <div class="empty">
            <span class="empty-icon">{icon::icon(path)}</span>
            <h2>{title}</h2>
            {body}
        </div>
    }
    .into_any()
}
