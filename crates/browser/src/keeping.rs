//! Whether the browser keeps what is stored here, or may clear it when it wants the room (`navigator.storage`).

use crate::js;
use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Whether it keeps it; `None` if it does not say.
pub async fn is_kept() -> Option<bool> {
    answer("persisted").await
}

/// Asks it to, and whether it will. Some browsers ask the person.
pub async fn ask() -> Option<bool> {
    answer("persist").await
}

async fn answer(verb: &str) -> Option<bool> {
    let storage = js::get(&web_sys::window()?.navigator().into(), "storage");
    let verb: Function = js::get(&storage, verb).dyn_into().ok()?;
    let answer: Promise = verb.call0(&storage).ok()?.dyn_into().ok()?;
    JsFuture::from(answer).await.ok()?.as_bool()
}
