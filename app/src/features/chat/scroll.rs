//! What the list of messages does when it is scrolled, when something comes, and when it is sent somewhere. The pixels are in
//! [`super::hold`].

use super::hold::Hold;
use super::resize;
use crate::dom;
use crate::i18n;
use crate::live::{Live, effect};
use crate::state::{AppState, Goal, Reach};
use crate::ui::el::{El, el};
use crate::ui::icon;
use projection::{Side, Unread};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};

/// This close to the end counts as being there (CSS pixels).
const NEAR_END: i32 = 48;
/// This far from the end the way back gets a button (CSS pixels).
const FAR: i32 = 320;
/// So many heights of the view are filled beyond it on each side.
const FILLED: f64 = 1.5;
/// What is further away than so many heights can go.
const KEPT: f64 = 2.5;
/// No message with its margin is less high (CSS pixels).
const LEAST_HEIGHT: f64 = 36.0;
/// No more messages are added at a time: a frame has other things to do.
const STEP: usize = 12;
/// Where the unread messages begin is so far below the upper edge (CSS pixels): there is the day.
const BELOW_TOP: f64 = 60.0;
/// A message is pointed out for so long (milliseconds).
const POINTED_OUT_MS: i32 = 2_000;

/// Watches a scroller.
#[derive(Clone)]
pub(super) struct Follow(Rc<Watch>);

struct Watch {
    state: AppState,
    hold: Hold,
    far: Live<bool>,
    asked: Cell<bool>,
    /// The unread messages begin further up and were not gone to: how many there are.
    away: Live<Option<u32>>,
    /// Where they begin was in view.
    reached: Cell<Option<Unread>>,
}

impl Follow {
    /// Keeps the list filled as it is scrolled, tells the state what is in view, and goes where it is told to go.
    pub(super) fn new(state: AppState, hold: Hold) -> Self {
        let watched = [hold.scroller().clone(), hold.rows().clone()];
        let watch = Watch {
            state,
            hold,
            far: Live::new(false),
            asked: Cell::default(),
            away: Live::default(),
            reached: Cell::default(),
        };
        let follow = Self(Rc::new(watch));
        let timeline = state.timeline();
        // What is on the page changed, or what could be; a hole in view can be closed only now.
        let (looking, settling) = (follow.clone(), follow.clone());
        effect(move || {
            timeline.rows().keys();
            timeline.is_loaded();
            timeline.has_older();
            timeline.has_newer();
            timeline.unread();
            timeline.gaps_told();
            state.connection();
            looking.look_soon();
            // The list itself follows in this same turn; until it has, nothing must be measured.
            let settling = settling.clone();
            spawn_local(async move { settling.0.hold.settle_change(!timeline.has_newer_now()) });
        });
        let (seen, landing) = (Cell::new(0), follow.clone());
        effect(move || {
            let Some(jump) = timeline.jump() else { return seen.set(0) };
            if seen.replace(jump.count) != jump.count {
                let landing = landing.clone();
                spawn_local(async move { landing.land(jump.goal) });
            }
        });
        // Whatever else makes something grow: a picture, a font, the keyboard, another width.
        let (settling, looking) = (follow.clone(), follow.clone());
        resize::watch(&watched, move || {
            settling.settle();
            looking.look_soon();
        });
        follow
    }

    /// Looks in the next frame: one look, however many events a fling makes.
    pub(super) fn look_soon(&self) {
        if !self.0.asked.replace(true) {
            let this = self.clone();
            dom::next_frame(move || this.0.look());
        }
    }

    fn settle(&self) {
        self.0.hold.settle(!self.0.state.timeline().has_newer_now());
    }

    fn land(&self, goal: Goal) {
        self.0.land(goal);
        self.look_soon();
    }

    /// How many messages were not looked at, if they begin above what is in view.
    pub(super) fn unread_away(&self) -> Option<u32> {
        self.0.away.get()
    }

    /// How many messages came in below the view, if the way back to the end needs a button.
    pub(super) fn unseen(&self) -> Option<u32> {
        let unseen = self.0.state.timeline().unseen();
        (self.0.far.get() || unseen > 0).then_some(unseen)
    }
}

impl Watch {
    fn look(&self) {
        self.asked.set(false);
        let scroller = self.hold.scroller();
        // The chat may have been left since.
        if !scroller.is_connected() {
            return;
        }
        let timeline = self.state.timeline();
        // The elements of the rows that went are gone by now.
        timeline.rows().forget_away();
        let ends = !timeline.has_newer_now();
        self.hold.settle(ends);
        let top = scroller.scroll_top();
        let at_end = ends && top > -NEAR_END;
        timeline.set_in_view(self.hold.take_anchor(at_end));
        self.state.scrolled(at_end);
        self.far.set_if_new(!ends || top < -FAR);
        self.state.reach(self.wanted());
        self.state.look_at_hole(self.hole_in_view().as_deref());
        self.look_for_unread();
    }

