//! The page that leads.

use super::ledger::{Given, Standing};
use super::lock::{Lock, Place};
use super::room::Room;
use super::wire::to_command;
use super::{State, Tab};
use crate::idb::rows::jid;
use crate::js;
use driver::Store;
use model::{BareJid, Command, Event, MessageState};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// How many messages a leader that goes can have stored without a word: far more than that.
const LAST: usize = 1_000;

/// Something somebody wants.
struct Order {
    id: String,
    /// Who led before may have done it.
    again: bool,
    command: Command,
}

/// What the page that leads knows of the others.
pub(super) struct Lead {
    orders: VecDeque<Order>,
    /// One of them is being done; the others wait, so that they are done in order.
    busy: bool,
    given: Given,
    others: Vec<Other>,
    /// There may be others that were not heard of yet.
    any: bool,
}

struct Other {
    tab: String,
    visible: bool,
    view: Option<BareJid>,
    /// Granted when that page is gone, however it went.
    _end: Place,
}

impl Tab {
    /// This page leads; its engine is at work. `any`: others may have waited for it, and must not miss anything.
    pub(super) fn lead(self: &Rc<Self>, room: &Rc<Room>, lock: Rc<Lock>, any: bool) {
        let mut state = self.state.borrow_mut();
        let (given, others) = (Given::default(), Vec::new());
        state.lead = Some(Lead { orders: VecDeque::new(), busy: false, given, others, any });
        (state.room, state.lock) = (Some(Rc::clone(room)), Some(lock));
        (state.place, state.silent) = (None, false);
        // What nobody answered may have been done all the same.
        let asked: Vec<JsValue> = state.asked.all().iter().map(|(_, order)| order.clone()).collect();
        drop(state);
        for order in asked {
            js::set(&order, "again", &JsValue::TRUE);
            self.take_order(&order);
        }
        room.tell("lead", "", &[]);
    }

    /// Somebody wants something.
    pub(super) fn take_order(self: &Rc<Self>, order: &JsValue) {
        if let Some((id, command)) = js::text(order, "about").zip(to_command(&js::get(order, "command"))) {
            self.order(id, js::get(order, "again").is_truthy(), command);
        }
    }

    /// It is done when what was wanted before is.
    pub(super) fn order(self: &Rc<Self>, id: String, again: bool, command: Command) {
        let mut state = self.state.borrow_mut();
        let Some(lead) = &mut state.lead else { return };
        lead.orders.push_back(Order { id, again, command });
        if !std::mem::replace(&mut lead.busy, true) {
            drop(state);
            spawn_local(Rc::clone(self).serve());
        }
    }

    /// Does what is wanted, in order, until nothing is or this page does not lead any more.
    async fn serve(self: Rc<Self>) {
        while let Some((room, Order { id, again, command })) = self.next_order() {
            let was_done = is_done(&room, again, &command).await;
            let state = self.state.borrow();
            let Some(pump) = state.pump.as_ref().filter(|_| state.lead.is_some()) else { return };
            if was_done {
                drop(state);
                self.done(&id);
            } else {
                let tab = Rc::clone(&self);
                pump.handle.command_then(command, Box::new(move || tab.done(&id)));
            }
        }
    }

    /// The next thing that was not wanted before.
    fn next_order(&self) -> Option<(Rc<Room>, Order)> {
        let mut state = self.state.borrow_mut();
        let State { lead: Some(lead), room: Some(room), .. } = &mut *state else { return None };
        while let Some(order) = lead.orders.pop_front() {
            match lead.given.take(&order.id) {
                Standing::New => return Some((Rc::clone(room), order)),
                Standing::UnderWay => {}
                Standing::Done => room.tell("done", &order.id, &[]),
            }
        }
        lead.busy = false;
        None
    }

    /// Something that was wanted is on disk.
    fn done(&self, id: &str) {
        let mut state = self.state.borrow_mut();
        state.asked.answered(id);
        if let State { lead: Some(lead), room: Some(room), .. } = &mut *state {
            lead.given.done(id);
            if lead.any {
                room.tell("done", id, &[]);
            }
        }
    }

    /// Tells the others what happened, if there were any.
    pub(super) fn tell_others(&self, events: &[Event]) {
        if let State { lead: Some(Lead { any: true, .. }), room: Some(room), .. } = &*self.state.borrow() {
            room.tell("events", "", events);
        }
    }

    /// Another page is there, or shows something else.
    pub(super) fn met(self: &Rc<Self>, tab: String, hello: &JsValue) {
        let mut state = self.state.borrow_mut();
        let State { lead: Some(lead), room: Some(room), .. } = &mut *state else { return };
        lead.any = true;
        let flag = |key| js::get(hello, key).is_truthy();
        let (visible, view) = (flag("visible"), jid(hello, "view"));
        if let Some(other) = lead.others.iter_mut().find(|other| other.tab == tab) {
            (other.visible, other.view) = (visible, view);
        } else {
            let (here, name) = (Rc::downgrade(self), tab.clone());
            let gone = move |_| {
                if let Some(here) = here.upgrade() {
                    here.missed(&name);
                }
            };
            let end = room.watch(&tab, Box::new(gone));
            lead.others.push(Other { tab: tab.clone(), visible, view, _end: end });
        }
        count_views(&state);
        let Some(pump) = &state.pump else { return };
        if flag("new") {
            let here = Rc::clone(self);
            // When that is through, all that was said before is on disk, and all that is said later reaches the other page.
            pump.handle.command_then(Command::TellAll, Box::new(move || here.answer("all", &tab)));
        } else {
            drop(state);
            self.answer("state", &tab);
        }
    }

    fn answer(&self, say: &str, tab: &str) {
        if let State { lead: Some(_), room: Some(room), mirror, .. } = &*self.state.borrow() {
            room.tell(say, tab, &mirror.weather());
        }
    }

    /// Another page is gone.
    fn missed(&self, tab: &str) {
        let mut state = self.state.borrow_mut();
        if let Some(lead) = &mut state.lead {
            lead.others.retain(|other| other.tab != tab);
        }
        count_views(&state);
    }
}

/// What other pages show is looked at.
fn count_views(state: &State) {
    if let State { lead: Some(lead), pump: Some(pump), .. } = state {
        let others = || lead.others.iter().filter(|other| other.visible);
        let chats = others().filter_map(|other| other.view.clone()).collect();
        pump.handle.command(Command::Elsewhere { visible: others().next().is_some(), chats });
    }
}

/// True if what is wanted was done by who led before, without a word. That was a moment ago, so what it did is among the last.
/// (Engines take care of what is wanted twice of one of them.)
async fn is_done(room: &Room, again: bool, command: &Command) -> bool {
    let (chat, id) = match command {
        Command::SendAs { id, chat, .. } if again => (chat, id),
        Command::Retry(row) | Command::Delete(row) if again => (&row.chat, &row.id),
        _ => return false,
    };
    let rows = room.store.page(chat, None, LAST).await.unwrap_or_default();
    // What is tried again or deleted must still be there as it was.
    rows.iter().any(|row| row.id == *id && !matches!(row.state, MessageState::Failed(_)))
}
