//! Small documents over HTTP.

use crate::js;
use crate::wait::in_time;
use js_sys::{JSON, Uint8Array};
use std::pin::pin;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, ReadableStreamDefaultReader, RequestCredentials, RequestInit,
    RequestRedirect, Response,
};

/// No document we ask for is longer (bytes).
const MAX_BYTES: usize = 64 * 1024;

/// GETs a text. `None` for every kind of failure: status, size, encoding, or not all of it within `deadline_ms`
/// milliseconds.
pub(crate) async fn get_text(url: &str, deadline_ms: u32) -> Option<String> {
    let abort = AbortOnDrop(AbortController::new().ok()?);
    let mut text = None;
    in_time(deadline_ms, pin!(async { text = read(url, abort.0.signal()).await })).await;
    text
}

/// The same for JSON, of whatever shape it may be.
pub(crate) async fn get_json(url: &str, deadline_ms: u32) -> Option<JsValue> {
    JSON::parse(&get_text(url, deadline_ms).await?).ok()
}

/// Whatever is still on its way when we stop listening is not downloaded further.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn read(url: &str, signal: AbortSignal) -> Option<String> {
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::Omit);
    init.set_redirect(RequestRedirect::Follow);
    init.set_signal(Some(&signal));
    let response = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(url, &init)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let safe = !response.redirected() || response.url().starts_with("https://");
    if !response.ok() || !safe {
        return None;
    }
    let reader: ReadableStreamDefaultReader = response.body()?.get_reader().dyn_into().ok()?;
    let mut bytes = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await.ok()?;
        if js::get(&chunk, "done").is_truthy() {
            break;
        }
        let chunk: Uint8Array = js::get(&chunk, "value").dyn_into().ok()?;
        if usize::try_from(chunk.length()).ok()? > MAX_BYTES - bytes.len() {
            return None;
        }
        bytes.extend(chunk.to_vec());
    }
    String::from_utf8(bytes).ok()
}
