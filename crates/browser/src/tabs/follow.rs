//! A page that follows, and how it comes to lead.

use super::lock::Lock;
use super::room::Room;
use super::wire::Say;
use super::{CONNECTING, Tab, is_visible};
use driver::Store;
use gloo_timers::future::TimeoutFuture;
use model::{
    BareJid, Command, Connection, Direction, Event, LocalId, MessageRow, MessageState, Order, Problem, Saved,
    StoreError, WaitReason,
};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// A leader that is heard of for so long although it was asked is silent (milliseconds).
const PATIENCE_MS: u32 = 5_000;
/// As many messages as a screen loads at once.
const PAGE: usize = 60;

impl Tab {
    /// Somebody has logged in here, and another page leads.
    pub(super) async fn join(self: &Rc<Self>, room: Rc<Room>) {
        let saved = room.store.load().await.unwrap_or_default();
        let mut events = vec![Event::LoggedIn(room.account.clone()), Event::Roster(saved.roster.clone())];
        events.extend(saved.chats.iter().cloned().map(Event::Chat));
        // It leaves the wish, which may be news to the leader.
        let wish = self.state.borrow().wish.clone();
        self.show(events);
        self.state.borrow_mut().wish = wish;
        self.follow(room);
    }

    /// Follows whoever leads, and waits to be the next.
    pub(super) fn follow(self: &Rc<Self>, room: Rc<Room>) {
        let (tab, to_lead) = (Rc::downgrade(self), Rc::clone(&room));
        let place = room.queue(Box::new(move |lock| {
            if let Some(tab) = tab.upgrade() {
                tab.elected(to_lead, lock);
            }
        }));
        let mut state = self.state.borrow_mut();
        let gone = (state.pump.take(), state.lead.take(), state.lock.take());
        (state.room, state.place) = (Some(Rc::clone(&room)), Some(place));
        drop(state);
        drop(gone);
        self.show(vec![CONNECTING]);
        if room.alive.borrow().is_some() {
            return self.greet(true);
        }
        let (tab, here) = (Rc::downgrade(self), Rc::downgrade(&room));
        let alive = move |lock| {
            if let Some((tab, room)) = tab.upgrade().zip(here.upgrade()) {
                room.alive.replace(lock);
                tab.greet(true);
            }
        };
        // Nobody else asks for it before this page has said its name, so there is no waiting and no place to keep.
        std::mem::forget(room.watch(&self.name, Box::new(alive)));
    }

    /// Says to the leader what this page shows.
    pub(super) fn greet(self: &Rc<Self>, new: bool) {
        let state = self.state.borrow();
        let Some(room) = state.room.clone().filter(|_| state.pump.is_none()) else { return };
        let visible = is_visible() && !state.frozen;
        let view = state.viewed.clone().filter(|_| visible);
        drop(state);
        room.say(&Say::Hello { tab: self.name.clone(), view, visible, new });
        if visible {
            self.expect_an_answer();
        }
    }

    /// Says so if the leader is not heard of from now on.
    pub(super) fn expect_an_answer(self: &Rc<Self>) {
        let (tab, heard) = (Rc::clone(self), self.state.borrow().heard);
        spawn_local(async move {
            TimeoutFuture::new(PATIENCE_MS).await;
            let mut state = tab.state.borrow_mut();
            let follows = state.pump.is_none() && state.room.is_some() && !state.frozen;
            if !follows || state.heard != heard || std::mem::replace(&mut state.silent, true) {
                return;
            }
            drop(state);
            let connection = Connection::Waiting { reason: WaitReason::Backoff, retry_in_ms: 0 };
            (tab.screen)(vec![Event::Connection(connection), Event::Problem(Problem::OtherPageSilent)]);
        });
    }

    /// A message is shown before the leader has it; what the leader says of it takes its place.
    pub(super) fn echo(&self, room: &Room, id: &LocalId, chat: &BareJid, body: &str) {
        #[allow(clippy::cast_possible_truncation)]
        let now = js_sys::Date::now() as i64;
        let last = self.state.borrow().mirror.newest(chat);
        self.show(vec![Event::Message(MessageRow {
            chat: chat.clone(),
            order: Order(now.saturating_mul(1_000).max(last.0 + 1)),
            id: id.clone(),
            from: room.account.clone(),
            direction: Direction::Out,
            body: body.to_owned(),
            at: now,
            state: MessageState::Queued,
            dedupe: MessageRow::dedupe_key(&room.account, &id.0),
            mark: None,
        })]);
    }

