//! Reading and making JavaScript values. Nothing here throws: what is missing or of another type is `undefined`,
//! `None` or empty.
//!
//! The documents and rows we have are a dozen fields each. A line per field is a tenth of the code in the download
//! that serde makes of the same types.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// A field.
pub(crate) fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}

/// A field that is a string.
pub(crate) fn text(object: &JsValue, key: &str) -> Option<String> {
    get(object, key).as_string()
}

/// A field that is a number; 0 if it is not.
pub(crate) fn number(object: &JsValue, key: &str) -> f64 {
    get(object, key).as_f64().unwrap_or_default()
}

/// A field that is a list.
pub(crate) fn list(object: &JsValue, key: &str) -> Vec<JsValue> {
    get(object, key).dyn_into::<Array>().map(|list| list.to_vec()).unwrap_or_default()
}

/// A field that holds bytes, as a `Uint8Array` or as a list of numbers.
pub(crate) fn bytes(object: &JsValue, key: &str) -> Vec<u8> {
    let value = get(object, key);
    // Of a number the constructor would make as many zeros.
    if value.is_object() { Uint8Array::new(&value).to_vec() } else { Vec::new() }
}

/// An object of these fields.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (key, value) in fields {
        set(&object, key, value);
    }
    object
}

/// Sets a field of an object we made.
pub(crate) fn set(object: &JsValue, key: &str, value: &JsValue) {
    // Fails for frozen objects only.
    let _ = Reflect::set(object, &JsValue::from_str(key), value);
}
