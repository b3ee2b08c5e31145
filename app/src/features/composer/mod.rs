//! Where messages are written.

mod about;
mod draft;
mod spoiler;

use crate::dom;
use crate::i18n::Text;
use crate::live::{Live, effect};
use crate::parts::emoji::Picker;
use crate::state::{About, AppState};
use crate::ui::el::{El, el};
use crate::ui::icon;
use crate::ui::menu::Menu;
use crate::ui::popup::At;
use model::BareJid;
use spoiler::Spoiler;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlTextAreaElement, KeyboardEvent};

/// Grows to this height, about six lines (CSS pixels); then it scrolls.
const MAX_HEIGHT: i32 = 160;

/// The composer of one chat.
pub(crate) fn composer(state: AppState, chat: &BareJid) -> El {
    let t: &'static Text = state.text();
    let draft = state.draft(chat);
    let is_empty = Live::new(draft.trim().is_empty());
    let composing = Rc::new(Cell::new(false));
    // On a touch screen Enter makes a new line, as all messengers do there.
    let enter_sends = !dom::media("(pointer: coarse)");
    let text = field(t, enter_sends);
    let Ok(area) = text.node().dyn_into::<HtmlTextAreaElement>() else { return text };
    area.set_value(&draft);
    let spoiler = Spoiler::new(state, &area);
    // A phone's keyboard covers half of the chat, so only devices without one get the focus at once.
    let shown = area.clone();
    dom::next_frame(move || {
        fit(&shown);
        if enter_sends {
            let _ = shown.focus();
        }
    });

    let send = {
        let (area, chat, is_empty, spoiler) = (area.clone(), chat.clone(), is_empty.clone(), spoiler.clone());
        Rc::new(move || {
            let was_edit = matches!(state.about_now(), Some(About::Edit(_)));
            state.submit(chat.clone(), &area.value(), spoiler.now());
            // What was typed before the correction goes on.
            let left = if was_edit { state.draft(&chat) } else { String::new() };
            if was_edit {
                // A message says by itself that its writing is over, a correction does not.
                state.typed(&chat, true);
            } else {
                spoiler.set(None);
            }
            show(&area, &left, &is_empty);
            let _ = area.focus();
        })
    };
    follow_about(state, chat, &area, &is_empty, &spoiler);
    let on_submit = {
        let send = Rc::clone(&send);
        move |event: Event| {
            event.prevent_default();
            send();
        }
    };
    let keep = draft::keeper(state);
    draft::follow(state, chat, (&area, &is_empty, &spoiler), keep.clone());
    let changed = {
        let (area, chat, is_empty) = (area.clone(), chat.clone(), is_empty.clone());
        Rc::new(move || {
            let value = area.value();
            is_empty.set_if_new(value.trim().is_empty());
            fit(&area);
            // What is corrected is no draft: that comes back afterwards.
            if !matches!(state.about_now(), Some(About::Edit(_))) {
                state.set_draft(&chat, &value);
                keep();
            }
            state.typed(&chat, value.trim().is_empty());
        })
    };
    let on_input = {
        let changed = Rc::clone(&changed);
        move |_| changed()
    };
    let [add, menu] = more(t, &spoiler);
    let [emoji, picker] = emoji(state, area, Rc::clone(&changed));
    let (begun, ended) = (Rc::clone(&composing), Rc::clone(&composing));
    let nothing = is_empty.clone();
    let on_keydown = move |event: Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if is_composing(key, composing.get()) {
            return;
        }
        // With others they mean something else: Alt+ArrowUp is the chat above.
        let is_alone = !(key.alt_key() || key.ctrl_key() || key.meta_key() || key.shift_key());
        let is_handled = match key.key().as_str() {
            _ if !is_alone => false,
            "Escape" => state.about_now().inspect(|_| state.forget_about()).is_some(),
            "ArrowUp" => nothing.now() && state.about_now().is_none() && state.edit_last(),
            _ => false,
        };
        if is_handled {
            event.prevent_default();
            // Escape would leave the chat, too.
            event.stop_propagation();
        }
        if key.key() == "Enter" && enter_sends && !key.shift_key() {
            event.prevent_default();
            send();
        }
    };
    // Safari says that composing is over before it tells of the key that ended it, in the same task.
    let on_compositionend = move |_| {
        let ended = Rc::clone(&ended);
        dom::later(0, move || ended.set(false));
    };
    let row = el("form composer").on("submit", on_submit).with([
        add,
        emoji,
        text.on("input", on_input)
            .on("keydown", on_keydown)
            .on("compositionstart", move |_| begun.set(true))
            .on("compositionend", on_compositionend),
        send_button(t, is_empty),
        picker,
        menu,
    ]);
    el("div composer-box").with([spoiler.bar(about::bar(state)), row])
}

