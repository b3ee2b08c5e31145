//! One start of the app without a screen.

use super::ports::{Device, NativePorts, Tasks};
use super::seen::Seen;
use crate::wait::eventually;
use driver::{Handle, Input, Store};
use model::{BareJid, Command, Connection, Endpoint, LogIn, MessageRow, MessageState, Problem, SignUp};
use std::cell::RefCell;
use std::rc::Rc;

/// The engine and its driver on a [`Device`]. Dropping it is what killing the app is: nothing is said to the server,
/// the device keeps what was committed. Runs on a `LocalSet` ([`crate::scenario`]).
pub struct Client {
    handle: Handle<NativePorts>,
    seen: Rc<RefCell<Seen>>,
    tasks: Tasks,
}

impl Client {
    /// Starts the app on a device; it takes up the session that the device remembers, if there is one.
    pub async fn start(device: &Device) -> Self {
        let account = match device.account() {
            Some(jid) => {
                let store = device.store(&jid);
                let saved = store.load().await.expect("memory can be read");
                Some((jid, store, saved))
            }
            None => None,
        };
        let mut folded = Seen::default();
        if let Some((jid, _, saved)) = &account {
            // What the first paint shows.
            folded.account = Some(jid.clone());
            folded.roster = saved.roster.iter().map(|item| (item.jid.clone(), item.clone())).collect();
            folded.chats = saved.chats.iter().map(|row| (row.chat.clone(), row.clone())).collect();
            folded.messages.clone_from(&saved.outbox);
        }
        let seen = Rc::new(RefCell::new(folded));
        let fold = Rc::clone(&seen);
        let ports = NativePorts::new(device.clone());
        let tasks = ports.tasks.clone();
        let on_events = move |events: Vec<model::Event>| {
            for event in events {
                fold.borrow_mut().take(event);
            }
        };
        let handle = driver::start(ports, account, Rc::new(on_events));
        Self { handle, seen, tasks }
    }

    /// Makes an account and waits until it is online.
    pub async fn register(device: &Device, jid: &BareJid, password: &str, url: &str) -> Self {
        let client = Self::start(device).await;
        client.sign_up(jid, password, url);
        client.until_online().await;
        client
    }

    /// Asks for an account.
    pub fn sign_up(&self, jid: &BareJid, password: &str, url: &str) {
        let endpoint = Endpoint::Url(url.to_owned());
        self.command(Command::SignUp(SignUp { jid: jid.clone(), password: password.to_owned(), endpoint }));
    }

    /// Asks to be let in.
    pub fn log_in(&self, jid: &BareJid, password: &str, endpoint: Endpoint) {
        self.command(Command::LogIn(LogIn { jid: jid.clone(), password: password.to_owned(), endpoint }));
    }

    /// Says what a person wants.
    pub fn command(&self, command: Command) {
        self.handle.command(command);
    }

    /// Sends a text; its echo.
    pub async fn send(&self, to: &BareJid, body: &str) -> MessageRow {
        let before = self.seen.borrow().messages.len();
        self.command(Command::SendText {
            chat: to.clone(),
            body: body.to_owned(),
            reply: None,
            spoiler: None,
        });
        self.until(&format!("echo of {body:?}"), |seen| {
            seen.messages.iter().skip(before).find(|row| row.body == body).cloned()
        })
        .await
    }

    /// Tells the engine what a platform would notice.
    pub fn platform(&self, input: Input) {
        self.handle.inbox().push(input);
    }

    /// The newest messages of a chat as they are stored.
    pub async fn stored(&self, chat: &BareJid) -> Vec<MessageRow> {
        self.stored_up_to(chat, 1000).await
    }

    /// The newest messages of a chat as they are stored, this many at most.
    pub async fn stored_up_to(&self, chat: &BareJid, limit: usize) -> Vec<MessageRow> {
        self.handle.page(chat, None, limit).await
    }

    /// What a screen would show now.
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// Waits until `look` finds what it wants.
    pub async fn until<T>(&self, what: &str, look: impl Fn(&Seen) -> Option<T>) -> T {
        eventually(what, async || {
            look(&self.seen.borrow()).ok_or_else(|| format!("{:#?}", self.seen.borrow()))
        })
        .await
    }

    /// Waits until the connection is in this state.
    pub async fn until_connection(&self, what: &str, good: impl Fn(Connection) -> bool) {
        self.until(&format!("the connection to be {what}"), |seen| good(seen.connection).then_some(())).await;
    }

    /// Waits until it is logged in.
    pub async fn until_online(&self) {
        self.until_connection("online", |c| c == Connection::Online).await;
    }

    /// Waits for a problem.
    pub async fn until_problem(&self, good: impl Fn(&Problem) -> bool) -> Problem {
        self.until("a problem", |seen| seen.problems.iter().find(|p| good(p)).cloned()).await
    }

    /// Waits for a received message with this text.
    pub async fn until_received(&self, body: &str) -> MessageRow {
        self.until(&format!("message {body:?}"), |seen| {
            seen.with_body(body).find(|row| row.state == MessageState::Received).cloned()
        })
        .await
    }

    /// Waits until a message got this far.
    pub async fn until_state(&self, sent: &MessageRow, good: impl Fn(&MessageState) -> bool) -> MessageRow {
        self.until(&format!("a new state of {:?}", sent.body), |seen| {
            seen.messages.iter().find(|row| row.id == sent.id && good(&row.state)).cloned()
        })
        .await
    }
}

/// True from the server's word on, however far the message got since.
pub fn is_sent(state: &MessageState) -> bool {
    matches!(state, MessageState::Sent | MessageState::Delivered | MessageState::Read)
}

impl Client {
    /// Ends it at once, as dropping it does.
    pub fn kill(&self) {
        self.tasks.abort();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.kill();
    }
}
