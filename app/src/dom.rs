//! Short ways to the document. Only views and `main` call these; nothing here works outside a browser.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, EventTarget, FocusOptions, HtmlElement, Window};

/// The window. A page without one can't run this code.
pub(crate) fn window() -> Window {
    leptos::prelude::window()
}

/// The document.
pub(crate) fn document() -> Document {
    leptos::prelude::document()
}

/// The element with this `id`, if it is there and can be focused.
pub(crate) fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to the element with this `id` once the DOM has settled.
pub(crate) fn focus_soon(id: &'static str) {
    next_frame(move || {
        if let Some(element) = by_id(id) {
            // An element that can't take the focus leaves it where it is.
            let _ = element.focus();
        }
    });
}

/// The same, unless somebody types by then: a frame can be late, and what they type would go on elsewhere.
pub(crate) fn offer_focus_soon(id: &'static str) {
    next_frame(move || {
        if let Some(element) = by_id(id).filter(|_| !is_editing()) {
            let _ = element.focus();
        }
    });
}

/// Moves the focus there and nothing else.
pub(crate) fn focus_in_place(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

/// Runs in the next frame.
pub(crate) fn next_frame(run: impl FnOnce() + 'static) {
    // Fails only without a window.
    let _ = window().request_animation_frame(once(Box::new(run)).unchecked_ref());
}

/// Runs after so many milliseconds.
pub(crate) fn later(ms: i32, run: impl FnOnce() + 'static) {
    // As above.
    let _ = window()
        .set_timeout_with_callback_and_timeout_and_arguments_0(once(Box::new(run)).unchecked_ref(), ms);
}

fn once(run: Box<dyn FnOnce()>) -> JsValue {
    Closure::once_into_js(run)
}

/// Listens on something that lives as long as the page.
pub(crate) fn listen_forever(
    target: &EventTarget,
    event: &str,
    handler: impl FnMut(web_sys::Event) + 'static,
) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::wrap(Box::new(handler));
    // The only failure is a target that is gone, and these are window, document and visualViewport.
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// True if a media query fits now.
pub(crate) fn media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// True if the focus is in something that calls up a keyboard.
pub(crate) fn is_editing() -> bool {
    document()
        .active_element()
        .is_some_and(|element: Element| matches!(element.tag_name().as_str(), "TEXTAREA" | "INPUT"))
}

/// What an event happened to, or the nearest of what it is in, that this selector fits.
pub(crate) fn closest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// Moves the focus, if that can take it.
pub(crate) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // What can't take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// The elements in an element.
pub(crate) fn children(of: &Element) -> Vec<Element> {
    let children = of.children();
    (0..children.length()).filter_map(|at| children.item(at)).collect()
}

/// How wide the window is (CSS pixels).
pub(crate) fn width() -> f64 {
    window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default()
}

/// Gives the finger a tick, where a device can.
pub(crate) fn vibrate(ms: u32) {
    let navigator = window().navigator();
    if js_sys::Reflect::has(&navigator, &"vibrate".into()).unwrap_or_default() {
        // Nobody minds if the person has switched it off.
        navigator.vibrate_with_duration(ms);
    }
}

/// A length for a style, in whole pixels: a fraction would only blur the text.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn px(value: f64) -> String {
    let mut text = (value.round() as i32).to_string();
    text.push_str("px");
    text
}

/// Sets one style of an element.
pub(crate) fn set_style(element: &Element, name: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // What is no value for that style is ignored by the browser.
        let _ = element.style().set_property(name, value);
    }
}
