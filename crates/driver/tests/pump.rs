//! The loop, on a platform made of paper: time passes when a test lets it, sockets are lists.

use driver::{HostMeta, Inbox, Input, MemoryStore, Ports, Socket, Store, start};
use engine::testing::{MiniServer, ServerOptions, pbkdf2};
use futures_channel::oneshot::{Receiver, Sender, channel};
use futures_executor::{LocalPool, LocalSpawner};
use futures_util::task::LocalSpawnExt;
use model::search::{Found, Search};
use model::{
    Applied, BareJid, Command, Connection, Endpoint, Event, Hash, LocalId, LogIn, MessageRow, PageAt,
    Problem, Saved, StoreError, Timestamp, Write,
};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

/// What was sent on a socket.
type Frames = Rc<RefCell<Vec<String>>>;

/// What the test and the platform share.
#[derive(Default)]
struct Desk {
    sockets: RefCell<Vec<(Inbox, Frames)>>,
    remembered: RefCell<Option<BareJid>>,
    /// The disk's mood.
    fails: Cell<Option<StoreError>>,
    commits: Cell<usize>,
    /// The disk writes nothing before it is let to.
    stuck: RefCell<Option<Receiver<()>>>,
    store: MemoryStore,
    /// Milliseconds.
    clock: Cell<u64>,
    timers: RefCell<Vec<(u64, Sender<()>)>>,
}

struct PaperPorts {
    desk: Rc<Desk>,
    spawner: LocalSpawner,
}

struct PaperSocket(Frames);

impl Socket for PaperSocket {
    fn send(&self, text: &str) {
        self.0.borrow_mut().push(text.to_owned());
    }
}

struct MoodyStore(Rc<Desk>);

impl Store for MoodyStore {
    async fn load(&self) -> Result<Saved, StoreError> {
        self.0.store.load().await
    }

    async fn commit(&self, batch: &[Write]) -> Result<Applied, StoreError> {
        if let Some(error) = self.0.fails.get() {
            return Err(error);
        }
        self.0.commits.set(self.0.commits.get() + 1);
        let stuck = self.0.stuck.take();
        if let Some(stuck) = stuck {
            let _ = stuck.await;
        }
        self.0.store.commit(batch).await
    }

    async fn page_at(
        &self,
        chat: &BareJid,
        at: &PageAt,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        self.0.store.page_at(chat, at, limit).await
    }

    async fn message(&self, id: &LocalId) -> Result<Option<MessageRow>, StoreError> {
        self.0.store.message(id).await
    }

    async fn starred(&self) -> Result<Vec<MessageRow>, StoreError> {
        self.0.store.starred().await
    }

    async fn named(&self, name: &str) -> Result<Option<MessageRow>, StoreError> {
        self.0.store.named(name).await
    }

    async fn find(&self, search: &Search) -> Result<Found, StoreError> {
        self.0.store.find(search).await
    }
}

impl Ports for PaperPorts {
    type Store = MoodyStore;
    type Socket = PaperSocket;

    fn now(&self) -> Timestamp {
        let ms = self.desk.clock.get();
        Timestamp { mono_ms: 1_000 + ms, wall_ms: 1_780_000_000_000 + i64::try_from(ms).unwrap() }
    }
    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static {
        let (rings, timer) = channel();
        if ms > 0 {
            self.desk.timers.borrow_mut().push((self.desk.clock.get() + ms, rings));
        }
        async move {
            let _ = timer.await;
        }
    }
    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.spawner.spawn_local(task).unwrap();
    }
    fn entropy(&self) -> [u8; 32] {
        [9; 32]
    }
    async fn open_store(&self, _: &BareJid) -> Result<MoodyStore, StoreError> {
        match self.desk.fails.get() {
            Some(error) => Err(error),
            None => Ok(MoodyStore(Rc::clone(&self.desk))),
        }
    }
    async fn claim(&self, _: &BareJid) -> bool {
        true
    }
    fn remember_account(&self, account: Option<&BareJid>) {
        *self.desk.remembered.borrow_mut() = account.cloned();
    }
    fn open_socket(&self, _: &str, inbox: Inbox) -> PaperSocket {
        let sent = Rc::new(RefCell::new(Vec::new()));
        self.desk.sockets.borrow_mut().push((inbox, Rc::clone(&sent)));
        PaperSocket(sent)
    }
    async fn host_meta_json(&self, _: &str) -> Option<HostMeta> {
        None
    }
    async fn fetch_text(&self, _: &str) -> Option<String> {
        None
    }
    fn page_origin(&self) -> Option<String> {
        None
    }
    async fn derive_key(&self, hash: Hash, password: &str, salt: &[u8], iterations: u32) -> Option<Vec<u8>> {
        Some(pbkdf2(hash, password, salt, iterations))
    }
}

