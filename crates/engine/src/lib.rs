//! The sans-IO XMPP client.
//!
//! Told, never asking: every clock reading, random byte, frame and finished write comes in through
//! [`Engine::handle`]; everything it wants done goes out through [`Engine::poll`]. The contract is: one input, then
//! poll until [`Output::Idle`].
//!
//! ```
//! use engine::{Engine, Input, Output};
//! let mut engine = Engine::restore([7; 32], None);
//! engine.handle(model::Timestamp::default(), Input::Tick);
//! assert_eq!(engine.poll(), Output::Idle(None)); // nobody is logged in: nothing to do
//! ```
//!
//! What is deliberately absent: async, clocks, sockets, storage, random numbers, hash maps.

mod cx;
mod feature;
mod features;
mod ids;
mod inbound;
mod io;
mod outbox;
mod requests;
mod router;
mod session;
mod spec;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use features::specs;
pub use io::{Input, Output, WriteToken};
pub use spec::{Series, Spec};

use cx::Cx;
use features::Features;
use model::{Command, Connection, Event, Problem, Saved, Timestamp, Write};
use session::{Heard, Phase, Session, delivery};

/// The client of one account.
pub struct Engine {
    cx: Cx,
    session: Session,
    features: Features,
    /// The socket is gone, the stream may come back: what the features know of it still counts.
    suspended: bool,
}

impl Engine {
    /// A new engine, for the account whose store held `saved` if that has a session. `entropy` seeds ids, nonces
    /// and jitter. It connects with the first [`Input::Tick`].
    pub fn restore(entropy: [u8; 32], saved: Option<&Saved>) -> Self {
        let mut engine = Self {
            cx: Cx::new(entropy),
            session: Session::new(),
            features: Features::default(),
            suspended: false,
        };
        if let Some(saved) = saved
            && let Some(row) = &saved.session
        {
            engine.cx.restore(saved);
            engine.session.restore(&mut engine.cx, row);
            engine.features.on_restore(&mut engine.cx, saved);
            engine.suspended = engine.cx.stream.is_resumable();
        }
        engine
    }