/// Nothing is sent as long as there is nothing.
fn send_button(t: &Text, is_empty: Live<bool>) -> El {
    el("button")
        .attr("type", "submit")
        .class("send")
        .attr("aria-label", t.send)
        .attr("title", t.send)
        .live_flag("disabled", move || is_empty.get())
        // The focus, and with it the keyboard, stays in the text.
        .on("pointerdown", |event| event.prevent_default())
        .with(icon::icon(icon::SEND))
}

/// Where it is typed.
fn field(t: &Text, enter_sends: bool) -> El {
    el("textarea")
        .attr("id", "message")
        .class("composer-text")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("aria-label", t.message)
        .attr("placeholder", t.message)
        .attr("enterkeyhint", if enter_sends { "send" } else { "enter" })
        .attr("autocomplete", "off")
}

/// Puts a text into the field.
fn show(area: &HtmlTextAreaElement, text: &str, is_empty: &Live<bool>) {
    area.set_value(text);
    is_empty.set_if_new(text.trim().is_empty());
    fit(area);
}

/// What is corrected is put into the field, and what was typed before comes back when that is given up.
fn follow_about(
    state: AppState,
    chat: &BareJid,
    area: &HtmlTextAreaElement,
    is_empty: &Live<bool>,
    spoiler: &Spoiler,
) {
    let (chat, area, is_empty, spoiler) = (chat.clone(), area.clone(), is_empty.clone(), spoiler.clone());
    let (edited, before) = (Cell::new(false), Cell::new(None));
    effect(move || {
        let about = state.about();
        let was_edit = edited.replace(matches!(about, Some(About::Edit(_))));
        match &about {
            Some(About::Edit(row)) => {
                if !was_edit {
                    before.set(spoiler.now());
                }
                show(&area, &row.body, &is_empty);
                spoiler.set(row.format.spoiler.clone());
            }
            _ if was_edit => {
                show(&area, &state.draft(&chat), &is_empty);
                spoiler.set(before.take());
            }
            _ => {}
        }
        if state.take_chosen() {
            let area = area.clone();
            // A menu that is closing gives the focus back first.
            dom::next_frame(move || {
                let _ = area.focus();
            });
        }
    });
}

/// The button that shows what else a message can be, and its menu.
fn more(t: &'static Text, spoiler: &Spoiler) -> [El; 2] {
    let (menu, spoiler) = (Menu::new(), spoiler.clone());
    let view = menu.view();
    let button = el("button icon-button composer-add").attr("type", "button");
    let button = button.attr("aria-label", t.add_to_message).attr("title", t.add_to_message);
    let under = At::Under(button.node());
    let button = button.attr("aria-haspopup", "menu").with(icon::icon(icon::PLUS));
    [button.on("click", move |_| menu.open(t.add_to_message, vec![spoiler.item()], &under)), view]
}

/// The button that opens the picker of emoji, and the picker. `changed` is called when one was put into the text.
fn emoji(state: AppState, area: HtmlTextAreaElement, changed: Rc<impl Fn() + 'static>) -> [El; 2] {
    let (t, picker) = (state.text(), Picker::new(state));
    let view = picker.view();
    let button = el("button icon-button composer-emoji").attr("type", "button");
    let button = button.attr("aria-label", t.emoji).attr("title", t.emoji).attr("aria-haspopup", "dialog");
    let under = At::Under(button.node());
    let open = move |_| {
        let (area, changed) = (area.clone(), Rc::clone(&changed));
        picker.open(&under, move |emoji| {
            insert(&area, emoji);
            changed();
            // On a phone that would call up the keyboard.
            if !dom::media("(pointer: coarse)") {
                let _ = area.focus();
            }
        });
    };
    [button.with(icon::icon(icon::SMILE)).on("click", open), view]
}

/// Puts a text in place of what is marked, and the cursor behind it.
fn insert(area: &HtmlTextAreaElement, text: &str) {
    let end = u32::try_from(area.value().encode_utf16().count()).unwrap_or(u32::MAX);
    let place = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or(end);
    let (from, to) = (place(area.selection_start()), place(area.selection_end()));
    // Both fail only if the first place is behind the last one.
    let _ = area.set_range_text_with_start_and_end_and_mode(text, from, to, "end");
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
