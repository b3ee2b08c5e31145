//! The loop: take inputs for one slice of time, tell the screen, commit, go on.
//!
//! All writes of a slice become one transaction, so a burst of messages costs one commit per slice and not one per
//! message; the screen hears of a slice in one batch, so the DOM changes once.

use crate::discovery::discover;
use crate::inbox::{Letter, Stored};
use crate::shelf::Shelf;
use crate::{Handle, Inbox, OnEvents, Ports, Socket, Store};
use engine::{Engine, Input, Output, WriteToken};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::future::{Either, abortable, select};
use futures_util::{FutureExt, StreamExt};
use model::{BareJid, Event, Problem, Saved, StoreError, Write};
use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

/// A slice leaves more than half of a 60 Hz frame to the browser. Milliseconds.
const SLICE_MS: u64 = 6;
/// Who is behind stores several slices at once, until they are so many changes: a transaction costs the same however short it is.
const BATCH: usize = 400;

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
        events: Vec::new(),
        batches: Vec::new(),
        last_token: None,
        stored: Vec::new(),
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
    events: Vec<Event>,
    batches: Vec<Write>,
    last_token: Option<WriteToken>,
    /// Who waits for the end of the slice.
    stored: Vec<Stored>,
    on_events: OnEvents,
}

impl<P: Ports> Pump<P> {
    async fn run(mut self) {
        while let Some(letter) = self.next_letter().await {
            self.take(letter);
            let mut busy = self.take_slice();
            while busy && self.batches.len() < BATCH {
                // The browser gets its turn, and what has come meanwhile is stored with the rest.
                self.tell();
                self.ports.sleep(0).await;
                busy = self.take_slice();
            }
            self.tell();
            self.commit().await;
            self.stored.drain(..).for_each(|stored| stored());
        }
    }

    /// Takes what is there; true if there was more than fits into a slice.
    fn take_slice(&mut self) -> bool {
        let started = self.ports.now().mono_ms;
        while let Some(Some(letter)) = self.letters.next().now_or_never() {
            self.take(letter);
            if self.ports.now().mono_ms.saturating_sub(started) >= SLICE_MS {
                return true;
            }
        }
        false
    }

    /// The next input, or a tick when the engine's deadline passes.
    async fn next_letter(&mut self) -> Option<Letter> {
        let tick = Letter { socket: None, input: Input::Tick, stored: None };
        let Some(at) = self.deadline else { return self.letters.next().await };
        let wait = at.saturating_sub(self.ports.now().mono_ms);
        if wait == 0 {
            return Some(tick);
        }
        let next = pin!(self.letters.next());
        let timer = pin!(self.ports.sleep(wait));
        match select(next, timer).await {
            Either::Left((letter, _)) => letter,
            Either::Right(((), _)) => Some(tick),
        }
    }

    fn take(&mut self, letter: Letter) {
        if letter.socket.is_none_or(|socket| self.socket.is_some() && socket == self.sockets) {
            self.feed(letter.input);
        }
        self.stored.extend(letter.stored);
    }

    /// One input, then drain.
    fn feed(&mut self, input: Input) {
        self.engine.handle(self.ports.now(), input);
        loop {
            match self.engine.poll() {
                Output::Idle(deadline) => {
                    self.deadline = deadline.map(|(at, _)| at);
                    return;
                }
                Output::Event(event) => self.events.push(event),
                Output::Write(batch, token) => {
                    self.batches.extend(batch);
                    self.last_token = Some(token);
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
                *self.shelf.borrow_mut() = None;
            }
            _ => {}
        }
    }

    fn tell(&mut self) {
        if !self.events.is_empty() {
            (self.on_events)(std::mem::take(&mut self.events));
        }
    }

    /// Commits what was written since the last time.
    async fn commit(&mut self) {
        let Some(token) = self.last_token.take() else { return };
        let batch = std::mem::take(&mut self.batches);
        let shelf = self.shelf.borrow().clone();
        let applied = match shelf {
            Some(shelf) => {
                let (applied, error) = shelf.commit(&batch).await;
                self.events.extend(error.map(|error| Event::Problem(problem(error))));
                applied
            }
            None => model::Applied::default(),
        };
        self.feed(Input::Committed(token, applied));
        self.tell();
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
