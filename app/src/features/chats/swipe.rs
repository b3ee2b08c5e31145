//! Swipes on a line: to the right it is read or unread, to the left it goes to the archive or comes back. The menu of the line does the
//! same for those who don't swipe.

use super::menu;
use crate::dom;
use crate::router::Router;
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use model::Arrange;
use projection::ChatItem;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

/// A finger that has gone so far to one side swipes (CSS pixels).
const BEGIN: f64 = 14.0;
/// From here on something is done when it is lifted.
const FAR: f64 = 84.0;
/// A line does not go further than this.
const FARTHEST: f64 = 120.0;

/// A finger on a line.
struct Finger {
    id: i32,
    from: (f64, f64),
    line: Element,
    /// What is behind the line, as soon as it swipes.
    behind: Option<El>,
    /// Where the line is.
    by: f64,
}

struct Swipe {
    state: AppState,
    router: Router,
    finger: RefCell<Option<Finger>>,
}

/// Listens for swipes in the list.
pub(super) fn swiping(state: AppState, router: Router, list: El) -> El {
    let swipe = Rc::new(Swipe { state, router, finger: RefCell::default() });
    [
        ("pointerdown", Swipe::on_down as fn(&Swipe, &PointerEvent)),
        ("pointermove", Swipe::on_move),
        ("pointerup", Swipe::on_up),
        // The browser scrolls, or the system has taken the finger.
        ("pointercancel", Swipe::on_cancel),
    ]
    .into_iter()
    .fold(list, |list, (event, handler)| {
        let swipe = Rc::clone(&swipe);
        list.on(event, move |event: Event| {
            if let Some(event) = event.dyn_ref() {
                handler(&swipe, event);
            }
        })
    })
}

impl Swipe {
    fn on_down(&self, event: &PointerEvent) {
        self.end();
        if event.pointer_type() != "touch" || !event.is_primary() {
            return;
        }
        if let Some(line) = dom::closest(event, menu::LINE) {
            self.finger.replace(Some(Finger {
                id: event.pointer_id(),
                from: place(event),
                line,
                behind: None,
                by: 0.0,
            }));
        }
    }

    fn on_move(&self, event: &PointerEvent) {
        let mut finger = self.finger.borrow_mut();
        let Some(Finger { id, from, line, behind, by }) = finger.as_mut() else { return };
        if event.pointer_id() != *id {
            return;
        }
        let (x, y) = place(event);
        let (right, down) = (x - from.0, y - from.1);
        if behind.is_none() {
            if down.abs() > BEGIN {
                // It scrolls, and goes on to.
                *finger = None;
                return;
            }
            if right.abs() < BEGIN {
                return;
            }
            let _ = line.set_pointer_capture(*id);
            let shown = el("span line-behind");
            let _ = line.insert_before(&shown.node(), line.first_child().as_ref());
            *behind = Some(shown);
        }
        let before = *by;
        // From where it began to move: it does not jump.
        *by = (right - right.signum() * BEGIN).clamp(-FARTHEST, FARTHEST);
        if let Some(behind) = behind {
            if *by * before <= 0.0 {
                self.say(line, behind, *by);
            }
            let far = if by.abs() >= FAR { "line-behind far" } else { "line-behind" };
            let far = if *by < 0.0 { [far, " left"].concat() } else { far.to_owned() };
            behind.node().set_class_name(&far);
        }
        dom::set_style(line, "--swipe", &dom::px(*by));
    }

    fn on_up(&self, event: &PointerEvent) {
        let Some(finger) = self.end().filter(|finger| finger.id == event.pointer_id()) else { return };
        if finger.behind.is_some()
            && finger.by.abs() >= FAR
            && let Some(chat) = self.chat(&finger.line)
        {
            menu::arrange(self.state, self.router, &chat.person.jid, change(&chat, finger.by).0);
        }
    }

    fn on_cancel(&self, _: &PointerEvent) {
        self.end();
    }

    /// The line goes back to its place.
    fn end(&self) -> Option<Finger> {
        let finger = self.finger.take()?;
        if let Some(behind) = &finger.behind {
            behind.node().remove();
        }
        dom::set_style(&finger.line, "--swipe", "");
        Some(finger)
    }

    fn chat(&self, line: &Element) -> Option<Rc<ChatItem>> {
        let chat = self.state.chats().row(&line.get_attribute("data-jid")?.into())?;
        Some(chat.now())
    }

    /// Says what will be done.
    fn say(&self, line: &Element, behind: &El, by: f64) {
        if let Some(chat) = self.chat(line) {
            let (t, (change, path)) = (self.state.text(), change(&chat, by));
            let words = match change {
                Arrange::MarkUnread(true) => t.mark_unread,
                Arrange::MarkUnread(false) => t.mark_read,
                Arrange::Archive(true) => t.archive_chat,
                _ => t.unarchive_chat,
            };
            behind.node().set_text_content(None);
            let _ = behind.clone().with([icon::icon(path), el("span").text(words)]);
        }
    }
}

/// What a swipe does.
fn change(chat: &ChatItem, by: f64) -> (Arrange, &'static str) {
    let archived = chat.row.listing.archived;
    match (by > 0.0, menu::has_unread(chat)) {
        (true, true) => (Arrange::MarkUnread(false), icon::CHECKS),
        (true, false) => (Arrange::MarkUnread(true), icon::UNREAD),
        (false, _) => (Arrange::Archive(!archived), if archived { icon::UNARCHIVE } else { icon::ARCHIVE }),
    }
}

fn place(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}
