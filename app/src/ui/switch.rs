//! On or off, at once.

use super::el::{El, el};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// A switch and, below it, what it means. `id` is that of the meaning.
pub(crate) fn switch(
    id: &str,
    name: &str,
    meaning: &str,
    is_on: impl Fn() -> bool + 'static,
    choose: impl Fn(bool) + 'static,
) -> El {
    let input = el("input").attr("type", "checkbox").attr("role", "switch").attr("aria-describedby", id);
    let node = input.node();
    let is_checked = move || node.dyn_ref::<HtmlInputElement>().is_some_and(HtmlInputElement::checked);
    let input = input.live_checked(is_on).on("change", move |_| choose(is_checked()));
    el("div").with([
        el("label switch").with([el("span").text(name), input]),
        el("p hint").attr("id", id).text(meaning),
    ])
}
