//! A text to give away, with a button that copies it.

use super::el::{El, el};
use super::icon;
use crate::dom;
use leptos::prelude::*;
use std::time::Duration;

/// The text with its label; `copied` takes the place of `copy` for a moment.
pub(crate) fn copy_field(label: &str, text: String, copy: &'static str, copied: &'static str) -> El {
    let done = RwSignal::new(false);
    // An address breaks before its `@`, if it must.
    let (name, server) = text.split_at(text.find('@').unwrap_or(text.len()));
    let shown = el("span").class("copy-text").attr("dir", "ltr").text(name).with(el("wbr")).text(server);
    let on_copy = move |_| {
        // The answer is not waited for: where the clipboard is closed the text can still be selected.
        let _ = dom::window().navigator().clipboard().write_text(&text);
        done.set(true);
        // The screen may be gone by then.
        set_timeout(
            move || {
                let _ = done.try_set(false);
            },
            Duration::from_secs(2),
        );
    };
    let button = el("button")
        .attr("type", "button")
        .class("button small")
        .on("click", on_copy)
        .live(move || icon::icon(if done.get() { icon::CHECK } else { icon::COPY }))
        .with(
            el("span")
                .attr("aria-live", "polite")
                .live_text(move || if done.get() { copied } else { copy }.into()),
        );
    el("div").class("copy-field").with([el("span").class("copy-label").text(label), shown, button])
}