    pub(super) fn hear_leader(self: &Rc<Self>, say: Say) {
        let events = match say {
            Say::Lead => {
                self.greet(true);
                let state = self.state.borrow();
                for (id, command) in state.asked.all() {
                    state.room.iter().for_each(|room| {
                        room.say(&Say::Order { id: id.clone(), again: true, command: command.clone() });
                    });
                }
                vec![]
            }
            Say::State { tab, all, events } if tab == self.name => self.learn(all, events),
            Say::Events(events) => events,
            Say::Done(id) => {
                self.state.borrow_mut().asked.answered(&id);
                vec![]
            }
            // Other followers.
            _ => return,
        };
        let mut state = self.state.borrow_mut();
        state.heard = state.heard.wrapping_add(1);
        if std::mem::take(&mut state.silent) {
            let weather = state.mirror.weather();
            drop(state);
            (self.screen)(weather);
        } else {
            drop(state);
        }
        self.told(events);
    }

    /// Who is not named in the whole is not there.
    fn learn(self: &Rc<Self>, all: bool, mut events: Vec<Event>) -> Vec<Event> {
        let mut state = self.state.borrow_mut();
        if !all {
            return events;
        }
        let here = |who: &BareJid| {
            events.iter().any(|event| matches!(event, Event::Presence { jid, .. } if jid == who))
        };
        let gone = state.mirror.vanished(&here);
        events.splice(0..0, gone);
        // The leader needs a password, and this page has just been given one.
        let stopped = events.contains(&Event::Connection(Connection::Stopped));
        let wish = state.wish.take().filter(|_| stopped);
        let room = state.room.clone();
        drop(state);
        if let Some(wish) = wish {
            self.command(Command::LogIn(wish));
        }
        if let Some(room) = room {
            let tab = Rc::clone(self);
            spawn_local(async move { tab.read_up(room).await });
        }
        events
    }

    fn told(self: &Rc<Self>, events: Vec<Event>) {
        if !events.is_empty() && self.show(events) {
            self.leave();
            self.run(None);
        }
    }

    /// This page holds the lock: it takes over what is on disk.
    fn elected(self: &Rc<Self>, room: Rc<Room>, lock: Option<Rc<Lock>>) {
        if !self.is_in(&room) || self.state.borrow().frozen {
            return;
        }
        let refused = lock.is_none();
        self.state.borrow_mut().lock = lock;
        let tab = Rc::clone(self);
        spawn_local(async move { tab.take_over(room, refused).await });
    }

    async fn take_over(self: &Rc<Self>, room: Rc<Room>, refused: bool) {
        let saved = room.store.load().await;
        let mut news = self.news(&room, &saved).await;
        if !self.is_in(&room) {
            return;
        }
        let lock = self.state.borrow().lock.clone();
        if lock.is_none() && !refused {
            // Frozen meanwhile.
            return;
        }
        if let Ok(saved) = &saved {
            // Who is there and who asks is known as far as the stream is.
            let here = |who: &BareJid| saved.devices.iter().any(|device| device.jid.bare() == who);
            news.extend(self.state.borrow().mirror.vanished(&here));
            news.push(Event::Requests(saved.requests.clone()));
        }
        self.told(news);
        match saved {
            Ok(saved) if saved.session.is_some() => {
                // Its own connection to the disk: this page goes on to read with the one it has.
                let store = crate::idb::IdbStore::closed(&room.account);
                let account = room.account.clone();
                self.run(Some((account, store, Saved { shared: refused, ..saved })));
                match lock {
                    Some(lock) => self.lead(&room, lock, true),
                    // Whoever else is there: this browser gives no locks, so every page is for itself.
                    None => self.leave(),
                }
            }
            // Somebody logged out, and was not heard.
            Ok(_) => self.told(vec![Event::LoggedOut { erased: false }]),
            Err(_) => {
                self.state.borrow_mut().lock = None;
            }
        }
    }

    /// What happened before the leader knew of this page is on disk.
    async fn read_up(self: &Rc<Self>, room: Rc<Room>) {
        let saved = room.store.load().await;
        let news = self.news(&room, &saved).await;
        if self.is_in(&room) && self.state.borrow().pump.is_none() {
            self.told(news);
        }
    }

    /// What is on disk, for a screen that may have missed something.
    async fn news(&self, room: &Room, saved: &Result<Saved, StoreError>) -> Vec<Event> {
        let saved = match saved {
            Ok(saved) => saved,
            Err(StoreError::Full) => return vec![Event::Problem(Problem::StorageFull)],
            Err(StoreError::Lost) => return vec![Event::Problem(Problem::StorageUnavailable)],
        };
        let viewed = self.state.borrow().viewed.clone();
        let rows = match &viewed {
            Some(chat) => room.store.page(chat, None, PAGE).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let state = self.state.borrow();
        let mut events = vec![Event::Roster(saved.roster.clone())];
        // A message that came is announced, so it must be new; an own one only takes its place.
        let is_news = |row: &MessageRow| {
            row.direction == Direction::Out || row.order > state.mirror.newest(&row.chat)
        };
        events.extend(rows.into_iter().filter(is_news).map(Event::Message));
        events.extend(saved.chats.iter().cloned().map(Event::Chat));
        events
    }
}
