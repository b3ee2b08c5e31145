//! The life of page and device: visible or hidden, network or none, asleep or awake.

use crate::listener::Listener;
use driver::{Inbox, Input};
use gloo_timers::callback::Interval;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Document, Event, PageTransitionEvent, VisibilityState};

/// How often the clocks are compared (milliseconds).
const LOOK_MS: u32 = 5_000;
/// A look that is later than this, or clocks that part by more than this, mean that the device slept (milliseconds).
const SLEPT_MS: f64 = 10_000.0;

/// Puts what happens to page and device into the inbox for as long as it lives.
#[must_use]
pub struct Life {
    _listeners: Vec<Listener>,
    _look: Interval,
}

impl std::fmt::Debug for Life {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Life")
    }
}

impl Life {
    /// Starts to watch; what is known now is reported at once. `None` outside of a page.
    pub fn watch(inbox: &Inbox) -> Option<Self> {
        let window = web_sys::window()?;
        let document = window.document()?;
        inbox.push(Input::PageVisible(is_visible(&document)));
        inbox.push(Input::NetworkOnline(window.navigator().on_line()));

        let look = {
            let (inbox, last) = (inbox.clone(), Cell::new(Clocks::now()));
            Rc::new(move |watching| {
                let now = Clocks::now();
                if last.replace(now).slept_until(now, watching) {
                    inbox.push(Input::Resumed);
                }
            })
        };
        let see = {
            let (inbox, document) = (inbox.clone(), document.clone());
            Rc::new(move || inbox.push(Input::PageVisible(is_visible(&document))))
        };
        let back = {
            let (inbox, see) = (inbox.clone(), Rc::clone(&see));
            Rc::new(move || {
                inbox.push(Input::Resumed);
                see();
            })
        };
        let listeners = vec![
            Listener::new(&document, "visibilitychange", {
                let look = Rc::clone(&look);
                Box::new(move |_| {
                    // Sooner than the next look: somebody is here and waits. Until now timers were slow, so lateness says nothing.
                    look(false);
                    see();
                })
            }),
            // A page has been frozen, or put aside for the way back, before it could be told hidden by some browsers.
            Listener::new(&document, "freeze", pushing(inbox, || Input::PageVisible(false))),
            Listener::new(&window, "pagehide", pushing(inbox, || Input::PageVisible(false))),
            Listener::new(&document, "resume", {
                let back = Rc::clone(&back);
                Box::new(move |_| back())
            }),
            Listener::new(
                &window,
                "pageshow",
                Box::new(move |event: Event| {
                    // Back from the back/forward cache.
                    if event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted) {
                        back();
                    }
                }),
            ),
            Listener::new(&window, "online", pushing(inbox, || Input::NetworkOnline(true))),
            Listener::new(&window, "offline", pushing(inbox, || Input::NetworkOnline(false))),
        ];
        let look = Interval::new(LOOK_MS, move || look(is_visible(&document)));
        Some(Self { _listeners: listeners, _look: look })
    }
}

fn is_visible(document: &Document) -> bool {
    document.visibility_state() == VisibilityState::Visible
}

fn pushing(inbox: &Inbox, input: fn() -> Input) -> Box<dyn FnMut(Event)> {
    let inbox = inbox.clone();
    Box::new(move |_| inbox.push(input()))
}

/// Both clocks, in milliseconds.
#[derive(Clone, Copy)]
struct Clocks {
    mono: f64,
    wall: f64,
}

impl Clocks {
    fn now() -> Self {
        Self { mono: crate::ports::monotonic_ms(), wall: js_sys::Date::now() }
    }

    /// On some systems the monotonic clock stands still while the device sleeps: then the clocks part. On others it
    /// goes on: then the look itself is late. Hidden pages are late without any sleep, since browsers slow their
    /// timers down.
    fn slept_until(self, now: Self, visible: bool) -> bool {
        let (mono, wall) = (now.mono - self.mono, now.wall - self.wall);
        wall - mono > SLEPT_MS || (visible && mono > f64::from(LOOK_MS) + SLEPT_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::Clocks;

    fn slept(mono: f64, wall: f64, visible: bool) -> bool {
        let start = Clocks { mono: 1_000.0, wall: 1_700_000_000_000.0 };
        start.slept_until(Clocks { mono: start.mono + mono, wall: start.wall + wall }, visible)
    }

    #[test]
    fn sleep_shows_on_either_clock() {
        assert!(slept(5_000.0, 65_000.0, true), "a clock that stood still");
        assert!(slept(5_000.0, 65_000.0, false));
        assert!(slept(65_000.0, 65_000.0, true), "a clock that went on");
    }

    #[test]
    fn a_slow_timer_is_not_sleep() {
        assert!(!slept(5_000.0, 5_000.0, true));
        assert!(!slept(14_000.0, 14_500.0, true), "a busy moment");
        assert!(!slept(60_000.0, 60_000.0, false), "a throttled hidden page");
        assert!(!slept(5_000.0, -3_600_000.0, true), "the wall clock was set back");
    }
}
