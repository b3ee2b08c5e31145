//! A password field whose text can be looked at.

use super::el::{El, el};
use super::icon;
use leptos::prelude::*;

/// What the field says, in one language.
#[derive(Clone, Copy)]
pub(crate) struct Labels {
    /// Its name.
    pub(crate) label: &'static str,
    /// The button that shows the text.
    pub(crate) show: &'static str,
    /// The button that hides it again.
    pub(crate) hide: &'static str,
}

/// The field; `autocomplete` is `current-password` or `new-password`, `hint` the `id` of a text that describes it.
pub(crate) fn password(
    labels: Labels,
    id: &str,
    autocomplete: &str,
    hint: Option<&str>,
    value: RwSignal<String>,
) -> El {
    let shown = RwSignal::new(false);
    let input = el("input")
        .attr("id", id)
        .attr("name", "password")
        .live_attr("type", move || Some(if shown.get() { "text" } else { "password" }.into()))
        .attr("autocomplete", autocomplete)
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr_opt("aria-describedby", hint)
        .bind(value);
    let button = el("button")
        .attr("type", "button")
        .class("icon-button")
        .live_attr("aria-label", move || Some(if shown.get() { labels.hide } else { labels.show }.into()))
        .on("click", move |_| shown.update(|shown| *shown = !*shown))
        .live(move || icon::icon(if shown.get() { icon::EYE_OFF } else { icon::EYE }));
    el("div").class("field").with([
        el("label").attr("for", id).text(labels.label),
        el("div").class("input-with-button").with([input, button]),
    ])
}
