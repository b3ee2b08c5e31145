//! The field above the chat list, and the keys that lead from it into the list and through it.

use crate::dom;
use crate::i18n::{self, Text};
use crate::live::{Live, effect};
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use projection::Wanted;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// The field's `id`.
const FIELD: &str = "search-chats";

/// The field; what it looks for goes into `wanted`, and `found` says how many chats that gives.
pub(super) fn field(
    state: AppState,
    t: &'static Text,
    wanted: &Live<Wanted>,
    found: impl Fn() -> usize + 'static,
) -> El {
    let query = Live::new(String::new());
    let input = el("input search-input")
        .attr("id", FIELD)
        .attr("type", "search")
        .attr("role", "searchbox")
        .attr("dir", "auto")
        .attr("aria-label", t.search_chats)
        .attr("placeholder", t.search_chats)
        .attr("autocomplete", "off")
        .attr("enterkeyhint", "search")
        .bind(&query);
    let (typed, looks_for) = (query.clone(), wanted.clone());
    effect(move || looks_for.set_if_new(Wanted::new(&typed.get())));
    let escaped = query.clone();
    let on_keydown = move |event: Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|key| !key.is_composing()) else { return };
        match key.key().as_str() {
            "Escape" => escaped.set(String::new()),
            "ArrowDown" => focus(first_line()),
            // The first one found is the one meant.
            "Enter" if !escaped.peek(String::is_empty) => {
                if let Some(line) = first_line() {
                    line.click();
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let (full, cleared) = (query.clone(), query.clone());
    let clear = move |full: &bool| {
        let cleared = cleared.clone();
        let clear = el("button icon-button").attr("type", "button").attr("aria-label", t.clear_search);
        let on_click = move |_| {
            cleared.set(String::new());
            focus(dom::by_id(FIELD));
        };
        full.then(|| clear.attr("title", t.clear_search).on("click", on_click).with(icon::icon(icon::CLOSE)))
    };
    let looks_for = wanted.clone();
    let found = move || (!looks_for.with(Wanted::is_empty)).then(&found);
    let words = move || {
        let count = found()?;
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Some(if count == 0 {
            t.found_none.to_owned()
        } else {
            i18n::count(count, t.found_one, t.found_other)
        })
    };
    let (chats, for_messages) = (state.chats(), query.clone());
    el("div search").live_flag("hidden", move || chats.is_empty()).with([
        el("div search-box")
            .with([icon::icon(icon::SEARCH), input.on("keydown", on_keydown)])
            .live(move || full.with(|query| !query.is_empty()), clear),
        // Said as well as shown: with few lines it is seen at a glance, but not heard.
        el("p search-found").attr("role", "status").live_text(move || words().unwrap_or_default()),
        el("div").live(move || for_messages.get().trim().to_owned(), move |typed| messages(state, t, typed)),
    ])
}

/// The way on to the messages that say it.
fn messages(state: AppState, t: &'static Text, typed: &str) -> Option<El> {
    let words = i18n::fill(t.search_messages_for, &[typed]);
    let link = el("a search-messages").attr("href", "#/search").with(icon::icon(icon::SEARCH)).text(&words);
    let typed = typed.to_owned();
    // The shell follows the link when it has heard of the click.
    (!typed.is_empty()).then(|| link.on("click", move |_| state.look_for(&typed)))
}

/// Arrow keys go from line to line, and from the first one to the field; Escape goes there, too.
pub(super) fn step(event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let here = event.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest("li").ok()?);
    let Some(here) = here else { return };
    let to = match key.key().as_str() {
        "ArrowDown" => here.next_element_sibling().and_then(|next| link(&next)),
        "ArrowUp" => match here.previous_element_sibling() {
            Some(before) => link(&before),
            None => dom::by_id(FIELD),
        },
        "Escape" => dom::by_id(FIELD),
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
        let _ = element.focus();
    }
}
