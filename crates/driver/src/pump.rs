//! The loop: take inputs for one slice of time, tell the screen, give the browser its turn, go on; and beside it one transaction at a time.
//!
//! While one batch is being written the next one comes together, so a burst of messages costs neither a commit nor a wait for each of
//! them; the screen hears of many things at once, so the DOM changes once.
//!
//! **Invariant:** batches are committed one after the other, in the order in which the engine wrote them, and nothing waits for a
//! batch but what follows from it.

use crate::discovery::discover;
use crate::inbox::Letter;
use crate::pace::{Telling, Waiting};
use crate::shelf::Shelf;
use crate::{Handle, Inbox, OnEvents, Ports, Socket, Store};
use engine::{Engine, Input, Output};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::future::{Either, LocalBoxFuture, abortable, select};
use futures_util::{FutureExt, StreamExt};
use model::{BareJid, Event, Problem, Saved, StoreError};
use std::cell::RefCell;
use std::rc::Rc;

/// A slice leaves the browser its share of a 60 Hz frame. Milliseconds.
const SLICE_MS: u64 = 8;

/// The store of the account in use; empty while nobody is logged in.
pub(crate) type SharedShelf<S> = Rc<RefCell<Option<Rc<Shelf<S>>>>>;

/// Starts the loop on the platform's thread. `account` is what the last session left: its address, its open store
/// and what was loaded from it.
pub fn start<P: Ports>(
    ports: P,
    account: Option<(BareJid, P::Store, Saved)>,
    on_events: OnEvents,
) -> Handle<P> {
    let ports = Rc::new(ports);
    let (sender, letters) = unbounded();
    let inbox = Inbox::new(sender);
    let saved = account.as_ref().map(|(_, _, saved)| saved.clone());
    let shelf = account.map(|(_, store, _)| Rc::new(Shelf::new(Some(store))));
    let shelf: SharedShelf<P::Store> = Rc::new(RefCell::new(shelf));
    let pump = Pump {
        engine: Engine::restore(ports.entropy(), saved.as_ref()),
        ports: Rc::clone(&ports),
        letters,
        inbox: inbox.clone(),
        shelf: Rc::clone(&shelf),
        socket: None,
        sockets: 0,
        deadline: None,
        now: 0,
        timer: None,
        told: Telling::default(),
        waits: Waiting::default(),
        on_events,
    };
    let (running, pump) = abortable(pump.run());
    ports.spawn(async move {
        let _ = running.await;
    });
    inbox.push(Input::Tick);
    Handle::new(inbox, shelf, pump)
}

struct Pump<P: Ports> {
    engine: Engine,
    ports: Rc<P>,
    letters: UnboundedReceiver<Letter>,
    inbox: Inbox,
    shelf: SharedShelf<P::Store>,
    socket: Option<P::Socket>,
    /// How many sockets were opened so far; also the number of the current one.
    sockets: u64,
    deadline: Option<u64>,
    /// What time it was at the last look: to look is not free. Monotonic milliseconds.
    now: u64,
    /// The timer that is set, and when it rings.
    timer: Option<(u64, LocalBoxFuture<'static, ()>)>,
    told: Telling,
    waits: Waiting,
    on_events: OnEvents,
}

impl<P: Ports> Pump<P> {
    async fn run(mut self) {
        while let Some(letter) = self.next_letter().await {
            self.take(letter);
            while self.take_slice() {
                self.tell();
                self.begin_commit();
                // The browser gets its turn: it paints, and brings what has come meanwhile.
                self.ports.sleep(0).await;
                self.now = self.ports.now().mono_ms;
            }
            self.tell();
            self.begin_commit();
        }
    }

    /// Takes what is there; true if there was more than fits into a slice.
    fn take_slice(&mut self) -> bool {
        let started = self.now;
        while let Some(Some(letter)) = self.letters.next().now_or_never() {
            self.take(letter);
            if self.now.saturating_sub(started) >= SLICE_MS {
                return true;
            }
        }
        false
    }

    /// The next input, or a tick when the engine's deadline passes or the screen is to be told.
    async fn next_letter(&mut self) -> Option<Letter> {
        let tick = Letter { socket: None, input: Input::Tick, stored: None };
        let due = [self.deadline, self.told.due()].into_iter().flatten().min();
        let Some(at) = due else { return self.letters.next().await };
        self.now = self.ports.now().mono_ms;
        let now = self.now;
        if at <= now {
            return Some(tick);
        }
        // A timer that comes too early is as good: this looks again. To set one for each input of a flood would be dear.
        if self.timer.as_ref().is_none_or(|(rings, _)| *rings > at || *rings <= now) {
            self.timer = Some((at, Box::pin(self.ports.sleep(at - now))));
        }
        let Some((_, timer)) = &mut self.timer else { return Some(tick) };
        match select(self.letters.next(), timer).await {
            Either::Left((letter, _)) => letter,
            Either::Right(((), _)) => {
                self.timer = None;
                Some(tick)
            }
        }
    }

