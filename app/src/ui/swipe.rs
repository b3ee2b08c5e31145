//! Swipes on the rows of a list: a row goes aside under a finger, what will be done comes out behind it, and it goes back. Menus do the
//! same for those who don't swipe.
//!
//! A finger that begins at the edge of the window belongs to the system: it goes back or forward. One that goes up or down scrolls, which
//! style sheets leave to the browser (`touch-action: pan-y`).

use super::el::{El, set_attribute};
use crate::dom;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

/// A finger that has gone so far to one side swipes (CSS pixels).
const BEGIN: f64 = 14.0;
/// So much at each edge of the window is the system's (CSS pixels).
const EDGE: f64 = 24.0;
/// A tick is felt for so long (milliseconds).
const TICK_MS: u32 = 10;

/// Says what comes out behind a row that goes to the right (`true`) or left; none if it does not go there.
type Behind = Box<dyn Fn(&Element, bool) -> Option<El>>;
/// Is told of a row that went far enough to the right (`true`) or left.
type Done = Box<dyn Fn(&Element, bool)>;

/// What swipes on the rows of one list do.
pub(crate) struct Swipes {
    /// What is a row.
    pub(crate) rows: &'static str,
    /// From here on something is done when the finger is lifted (CSS pixels).
    pub(crate) far: f64,
    /// What comes out behind a row.
    pub(crate) behind: Behind,
    /// What is done then.
    pub(crate) done: Done,
}

/// A row does not go further beyond [`Swipes::far`] than this.
const BEYOND: f64 = 36.0;

/// A finger on a row.
struct Finger {
    id: i32,
    from: (f64, f64),
    row: Element,
    /// To the right, and what is behind the row, as soon as it swipes.
    side: Option<(bool, El)>,
    is_far: bool,
}

struct Swiping {
    what: Swipes,
    finger: RefCell<Option<Finger>>,
}

/// Listens for swipes in the list.
pub(crate) fn swiping(list: El, what: Swipes) -> El {
    let swiping = Rc::new(Swiping { what, finger: RefCell::default() });
    [
        ("pointerdown", Swiping::on_down as fn(&Swiping, &PointerEvent)),
        ("pointermove", Swiping::on_move),
        ("pointerup", Swiping::on_up),
        // The browser scrolls, or the system has taken the finger.
        ("pointercancel", Swiping::on_cancel),
    ]
    .into_iter()
    .fold(list, |list, (event, handler)| {
        let swiping = Rc::clone(&swiping);
        list.on(event, move |event: Event| {
            if let Some(event) = event.dyn_ref() {
                handler(&swiping, event);
            }
        })
    })
}

impl Swiping {
    fn on_down(&self, event: &PointerEvent) {
        self.end();
        let (id, from) = (event.pointer_id(), place(event));
        let is_systems = from.0 < EDGE || from.0 > dom::width() - EDGE;
        if event.pointer_type() != "touch" || !event.is_primary() || is_systems {
            return;
        }
        let row = dom::closest(event, self.what.rows);
        self.finger.replace(row.map(|row| Finger { id, from, row, side: None, is_far: false }));
    }

    fn on_move(&self, event: &PointerEvent) {
        let mut held = self.finger.borrow_mut();
        let Some(finger) = held.as_mut().filter(|finger| finger.id == event.pointer_id()) else { return };
        let (x, y) = place(event);
        let (right, down) = (x - finger.from.0, y - finger.from.1);
        if finger.side.is_none() {
            if down.abs() > BEGIN {
                // It scrolls, and goes on to.
                *held = None;
                return;
            }
            if right.abs() < BEGIN {
                return;
            }
        }
        let to_right = right > 0.0;
        if finger.side.as_ref().is_none_or(|(before, _)| *before != to_right) {
            finger.put_away();
            (finger.side, finger.is_far) = (None, false);
            let Some(behind) = (self.what.behind)(&finger.row, to_right) else { return };
            // Fails only for a finger that is gone.
            let _ = finger.row.set_pointer_capture(finger.id);
            let _ = finger.row.insert_before(&behind.node(), finger.row.first_child().as_ref());
            set_attribute(&finger.row, "data-swiped", Some(""));
            finger.side = Some((to_right, behind));
        }
        // From where it began to move: it does not jump.
        let by = (right.abs() - BEGIN).clamp(0.0, self.what.far + BEYOND);
        let is_far = by >= self.what.far;
        if let Some((_, behind)) = finger.side.as_ref().filter(|_| is_far != finger.is_far) {
            set_attribute(&behind.node(), "data-far", is_far.then_some(""));
            if is_far {
                dom::vibrate(TICK_MS);
            }
        }
        finger.is_far = is_far;
        dom::set_style(&finger.row, "--swipe", &dom::px(by * right.signum()));
    }

    fn on_up(&self, event: &PointerEvent) {
        let Some(finger) = self.end().filter(|finger| finger.id == event.pointer_id()) else { return };
        if let Some((to_right, _)) = finger.side.filter(|_| finger.is_far) {
            (self.what.done)(&finger.row, to_right);
        }
    }

    fn on_cancel(&self, _: &PointerEvent) {
        self.end();
    }

    /// The row goes back to its place.
    fn end(&self) -> Option<Finger> {
        self.finger.take().inspect(Finger::put_away)
    }
}

impl Finger {
    fn put_away(&self) {
        if let Some((_, behind)) = &self.side {
            behind.node().remove();
        }
        set_attribute(&self.row, "data-swiped", None);
        dom::set_style(&self.row, "--swipe", "");
    }
}

fn place(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}
