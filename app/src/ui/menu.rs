//! A menu that pops up where it was asked for (WAI-ARIA Authoring Practices, "Menu"): at a point or below a button, inside the
//! window, and on a narrow touch screen as a sheet at the bottom, within reach of a thumb.
//!
//! It lies on a `popover` as large as the window. So Escape and a phone's own Back close it, the focus returns to where it was, and a
//! click beside it hits the popover and nothing below.

use super::el::{El, el};
use super::icon;
use crate::dom;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// Between the menu and the edges of the window, and between it and its button (CSS pixels).
const MARGIN: f64 = 8.0;

/// One thing that can be chosen.
pub(crate) struct Item {
    /// Its name.
    pub(crate) label: String,
    /// Path of its picture (see [`icon`]); empty if it has none.
    pub(crate) icon: &'static str,
    /// It can't be undone.
    pub(crate) danger: bool,
    /// What it does. By then the menu is closed and the focus is back.
    pub(crate) run: Box<dyn FnOnce()>,
}

impl Item {
    /// Something harmless.
    pub(crate) fn new(label: &str, icon: &'static str, run: impl FnOnce() + 'static) -> Self {
        Self { label: label.to_owned(), icon, danger: false, run: Box::new(run) }
    }

    /// Something harmless whose name is as short as a picture: several of them share a line.
    pub(crate) fn short(label: &str, run: impl FnOnce() + 'static) -> Self {
        Self::new(label, "", run)
    }

    /// Something that can't be undone.
    pub(crate) fn danger(label: &str, icon: &'static str, run: impl FnOnce() + 'static) -> Self {
        Self { danger: true, ..Self::new(label, icon, run) }
    }
}

/// Where a menu opens.
#[derive(Clone)]
pub(crate) enum At {
    /// Here, in coordinates of the window.
    Point(f64, f64),
    /// Below or above this, whatever has more room.
    Under(Element),
}

/// A menu of one screen; a clone is a second handle to the same one.
#[derive(Clone)]
pub(crate) struct Menu(Rc<Inner>);

struct Inner {
    layer: El,
    list: El,
    items: RefCell<Vec<Item>>,
    /// The menu was pressed since it opened. The finger whose long press opened it is lifted over it: that is no choice.
    pressed: Cell<bool>,
}

impl Menu {
    /// A closed menu, not on the page yet.
    pub(crate) fn new() -> Self {
        let (layer, list) = (el("div menu-layer"), el("div menu"));
        Self(Rc::new(Inner { layer, list, items: RefCell::default(), pressed: Cell::default() }))
    }

    /// Puts it on the page.
    pub(crate) fn view(&self) -> El {
        let (pressing, clicked, pressed, toggled) = (self.clone(), self.clone(), self.clone(), self.clone());
        let Inner { layer, list, .. } = &*self.0;
        layer
            .clone()
            .attr("popover", "auto")
            .on("pointerdown", move |_| pressing.0.pressed.set(true))
            .on("click", move |event| clicked.on_click(&event))
            .on("keydown", move |event| pressed.on_key(&event))
            .on("contextmenu", |event| event.prevent_default())
            .on("toggle", move |_| toggled.on_toggle())
            .with(list.clone().attr("role", "menu").attr("tabindex", "-1"))
    }

    /// Shows these. `name` says what they are about.
    pub(crate) fn open(&self, name: &str, items: Vec<Item>, at: &At) {
        let Some(layer) = self.layer() else { return };
        let list = self.0.list.clone().attr("aria-label", name);
        list.node().set_text_content(None);
        let rows: Vec<El> = items.iter().map(row).collect();
        let list = list.with(rows);
        self.0.items.replace(items);
        self.0.pressed.set(false);
        // The focus returns to where it is now; Safari does not move it to a button that is clicked.
        if let At::Under(button) = at {
            focus(button);
        }
        // Fails only for a popover that is open already.
        let _ = layer.show_popover();
        place(&list.node(), at);
        self.focus_on(0);
    }

    fn close(&self) {
        if let Some(layer) = self.layer() {
            // As above, for one that is closed.
            let _ = layer.hide_popover();
        }
    }

    fn layer(&self) -> Option<HtmlElement> {
        self.0.layer.node().dyn_into().ok()
    }

    /// However it was closed: what could be chosen holds on to things.
    fn on_toggle(&self) {
        if !self.0.layer.node().matches(":popover-open").unwrap_or_default() {
            self.0.items.take();
        }
    }

    fn on_click(&self, event: &Event) {
        // A key makes a click without a press; it counts no clicks.
        let by_key = event.dyn_ref::<web_sys::UiEvent>().is_some_and(|event| event.detail() == 0);
        if !self.0.pressed.get() && !by_key {
            return;
        }
        let row = dom::closest(event, "[role=menuitem]");
        if row.is_none() && dom::closest(event, "[role=menu]").is_some() {
            return;
        }
        let at = row.and_then(|row| self.rows().iter().position(|other| *other == row));
        let items = self.0.items.take();
        self.close();
        if let Some(item) = at.and_then(|at| items.into_iter().nth(at)) {
            (item.run)();
        }
    }

    fn on_key(&self, event: &Event) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        let rows = self.rows();
        let focused = dom::document().active_element();
        let now = rows.iter().position(|row| Some(row) == focused.as_ref());
        let last = rows.len().saturating_sub(1);
        let to = match key.key().as_str() {
            "ArrowDown" | "ArrowRight" => now.filter(|now| *now < last).map_or(0, |now| now + 1),
            "ArrowUp" | "ArrowLeft" => now.filter(|now| *now > 0).map_or(last, |now| now - 1),
            "Home" => 0,
            "End" => last,
            "Tab" => {
                event.prevent_default();
                return self.close();
            }
            _ => return,
        };
        event.prevent_default();
        self.focus_on(to);
    }

    fn rows(&self) -> Vec<Element> {
        let children = self.0.list.node().children();
        (0..children.length()).filter_map(|at| children.item(at)).collect()
    }

    fn focus_on(&self, at: usize) {
        if let Some(row) = self.rows().get(at) {
            focus(row);
        }
    }
}

fn row(item: &Item) -> El {
    let shape = match (item.danger, item.icon) {
        (true, _) => "button menu-item danger",
        (_, "") => "button menu-item short",
        _ => "button menu-item",
    };
    let picture = (!item.icon.is_empty()).then(|| icon::icon(item.icon));
    let row = el(shape).attr("type", "button").attr("role", "menuitem").attr("tabindex", "-1");
    row.with(picture).with(el("span").text(&item.label))
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // What can't take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Says where the menu goes; the style sheet does not listen where it is a sheet.
fn place(menu: &Element, at: &At) {
    let (size, window) = (menu.get_bounding_client_rect(), dom::window());
    let length =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
    let (width, height) = (length(window.inner_width()), length(window.inner_height()));
    let (start, end, above, below) = match at {
        At::Point(x, y) => (*x, *x, *y, *y),
        At::Under(button) => {
            let button = button.get_bounding_client_rect();
            (button.left(), button.right(), button.top() - MARGIN / 2.0, button.bottom() + MARGIN / 2.0)
        }
    };
    let x = along(start, end, size.width(), width);
    let y = along(below, above, size.height(), height);
    dom::set_style(menu, "--x", &dom::px(x));
    dom::set_style(menu, "--y", &dom::px(y));
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
    fn a_menu_stays_in_the_window() {
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
