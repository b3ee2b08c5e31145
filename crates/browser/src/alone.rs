//! Which page keeps an account's stream, if several have the account open: the one that holds the account's Web Lock.

use crate::js;
use crate::wait::{Later, later};
use js_sys::{Function, Promise};
use model::BareJid;
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

thread_local! {
    /// Keeps the promise that the lock is held for, and so gives the lock back.
    static GIVE_BACK: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Takes the account's lock if nobody has it, until [`release`] or the end of this page. False if another page has it, and in
/// a browser without locks: two pages that take up the same stream would throw each other out for ever.
pub(crate) async fn claim(account: &BareJid) -> bool {
    match request(account) {
        Some(answer) => answer.await,
        None => false,
    }
}

/// Gives the lock back, if we have it.
pub(crate) fn release() {
    if let Some(give_back) = GIVE_BACK.take() {
        let _ = give_back.call0(&JsValue::UNDEFINED);
    }
}

fn request(account: &BareJid) -> Option<Later<bool>> {
    let locks = js::get(&web_sys::window()?.navigator().into(), "locks");
    let request = Function::from(js::get(&locks, "request"));
    let (bringer, answer) = later();
    let granted = Closure::once_into_js(move |lock: JsValue| {
        let _ = bringer.bring(!lock.is_null());
        if lock.is_null() {
            return JsValue::UNDEFINED;
        }
        // The lock is held until this promise is kept.
        Promise::new(&mut |keep, _| GIVE_BACK.set(Some(keep))).into()
    });
    let name = ["goldcrest/", account.as_str()].concat();
    let options = js::object(&[("ifAvailable", JsValue::TRUE)]);
    request.call3(&locks, &JsValue::from_str(&name), &options, &granted).ok()?;
    Some(answer)
}
