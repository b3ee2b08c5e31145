//! Several pages of one account. One of them leads: it holds the account's Web Lock, runs the engine and has the connection. The
//! others follow: they read the store, show what the leader tells them, and hand it what the person wants. When the leader goes, the
//! one that waited longest takes the stream up again from what is on disk, as a page does after a reload.
//!
//! A browser without Web Locks or `BroadcastChannel` knows nothing of this: each page has a connection of its own.

mod follow;
mod heard;
mod lead;
mod ledger;
mod lock;
mod mirror;
mod room;
mod wire;

pub(crate) use lock::Lock;

use crate::idb::IdbStore;
use crate::idb::rows::text;
use crate::indexing::Indexing;
use crate::life::Life;
use crate::listener::Listener;
use crate::ports::BrowserPorts;
use crate::wait::{Later, later};
use crate::{crypto, drafts, js, prefs};
use driver::{OnEvents, Store};
use heard::Heard;
use lead::Lead;
use ledger::Asked;
use lock::Place;
use mirror::Mirror;
use model::search::{Found, Search};
use model::{BareJid, Command, Event, LocalId, MessageRow, PageAt, Saved};
use room::Room;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{PageTransitionEvent, VisibilityState};
use wire::from_command;

thread_local! {
    /// This page.
    static TAB: RefCell<Option<Rc<Tab>>> = const { RefCell::new(None) };
}

/// What the screen holds of the machinery below it.
#[derive(Clone)]
pub struct Handle(Rc<Tab>);

/// One page.
struct Tab {
    name: String,
    screen: OnEvents,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// The engine at work: always while this page leads or is alone, never while it follows.
    pump: Option<Pump>,
    /// Where the other pages of the account are.
    room: Option<Rc<Room>>,
    /// Held from the election on.
    lock: Option<Rc<Lock>>,
    lead: Option<Lead>,
    /// The wait for the lock.
    place: Option<Place>,
    /// The browser has stopped this page, or is about to.
    frozen: bool,
    viewed: Option<BareJid>,
    asked: Asked<JsValue>,
    mirror: Mirror,
    /// How often the leader was heard.
    heard: u32,
    /// It did not answer, and that was said.
    silent: bool,
    listeners: Vec<Listener>,
}

struct Pump {
    handle: driver::Handle<BrowserPorts>,
    indexing: Indexing,
    heard: Heard,
    _life: Option<Life>,
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.handle.stop();
    }
}

/// The account's lock if nobody has it.
pub(crate) fn claim_lock(account: &BareJid) -> Later<Option<Rc<Lock>>> {
    let (bringer, answer) = later();
    let bring = bringer.clone();
    let granted = move |lock| {
        let _ = bring.bring(lock);
    };
    if !room::try_to_lead(account, Box::new(granted)) {
        let _ = bringer.bring(None);
    }
    answer
}

/// Somebody has logged in on this page: true if it leads. If another page does, this one follows from now on.
pub(crate) async fn claim(account: &BareJid) -> bool {
    let Some(tab) = TAB.with_borrow(Clone::clone) else { return false };
    let Some(room) = tab.room(account) else { return false };
    match claim_lock(account).await {
        Some(lock) => {
            tab.lead(&room, lock, false);
            true
        }
        None => {
            // The rest is told by the leader, or read.
            tab.show(vec![Event::LoggedIn(account.clone())]);
            tab.follow(&room);
            false
        }
    }
}

impl Handle {
    /// Starts with what an earlier visit left, if it left an account. `lock` is the account's, if it was to be had.
    pub(crate) fn start(
        account: Option<(BareJid, IdbStore, Saved)>,
        lock: Option<Rc<Lock>>,
        screen: OnEvents,
    ) -> Self {
        let tab = Rc::new(Tab { name: crypto::name(), screen, state: RefCell::default() });
        TAB.set(Some(Rc::clone(&tab)));
        tab.listen();
        let room = account.as_ref().and_then(|(account, ..)| tab.room(account));
        match (account, room, lock) {
            (Some((account, store, saved)), Some(room), Some(lock)) => {
                tab.state.borrow_mut().mirror.load(&saved);
                tab.run(Some((account, store, saved)));
                tab.lead(&room, lock, false);
            }
            (Some((_, _, saved)), Some(room), None) => {
                tab.state.borrow_mut().mirror.load(&saved);
                tab.follow(&room);
            }
            (account, _, lock) => {
                let shared = lock.is_none();
                tab.run(account.map(|(account, store, saved)| (account, store, Saved { shared, ..saved })));
            }
        }
        Self(tab)
    }

