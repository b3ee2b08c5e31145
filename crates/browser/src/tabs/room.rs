//! Where the pages of one account meet.

use super::lock::{self, Granted, Lock, Place};
use super::wire::from_events;
use crate::idb::IdbStore;
use crate::idb::rows::text;
use crate::js;
use crate::listener::Listener;
use model::{BareJid, Event};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

/// The channel of an account, and what is needed to follow.
pub(super) struct Room {
    pub(super) account: BareJid,
    /// Read only.
    pub(super) store: IdbStore,
    /// Tells the page that leads that this one is alive.
    pub(super) alive: RefCell<Option<Rc<Lock>>>,
    channel: BroadcastChannel,
    _listener: Listener,
}

impl Room {
    /// `None` if this browser can't. `heard` is called with what other pages say.
    pub(super) fn open(account: &BareJid, heard: Box<dyn Fn(&JsValue)>) -> Option<Rc<Self>> {
        if !lock::are_here() {
            return None;
        }
        let channel = BroadcastChannel::new(&name(account)).ok()?;
        let hear = move |event: web_sys::Event| {
            if let Some(message) = event.dyn_ref::<MessageEvent>() {
                heard(&message.data());
            }
        };
        let listener = Listener::new(&channel, "message", Box::new(hear));
        let (account, store) = (account.clone(), IdbStore::closed(account));
        Some(Rc::new(Self { account, store, alive: RefCell::default(), channel, _listener: listener }))
    }

    /// Says something to all other pages.
    pub(super) fn say(&self, said: &JsValue) {
        let _ = self.channel.post_message(said);
    }

    /// Says something short: what it is, and whom or what it is about.
    pub(super) fn tell(&self, say: &str, about: &str, events: &[Event]) {
        self.say(&js::object(&[("say", text(say)), ("about", text(about)), ("events", from_events(events))]));
    }

    /// Waits for the lock of the page that leads.
    pub(super) fn queue(&self, granted: Granted) -> Place {
        lock::wait_for(&name(&self.account), granted)
    }

    /// Waits for the lock that a page holds as long as it lives.
    pub(super) fn watch(&self, tab: &str, granted: Granted) -> Place {
        lock::wait_for(&[&name(&self.account), "/", tab].concat(), granted)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.channel.close();
    }
}

/// Takes the lock of the page that leads, if nobody has it. False if there will be no answer.
pub(super) fn try_to_lead(account: &BareJid, granted: Granted) -> bool {
    lock::are_here() && lock::try_for(&name(account), granted)
}

fn name(account: &BareJid) -> String {
    ["goldcrest/", account.as_str()].concat()
}
