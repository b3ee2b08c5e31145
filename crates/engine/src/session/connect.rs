//! From a wish to an open socket.

use super::{Goal, Phase, Purpose, Session, stream};
use crate::cx::Cx;
use crate::io::Output;
use model::{Connection, Credentials, Endpoint, Event, LogIn, Problem, SessionRow, SignUp};
use stanza::Element;

/// How long finding the endpoint may take, milliseconds.
const DISCOVER_MS: u64 = 15_000;
/// How long a socket may take to open, milliseconds.
const OPEN_MS: u64 = 10_000;
/// How long the server may take for each step until the stream is bound, milliseconds.
pub(crate) const STEP_MS: u64 = 15_000;

impl Session {
    /// Starts a log-in that a person waits for.
    pub(crate) fn log_in(&mut self, cx: &mut Cx, wish: LogIn) {
        self.begin(cx, wish.jid, wish.password, wish.endpoint, Purpose::LogIn);
    }

    /// Starts a sign-up that a person waits for.
    pub(crate) fn sign_up(&mut self, cx: &mut Cx, wish: SignUp) {
        self.begin(cx, wish.jid, wish.password, wish.endpoint, Purpose::SignUp);
    }

    fn begin(
        &mut self,
        cx: &mut Cx,
        jid: model::BareJid,
        password: String,
        endpoint: Endpoint,
        purpose: Purpose,
    ) {
        // A stopped session of the same account asks for its password; every other account must be left first.
        let is_other = cx.account.as_ref().is_some_and(|account| *account != jid);
        if is_other || self.is_online() || matches!(self.phase, Phase::Leaving { .. }) {
            return;
        }
        self.backoff.reset();
        if self.row.as_ref().is_none_or(|row| row.jid != jid) {
            self.row =
                Some(SessionRow { agent: cx.ids.uuid(), ..SessionRow::new(jid.clone(), endpoint.clone()) });
        }
        self.goal = Some(Goal { jid, endpoint, credentials: Credentials::Password(password), purpose });
        self.connect(cx);
    }

    /// Takes up a stored session; it connects with the first tick.
    pub(crate) fn restore(&mut self, cx: &mut Cx, saved: &SessionRow) {
        cx.account = Some(saved.jid.clone());
        let mut row = saved.clone();
        // Rows of the first versions have neither name nor pin.
        if row.agent.is_empty() {
            row.agent = cx.ids.uuid();
        }
        row.pin = row.pin.max(row.key.as_ref().map(|key| key.hash));
        self.ahead = row.inline.as_deref().and_then(|inline| Element::parse(inline).ok());
        let credentials = match (&row.token, &row.key) {
            (Some(token), _) => Some(Credentials::Token(token.clone())),
            (None, key) => key.clone().map(Credentials::Key),
        };
        match credentials {
            Some(credentials) => {
                self.goal = Some(Goal {
                    jid: row.jid.clone(),
                    endpoint: row.endpoint.clone(),
                    credentials,
                    purpose: Purpose::Return,
                });
                self.phase = Phase::Waiting;
                self.deadline = Some((0, "first connection"));
            }
            None => {
                self.phase = Phase::Stopped;
                cx.emit(Event::Connection(Connection::Stopped));
                cx.emit(Event::Problem(Problem::PasswordNeeded));
            }
        }
        self.row = Some(row);
    }

    /// Starts a try from the beginning.
    pub(crate) fn connect(&mut self, cx: &mut Cx) {
        self.count_use(cx);
        let Some(goal) = &self.goal else { return };
        self.authenticated = false;
        self.urls.clear();
        cx.emit(Event::Connection(Connection::Connecting));
        match &goal.endpoint {
            Endpoint::Url(url) => {
                self.urls.push_back(url.clone());
                self.open_next(cx);
            }
            Endpoint::Discover => {
                self.phase = Phase::Discovering;
                self.deadline = Some((cx.now.mono_ms + DISCOVER_MS, "discovery"));
                cx.output(Output::Discover { domain: goal.jid.domain().to_owned() });
            }
        }
    }

    /// Tries again at once, if we are waiting for a better time.
    pub(crate) fn connect_now(&mut self, cx: &mut Cx) {
        if matches!(self.phase, Phase::Waiting) {
            self.backoff.reset();
            self.connect(cx);
        } else if matches!(self.phase, Phase::Stopped) && self.is_returning() {
            self.connect(cx);
        }
    }

    /// Discovery is done.
    pub(crate) fn discovered(&mut self, cx: &mut Cx, urls: Vec<String>) {
        if !matches!(self.phase, Phase::Discovering) {
            return;
        }
        // A document from the network may not talk us out of TLS (XEP-0156 §Security).
        self.urls = urls.into_iter().filter(|url| stream::is_private(url)).collect();
        if self.urls.is_empty() {
            let domain = self.domain();
            self.fail(cx, Problem::NoEndpoint { domain });
        } else {
            self.open_next(cx);
        }
    }

    fn open_next(&mut self, cx: &mut Cx) {
        let Some(url) = self.urls.pop_front() else {
            let domain = self.domain();
            return self.fail(cx, Problem::Unreachable { domain });
        };
        self.url.clone_from(&url);
        self.phase = Phase::Opening;
        self.deadline = Some((cx.now.mono_ms + OPEN_MS, "socket"));
        cx.output(Output::Open { url });
    }

    /// The socket is open.
    pub(crate) fn opened(&mut self, cx: &mut Cx) {
        match self.phase {
            Phase::Opening => {
                self.greet(cx);
                self.show_token_ahead(cx);
            }
            Phase::Leaving { .. } => self.revoke_opened(cx),
            _ => {}
        }
    }

    /// Opens a stream (RFC 7395 §3.3), the first or the one after authentication.
    pub(crate) fn greet(&mut self, cx: &mut Cx) {
        self.phase = Phase::Greeting;
        self.step(cx);
        if let Some(goal) = &self.goal {
            cx.output(Output::Send(stream::open(&goal.jid, stream::is_private(&self.url))));
        }
    }

    /// Gives the server time for the next step.
    pub(crate) fn step(&mut self, cx: &Cx) {
        self.deadline = Some((cx.now.mono_ms + STEP_MS, "server's next step"));
    }

    /// The socket closed.
    pub(crate) fn closed(&mut self, cx: &mut Cx) {
        match self.phase {
            Phase::Idle | Phase::Waiting | Phase::Stopped | Phase::Discovering => {}
            Phase::Leaving { .. } => self.revoked(cx, false),
            Phase::Opening if !self.urls.is_empty() => self.open_next(cx),
            _ => {
                let domain = self.domain();
                self.fail(cx, Problem::Unreachable { domain });
            }
        }
    }

    /// A deadline passed.
    pub(crate) fn overdue(&mut self, cx: &mut Cx) {
        self.deadline = None;
        match self.phase {
            Phase::Waiting => self.connect(cx),
            Phase::Discovering => {
                let domain = self.domain();
                self.fail(cx, Problem::NoEndpoint { domain });
            }
            _ => self.closed(cx),
        }
    }
}
