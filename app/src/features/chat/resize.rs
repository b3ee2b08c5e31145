//! Hears when elements change their size, after the page was laid out and before it is painted.

use crate::live::keep;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver};

struct Watching {
    observer: ResizeObserver,
    _changed: Closure<dyn FnMut()>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls this whenever one of these elements has another size, until the owner of what is being built is gone.
pub(super) fn watch(elements: &[Element], changed: impl FnMut() + 'static) {
    let changed = Closure::<dyn FnMut()>::new(changed);
    // Every browser that runs this has it (Safari since 13.1); without it things only move when a picture comes late.
    let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
    for element in elements {
        observer.observe(element);
    }
    keep(Box::new(Watching { observer, _changed: changed }));
}
