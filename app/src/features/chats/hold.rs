//! No line moves while somebody looks for one: with a pointer that moves over the list, a finger on it, or the focus of the keyboard in
//! it. What came meanwhile is put in order when they have left, or done nothing for a while.

use crate::dom;
use crate::state::AppState;
use crate::ui::el::El;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, Node, PointerEvent};

/// Who has not moved for so long is not looking for a line any more (milliseconds).
const REST_MS: i32 = 5_000;

struct Hold {
    state: AppState,
    list: Element,
    held: Cell<bool>,
    /// Grows with all that is done in the list.
    turn: Cell<u32>,
    /// A finger or a button is down.
    pressed: Cell<bool>,
}

/// Holds the chats still while somebody is at work in this list.
pub(super) fn hold(state: AppState, list: El) -> El {
    let (held, turn, pressed) = (Cell::default(), Cell::default(), Cell::default());
    let hold = Rc::new(Hold { state, list: list.node(), held, turn, pressed });
    [
        ("pointermove", Hold::on_move as fn(&Rc<Hold>, &Event)),
        ("pointerdown", Hold::on_down),
        ("pointerup", Hold::on_up),
        ("pointercancel", Hold::on_up),
        ("pointerleave", Hold::on_leave),
        ("focusin", Hold::on_move),
        ("focusout", Hold::on_leave),
        ("keydown", Hold::on_move),
        ("scroll", Hold::on_move),
    ]
    .into_iter()
    .fold(list, |list, (event, handler)| {
        let hold = Rc::clone(&hold);
        list.on(event, move |event| handler(&hold, &event))
    })
}

impl Hold {
    fn on_move(self: &Rc<Self>, _: &Event) {
        self.turn.set(self.turn.get().wrapping_add(1));
        if !self.held.replace(true) {
            self.state.hold_chats(true);
            self.wait();
        }
    }

    fn on_down(self: &Rc<Self>, event: &Event) {
        self.pressed.set(true);
        self.on_move(event);
    }

    fn on_up(self: &Rc<Self>, event: &Event) {
        self.pressed.set(false);
        self.on_move(event);
    }

    /// A finger leaves whenever it is lifted, and the next tap is to find the line where it was seen.
    fn on_leave(self: &Rc<Self>, event: &Event) {
        let touch = event.dyn_ref::<PointerEvent>().is_some_and(|pointer| pointer.pointer_type() == "touch");
        // From line to line is not away.
        let to = event.dyn_ref::<FocusEvent>().and_then(FocusEvent::related_target);
        let within =
            to.and_then(|to| to.dyn_into::<Node>().ok()).is_some_and(|to| self.list.contains(Some(&to)));
        if !touch && !within {
            self.look();
        }
    }

    /// Looks once in a while whether anything happened; a timer for each move of a pointer would be many.
    fn wait(self: &Rc<Self>) {
        let (this, turn) = (Rc::clone(self), self.turn.get());
        dom::later(REST_MS, move || {
            if this.held.get() && (this.turn.get() != turn || !this.look()) {
                this.wait();
            }
        });
    }

    /// Lets go if nobody is at work; true if so.
    fn look(&self) -> bool {
        let focused = self.list.query_selector(":focus-visible").ok().flatten().is_some();
        let free = !focused && !self.pressed.get();
        if free && self.held.replace(false) {
            self.state.hold_chats(false);
        }
        free
    }
}
