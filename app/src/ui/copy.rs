//! A text to give away, with a button that copies it.

use super::el::{El, el};
use super::icon;
use crate::dom;
use crate::live::Live;

/// The text with its label; `copied` takes the place of `copy` for a moment.
pub(crate) fn copy_field(label: &str, text: String, copy: &'static str, copied: &'static str) -> El {
    let done = Live::new(false);
    let (copying, shows) = (done.clone(), done.clone());
    // An address breaks before its `@`, if it must.
    let (name, server) = text.split_at(text.find('@').unwrap_or(text.len()));
    let shown = el("span copy-text").attr("dir", "ltr").text(name).with(el("wbr")).text(server);
    let on_copy = move |_| {
        // The answer is not waited for: where the clipboard is closed the text can still be selected.
        let _ = dom::window().navigator().clipboard().write_text(&text);
        copying.set(true);
        let over = copying.clone();
        dom::later(2_000, move || over.set(false));
    };
    let button = el("button")
        .attr("type", "button")
        .class("button small")
        .on("click", on_copy)
        .live(move || done.get(), |done| icon::icon(if *done { icon::CHECK } else { icon::COPY }))
        .with(
            el("span")
                .attr("aria-live", "polite")
                .live_text(move || if shows.get() { copied } else { copy }.into()),
        );
    el("div copy-field").with([el("span copy-label").text(label), shown, button])
}
