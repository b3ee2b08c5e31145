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
mod owed;
mod relations;
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
        self.finish_leaving();
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
            Input::Frame(text) => {
                let heard = session.frame(cx, &text);
                self.heard(heard);
            }
            Input::Closed => session.closed(cx),
            Input::KeyDerived(key) => session.key_derived(cx, key),
            Input::StoreOpened(saved) => {
                if session.store_opened(cx, features, &saved) {
                    self.suspended = cx.stream.is_resumable();
                    let heard = session.settle(cx);
                    self.heard(heard);
                }
            }
            Input::Committed(token, _) if cx.is_over(token) => {}
            Input::Committed(token, applied) => {
                cx.outbox.committed(token);
                if let Some(answer) = cx.stream.committed(token) {
                    cx.output(Output::Send(answer));
                }
                features.on_committed(cx, token, &applied);
                cx.committed(token, applied);
                session.committed(cx, token);
            }
            Input::PageVisible(visible) => {
                cx.set_visible(visible);
                features.on_visible(cx, cx.is_visible());
                if visible {
                    session.wake(cx);
                }
            }
            Input::NetworkOnline(online) => {
                session.set_network(cx, online);
                if online { session.wake(cx) } else { session.probe(cx) }
            }
            Input::Resumed => {
                session.slept(cx);
                session.wake(cx);
            }
            Input::Tick => {}
        }
    }

    fn heard(&mut self, heard: Heard) {
        let must_set_up = match heard {
            Heard::Done => false,
            Heard::Online => {
                // Whatever the last stream still had is over now.
                self.drop_stream();
                true
            }
            Heard::Resumed { lost } => {
                self.suspended = false;
                self.features.on_resumed(&mut self.cx);
                lost
            }
            Heard::Offered => {
                self.features.csi.tell(&mut self.cx);
                false
            }
            Heard::Element(element) => {
                router::route(&mut self.cx, &mut self.features, element);
                false
            }
        };
        if must_set_up {
            self.features.on_online(&mut self.cx);
            self.cx.stream.mark_setup();
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
            Command::ViewChat(chat) => {
                features.on_command(cx, &Command::ViewChat(chat.clone()));
                cx.set_viewed(chat);
            }
            Command::Tell { chat, tells } => {
                cx.tell(chat, tells);
                features.on_settings(cx);
            }
            Command::Draft { chat, draft } => cx.write(Write::Draft { chat, draft }),
            Command::Arrange { chat, change } => cx.arrange(chat, change),
            Command::SendMarkers(on) => {
                cx.tells_read = on;
                features.on_settings(cx);
            }
            Command::SendTyping(on) => {
                cx.tells_typing = on;
                features.on_settings(cx);
            }
            Command::Elsewhere { visible, chats } => {
                cx.set_viewed_elsewhere(visible, chats);
                features.on_visible(cx, cx.is_visible());
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
        self.cx.owed.forget_numbers();
        // First the end, then what nobody will answer: else somebody would ask once more, on a stream that is only about to begin.
        self.features.on_offline(&mut self.cx);
        for pending in self.cx.requests.drain() {
            self.features.on_reply(&mut self.cx, pending, Err(requests::IqError::Unanswered));
        }
    }

    fn look_at_deadlines(&mut self) {
        let now = self.cx.now.mono_ms;
        for pending in self.cx.requests.expire(now) {
            self.features.on_reply(&mut self.cx, pending, Err(requests::IqError::Unanswered));
        }
        if self.features.deadline().is_some_and(|at| at <= now) {
            self.features.on_tick(&mut self.cx);
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
        let feature = self.features.deadline().map(|at| (at, "a feature's time"));
        [self.session.deadline, liveness, requests, acknowledgement, feature]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    fn log_out(&mut self, erase: bool) {
        if self.cx.account.is_none() {
            return self.session.cancel(&mut self.cx);
        }
        if matches!(self.session.phase, Phase::Leaving { .. }) {
            return;
        }
        self.session.say_goodbye(&mut self.cx);
        let token = self.cx.token();
        self.cx.write(Write::Stream(None));
        self.cx.write(if erase { Write::EraseAll } else { Write::Session(None) });
        self.session.rest(&mut self.cx, Phase::Leaving { token: Some(token), erase }, Connection::Idle);
        self.session.revoke(&mut self.cx);
    }

    /// The log-out is on disk, and the server knows of it or will not.
    fn finish_leaving(&mut self) {
        let Phase::Leaving { token: None, erase } = self.session.phase else { return };
        if self.session.revoking.is_some() {
            return;
        }
        let token_lives = self.session.token_lives;
        self.session = Session { network: self.session.network, ..Session::new() };
        self.features.on_leave();
        self.cx.leave();
        self.cx.output(Output::CloseStore);
        self.cx.emit(Event::LoggedOut { erased: erase });
        if token_lives {
            self.cx.emit(Event::Problem(Problem::TokenLives));
        }
    }
}
