//! What is written is a spoiler (XEP-0382): that it is, and the hint that stands in its place.

use crate::dom;
use crate::live::Live;
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use crate::ui::menu::Item;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent};

const HINT: &str = "spoiler-hint";

/// Whether it is one, for one composer; a clone is a second handle to the same.
#[derive(Clone)]
pub(super) struct Spoiler {
    state: AppState,
    on: Live<bool>,
    hint: Live<String>,
    /// Where the text is written.
    text: HtmlElement,
}

impl Spoiler {
    /// It is none.
    pub(super) fn new(state: AppState, text: &HtmlElement) -> Self {
        Self { state, on: Live::default(), hint: Live::default(), text: text.clone() }
    }

    /// The hint, if it is one; not tracked.
    pub(super) fn now(&self) -> Option<String> {
        self.on.now().then(|| self.hint.peek(|hint| hint.trim().to_owned()))
    }

    /// The same, tracked.
    pub(super) fn get(&self) -> Option<String> {
        self.on.get().then(|| self.hint.with(|hint| hint.trim().to_owned()))
    }

    /// It is one with this hint, or none.
    pub(super) fn set(&self, hint: Option<String>) {
        self.on.set_if_new(hint.is_some());
        self.hint.set(hint.unwrap_or_default());
    }

    /// What makes it one, or none.
    pub(super) fn item(&self) -> Item {
        let (this, is_on) = (self.clone(), self.on.now());
        let name = if is_on { self.state.text().no_spoiler } else { self.state.text().send_as_spoiler };
        Item::new(name, icon::EYE_OFF, move || {
            this.set((!is_on).then(String::new));
            if !is_on {
                dom::focus_soon(HINT);
            }
        })
    }

    /// Adds its line above the text, as long as it is one.
    pub(super) fn bar(&self, above: El) -> El {
        let this = self.clone();
        above.live(self.on.part(|on| *on), move |on| on.then(|| this.line()))
    }

    fn line(&self) -> El {
        let (t, given_up, pressed) = (self.state.text(), self.clone(), self.clone());
        let hint = el("input spoiler-hint")
            .attr("id", HINT)
            .attr("type", "text")
            .attr("maxlength", "200")
            .attr("dir", "auto")
            .attr("aria-label", t.spoiler_hint)
            .attr("placeholder", t.spoiler_hint)
            .attr("autocomplete", "off")
            .attr("enterkeyhint", "next")
            .bind(&self.hint)
            .on("keydown", move |event| pressed.on_key(&event));
        let cancel = el("button icon-button").attr("type", "button");
        let cancel = cancel.attr("aria-label", t.no_spoiler).attr("title", t.no_spoiler);
        el("div composer-about").attr("data-spoiler", "").with([
            el("span composer-about-icon").with(icon::icon(icon::EYE_OFF)),
            el("span composer-about-words").with([el("span quote-author").text(t.spoiler), hint]),
            cancel.on("click", move |_| given_up.give_up()).with(icon::icon(icon::CLOSE)),
        ])
    }

    /// Enter goes on to the text, Escape makes it none.
    fn on_key(&self, event: &Event) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|key| !key.is_composing()) else { return };
        match key.key().as_str() {
            "Enter" => drop(self.text.focus()),
            "Escape" => self.give_up(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn give_up(&self) {
        self.set(None);
        let _ = self.text.focus();
    }
}
