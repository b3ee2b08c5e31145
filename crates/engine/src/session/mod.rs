//! The floor under the features: from nothing to a bound stream, and back again when it breaks.
//!
//!
//! ```text
//! Idle ─ log in / sign up / restore ─► Discovering ─► Opening ─► Greeting ─► Features ─┬─► Auth ─► OpeningStore ─► Greeting
//!   ▲                                                                                  └─► SigningUp ─► Auth          │
//!   └── first log-in failed ── fail() ── come back later ─► Waiting ─► Discovering        Online ◄─┬─ Binding ◄───────┤
//!                                                                                                └─ Resuming ◄──────┘
//! ```
//! With SASL2 (XEP-0388) there is no second greeting, and what Bind 2 or resumption gave comes with the success.

pub(crate) mod backoff;
pub(crate) mod connect;
pub(crate) mod delivery;
pub(crate) mod liveness;
pub(crate) mod login;
pub(crate) mod scram;
pub(crate) mod settle;
pub(crate) mod signup;
pub(crate) mod sm;
pub(crate) mod stream;
pub(crate) mod xep0386_bind2;
pub(crate) mod xep0388_sasl2;
pub(crate) mod xep0474_ssdp;
pub(crate) mod xep0484_fast;

use crate::cx::Cx;
use crate::io::{Output, WriteToken};
use crate::spec::Spec;
use backoff::Backoff;
use liveness::Liveness;
use model::{BareJid, Connection, Credentials, Endpoint, Event, Problem, SessionRow, WaitReason};
use stanza::Element;
use std::collections::VecDeque;
use xep0386_bind2::Bound;
use xep0388_sasl2::Offer;
use xep0484_fast::Revoking;

/// The transport this session speaks.
pub(crate) const STREAM: Spec =
    Spec::rfc(7395, "XMPP Subprotocol for WebSocket", "crates/engine/src/session/stream.rs");

/// Why we connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A person waits at the sign-up screen.
    SignUp,
    /// A person waits at the log-in screen.
    LogIn,
    /// The account is known to be good; nobody needs to wait or be asked.
    Return,
}

/// Whom to be, where, and how to prove it.
#[derive(Clone, Debug)]
pub(crate) struct Goal {
    pub(crate) jid: BareJid,
    pub(crate) endpoint: Endpoint,
    pub(crate) credentials: Credentials,
    pub(crate) purpose: Purpose,
}

/// Where we are on the way.
#[derive(Debug)]
pub(crate) enum Phase {
    /// Nobody is logged in.
    Idle,
    /// Waiting for `Input::Discovered`.
    Discovering,
    /// Waiting for `Input::Opened`.
    Opening,
    /// `<open/>` is sent, the server's is awaited.
    Greeting,
    /// Features are awaited.
    Features,
    /// Making the account.
    SigningUp(signup::Step),
    /// Proving who we are.
    Auth(login::Step),
    /// Waiting for `Input::StoreOpened`.
    OpeningStore,
    /// Waiting for the server's word on the stream we left.
    Resuming,
    /// Waiting for the answer to the bind request with this id; `again`: it asks for the place we had.
    Binding {
        /// Of the request.
        id: String,
        /// Whether there may be somebody.
        again: bool,
    },
    /// Bound.
    Online,
    /// Waiting for the next try.
    Waiting,
    /// Waiting for the person.
    Stopped,
    /// Logging out: waiting until this batch is on disk and the server knows.
    Leaving {
        /// The batch, until it is there.
        token: Option<WriteToken>,
        /// Whether it erases the history.
        erase: bool,
    },
}

/// What a frame turned out to mean for the rest of the engine.
pub(crate) enum Heard {
    /// Nothing more to do.
    Done,
    /// A new stream is bound; the features may start.
    Online,
    /// The stream we left goes on; `lost`: the server was never told who we are.
    Resumed {
        /// The session has to be set up once more.
        lost: bool,
    },
    /// What the server offers on a stream that works already.
    Offered,
    /// A stanza or stream-management element on a bound stream.
    Element(Element),
}

