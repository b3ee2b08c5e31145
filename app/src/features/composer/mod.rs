//! Where messages are written.

use crate::dom;
use crate::i18n::Text;
use crate::state::AppState;
use crate::ui::icon;
use leptos::{html, prelude::*};
use model::BareJid;
use std::time::Duration;
use web_sys::{HtmlTextAreaElement, KeyboardEvent};

/// Grows to this height, about six lines (CSS pixels); then it scrolls.
const MAX_HEIGHT: i32 = 160;

/// The composer of one chat.
pub(crate) fn composer(state: AppState, chat: &BareJid) -> AnyView {
    let t: &'static Text = state.text();
    let node = NodeRef::<html::Textarea>::new();
    let text = RwSignal::new(state.draft(chat));
    let composing = RwSignal::new(false);
    // On a touch screen Enter makes a new line, as all messengers do there.
    let enter_sends = !dom::media("(pointer: coarse)");
    let chat = StoredValue::new(chat.clone());

    Effect::new(move |_| {
        text.track();
        if let Some(area) = node.get() {
            fit(&area);
        }
    });
    // A phone's keyboard covers half of the chat, so only devices without one get the focus at once.
    Effect::new(move |_| {
        if let Some(area) = node.get()
            && enter_sends
        {
            let _ = area.focus();
        }
    });

    let send = move || {
        chat.with_value(|chat| state.send_text(chat.clone(), &text.get_untracked()));
        text.set(String::new());
        if let Some(area) = node.get_untracked() {
            area.set_value("");
            let _ = area.focus();
        }
    };
    let on_input = move |event: web_sys::Event| {
        let value = event_target_value(&event);
        chat.with_value(|chat| state.set_draft(chat, &value));
        text.set(value);
    };
    let on_keydown = move |event: KeyboardEvent| {
        if event.key() == "Enter" && enter_sends && !event.shift_key() && !is_composing(&event, composing) {
            event.prevent_default();
            send();
        }
    };
    // Safari says that composing is over before it tells of the key that ended it, in the same task.
    let on_compositionend = move |_| {
        set_timeout(
            move || {
                // The chat may be left by then.
                let _ = composing.try_set(false);
            },
            Duration::ZERO,
        );
    };
    let empty = move || text.with(|text| text.trim().is_empty());
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <textarea
                id="message"
                class="composer-text"
                rows="1"
                dir="auto"
                aria-label=t.message
                placeholder=t.message
                enterkeyhint=if enter_sends { "send" } else { "enter" }
                autocomplete="off"
                node_ref=node
                prop:value=text.get_untracked()
                on:input=on_input
                on:keydown=on_keydown
                on:compositionstart=move |_| composing.set(true)
                on:compositionend=on_compositionend
            ></textarea>
            <button
                type="submit"
                class="send"
                aria-label=t.send
                title=t.send
                disabled=empty
                // The focus, and with it the keyboard, stays in the text.
                on:pointerdown=|event| event.prevent_default()
            >
                {icon::icon(icon::SEND)}
            </button>
        </form>
    }
    .into_any()
}

/// True if the key belongs to an input method (pinyin, kana, …). 229 is what older engines say for such keys.
fn is_composing(event: &KeyboardEvent, composing: RwSignal<bool>) -> bool {
    event.is_composing() || event.key_code() == 229 || composing.get_untracked()
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