struct Stage {
    pool: LocalPool,
    desk: Rc<Desk>,
    handle: driver::Handle<PaperPorts>,
    batches: Rc<RefCell<Vec<Vec<Event>>>>,
    server: MiniServer,
}

impl Stage {
    fn new() -> Self {
        let (pool, desk) = (LocalPool::new(), Rc::new(Desk::default()));
        let ports = PaperPorts { desk: Rc::clone(&desk), spawner: pool.spawner() };
        let batches: Rc<RefCell<Vec<Vec<Event>>>> = Rc::default();
        let told = Rc::clone(&batches);
        let handle = start(ports, None, Rc::new(move |events| told.borrow_mut().push(events)));
        Self { pool, desk, handle, batches, server: MiniServer::new(ServerOptions::default()) }
    }

    fn log_in(&mut self) {
        self.handle.command(Command::LogIn(LogIn {
            jid: "alice@example.org".parse().unwrap(),
            password: "secret".into(),
            endpoint: Endpoint::Url("wss://example.org/ws".into()),
        }));
        self.run();
        self.inbox().push(Input::Opened);
        self.talk();
    }

    /// All that happens in the next half a second.
    fn run(&mut self) {
        self.pool.run_until_stalled();
        for _ in 0..5 {
            let now = self.desk.clock.get() + 100;
            self.desk.clock.set(now);
            self.desk.timers.borrow_mut().retain(|(at, _)| *at > now);
            self.pool.run_until_stalled();
        }
    }

    fn inbox(&self) -> Inbox {
        self.desk.sockets.borrow().last().unwrap().0.clone()
    }

    fn talk(&mut self) {
        loop {
            self.run();
            let sent = std::mem::take(&mut *self.desk.sockets.borrow().last().unwrap().1.borrow_mut());
            if sent.is_empty() {
                return;
            }
            let inbox = self.inbox();
            for answer in sent.iter().flat_map(|text| self.server.answers(text)) {
                inbox.push(Input::Frame(answer));
            }
        }
    }

    fn events(&self) -> Vec<Event> {
        self.batches.borrow().iter().flatten().cloned().collect()
    }

    fn page(&mut self, chat: &str) -> Vec<String> {
        let chat = chat.parse().unwrap();
        let handle = self.handle.clone();
        let rows = self.pool.run_until(async move { handle.page(&chat, None, 50).await });
        rows.into_iter().map(|row| row.body).collect()
    }
}

fn message(n: usize) -> Input {
    Input::Frame(format!(
        "<message xmlns='jabber:client' from='bob@example.org' type='chat' id='{n}'><body>{n}</body></message>"
    ))
}

fn count(stage: &Stage, is: impl Fn(&Event) -> bool) -> usize {
    stage.events().iter().filter(|event| is(event)).count()
}

#[test]
fn a_burst_is_told_in_few_batches_and_stored_in_few_transactions() {
    let mut stage = Stage::new();
    stage.log_in();
    assert!(stage.events().contains(&Event::Connection(Connection::Online)));
    assert_eq!(*stage.desk.remembered.borrow(), Some("alice@example.org".parse().unwrap()));
    let (commits, batches) = (stage.desk.commits.get(), stage.batches.borrow().len());
    for n in 0..600 {
        stage.inbox().push(message(n));
    }
    stage.talk();
    assert!((5..=12).contains(&(stage.desk.commits.get() - commits)), "at most so many a transaction");
    assert!(stage.batches.borrow().len() - batches <= 12);
    assert_eq!(count(&stage, |event| matches!(event, Event::Heard(_))), 600);
    assert_eq!(count(&stage, |event| matches!(event, Event::Message(_))), 600);
}

#[test]
fn a_flood_of_single_messages_is_told_ten_times_a_second() {
    let mut stage = Stage::new();
    stage.log_in();
    let batches = stage.batches.borrow().len();
    for n in 0..100 {
        stage.inbox().push(message(n));
        stage.pool.run_until_stalled();
        if n == 0 {
            assert_eq!(count(&stage, |event| matches!(event, Event::Heard(_))), 1, "the first one at once");
        }
    }
    assert!(stage.batches.borrow().len() - batches <= 5);
    stage.run();
    assert_eq!(count(&stage, |event| matches!(event, Event::Message(_))), 100, "and the last one soon");
}

