//! How a text is meant to be shown, in the object of what has the text ([`super::rows`]). Most texts have nothing of it.

use super::rows::text;
use crate::js;
use model::Format;
use wasm_bindgen::JsValue;

/// Adds it.
pub(crate) fn add(row: &JsValue, format: &Format) {
    if let Some(hint) = &format.spoiler {
        js::set(row, "spoiler", &text(hint));
    }
    if format.unstyled {
        js::set(row, "unstyled", &JsValue::TRUE);
    }
}

/// The same, stored.
pub(crate) fn read(row: &JsValue) -> Format {
    Format { spoiler: js::text(row, "spoiler"), unstyled: js::get(row, "unstyled").is_truthy() }
}
