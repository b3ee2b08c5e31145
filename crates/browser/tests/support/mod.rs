//! Changing the platform for the length of a test.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};

/// A change of the page's globals; dropping it undoes it.
#[must_use]
pub(crate) struct Patch(Function);

impl Patch {
    /// `body` is JavaScript that makes the change and returns the function that undoes it.
    pub(crate) fn new(body: &str) -> Self {
        Self(eval(body).dyn_into().expect("the body returns its undo function"))
    }

    /// Replaces a property, such as `window` `fetch`; `original` names the old value in `value`.
    pub(crate) fn property(object: &str, name: &str, value: &str) -> Self {
        Self::new(&format!(
            "const object = {object};
             const own = Object.getOwnPropertyDescriptor(object, '{name}');
             const original = object['{name}'];
             Object.defineProperty(object, '{name}', {{ configurable: true, writable: true, value: {value} }});
             return () => own ? Object.defineProperty(object, '{name}', own) : delete object['{name}'];"
        ))
    }

    /// Deadlines of seconds pass at once.
    #[allow(dead_code)] // Not every test file waits for deadlines.
    pub(crate) fn short_deadlines() -> Self {
        Self::property(
            "window",
            "setTimeout",
            "(callback, ms, ...rest) => original(callback, ms >= 3000 ? 30 : ms, ...rest)",
        )
    }
}

impl Drop for Patch {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::NULL);
    }
}

/// Runs a function body in the page.
pub(crate) fn eval(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).expect("the script runs")
}
