//! Web Locks: whoever holds one is alive, and only one page holds it.

use crate::js;
use js_sys::{Function, Promise};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortController;

/// A lock that is held until this is dropped or the page ends.
#[derive(Debug)]
pub(crate) struct Lock(Function);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// A place in the queue for a lock, given up when this is dropped. Once the lock is granted it means nothing any more.
#[derive(Debug)]
pub(super) struct Place(Option<AbortController>);

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(place) = &self.0 {
            place.abort();
        }
    }
}

/// What is done with the answer: the lock, or `None` if it is not to be had. A place that was given up has no answer.
pub(super) type Granted = Box<dyn FnOnce(Option<Rc<Lock>>)>;

/// Asks for a lock and waits for it as long as it takes.
#[must_use]
pub(super) fn wait_for(name: &str, granted: Granted) -> Place {
    let place = AbortController::new().ok();
    let signal = place.as_ref().map_or(JsValue::UNDEFINED, |place| place.signal().into());
    request(name, &js::object(&[("signal", signal)]), granted);
    Place(place)
}

/// Asks for a lock if nobody holds it; `None` is the answer if somebody does. False if there will be no answer.
pub(super) fn try_for(name: &str, granted: Granted) -> bool {
    request(name, &js::object(&[("ifAvailable", JsValue::TRUE)]), granted)
}

/// True if this browser has what several pages need to know of each other.
pub(super) fn are_here() -> bool {
    web_sys::window().is_some_and(|window| {
        js::get(&window, "BroadcastChannel").is_function()
            && js::get(&window.navigator(), "locks").is_object()
    })
}

fn request(name: &str, options: &JsValue, granted: Granted) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let locks = js::get(&window.navigator(), "locks");
    let Ok(request) = js::get(&locks, "request").dyn_into::<Function>() else { return false };
    let granted = Rc::new(Cell::new(Some(granted)));
    let refused = Rc::clone(&granted);
    let answer = move |granted: &Cell<Option<Granted>>, lock| {
        if let Some(granted) = granted.take() {
            granted(lock);
        }
    };
    let granted = Closure::once_into_js(move |lock: JsValue| {
        if lock.is_null() {
            answer(&granted, None);
            return JsValue::UNDEFINED;
        }
        let mut give_back = None;
        // The lock is held until this promise is kept.
        let held = Promise::new(&mut |keep, _| give_back = Some(keep));
        answer(&granted, give_back.map(|give_back| Rc::new(Lock(give_back))));
        held.into()
    });
    let Ok(asked) = request.call3(&locks, &JsValue::from_str(name), options, &granted) else { return false };
    // A page of no origin gets none.
    let refused = Closure::once_into_js(move |error: JsValue| {
        if js::text(&error, "name").as_deref() != Some("AbortError") {
            answer(&refused, None);
        }
    });
    if let Ok(catch) = js::get(&asked, "catch").dyn_into::<Function>() {
        let _ = catch.call1(&asked, &refused);
    }
    true
}
