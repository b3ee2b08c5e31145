//! A page that follows, and how it comes to lead.

use super::lock::Lock;
use super::room::Room;
use super::wire::to_events;
use super::{Tab, is_visible};
use crate::idb::IdbStore;
use crate::idb::rows::text;
use crate::js;
use driver::Store;
use gloo_timers::future::TimeoutFuture;
use model::{
    BareJid, Connection, Direction, Event, Format, LocalId, MessageRow, Order, Problem, Reply, Saved,
    WaitReason,
};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// A leader that is not heard of for so long although it was asked is silent (milliseconds).
const PATIENCE_MS: u32 = 5_000;
/// As many messages as a screen loads at once.
const PAGE: usize = 60;

/// Why a page reads what is on disk once more.
enum Reading {
    /// It may have missed something.
    Up,
    /// It is going to lead.
    ToLead,
    /// It can't lead, and nobody leads it.
    Alone,
}

impl Tab {
    /// Follows whoever leads, and waits to be the next.
    pub(super) fn follow(self: &Rc<Self>, room: &Rc<Room>) {
        let (tab, to_lead) = (Rc::downgrade(self), Rc::clone(room));
        let place = room.queue(Box::new(move |lock| {
            if let Some(tab) = tab.upgrade() {
                tab.elected(&to_lead, lock);
            }
        }));
        let mut state = self.state.borrow_mut();
        let gone = (state.pump.take(), state.lead.take(), state.lock.take());
        (state.room, state.place) = (Some(Rc::clone(room)), Some(place));
        drop(state);
        drop(gone);
        self.show(vec![Event::Connection(Connection::Connecting)]);
        if room.alive.borrow().is_some() {
            return self.greet(true);
        }
        let (tab, here) = (Rc::downgrade(self), Rc::downgrade(room));
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
        let Some(room) = state.room.as_ref().filter(|_| state.pump.is_none()) else { return };
        let visible = is_visible() && !state.frozen;
        let view = state.viewed.as_ref().filter(|_| visible);
        room.say(&js::object(&[
            ("say", text("hello")),
            ("about", text(&self.name)),
            ("view", view.map_or(JsValue::UNDEFINED, |view| text(view.as_str()))),
            ("visible", visible.into()),
            ("new", new.into()),
        ]));
        drop(state);
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
    pub(super) fn echo(
        &self,
        id: &LocalId,
        chat: &BareJid,
        body: &str,
        reply: Option<&Reply>,
        spoiler: Option<&String>,
    ) {
        let state = self.state.borrow();
        let Some(account) = state.room.as_ref().map(|room| room.account.clone()) else { return };
        #[allow(clippy::cast_possible_truncation)]
        let now = js_sys::Date::now() as i64;
        let last = state.mirror.newest(chat);
        drop(state);
        let order = Order(now.saturating_mul(1_000).max(last.0 + 1));
        self.show(vec![Event::Message(MessageRow {
            at: now,
            reply: reply.cloned(),
            format: Format::of_spoiler(spoiler.cloned()),
            ..MessageRow::new(Direction::Out, chat.clone(), account, id.clone(), order, body.to_owned())
        })]);
    }

    /// Whoever leads says something.
    pub(super) fn hear_leader(self: &Rc<Self>, say: &str, about: &str, said: &JsValue) {
        match say {
            "lead" => {
                self.greet(true);
                let state = self.state.borrow();
                for ((_, order), room) in state.asked.all().iter().zip(state.room.iter().cycle()) {
                    js::set(order, "again", &JsValue::TRUE);
                    room.say(order);
                }
            }
            "all" if about == self.name => self.read(Reading::Up),
            "state" if about == self.name => {}
            "events" => {}
            "done" => self.state.borrow_mut().asked.answered(about),
            // Other followers, and answers to them.
            _ => return,
        }
        let mut state = self.state.borrow_mut();
        state.heard = state.heard.wrapping_add(1);
        let weather = std::mem::take(&mut state.silent).then(|| state.mirror.weather());
        drop(state);
        if let Some(weather) = weather {
            (self.screen)(weather);
        }
        self.told(to_events(said, "events"));
    }

    fn told(self: &Rc<Self>, events: Vec<Event>) {
        if !events.is_empty() && self.show(events) {
            self.leave();
            self.run(None);
        }
    }

    /// This page holds the lock, or none is to be had.
    fn elected(self: &Rc<Self>, room: &Rc<Room>, lock: Option<Rc<Lock>>) {
        if self.is_in(room) && !self.state.borrow().frozen {
            let reading = if lock.is_some() { Reading::ToLead } else { Reading::Alone };
            self.state.borrow_mut().lock = lock;
            self.read(reading);
        }
    }

    /// Reads what is on disk, and goes on from there.
    fn read(self: &Rc<Self>, reading: Reading) {
        let Some(room) = self.state.borrow().room.clone() else { return };
        let tab = Rc::clone(self);
        spawn_local(async move {
            let saved = room.store.load().await;
            let viewed = tab.state.borrow().viewed.clone();
            let rows = match &viewed {
                Some(chat) => room.store.page(chat, None, PAGE).await.unwrap_or_default(),
                None => Vec::new(),
            };
            let state = tab.state.borrow();
            // Things may have changed while it read: only who has the lock leads, and only who follows can come to that.
            let lock = state.lock.clone();
            let goes_on = state.pump.is_none() && !(lock.is_none() && matches!(reading, Reading::ToLead));
            drop(state);
            if !goes_on || !tab.is_in(&room) {
                return;
            }
            match saved {
                // Whoever leads knows better than a disk that may be full.
                Ok(saved) if saved.session.is_some() || matches!(reading, Reading::Up) => {
                    tab.told(tab.news(&saved, rows, &reading));
                    let account = room.account.clone();
                    let shared = match reading {
                        Reading::Up => return,
                        Reading::ToLead => false,
                        Reading::Alone => true,
                    };
                    // Its own connection to the disk: this page goes on to read with the one it has.
                    let store = IdbStore::closed(&account);
                    tab.run(Some((account, store, Saved { shared, ..saved })));
                    match lock {
                        Some(lock) => tab.lead(&room, lock, true),
                        None => tab.leave(),
                    }
                }
                // Somebody logged out, and was not heard.
                Ok(_) => tab.told(vec![Event::LoggedOut { erased: false }]),
                Err(_) => {
                    tab.state.borrow_mut().lock = None;
                    tab.told(vec![Event::Problem(Problem::StorageUnavailable)]);
                }
            }
        });
    }

    /// What is on disk, for a screen that may have missed something.
    fn news(&self, saved: &Saved, rows: Vec<MessageRow>, reading: &Reading) -> Vec<Event> {
        let state = self.state.borrow();
        let mut events = vec![Event::Roster(saved.roster.clone())];
        // The engine will say who is here, or that they are not, only of those who were on the stream that it goes on with.
        if saved.stream.is_none() && !matches!(reading, Reading::Up) {
            events.extend([Event::PresenceUnknown, Event::Requests(Vec::new())]);
        }
        // A message that came is announced, so it must be new; an own one only takes its place.
        let is_news =
            |row: &MessageRow| row.direction == Direction::Out || row.order > state.mirror.newest(&row.chat);
        for row in rows {
            // And of what is no news something may have been said meanwhile.
            let is_news = is_news(&row);
            events.push(if is_news { Event::Message(row) } else { Event::MessageChanged(Box::new(row)) });
        }
        events.extend(saved.chats.iter().cloned().map(Event::Chat));
        events
    }
}
