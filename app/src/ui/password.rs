//! A password field whose text can be looked at.

use super::el::{El, el};
use super::icon;
use crate::live::Live;

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
    value: &Live<String>,
) -> El {
    let shown = Live::new(false);
    let input = el("input")
        .attr("id", id)
        .attr("name", "password")
        .live_attr("type", shown.part(|shown| Some(if *shown { "text" } else { "password" }.into())))
        .attr("autocomplete", autocomplete)
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr_opt("aria-describedby", hint)
        .bind(value);
    let button = el("button")
        .attr("type", "button")
        .class("icon-button")
        .live_attr(
            "aria-label",
            shown.part(move |shown| Some(if *shown { labels.hide } else { labels.show }.into())),
        )
        .live(shown.part(bool::clone), |shown| icon::icon(if *shown { icon::EYE_OFF } else { icon::EYE }))
        .on("click", move |_| shown.update(|shown| *shown = !*shown));
    el("div field").with([
        el("label").attr("for", id).text(labels.label),
        el("div input-with-button").with([input, button]),
    ])
}
