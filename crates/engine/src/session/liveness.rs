//! Is anybody there? A phone's socket can be dead for minutes without a sound.

use super::Session;
use crate::cx::Cx;
use crate::features::xep0199_ping::{Asked, ping};

/// After this much silence we ask, milliseconds.
const QUIET_MS: u64 = 60_000;
/// How long the answer may take, milliseconds.
const ANSWER_MS: u64 = 10_000;
/// After a wake-up we ask if the last sign of life is older than this, milliseconds.
const FRESH_MS: u64 = 5_000;
/// After a wake-up somebody looks at the screen: the answer may take only this long, milliseconds.
const WAKE_ANSWER_MS: u64 = 5_000;

/// When we last heard something, and until when an answer must come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Liveness {
    last_heard: u64,
    answer_by: Option<u64>,
}

impl Liveness {
    /// Any frame proves that the socket lives.
    pub(crate) fn heard(&mut self, now_ms: u64) {
        self.last_heard = now_ms;
        self.answer_by = None;
    }

    /// When to look again.
    pub(crate) fn deadline(&self) -> (u64, &'static str) {
        match self.answer_by {
            Some(at) => (at, "sign of life"),
            None => (self.last_heard + QUIET_MS, "silence"),
        }
    }
}

impl Session {
    /// Looks whether the server is still there.
    pub(crate) fn check_liveness(&mut self, cx: &mut Cx) {
        if !self.is_online() {
            return;
        }
        if cx.stream.answer_by().is_some_and(|at| at <= cx.now.mono_ms) {
            // Taken up again it would be as deaf as before: Prosody 0.12 goes on in the middle of a frame that was cut.
            cx.stream.expire();
            return self.closed(cx);
        }
        let (at, _) = self.liveness.deadline();
        if cx.now.mono_ms < at {
            return;
        }
        if self.liveness.answer_by.is_some() {
            self.closed(cx);
        } else {
            self.ask(cx, ANSWER_MS);
        }
    }

    /// The device, the page or the network woke up: nothing known about the socket can be trusted.
    pub(crate) fn wake(&mut self, cx: &mut Cx) {
        if self.is_online() {
            if cx.now.mono_ms.saturating_sub(self.liveness.last_heard) >= FRESH_MS {
                self.backoff.set_woken(true);
                self.ask(cx, WAKE_ANSWER_MS);
            }
        } else {
            self.backoff.set_woken(true);
            // Only a waiting session: an account that was stopped needs its person.
            if matches!(self.phase, super::Phase::Waiting) {
                self.connect_now(cx);
            }
        }
    }

    /// The page or the device slept. What was asked before could not be answered meanwhile, or the answer lies in the socket: there is
    /// time for it again, but no more than a person waits.
    pub(crate) fn slept(&mut self, cx: &mut Cx) {
        self.liveness.answer_by = None;
        self.backoff.set_woken(true);
        cx.stream.slept(cx.now.mono_ms);
        self.probe(cx);
    }

    /// Asks for a sign of life, whatever we heard last.
    pub(crate) fn probe(&mut self, cx: &mut Cx) {
        if self.is_online() {
            self.ask(cx, WAKE_ANSWER_MS);
        }
    }

    fn ask(&mut self, cx: &mut Cx, within_ms: u64) {
        let by = cx.now.mono_ms + within_ms;
        match self.liveness.answer_by {
            Some(earlier) if earlier <= by => {}
            Some(_) => self.liveness.answer_by = Some(by),
            None => {
                self.liveness.answer_by = Some(by);
                ping(cx, Asked::Alive);
            }
        }
    }
}
