//! Where messages are written.

use crate::dom;
use crate::i18n::Text;
use crate::live::{Live, effect};
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use model::BareJid;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlTextAreaElement, KeyboardEvent};

/// Grows to this height, about six lines (CSS pixels); then it scrolls.
const MAX_HEIGHT: i32 = 160;
/// What was typed is stored so soon (milliseconds).
const KEEP_MS: i32 = 300;

/// The composer of one chat.
pub(crate) fn composer(state: AppState, chat: &BareJid) -> El {
    let t: &'static Text = state.text();
    let draft = state.draft(chat);
    let is_empty = Live::new(draft.trim().is_empty());
    let composing = Rc::new(Cell::new(false));
    // On a touch screen Enter makes a new line, as all messengers do there.
    let enter_sends = !dom::media("(pointer: coarse)");
    let text = el("textarea")
        .attr("id", "message")
        .class("composer-text")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("aria-label", t.message)
        .attr("placeholder", t.message)
        .attr("enterkeyhint", if enter_sends { "send" } else { "enter" })
        .attr("autocomplete", "off");
    let Ok(area) = text.node().dyn_into::<HtmlTextAreaElement>() else { return text };
    area.set_value(&draft);
    // A phone's keyboard covers half of the chat, so only devices without one get the focus at once.
    let shown = area.clone();
    dom::next_frame(move || {
        fit(&shown);
        if enter_sends {
            let _ = shown.focus();
        }
    });

    let send = {
        let (area, chat, is_empty) = (area.clone(), chat.clone(), is_empty.clone());
        Rc::new(move || {
            state.send_text(chat.clone(), &area.value());
            area.set_value("");
            is_empty.set(true);
            fit(&area);
            let _ = area.focus();
        })
    };
    let on_submit = {
        let send = Rc::clone(&send);
        move |event: Event| {
            event.prevent_default();
            send();
        }
    };
    let (shown, of, empty) = (area.clone(), chat.clone(), is_empty.clone());
    // What another page of the account did with it.
    effect(move || {
        let draft = state.draft(&of);
        if draft != shown.value() {
            shown.set_value(&draft);
            empty.set_if_new(draft.trim().is_empty());
            fit(&shown);
        }
    });
    let waits = Rc::new(Cell::new(false));
    let on_input = {
        let (chat, is_empty) = (chat.clone(), is_empty.clone());
        move |_| {
            let value = area.value();
            is_empty.set_if_new(value.trim().is_empty());
            fit(&area);
            state.set_draft(&chat, &value);
            if !waits.replace(true) {
                let waits = Rc::clone(&waits);
                dom::later(KEEP_MS, move || {
                    waits.set(false);
                    state.keep_drafts();
                });
            }
            state.typed(&chat, value.trim().is_empty());
        }
    };
    let (begun, ended) = (Rc::clone(&composing), Rc::clone(&composing));
    let on_keydown = move |event: Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if key.key() == "Enter" && enter_sends && !key.shift_key() && !is_composing(key, composing.get()) {
            event.prevent_default();
            send();
        }
    };
    // Safari says that composing is over before it tells of the key that ended it, in the same task.
    let on_compositionend = move |_| {
        let ended = Rc::clone(&ended);
        dom::later(0, move || ended.set(false));
    };
    el("form composer").on("submit", on_submit).with([
        text.on("input", on_input)
            .on("keydown", on_keydown)
            .on("compositionstart", move |_| begun.set(true))
            .on("compositionend", on_compositionend),
        el("button")
            .attr("type", "submit")
            .class("send")
            .attr("aria-label", t.send)
            .attr("title", t.send)
            .live_flag("disabled", move || is_empty.get())
            // The focus, and with it the keyboard, stays in the text.
            .on("pointerdown", |event| event.prevent_default())
            .with(icon::icon(icon::SEND)),
    ])
}

/// True if the key belongs to an input method (pinyin, kana, …). 229 is what older engines say for such keys.
fn is_composing(event: &KeyboardEvent, composing: bool) -> bool {
    event.is_composing() || event.key_code() == 229 || composing
}

/// Makes the field as high as its text. Where the browser can do that itself, it does nothing new.
fn fit(area: &HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(area);
    let _ = style.set_property("height", "auto");
    let height = area.scroll_height();
    let mut px = height.min(MAX_HEIGHT).to_string();
    px.push_str("px");
    let _ = style.set_property("height", &px);
    let _ = style.set_property("overflow-y", if height > MAX_HEIGHT { "auto" } else { "hidden" });
}
