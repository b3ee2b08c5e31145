//! What pops up where it was asked for: at a point or below a button, inside the window, and on a narrow touch screen as a sheet at
//! the bottom, within reach of a thumb.
//!
//! It lies on a `<dialog>` as large as the window. So Escape and a phone's own Back close it, it holds the focus and gives it back, and a
//! click beside it hits the dialog and nothing below. (A `popover` that was opened by a long press closes when the finger is lifted.)

use super::el::{El, View, el};
use crate::dom;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlDialogElement, UiEvent};

/// Between it and the edges of the window (CSS pixels).
const MARGIN: f64 = 8.0;

/// Where it opens.
#[derive(Clone)]
pub(crate) enum At {
    /// Here, in coordinates of the window.
    Point(f64, f64),
    /// Below or above this, whatever has more room.
    Under(Element),
}

/// Something that pops up; a clone is a second handle to the same one.
#[derive(Clone)]
pub(crate) struct Popup {
    layer: El,
    sheet: El,
    /// It was pressed since it opened. The finger whose long press opened it is lifted over it: that is no click.
    pressed: Rc<Cell<bool>>,
}

impl Popup {
    /// A closed one, not on the page yet.
    pub(crate) fn new(shape: &str) -> Self {
        Self {
            layer: el("dialog popup-layer"),
            sheet: el(&["div popup ", shape].concat()),
            pressed: Rc::default(),
        }
    }

    /// What holds the content: it has a role and a name of its own.
    pub(crate) fn sheet(&self) -> El {
        self.sheet.clone()
    }

    /// Puts it on the page, with its content. `closed` is told whenever it closes, however that comes.
    pub(crate) fn view(&self, content: impl Into<View>, closed: impl Fn() + 'static) -> El {
        let (pressing, this) = (self.clone(), self.clone());
        // The browser gives the focus to the first button otherwise, or to a field, and calls up the keyboard.
        let sheet = self.sheet().attr("tabindex", "-1").attr("autofocus", "");
        self.layer
            .clone()
            .on("pointerdown", move |_| pressing.pressed.set(true))
            .on("click", move |event| {
                if event.target() == event.current_target() && this.is_meant(&event) {
                    this.close();
                }
            })
            .on("contextmenu", |event| event.prevent_default())
            .on("close", move |_| closed())
            .with(sheet.with(content))
    }

    /// Shows it. `name` says what it is about.
    pub(crate) fn open(&self, name: &str, at: &At) {
        self.pressed.set(false);
        // The focus returns to where it is now; Safari does not move it to a button that is clicked.
        if let At::Under(button) = at {
            dom::focus(button);
        }
        if let Some(layer) = self.layer() {
            let _ = layer.set_attribute("aria-label", name);
            // Fails only for a dialog that is open already.
            let _ = layer.show_modal();
        }
        place(&self.sheet.node(), at);
    }

    /// Hides it; the focus goes back to where it was.
    pub(crate) fn close(&self) {
        if let Some(layer) = self.layer() {
            layer.close();
        }
    }

    /// True for a click that was begun here, or made by a key: such a one counts no clicks.
    pub(crate) fn is_meant(&self, click: &Event) -> bool {
        self.pressed.get() || click.dyn_ref::<UiEvent>().is_some_and(|click| click.detail() == 0)
    }

    fn layer(&self) -> Option<HtmlDialogElement> {
        self.layer.node().dyn_into().ok()
    }
}

/// Says where it goes; the style sheet does not listen where it is a sheet.
fn place(sheet: &Element, at: &At) {
    let (size, window) = (sheet.get_bounding_client_rect(), dom::window());
    let length = |value: Result<JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
    let (width, height) = (length(window.inner_width()), length(window.inner_height()));
    let (start, end, above, below) = match at {
        At::Point(x, y) => (*x, *x, *y, *y),
        At::Under(button) => {
            let button = button.get_bounding_client_rect();
            (button.left(), button.right(), button.top() - MARGIN / 2.0, button.bottom() + MARGIN / 2.0)
        }
    };
    dom::set_style(sheet, "--x", &dom::px(along(start, end, size.width(), width)));
    dom::set_style(sheet, "--y", &dom::px(along(below, above, size.height(), height)));
}

/// Where something of this length goes: from `start` on if it fits there, else up to `end`, and inside the window in any case.
fn along(start: f64, end: f64, length: f64, window: f64) -> f64 {
    let room = window - MARGIN - length;
    let from = if start > room { end - length } else { start };
    from.min(room).max(MARGIN)
}

#[cfg(test)]
mod tests {
    use super::along;

    #[test]
    fn what_pops_up_stays_in_the_window() {
        let place = |start, end, length, window| along(start, end, length, window).to_string();
        assert_eq!(place(100.0, 140.0, 200.0, 800.0), "100", "there is room");
        assert_eq!(place(700.0, 740.0, 200.0, 800.0), "540", "it ends where the button ends");
        assert_eq!(place(790.0, 799.0, 200.0, 800.0), "592", "not at the very edge");
        assert_eq!(
            place(150.0, 160.0, 190.0, 200.0),
            "8",
            "the beginning is in view where not all of it can be"
        );
    }
}
