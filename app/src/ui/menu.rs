//! A menu that pops up (WAI-ARIA Authoring Practices, "Menu").
//!
//! ```text
//! let menu = Menu::new();                                             // once a screen; `menu.view()` goes on the page
//! menu.open(t.about, vec![Item::new(t.copy, icon::COPY, run)], &at);  // at a point, or under a button
//! ```

use super::el::{El, el};
use super::icon;
pub(crate) use super::popup::At;
use super::popup::Popup;
use crate::dom;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

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

/// A menu of one screen; a clone is a second handle to the same one.
#[derive(Clone)]
pub(crate) struct Menu {
    popup: Popup,
    items: Rc<RefCell<Vec<Item>>>,
}

impl Menu {
    /// A closed menu, not on the page yet.
    pub(crate) fn new() -> Self {
        Self { popup: Popup::new("menu"), items: Rc::default() }
    }

    /// Puts it on the page.
    pub(crate) fn view(&self) -> El {
        let (clicked, pressed, items) = (self.clone(), self.clone(), self.items.clone());
        self.popup
            .sheet()
            .attr("role", "menu")
            .on("click", move |event| clicked.on_click(&event))
            .on("keydown", move |event| pressed.on_key(&event));
        // What could be chosen holds on to things.
        self.popup.view([], move || drop(items.take()))
    }

    /// Shows these. `name` says what they are about.
    pub(crate) fn open(&self, name: &str, items: Vec<Item>, at: &At) {
        let sheet = self.popup.sheet().attr("aria-label", name);
        sheet.node().set_text_content(None);
        sheet.with(items.iter().map(row).collect::<Vec<_>>());
        self.items.replace(items);
        self.popup.open(name, at);
        self.focus_on(0);
    }

    fn on_click(&self, event: &Event) {
        let Some(row) = dom::closest(event, "[role=menuitem]").filter(|_| self.popup.is_meant(event)) else {
            return;
        };
        let at = self.rows().iter().position(|other| *other == row);
        let items = self.items.take();
        self.popup.close();
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
                return self.popup.close();
            }
            _ => return,
        };
        event.prevent_default();
        self.focus_on(to);
    }

    fn rows(&self) -> Vec<Element> {
        dom::children(&self.popup.sheet().node())
    }

    fn focus_on(&self, at: usize) {
        if let Some(row) = self.rows().get(at) {
            dom::focus(row);
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