    /// Takes one input. Afterwards [`Engine::poll`] must be called until it returns [`Output::Idle`].
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        self.cx.now = now;
        let was_online = self.session.is_online();
        self.dispatch(input);
        if was_online && !self.session.is_online() {
            self.went_offline();
        }
        self.look_at_deadlines();
        delivery::flush(&mut self.cx, &mut self.features);
        self.cx.flush_writes();
    }

    /// The next thing to do; last of all, when to come back.
    pub fn poll(&mut self) -> Output {
        self.cx.pop().unwrap_or_else(|| Output::Idle(self.deadline()))
    }

    fn dispatch(&mut self, input: Input) {
        let Self { cx, session, features, .. } = self;
        match input {
            Input::Command(command) => self.command(command),
            Input::Discovered(urls) => session.discovered(cx, urls),
            Input::Opened => session.opened(cx),
            Input::Frame(text) => match session.frame(cx, &text) {
                Heard::Done => {}
                Heard::Online => {
                    // Whatever the last stream still had is over now.
                    self.drop_stream();
                    let Self { cx, features, .. } = self;
                    features.on_online(cx);
                    cx.stream.mark_setup();
                }
                Heard::Resumed { lost } => {
                    self.suspended = false;
                    features.on_resumed(cx);
                    if lost {
                        features.on_online(cx);
                        cx.stream.mark_setup();
                    }
                }
                Heard::Element(element) => router::route(cx, features, &element),
            },
            Input::Closed => session.closed(cx),
            Input::KeyDerived(key) => session.key_derived(cx, key),
            Input::StoreOpened(saved) => {
                session.store_opened(cx, features, &saved);
                self.suspended = cx.stream.is_resumable();
            }
            Input::Committed(token, applied) => {
                cx.outbox.committed(token);
                if let Some(answer) = cx.stream.committed(token) {
                    cx.output(Output::Send(answer));
                }
                features.on_committed(cx, token, &applied);
                cx.committed(token, applied);
                self.left(token);
            }
            Input::PageVisible(visible) => {
                cx.set_visible(visible);
                if visible {
                    session.wake(cx);
                }
            }
            Input::NetworkOnline(online) => {
                session.set_network(cx, online);
                if online { session.wake(cx) } else { session.probe(cx) }
            }
            Input::Resumed => {
                session.probe(cx);
                session.wake(cx);
            }
            Input::Tick => {}
        }
    }

    fn command(&mut self, command: Command) {
        let Self { cx, session, features, .. } = self;
        match command {
            Command::LogIn(wish) => session.log_in(cx, wish),
            Command::SignUp(wish) => session.sign_up(cx, wish),
            Command::SubmitSignUp(form) => session.submit_sign_up(cx, form),
            Command::Cancel => session.cancel(cx),
            Command::ConnectNow => session.connect_now(cx),
            Command::ViewChat(chat) => cx.set_viewed(chat),
            Command::Elsewhere { visible, chats } => {
                cx.set_viewed_elsewhere(chats);
                if visible {
                    session.wake(cx);
                }
            }
            Command::LogOut { erase } => self.log_out(erase),
            Command::AddContact { .. }
            | Command::AcceptRequest(_)
            | Command::RefuseRequest(_)
            | Command::RemoveContact(_)
                if cx.bound.is_none() =>
            {
                cx.emit(Event::Problem(Problem::NotConnected));
            }
            command => features.on_command(cx, &command),
        }
    }

    /// The socket is gone, for whatever reason.
    fn went_offline(&mut self) {
        self.suspended = true;
        if !self.cx.stream.is_resumable() {
            self.drop_stream();
        }
    }

    /// The stream is gone for good.
    fn drop_stream(&mut self) {
        if !std::mem::take(&mut self.suspended) {
            return;
        }
        self.cx.outbox.forget_numbers();
        for pending in self.cx.requests.drain() {
            self.features.on_reply(&mut self.cx, pending, Err(requests::IqError::Unanswered));
        }
        self.features.on_offline(&mut self.cx);
    }

    fn look_at_deadlines(&mut self) {
        let now = self.cx.now.mono_ms;
        for pending in self.cx.requests.expire(now) {
            self.features.on_reply(&mut self.cx, pending, Err(requests::IqError::Unanswered));
        }
        let was_online = self.session.is_online();
        if self.session.deadline.is_some_and(|(at, _)| at <= now) {
            self.session.overdue(&mut self.cx);
        }
        self.session.check_liveness(&mut self.cx);
        if was_online && !self.session.is_online() {
            self.went_offline();
        }
    }

    fn deadline(&self) -> Option<(u64, &'static str)> {
        let liveness = self.session.is_online().then(|| self.session.liveness.deadline());
        let requests = self.cx.requests.deadline().map(|at| (at, "answer to a request"));
        let acknowledgement = self.cx.stream.answer_by().map(|at| (at, "acknowledgement"));
        [self.session.deadline, liveness, requests, acknowledgement]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    fn log_out(&mut self, erase: bool) {
        if self.cx.account.is_none() {
            return self.session.cancel(&mut self.cx);
        }
        self.session.say_goodbye(&mut self.cx);
        let token = self.cx.token();
        self.cx.write(Write::Stream(None));
        self.cx.write(if erase { Write::EraseAll } else { Write::Session(None) });
        self.session.rest(&mut self.cx, Phase::Leaving { token, erase }, Connection::Idle);
    }

    /// The log-out is on disk.
    fn left(&mut self, committed: WriteToken) {
        let Phase::Leaving { token, erase } = self.session.phase else { return };
        if committed < token {
            return;
        }
        self.session.phase = Phase::Idle;
        self.session.goal = None;
        self.features.on_leave();
        self.cx.leave();
        self.cx.output(Output::CloseStore);
        self.cx.emit(Event::LoggedOut { erased: erase });
    }
}