    /// Asks for something; what comes of it arrives as events.
    pub fn command(&self, command: Command) {
        self.0.command(command);
    }

    /// Up to `limit` messages of a chat, those next to the place that is asked for, oldest first. Empty if nobody is logged in.
    pub async fn page_at(&self, chat: &BareJid, at: PageAt, limit: usize) -> Vec<MessageRow> {
        match self.0.stores() {
            (Some(pump), _) => pump.page_at(chat, at, limit).await,
            (None, Some(room)) => room.store.page_at(chat, &at, limit).await.unwrap_or_default(),
            (None, None) => Vec::new(),
        }
    }

    /// Every message that the person wants to find again, the newest first.
    pub async fn starred(&self) -> Vec<MessageRow> {
        match self.0.stores() {
            (Some(pump), _) => pump.starred().await,
            (None, Some(room)) => room.store.starred().await.unwrap_or_default(),
            (None, None) => Vec::new(),
        }
    }

    /// The message of a name ([`MessageRow::name`]), if it is here.
    pub async fn named(&self, name: &str) -> Option<MessageRow> {
        match self.0.stores() {
            (Some(pump), _) => pump.named(name).await,
            (None, room) => room?.store.named(name).await.ok().flatten(),
        }
    }

    /// Looks for messages on this device.
    pub async fn find(&self, search: &Search) -> Found {
        match self.0.stores() {
            (Some(pump), _) => pump.find(search).await,
            (None, Some(room)) => room.store.find(search).await.unwrap_or_default(),
            (None, None) => Found::default(),
        }
    }
}

impl Tab {
    /// Who reads what is stored: our own engine's store, or that of the room.
    fn stores(&self) -> (Option<driver::Handle<BrowserPorts>>, Option<Rc<Room>>) {
        let state = self.state.borrow();
        (state.pump.as_ref().map(|pump| pump.handle.clone()), state.room.clone())
    }

    /// Runs an engine on this page.
    fn run(self: &Rc<Self>, account: Option<(BareJid, IdbStore, Saved)>) {
        let tab = Rc::clone(self);
        let handle = driver::start(BrowserPorts, account, Rc::new(move |events| tab.happened(events)));
        let life = Life::watch(handle.inbox());
        // What the screen said to the engine before this one.
        if !prefs::markers() {
            handle.command(Command::SendMarkers(false));
        }
        if !prefs::typing() {
            handle.command(Command::SendTyping(false));
        }
        let mut state = self.state.borrow_mut();
        if state.viewed.is_some() {
            handle.command(Command::ViewChat(state.viewed.clone()));
        }
        let indexing = Indexing::new(handle.clone());
        // What an earlier page left to do.
        indexing.news();
        state.pump = Some(Pump { handle, indexing, heard: Heard::default(), _life: life });
    }

    fn room(self: &Rc<Self>, account: &BareJid) -> Option<Rc<Room>> {
        let tab = Rc::downgrade(self);
        let heard = move |said: &JsValue| {
            if let Some((tab, say)) = tab.upgrade().zip(js::text(said, "say")) {
                tab.hear(&say, said);
            }
        };
        Room::open(account, Box::new(heard))
    }

    fn is_in(&self, room: &Rc<Room>) -> bool {
        self.state.borrow().room.as_ref().is_some_and(|current| Rc::ptr_eq(current, room))
    }

    /// Our own engine has something to tell: first to the others.
    fn happened(self: &Rc<Self>, events: Vec<Event>) {
        if let Some(pump) = &mut self.state.borrow_mut().pump {
            pump.heard.hear(&events);
        }
        self.tell_others(&events);
        let stored = |event: &Event| {
            matches!(
                event,
                Event::Message(_)
                    | Event::MessageChanged(_)
                    | Event::MessageDeleted { .. }
                    | Event::LoggedIn(_)
            )
        };
        if let Some(pump) = self.state.borrow().pump.as_ref().filter(|_| events.iter().any(stored)) {
            pump.indexing.news();
        }
        let left = self.show(events);
        if left {
            self.leave();
        }
    }

    /// Shows it, here; true if the account was left.
    fn show(&self, events: Vec<Event>) -> bool {
        let mut state = self.state.borrow_mut();
        let mut left = false;
        for event in &events {
            state.mirror.hear(event);
            drafts::hear(event);
            left |= matches!(event, Event::LoggedOut { .. });
        }
        drop(state);
        (self.screen)(events);
        left
    }