    /// What is missing to be filled well beyond the view, and what is too far away to be of use.
    fn wanted(&self) -> Reach {
        let beyond = self.hold.beyond();
        let missing = |filled: f64| {
            let missing = beyond.height * FILLED - filled;
            // At least a few: each change costs the same, however little it brings.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            if missing > 0.0 { ((missing / LEAST_HEIGHT) as usize).clamp(STEP / 2, STEP) } else { 0 }
        };
        let (far_above, far_below) = self.hold.far(beyond.height * KEPT);
        Reach { above: missing(beyond.above), below: missing(beyond.below), far_above, far_below }
    }

    /// The key of the newest hole in view, or about to be.
    fn hole_in_view(&self) -> Option<String> {
        let view = self.hold.scroller().get_bounding_client_rect();
        let holes = self.hold.scroller().query_selector_all(".hole").ok()?;
        (0..holes.length()).rev().find_map(|at| {
            let hole: Element = holes.item(at)?.dyn_into().ok()?;
            let rect = hole.get_bounding_client_rect();
            let is_near = rect.bottom() > view.top() - view.height() / 2.0 && rect.top() < view.bottom();
            hole.get_attribute("data-key").filter(|_| is_near)
        })
    }

    fn unread_line(&self) -> Option<Element> {
        self.hold.scroller().query_selector(".unread").ok().flatten()
    }

    fn look_for_unread(&self) {
        let timeline = self.state.timeline();
        let top = self.hold.scroller().get_bounding_client_rect().top();
        let is_above = match self.unread_line() {
            Some(line) => line.get_bounding_client_rect().bottom() < top,
            None => timeline.unread_side() == Some(Side::Above),
        };
        let unread = timeline.unread();
        if !is_above && timeline.is_loaded() {
            self.reached.set(unread);
        }
        let away = unread.filter(|unread| is_above && self.reached.get() != Some(*unread));
        self.away.set_if_new(away.map(|unread| unread.count));
    }

    /// Goes where the state says. Rows and list are in step by now, and nothing was painted since they are.
    fn land(&self, goal: Goal) {
        let ends = !self.state.timeline().has_newer_now();
        match goal {
            Goal::End => self.hold.go_to_end(),
            Goal::Unread => {
                if let Some(line) = self.unread_line() {
                    self.hold.go_to(&line, Some(BELOW_TOP), ends);
                }
            }
            Goal::Message { id, mark } => {
                let Some(message) = self.hold.message(&id.0) else { return };
                self.hold.go_to(&message, None, ends);
                if mark {
                    point_out(&message);
                }
            }
        }
        // What comes before the next look must not move it.
        self.hold.settle(ends);
        self.hold.take_anchor(ends && self.hold.scroller().scroll_top() > -NEAR_END);
    }
}

/// Shows a person which message is meant: in colour for a while, and by the focus, from which the keyboard goes on.
fn point_out(message: &Element) {
    let _ = message.set_attribute("data-found", "");
    if !message.has_attribute("tabindex") {
        let _ = message.set_attribute("tabindex", "-1");
    }
    if let Some(message) = message.dyn_ref::<HtmlElement>() {
        dom::focus_in_place(message);
    }
    let message = message.clone();
    dom::later(POINTED_OUT_MS, move || {
        let _ = message.remove_attribute("data-found");
    });
}

/// The button that leads to where the unread messages begin.
pub(super) fn unread_button(state: AppState, log: &Element, count: u32) -> El {
    let (t, log) = (state.text(), log.clone());
    el("button to-unread")
        .attr("type", "button")
        .attr("aria-label", &i18n::fill(t.jump_to_unread, &[&count.to_string()]))
        .on("click", move |_| {
            state.jump_to_unread();
            // The button goes away, and the keyboard goes on from the list.
            dom::focus(&log);
        })
        .with(icon::icon(icon::UP))
        .text(&i18n::count(count, t.unread_one, t.unread_other))
}

/// The button that leads back to the newest message; it says how many came in meanwhile.
pub(super) fn end_button(state: AppState, unseen: u32) -> El {
    let t = state.text();
    let words = if unseen > 0 { i18n::count(unseen, t.new_one, t.new_other) } else { String::new() };
    let button = el("button").attr("type", "button").class("to-end");
    button
        .attr("aria-label", if unseen > 0 { &words } else { t.jump_to_end })
        .attr_opt("data-count", (unseen > 0).then_some(""))
        .on("click", move |_| state.jump_to_end())
        .with(icon::icon(icon::DOWN))
        .text(&words)
}

/// The button that leads back to where the view was before it went to a message far away.
pub(super) fn back_button(state: AppState, log: &Element) -> El {
    let log = log.clone();
    let back = move |_| {
        state.jump_back();
        // As above.
        dom::focus(&log);
    };
    el("button to-back").attr("type", "button").on("click", back).text(state.text().jump_back)
}