#[test]
fn while_the_disk_writes_messages_are_shown_and_what_a_person_does_is_done_in_order() {
    let mut stage = Stage::new();
    stage.log_in();
    let (goes_on, stuck) = channel();
    stage.desk.stuck.replace(Some(stuck));
    let commits = stage.desk.commits.get();
    stage.inbox().push(message(1));
    stage.run();
    for n in 2..5 {
        stage.inbox().push(message(n));
        stage.run();
    }
    assert_eq!(count(&stage, |event| matches!(event, Event::Heard(_))), 4);
    assert_eq!(count(&stage, |event| matches!(event, Event::Message(_))), 0);
    assert_eq!(stage.desk.commits.get() - commits, 1, "one at a time");
    let heard = stage.events().into_iter().find_map(|event| match event {
        Event::Heard(row) => Some(row),
        _ => None,
    });
    let (chat, id) = heard.map(|row| (row.chat, row.id)).unwrap();
    let done = Rc::new(Cell::new(false));
    let is_done = Rc::clone(&done);
    stage.handle.command_then(Command::DeleteForMe { chat, id }, Box::new(move || is_done.set(true)));
    stage.run();
    assert!(!done.get(), "not before what it follows is on disk");
    goes_on.send(()).unwrap();
    stage.talk();
    assert!(done.get());
    assert_eq!(stage.desk.commits.get() - commits, 2, "what came together is stored together");
    assert_eq!(stage.page("bob@example.org"), ["2", "3", "4"]);
}

#[test]
fn a_log_out_waits_for_the_disk_and_leaves_nothing_for_the_next_account() {
    let mut stage = Stage::new();
    stage.log_in();
    let (goes_on, stuck) = channel();
    stage.desk.stuck.replace(Some(stuck));
    stage.inbox().push(message(1));
    stage.run();
    stage.inbox().push(message(2));
    stage.handle.command(Command::LogOut { erase: true });
    stage.talk();
    assert!(!stage.events().iter().any(|event| matches!(event, Event::LoggedOut { .. })));
    goes_on.send(()).unwrap();
    stage.talk();
    assert_eq!(stage.events().last(), Some(&Event::LoggedOut { erased: true }));
    assert_eq!(stage.pool.run_until(stage.desk.store.load()).unwrap(), Saved::default());
}

#[test]
fn a_stopped_loop_ends_what_it_writes() {
    let mut stage = Stage::new();
    stage.log_in();
    let (goes_on, stuck) = channel();
    stage.desk.stuck.replace(Some(stuck));
    stage.inbox().push(message(1));
    stage.run();
    stage.handle.stop();
    stage.run();
    assert!(goes_on.send(()).is_err(), "nobody goes on with it");
    assert_eq!(stage.page("bob@example.org"), [""; 0]);
}

#[test]
fn what_a_dropped_socket_still_had_to_say_is_not_its_successors() {
    let mut stage = Stage::new();
    stage.log_in();
    let old = stage.inbox();
    old.push(Input::Closed);
    stage.run();
    stage.handle.command(Command::ConnectNow);
    stage.run();
    assert_eq!(stage.desk.sockets.borrow().len(), 2);
    old.push(Input::Opened);
    old.push(Input::Closed);
    old.push(message(1));
    stage.run();
    assert!(stage.desk.sockets.borrow()[1].1.borrow().is_empty(), "the new one is not open yet");
    stage.server = MiniServer::new(ServerOptions::default());
    stage.inbox().push(Input::Opened);
    stage.talk();
    let connection = stage.events().into_iter().rfind(|event| matches!(event, Event::Connection(_)));
    assert_eq!(connection, Some(Event::Connection(Connection::Online)));
}

#[test]
fn a_full_disk_is_said_once_and_the_talk_goes_on() {
    let mut stage = Stage::new();
    stage.log_in();
    stage.inbox().push(message(1));
    stage.talk();
    stage.desk.fails.set(Some(StoreError::Full));
    for n in [2, 3] {
        stage.inbox().push(message(n));
        stage.talk();
    }
    let said = stage.events().iter().filter(|event| **event == Event::Problem(Problem::StorageFull)).count();
    assert_eq!(said, 1);
    assert_eq!(stage.page("bob@example.org"), ["1", "2", "3"], "disk and memory read as one");
    let chat = "bob@example.org".parse().unwrap();
    stage.handle.command(Command::SendText { chat, body: "4".into(), reply: None, spoiler: None });
    stage.talk();
    assert!(
        stage
            .server
            .inbox
            .iter()
            .any(|stanza| stanza.child_text("body", "jabber:client").as_deref() == Some("4"))
    );
}

