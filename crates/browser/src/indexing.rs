//! When the store's index for searches learns: while nobody does anything, a frame's time at most, and later if messages come in.
//!
//! It runs in the page that runs the engine, so in one page of an account.

use crate::js;
use crate::ports::BrowserPorts;
use crate::wait::later;
use driver::Handle;
use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

/// So long after a message it waits for the next one (milliseconds): a burst is not slowed.
const CALM_MS: u32 = 1_000;
/// A pause where the browser does not tell when it has nothing to do (milliseconds).
const PAUSE_MS: u32 = 100;

/// The work of learning; dropping it ends it.
pub(crate) struct Indexing(Rc<Work>);

struct Work {
    handle: Handle<BrowserPorts>,
    /// Something came since the last step.
    news: Cell<bool>,
    running: Cell<bool>,
}

impl Indexing {
    /// For the store of this loop.
    pub(crate) fn new(handle: Handle<BrowserPorts>) -> Self {
        Self(Rc::new(Work { handle, news: Cell::default(), running: Cell::default() }))
    }

    /// Something was stored.
    pub(crate) fn news(&self) {
        self.0.news.set(true);
        if self.0.running.replace(true) {
            return;
        }
        let work = Rc::downgrade(&self.0);
        spawn_local(async move {
            while let Some(calm) = work.upgrade().map(|work| !work.news.take()) {
                if !calm {
                    TimeoutFuture::new(CALM_MS).await;
                    continue;
                }
                idle().await;
                let Some(work) = work.upgrade() else { return };
                let more = work.handle.index().await;
                if !more && !work.news.get() {
                    return work.running.set(false);
                }
            }
        });
    }
}

/// Waits until the browser has nothing to do.
async fn idle() {
    let (bringer, idle) = later();
    let window: JsValue = js_sys::global().into();
    let callback = Closure::once_into_js(move || {
        let _ = bringer.bring(());
    });
    let request = js::get(&window, "requestIdleCallback").dyn_into::<Function>();
    if request.is_ok_and(|request| request.call1(&window, &callback).is_ok()) {
        idle.await;
    } else {
        TimeoutFuture::new(PAUSE_MS).await;
    }
}
