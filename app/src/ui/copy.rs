//! A text to give away, with a button that copies it.

use super::icon;
use crate::dom;
use leptos::prelude::*;
use std::time::Duration;

/// The text with its label; `copied` takes the place of `copy` for a moment.
pub(crate) fn copy_field(label: &'static str, text: String, copy: &'static str, copied: &'static str) -> AnyView {
    let done = RwSignal::new(false);
    // An address breaks before its `@`, if it must.
    let (name, server) = text.split_at(text.find('@').unwrap_or(text.len()));
    let (name, server) = (name.to_owned(), server.to_owned());
    let on_copy = move |_| {
        // The answer is not waited for: where the clipboard is closed the text can still be selected.
        let _ = dom::window().navigator().clipboard().write_text(&text);
        done.set(true);
        set_timeout(
            move || {
                // The screen may be gone by then.
                let _ = done.try_set(false);
            },
            Duration::from_secs(2),
        );
    };
    view! {
        <div class="copy-field">
            <span class="copy-label">{label}</span>
            <span class="copy-text" dir="ltr">{name}<wbr />{server}</span>
            <button type="button" class="button small" on:click=on_copy>
                {move || icon::icon(if done.get() { icon::CHECK } else { icon::COPY })}
                <span aria-live="polite">{move || if done.get() { copied } else { copy }}</span>
            </button>
        </div>
    }
    .into_any()
}