#[test]
fn what_is_on_a_full_disk_is_still_said_to_be_delivered_and_read() {
    let mut stage = Stage::new();
    stage.log_in();
    let chat: BareJid = "bob@example.org".parse().unwrap();
    let mut ids = Vec::new();
    for body in ["1", "2"] {
        stage.handle.command(Command::SendText {
            chat: chat.clone(),
            body: body.into(),
            reply: None,
            spoiler: None,
        });
        stage.talk();
        let own = stage.events().into_iter().rev().find_map(|event| match event {
            Event::Message(row) => Some(row.id),
            _ => None,
        });
        ids.push(own.expect("an echo"));
    }
    stage.desk.fails.set(Some(StoreError::Full));
    let word = |what: &str, ns: &str, id: &str| {
        Input::Frame(format!(
            "<message xmlns='jabber:client' type='chat' from='bob@example.org/x'><{what} xmlns='{ns}' id='{id}'/></message>"
        ))
    };
    let states = |stage: &Stage, id: &model::LocalId| -> Vec<model::MessageState> {
        let state = |event: Event| match event {
            Event::MessageState { id: of, state, .. } if of == *id => Some(state),
            _ => None,
        };
        stage.events().into_iter().filter_map(state).collect()
    };
    stage.inbox().push(word("received", "urn:xmpp:receipts", &ids[0].0));
    stage.talk();
    assert_eq!(states(&stage, &ids[0]).last(), Some(&model::MessageState::Delivered));
    stage.inbox().push(word("displayed", "urn:xmpp:chat-markers:0", &ids[1].0));
    stage.talk();
    for id in &ids {
        assert_eq!(states(&stage, id).last(), Some(&model::MessageState::Read));
    }
}

#[test]
fn no_disk_at_all_still_logs_in() {
    let mut stage = Stage::new();
    stage.desk.fails.set(Some(StoreError::Lost));
    stage.log_in();
    let events = stage.events();
    assert!(events.contains(&Event::Problem(Problem::StorageUnavailable)));
    assert!(events.contains(&Event::Connection(Connection::Online)));
}

#[test]
fn a_log_out_closes_the_store() {
    let mut stage = Stage::new();
    stage.log_in();
    stage.inbox().push(message(1));
    stage.talk();
    stage.handle.command(Command::LogOut { erase: true });
    stage.talk();
    assert_eq!(stage.events().last(), Some(&Event::LoggedOut { erased: true }));
    assert_eq!(*stage.desk.remembered.borrow(), None);
    assert_eq!(stage.page("bob@example.org"), [""; 0]);
    assert_eq!(stage.pool.run_until(stage.desk.store.load()).unwrap(), Saved::default());
}

#[test]
fn whoever_waits_for_a_command_hears_of_it_when_it_is_on_disk() {
    let mut stage = Stage::new();
    stage.log_in();
    let heard = Rc::new(Cell::new(None));
    let (hears, desk, before) = (Rc::clone(&heard), Rc::clone(&stage.desk), stage.desk.commits.get());
    let command = Command::SendText {
        chat: "bob@example.org".parse().unwrap(),
        body: "kept".into(),
        reply: None,
        spoiler: None,
    };
    stage.handle.command_then(command, Box::new(move || hears.set(Some(desk.commits.get() - before))));
    assert_eq!(heard.get(), None);
    stage.talk();
    assert_eq!(heard.get(), Some(1), "after the commit that stores it");
}

#[test]
fn a_stopped_loop_does_and_says_nothing_more() {
    let mut stage = Stage::new();
    stage.log_in();
    let (inbox, sent) = stage.desk.sockets.borrow().last().map(|(i, s)| (i.clone(), Rc::clone(s))).unwrap();
    let (commits, told) = (stage.desk.commits.get(), stage.events().len());
    let heard = Rc::new(Cell::new(false));
    let hears = Rc::clone(&heard);
    let command = Command::SendText {
        chat: "bob@example.org".parse().unwrap(),
        body: "too late".into(),
        reply: None,
        spoiler: None,
    };
    stage.handle.command_then(command, Box::new(move || hears.set(true)));
    inbox.push(message(1));
    stage.handle.stop();
    stage.run();
    inbox.push(message(2));
    stage.run();
    assert_eq!((stage.desk.commits.get(), stage.events().len()), (commits, told));
    assert!(sent.borrow().is_empty() && !heard.get());
    assert_eq!(Rc::strong_count(&sent), 2, "the socket is gone: the desk and this test hold what it sent");
}
