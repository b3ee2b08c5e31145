//! How a text is meant to be shown, in the object of what has the text ([`super::rows`]). Most texts have nothing of it.

use super::rows::{jid, small, text};
use crate::js;
use js_sys::Array;
use model::{Format, Mention};
use wasm_bindgen::JsValue;

/// Adds it.
pub(crate) fn add(row: &JsValue, format: &Format) {
    if let Some(hint) = &format.spoiler {
        js::set(row, "spoiler", &text(hint));
    }
    if format.unstyled {
        js::set(row, "unstyled", &JsValue::TRUE);
    }
    if !format.mentions.is_empty() {
        let mention = |it: &Mention| Array::of3(&it.begin.into(), &it.end.into(), &text(it.who.as_str()));
        let mentions: JsValue = format.mentions.iter().map(mention).collect::<Array>().into();
        js::set(row, "mentions", &mentions);
        js::set(row, "mentions_me", &format.mentions_me.into());
    }
}

/// The same, stored.
pub(crate) fn read(row: &JsValue) -> Format {
    let mention =
        |it: &JsValue| Some(Mention { begin: small(it, "0"), end: small(it, "1"), who: jid(it, "2")? });
    Format {
        spoiler: js::text(row, "spoiler"),
        unstyled: js::get(row, "unstyled").is_truthy(),
        mentions: js::list(row, "mentions").iter().filter_map(mention).collect(),
        mentions_me: js::get(row, "mentions_me").is_truthy(),
    }
}