    /// The account is not ours any more: gives everything of it back.
    fn leave(&self) {
        let mut state = self.state.borrow_mut();
        state.asked.clear();
        let gone = (state.lead.take(), state.lock.take(), state.place.take(), state.room.take());
        drop(state);
        drop(gone);
    }

    fn command(self: &Rc<Self>, command: Command) {
        let mut state = self.state.borrow_mut();
        if let Command::ViewChat(chat) = &command {
            state.viewed.clone_from(chat);
        }
        if let Some(pump) = state.pump.as_ref().filter(|_| state.room.is_none() || is_view(&command)) {
            return pump.handle.command(command);
        }
        drop(state);
        let id = crypto::name();
        match command {
            Command::ViewChat(_) => self.greet(false),
            Command::SendText { chat, body, reply, spoiler } => {
                self.ask(id.clone(), Command::SendAs { id: LocalId(id), chat, body, reply, spoiler });
            }
            Command::Relate { id: None, row, relation } => {
                self.ask(id.clone(), Command::Relate { id: Some(LocalId(id)), row, relation });
            }
            command => self.ask(id, command),
        }
    }

    /// Asks whoever leads for something, be it this page, until it is done.
    fn ask(self: &Rc<Self>, id: String, command: Command) {
        let Some(wanted) = from_command(&command) else {
            // Nothing that another page could do for this one.
            if let Some(pump) = &self.state.borrow().pump {
                pump.handle.command(command);
            }
            return;
        };
        let order = js::object(&[("say", text("order")), ("about", text(&id)), ("command", wanted)]);
        let mut state = self.state.borrow_mut();
        state.asked.add(&id, order.clone());
        if state.lead.is_some() {
            drop(state);
            return self.order(id, false, command);
        }
        if let Some(room) = &state.room {
            room.say(&order);
        }
        drop(state);
        if let Command::SendAs { id, chat, body, reply, spoiler } = &command {
            self.echo(id, chat, body, reply.as_ref(), spoiler.as_ref());
        }
        self.expect_an_answer();
    }

    fn hear(self: &Rc<Self>, say: &str, said: &JsValue) {
        let about = js::text(said, "about").unwrap_or_default();
        let state = self.state.borrow();
        let (leads, joined) = (state.lead.is_some(), state.room.is_some());
        drop(state);
        match say {
            // Not yet one of them.
            _ if !joined => {}
            "hello" if leads => self.met(about, said),
            "order" if leads => self.take_order(said),
            // There is one page that leads.
            _ if leads => {}
            _ => self.hear_leader(say, &about, said),
        }
    }

    /// What the browser does with this page.
    fn listen(self: &Rc<Self>) {
        let Some(window) = web_sys::window() else { return };
        let Some(document) = window.document() else { return };
        let on = |target: &web_sys::EventTarget, name, act: fn(&Rc<Self>)| {
            let tab = Rc::downgrade(self);
            let act = move |event: web_sys::Event| {
                // A page that is left for good needs no care, and one that is shown for the first time neither.
                let passes =
                    event.dyn_ref::<PageTransitionEvent>().is_none_or(PageTransitionEvent::persisted);
                if let Some(tab) = tab.upgrade().filter(|_| passes) {
                    act(&tab);
                }
            };
            Listener::new(target, name, Box::new(act))
        };
        let listeners = vec![
            on(&document, "visibilitychange", |tab| tab.greet(false)),
            on(&document, "freeze", Self::freeze),
            on(&window, "pagehide", Self::freeze),
            on(&document, "resume", Self::thaw),
            on(&window, "pageshow", Self::thaw),
        ];
        self.state.borrow_mut().listeners = listeners;
    }

    /// A page that stands still must not keep what others need.
    fn freeze(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        if state.room.is_none() {
            return;
        }
        state.frozen = true;
        // First the engine, then the lock.
        let mut gone = (state.pump.take(), state.lead.take(), state.place.take(), state.lock.take());
        drop(state);
        let lost = gone.0.as_mut().map(|pump| pump.heard.take_back()).unwrap_or_default();
        drop(gone);
        if !lost.is_empty() {
            self.show(lost);
        }
        self.greet(false);
    }

    fn thaw(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        let was_frozen = std::mem::take(&mut state.frozen);
        if let Some(room) = state.room.clone().filter(|_| was_frozen) {
            drop(state);
            self.follow(&room);
        }
    }
}

fn is_view(command: &Command) -> bool {
    matches!(command, Command::ViewChat(_))
}

fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}