/// The session.
pub(crate) struct Session {
    pub(crate) phase: Phase,
    pub(crate) goal: Option<Goal>,
    pub(crate) backoff: Backoff,
    pub(crate) liveness: Liveness,
    /// Endpoints not tried yet, and the one in use.
    pub(crate) urls: VecDeque<String>,
    pub(crate) url: String,
    /// What the server offered on this stream.
    pub(crate) offer: Offer,
    /// What it offered along with the last good log-in, until that is taken for granted.
    pub(crate) ahead: Option<Element>,
    /// What is stored of the account, or will be when the log-in is good.
    pub(crate) row: Option<SessionRow>,
    /// The batch that stores it, until that is on disk.
    pub(crate) unsaved: Option<WriteToken>,
    /// The success of XEP-0388, until the store is open.
    pub(crate) success: Option<Element>,
    /// The features that came before that.
    pub(crate) early: Option<Element>,
    /// What was bound along with the log-in, until the features are there.
    pub(crate) bound_inline: Option<Bound>,
    /// Telling the server that the token is no longer good.
    pub(crate) revoking: Option<Revoking>,
    /// The account was left, and the server still takes its token.
    pub(crate) token_lives: bool,
    /// Proven on the current stream.
    pub(crate) authenticated: bool,
    /// The person, or the device, thinks there is no network. A hint only.
    pub(crate) network: bool,
    /// When something must have happened (monotonic milliseconds), and what.
    pub(crate) deadline: Option<(u64, &'static str)>,
}

impl Session {
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Idle,
            goal: None,
            backoff: Backoff::default(),
            liveness: Liveness::default(),
            urls: VecDeque::new(),
            url: String::new(),
            offer: Offer::default(),
            ahead: None,
            row: None,
            unsaved: None,
            success: None,
            early: None,
            bound_inline: None,
            revoking: None,
            token_lives: false,
            authenticated: false,
            network: true,
            deadline: None,
        }
    }

    /// True while a stream is bound.
    pub(crate) fn is_online(&self) -> bool {
        matches!(self.phase, Phase::Online)
    }

    /// True if somebody is logged in or wants to be.
    pub(crate) fn is_returning(&self) -> bool {
        self.goal.as_ref().is_some_and(|goal| goal.purpose == Purpose::Return)
    }

    /// The server's domain, for words.
    pub(crate) fn domain(&self) -> String {
        self.goal.as_ref().map(|goal| goal.jid.domain().to_owned()).unwrap_or_default()
    }

    /// A try or a stream came to an end. Somebody who waits at a screen is told at once; a session that was good
    /// before comes back by itself.
    pub(crate) fn fail(&mut self, cx: &mut Cx, problem: Problem) {
        let returning = self.is_returning();
        if !returning || deserves_a_word(&problem) {
            cx.emit(Event::Problem(problem));
        }
        if returning {
            self.wait(cx);
        } else {
            self.give_up(cx);
        }
    }

    /// Nothing can go on before the person acts.
    pub(crate) fn stop(&mut self, cx: &mut Cx, problem: Problem) {
        cx.emit(Event::Problem(problem));
        if self.is_returning() {
            self.rest(cx, Phase::Stopped, Connection::Stopped);
        } else {
            self.give_up(cx);
        }
    }

    /// Ends what a person waited for: back to the log-in screen, or to the account that still wants its password.
    pub(crate) fn give_up(&mut self, cx: &mut Cx) {
        self.goal = None;
        match cx.account {
            Some(_) => self.rest(cx, Phase::Stopped, Connection::Stopped),
            None => self.rest(cx, Phase::Idle, Connection::Idle),
        }
    }

    /// Drops the socket and rests in `phase`.
    pub(crate) fn rest(&mut self, cx: &mut Cx, phase: Phase, connection: Connection) {
        self.hang_up(cx);
        self.phase = phase;
        cx.emit(Event::Connection(connection));
    }

    fn wait(&mut self, cx: &mut Cx) {
        delivery::ended(cx);
        let wait = self.backoff.failed(cx.now.mono_ms, cx.is_visible(), &mut cx.ids);
        let waiting = Connection::Waiting { reason: self.wait_reason(), retry_in_ms: wait };
        self.rest(cx, Phase::Waiting, waiting);
        self.deadline = Some((cx.now.mono_ms + wait, "next try"));
    }

    fn wait_reason(&self) -> WaitReason {
        if self.network { WaitReason::Backoff } else { WaitReason::NoNetwork }
    }

    /// The device says that it has or has no network. Who waits is told why.
    pub(crate) fn set_network(&mut self, cx: &mut Cx, online: bool) {
        let news = std::mem::replace(&mut self.network, online) != online;
        if let (true, Phase::Waiting, Some((at, _))) = (news, &self.phase, self.deadline) {
            let retry_in_ms = at.saturating_sub(cx.now.mono_ms);
            cx.emit(Event::Connection(Connection::Waiting { reason: self.wait_reason(), retry_in_ms }));
        }
    }

    /// Drops the socket and everything that belonged to the stream.
    fn hang_up(&mut self, cx: &mut Cx) {
        cx.output(Output::Close);
        cx.bound = None;
        cx.stream.offline();
        self.authenticated = false;
        self.offer = Offer::default();
        (self.success, self.early, self.bound_inline) = (None, None, None);
        self.deadline = None;
        self.liveness = Liveness::default();
    }
}

/// A session that comes back by itself says only what is not ordinary network weather.
fn deserves_a_word(problem: &Problem) -> bool {
    matches!(problem, Problem::ServerMisbehaves { .. } | Problem::InsecurePage)
}
