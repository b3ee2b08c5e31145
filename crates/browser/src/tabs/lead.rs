//! The page that leads.

use super::ledger::{Given, Standing};
use super::lock::{Lock, Place};
use super::room::Room;
use super::wire::Say;
use super::{State, Tab};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use model::{BareJid, Command, Event, Map, MessageState};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Something somebody wants.
struct Order {
    id: String,
    /// Who led before may have done it.
    again: bool,
    command: Command,
}

/// What the page that leads knows of the others.
pub(super) struct Lead {
    orders: UnboundedSender<Order>,
    given: Given,
    others: Map<String, Other>,
    /// There may be others that were not heard of yet.
    any: bool,
}

struct Other {
    visible: bool,
    view: Option<BareJid>,
    /// Granted when that page is gone, however it went.
    _end: Place,
}

impl Lead {
    /// Everything that is wanted is done one after the other.
    pub(super) fn order(&self, id: String, again: bool, command: Command) {
        let _ = self.orders.unbounded_send(Order { id, again, command });
    }
}

impl Tab {
    /// This page leads; its engine is at work. `any`: others may have waited for it, and must not miss anything.
    pub(super) fn lead(self: &Rc<Self>, room: &Rc<Room>, lock: Rc<Lock>, any: bool) {
        let (orders, waiting) = unbounded();
        let lead = Lead { orders, given: Given::default(), others: Map::default(), any };
        let mut state = self.state.borrow_mut();
        // What nobody answered may have been done all the same.
        for (id, command) in state.asked.all() {
            lead.order(id, true, command);
        }
        (state.room, state.lock, state.lead) = (Some(Rc::clone(room)), Some(lock), Some(lead));
        (state.place, state.silent) = (None, false);
        drop(state);
        spawn_local(Rc::clone(self).serve(Rc::clone(room), waiting));
        room.say(&Say::Lead);
    }

    /// Does what is wanted, in order, until this page does not lead any more.
    async fn serve(self: Rc<Self>, room: Rc<Room>, mut orders: UnboundedReceiver<Order>) {
        while let Some(Order { id, again, command }) = orders.next().await {
            let Some(standing) = self.with_lead(|lead| lead.given.take(&id)) else { return };
            match standing {
                Standing::UnderWay => {}
                Standing::Done => self.done(&id),
                Standing::New => {
                    if is_done(&room, again, &command).await {
                        self.done(&id);
                        continue;
                    }
                    let tab = Rc::clone(&self);
                    let state = self.state.borrow();
                    let Some(pump) = state.pump.as_ref().filter(|_| state.lead.is_some()) else { return };
                    pump.handle.command_then(command, move || tab.done(&id));
                }
            }
        }
    }

    fn with_lead<T>(&self, act: impl FnOnce(&mut Lead) -> T) -> Option<T> {
        self.state.borrow_mut().lead.as_mut().map(act)
    }

    /// Something that was wanted is on disk.
    fn done(&self, id: &str) {
        let mut state = self.state.borrow_mut();
        state.asked.answered(id);
        if let State { lead: Some(lead), room: Some(room), .. } = &mut *state {
            lead.given.done(id);
            room.say(&Say::Done(id.to_owned()));
        }
    }

    /// Tells the others what happened, if there were any.
    pub(super) fn tell_others(&self, events: &[Event]) {
        let state = self.state.borrow();
        if let State { lead: Some(lead), room: Some(room), .. } = &*state
            && lead.any
        {
            room.say(&Say::Events(events.to_vec()));
        }
    }

    pub(super) fn hear_follower(self: &Rc<Self>, say: Say) {
        match say {
            Say::Hello { tab, view, visible, new } => self.met(tab, view, visible, new),
            Say::Order { id, again, command } => {
                self.with_lead(|lead| lead.order(id, again, command));
            }
            // There is one page that leads: the others are answers to it.
            _ => {}
        }
    }

    /// Another page is there, or shows something else.
    fn met(self: &Rc<Self>, tab: String, view: Option<BareJid>, visible: bool, new: bool) {
        let mut state = self.state.borrow_mut();
        let State { lead: Some(lead), room: Some(room), .. } = &mut *state else { return };
        lead.any = true;
        if let Some(other) = lead.others.get_mut(&tab) {
            (other.visible, other.view) = (visible, view);
        } else {
            let (here, name) = (Rc::downgrade(self), tab.clone());
            let gone = move |lock: Option<Rc<Lock>>| {
                if let Some(here) = here.upgrade().filter(|_| lock.is_some()) {
                    here.missed(&name);
                }
            };
            let end = room.watch(&tab, Box::new(gone));
            lead.others.insert(tab.clone(), Other { visible, view, _end: end });
        }
        let Some(views) = views(&state) else { return };
        let Some(pump) = &state.pump else { return };
        let here = Rc::clone(self);
        // When that is through, all that was said before is on disk, and all that is said later reaches the other page.
        pump.handle.command_then(views, move || {
            let state = here.state.borrow();
            let State { lead: Some(_), room: Some(room), mirror, .. } = &*state else { return };
            let events = if new { mirror.snapshot() } else { mirror.weather() };
            room.say(&Say::State { tab, all: new, events });
        });
    }

    /// Another page is gone.
    fn missed(&self, tab: &str) {
        self.with_lead(|lead| lead.others.remove(tab));
        let state = self.state.borrow();
        if let Some((pump, views)) = state.pump.as_ref().zip(views(&state)) {
            pump.handle.command(views);
        }
    }
}

/// What other pages show is looked at.
fn views(state: &State) -> Option<Command> {
    let others = || state.lead.iter().flat_map(|lead| lead.others.values()).filter(|other| other.visible);
    let chats = others().filter_map(|other| other.view.clone()).collect();
    state.lead.is_some().then(|| Command::Elsewhere { visible: others().next().is_some(), chats })
}

/// True if what is wanted was done before: by who led before, or because two pages wanted it at once.
async fn is_done(room: &Room, again: bool, command: &Command) -> bool {
    let (id, must_have_failed) = match command {
        Command::SendAs { id, .. } if again => (id, false),
        Command::Retry(row) | Command::Delete(row) => (&row.id, true),
        _ => return false,
    };
    match room.store.find(id).await {
        Ok(Some(row)) => !(must_have_failed && matches!(row.state, MessageState::Failed(_))),
        Ok(None) => false,
        Err(_) => false,
    }
}
