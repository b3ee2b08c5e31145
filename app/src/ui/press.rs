//! The ways in which a person asks what can be done with a row of a list: a long press, the right button, the keyboard's menu key
//! or Shift+F10. One set of listeners on the list serves all of its rows.
//!
//! Rows have the class `pressable`: where a finger is the pointer, a long press then neither selects text nor calls up the browser's
//! own menu of a link.

use super::el::El;
use super::popup::At;
use crate::dom;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent, PointerEvent};

/// A finger that rests so long asks (milliseconds).
const LONG_PRESS_MS: i32 = 500;
/// One that moves further wants something else (CSS pixels).
const SLOP: f64 = 10.0;
/// Within this time the click of a press has come, if there is one (milliseconds).
const CLICK_MS: i32 = 300;

/// Calls `ask` with the row (what in `list` this selector fits) and where its menu should open.
pub(crate) fn asking(list: El, rows: &'static str, ask: impl Fn(&Element, &At) + 'static) -> El {
    let this = Rc::new(Asking {
        rows,
        ask: Box::new(ask),
        turn: Cell::default(),
        from: Cell::default(),
        touch: Cell::default(),
        asked: Cell::default(),
    });
    // What a browser takes over to scroll or zoom is cancelled.
    [
        ("pointerdown", Asking::on_down as fn(&Rc<Asking>, &Event)),
        ("pointermove", Asking::on_move),
        ("pointerup", Asking::on_end),
        ("pointercancel", Asking::on_end),
        ("contextmenu", Asking::on_contextmenu),
        ("keydown", Asking::on_key),
        ("click", Asking::on_click),
    ]
    .into_iter()
    .fold(list, |list, (event, handler)| {
        let this = this.clone();
        list.on(event, move |event| handler(&this, &event))
    })
}

/// Who is told of a row that was asked for.
type Ask = Box<dyn Fn(&Element, &At)>;

struct Asking {
    rows: &'static str,
    ask: Ask,
    /// Grows when a press begins and when it ends, so that a timer knows whether its press still lasts.
    turn: Cell<u32>,
    /// Where it began.
    from: Cell<(f64, f64)>,
    /// It is, or the last one was, a finger's.
    touch: Cell<bool>,
    /// It has asked: its click, and the event by which the browser asks for the same, come too late.
    asked: Cell<bool>,
}

impl Asking {
    fn next_turn(&self) -> u32 {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.turn.get()
    }

    fn on_down(self: &Rc<Self>, event: &Event) {
        let Some(pointer) = event.dyn_ref::<PointerEvent>() else { return };
        let (turn, at) = (self.next_turn(), place(pointer));
        self.asked.set(false);
        self.from.set(at);
        self.touch.set(pointer.pointer_type() == "touch");
        if !self.touch.get() || !pointer.is_primary() {
            return;
        }
        let Some(row) = dom::closest(event, self.rows) else { return };
        let this = self.clone();
        dom::later(LONG_PRESS_MS, move || {
            if this.turn.get() == turn && !this.asked.replace(true) {
                (this.ask)(&row, &At::Point(at.0, at.1));
            }
        });
    }

    fn on_move(self: &Rc<Self>, event: &Event) {
        let Some(pointer) = event.dyn_ref::<PointerEvent>() else { return };
        let ((x, y), (from_x, from_y)) = (place(pointer), self.from.get());
        if (x - from_x).hypot(y - from_y) > SLOP {
            self.next_turn();
        }
    }

    fn on_end(self: &Rc<Self>, _: &Event) {
        self.next_turn();
        let this = self.clone();
        dom::later(CLICK_MS, move || this.asked.set(false));
    }

    fn on_contextmenu(self: &Rc<Self>, event: &Event) {
        let Some(row) = dom::closest(event, self.rows) else { return };
        // With a mouse, what can be done with a link to elsewhere or with marked text is the browser's business.
        let touch = self.touch.get();
        if !touch && (dom::closest(event, "a[target]").is_some() || marks_text(&row)) {
            return;
        }
        event.prevent_default();
        if touch && self.asked.replace(true) {
            return;
        }
        if let Some(mouse) = event.dyn_ref::<MouseEvent>() {
            let (x, y) = place(mouse);
            (self.ask)(&row, &At::Point(x, y));
        }
    }

    fn on_key(self: &Rc<Self>, event: &Event) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        let asks = key.key() == "ContextMenu" || key.key() == "F10" && key.shift_key();
        if let Some(row) = dom::closest(event, self.rows).filter(|_| asks) {
            // Else the browser asks for the same once more.
            event.prevent_default();
            (self.ask)(&row, &At::Under(row.clone()));
        }
    }

    fn on_click(self: &Rc<Self>, event: &Event) {
        if self.asked.replace(false) {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}

fn place(event: &MouseEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// True if some of this element's text is marked.
fn marks_text(row: &Element) -> bool {
    let selection = dom::window().get_selection().ok().flatten();
    selection.is_some_and(|marked| {
        !marked.is_collapsed()
            && marked.contains_node_with_allow_partial_containment(row, true).unwrap_or_default()
    })
}
