//! A field to look for something in, and the keys that lead from it into the list below it, through that and back.

use super::el::{El, el};
use super::icon;
use crate::dom;
use crate::live::{Give, Live};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// The field, with a button that clears it. `id` is the field's; `leave` is what Escape does where there is nothing to clear.
pub(crate) fn field(
    id: &'static str,
    name: &str,
    clear_name: &'static str,
    typed: &Live<String>,
    leave: Give<()>,
) -> El {
    let input = el("input search-input")
        .attr("id", id)
        .attr("type", "search")
        .attr("role", "searchbox")
        .attr("dir", "auto")
        .attr("aria-label", name)
        .attr("placeholder", name)
        .attr("autocomplete", "off")
        .attr("enterkeyhint", "search")
        .bind(typed);
    let (keyed, full, cleared) = (typed.clone(), typed.clone(), typed.clone());
    let on_keydown = move |event: Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|key| !key.is_composing()) else { return };
        let is_empty = keyed.peek(String::is_empty);
        match key.key().as_str() {
            "Escape" if is_empty => leave.call(()),
            "Escape" => keyed.set(String::new()),
            "ArrowDown" => focus(first_line()),
            // The first one found is the one meant.
            "Enter" if !is_empty => first_line().into_iter().for_each(|line| line.click()),
            _ => return,
        }
        event.prevent_default();
    };
    let clear = move |full: &bool| {
        let cleared = cleared.clone();
        let clear = el("button icon-button").attr("type", "button").attr("aria-label", clear_name);
        let on_click = move |_| {
            cleared.set(String::new());
            focus(dom::by_id(id));
        };
        full.then(|| clear.attr("title", clear_name).on("click", on_click).with(icon::icon(icon::CLOSE)))
    };
    el("div search-box")
        .with([icon::icon(icon::SEARCH), input.on("keydown", on_keydown)])
        .live(move || full.with(|typed| !typed.is_empty()), clear)
}

/// Arrow keys go from line to line, and from the first one to the field of this `id`; Escape goes there, too.
pub(crate) fn step(event: &Event, id: &str) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let here = event.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest("li").ok()?);
    let Some(here) = here else { return };
    let to = match key.key().as_str() {
        "ArrowDown" => here.next_element_sibling().and_then(|next| link(&next)),
        "ArrowUp" => match here.previous_element_sibling() {
            Some(before) => link(&before),
            None => dom::by_id(id),
        },
        "Escape" => dom::by_id(id),
        _ => return,
    };
    event.prevent_default();
    focus(to);
}

fn first_line() -> Option<HtmlElement> {
    link(&dom::document().document_element()?)
}

fn link(line: &Element) -> Option<HtmlElement> {
    line.query_selector("a.line").ok()??.dyn_into().ok()
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        dom::focus(&element);
    }
}