    fn take(&mut self, letter: Letter) {
        let is_commit = matches!(letter.input, Input::Committed(..));
        if letter.socket.is_none_or(|socket| self.socket.is_some() && socket == self.sockets) {
            // What is on disk now may have been read there already: the screen is not to know less.
            let is_news = is_commit && self.told.is_calm(self.now);
            self.told.is_urgent |= is_news || matches!(letter.input, Input::Command(_));
            let is_heard = letter.socket.is_some();
            self.feed(letter.input);
            self.told.heard = is_heard.then_some(self.now).or(self.told.heard);
        }
        self.waits.stored.extend(letter.stored);
        if is_commit {
            self.waits.end_commit();
        }
    }

    /// One input, then drain.
    fn feed(&mut self, input: Input) {
        let now = self.ports.now();
        self.now = now.mono_ms;
        self.engine.handle(now, input);
        loop {
            match self.engine.poll() {
                Output::Idle(deadline) => {
                    self.deadline = deadline.map(|(at, _)| at);
                    return;
                }
                Output::Event(event) => self.told.add(event, self.now),
                Output::Write(batch, token) => {
                    self.waits.add(batch, token, self.now);
                }
                Output::Send(text) => {
                    if let Some(socket) = &self.socket {
                        socket.send(&text);
                    }
                }
                Output::Open { url } => {
                    self.sockets += 1;
                    self.socket = None;
                    self.socket = Some(self.ports.open_socket(&url, self.inbox.of_socket(self.sockets)));
                }
                Output::Close => self.socket = None,
                output => self.delegate(output),
            }
        }
    }

    /// What takes its time: answered later through the inbox.
    fn delegate(&mut self, output: Output) {
        let (ports, inbox) = (Rc::clone(&self.ports), self.inbox.clone());
        match output {
            Output::Discover { domain } => self.ports.spawn(async move {
                inbox.push(Input::Discovered(discover(ports, domain).await));
            }),
            Output::DeriveKey { hash, password, salt, iterations } => self.ports.spawn(async move {
                let key = ports.derive_key(hash, &password, &salt, iterations).await;
                inbox.push(Input::KeyDerived(key));
            }),
            Output::OpenStore(account) => {
                let (shelf, on_events) = (Rc::clone(&self.shelf), Rc::clone(&self.on_events));
                self.ports.spawn(async move {
                    let (store, saved) = match open(&*ports, &account).await {
                        Ok((store, saved)) => (Some(store), saved),
                        Err(error) => {
                            on_events(vec![Event::Problem(problem(error))]);
                            (None, Saved::default())
                        }
                    };
                    ports.remember_account(Some(&account));
                    *shelf.borrow_mut() = Some(Rc::new(Shelf::new(store)));
                    inbox.push(Input::StoreOpened(saved));
                });
            }
            Output::CloseStore => {
                self.ports.remember_account(None);
                // What the account still had to write is void, and must not get into the next one's store.
                self.waits.clear();
                *self.shelf.borrow_mut() = None;
            }
            _ => {}
        }
    }

    fn tell(&mut self) {
        if let Some(events) = self.told.take(self.now) {
            (self.on_events)(events);
        }
    }

    /// Goes on with the disk if it is free. In a flood the screen comes first, unless the disk has waited too long.
    fn begin_commit(&mut self) {
        if self.waits.is_committing() || (self.told.is_flooded() && !self.waits.is_late(self.now)) {
            return;
        }
        let Some((batch, token)) = self.waits.take_batch() else {
            for stored in std::mem::take(&mut self.waits.stored) {
                stored();
            }
            return;
        };
        let (shelf, inbox, on_events) =
            (self.shelf.borrow().clone(), self.inbox.clone(), Rc::clone(&self.on_events));
        // A task of its own: a transaction whose answers nobody listens to ends by itself.
        let (commit, under_way) = abortable(async move {
            let (applied, error) = match shelf {
                Some(shelf) => shelf.commit(&batch).await,
                None => Default::default(),
            };
            if let Some(error) = error {
                on_events(vec![Event::Problem(problem(error))]);
            }
            inbox.push(Input::Committed(token, applied));
        });
        self.waits.begin_commit(under_way);
        self.ports.spawn(async move {
            let _ = commit.await;
        });
    }
}

async fn open<P: Ports>(ports: &P, account: &BareJid) -> Result<(P::Store, Saved), StoreError> {
    let store = ports.open_store(account).await?;
    // What another page still writes as it goes is on disk before the account is ours.
    let shared = !ports.claim(account).await;
    let mut saved = store.load().await?;
    saved.shared = shared;
    Ok((store, saved))
}

fn problem(error: StoreError) -> Problem {
    match error {
        StoreError::Lost => Problem::StorageUnavailable,
        StoreError::Full => Problem::StorageFull,
    }
}
