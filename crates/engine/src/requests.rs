//! Outstanding IQ requests as data: who may answer, what the answer means, until when we wait.

use model::{BareJid, Jid, Map};
use stanza::StanzaError;

/// How long a server or contact may take to answer, milliseconds.
pub(crate) const TIMEOUT_MS: u64 = 30_000;

/// What an answer means. One variant per feature that asks, made from the feature's own `Pending`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// RFC 6121 roster.
    Roster(crate::features::rfc6121_roster::Asked),
    /// XEP-0115.
    Caps(crate::features::xep0115_caps::Asked),
    /// XEP-0199.
    Ping(crate::features::xep0199_ping::Asked),
    /// XEP-0280.
    Carbons(crate::features::xep0280_carbons::Asked),
    /// XEP-0313.
    Archive(crate::features::xep0313_mam::Asked),
    /// XEP-0431.
    FullText(crate::features::xep0431_fulltext::Asked),
    /// XEP-0490.
    Displayed(crate::features::xep0490_mds::Asked),
    /// XEP-0441.
    ArchivePrefs(crate::features::xep0441_mam_prefs::Asked),
}

/// The `Pending` of a feature that asks nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Never {}

impl From<Never> for Pending {
    fn from(never: Never) -> Self {
        match never {}
    }
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IqError {
    /// The other side said no.
    Refused(StanzaError),
    /// Nobody answered in time, or the stream went away.
    Unanswered,
}

/// Who may answer a request (the spoofing of IQ results has been a CVE elsewhere: CVE-2013-6483).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Responder {
    /// Our own server on behalf of the account: no `from`, or our bare or full address (RFC 6120 §8.1.2.1).
    Account,
    /// Exactly this address.
    Bare(BareJid),
    /// Exactly this device.
    Device(Jid),
}

#[derive(Clone, Debug)]
struct Outstanding {
    pending: Pending,
    responder: Responder,
    deadline: u64,
}

/// All outstanding requests, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests {
    table: Map<String, Outstanding>,
}

impl Requests {
    pub(crate) fn insert(&mut self, id: String, responder: Responder, pending: Pending, now_ms: u64) {
        self.table.insert(id, Outstanding { pending, responder, deadline: now_ms + TIMEOUT_MS });
    }

    /// Takes the request that `from` may answer under this id; an answer from anybody else leaves it waiting.
    pub(crate) fn take(&mut self, id: &str, may_answer: impl Fn(&Responder) -> bool) -> Option<Pending> {
        if !self.table.get(id).is_some_and(|outstanding| may_answer(&outstanding.responder)) {
            return None;
        }
        self.table.remove(id).map(|outstanding| outstanding.pending)
    }

    /// Something of the answer came: the rest may take as long again.
    pub(crate) fn extend(&mut self, id: &str, now_ms: u64) {
        if let Some(outstanding) = self.table.get_mut(id) {
            outstanding.deadline = now_ms + TIMEOUT_MS;
        }
    }

    /// True if something like this was asked and not answered.
    pub(crate) fn is_waiting(&self, like: impl Fn(&Pending) -> bool) -> bool {
        self.table.values().any(|asked| like(&asked.pending))
    }

    /// Takes all that are due at `now_ms`.
    pub(crate) fn expire(&mut self, now_ms: u64) -> Vec<Pending> {
        pending(self.table.extract(|asked| asked.deadline <= now_ms))
    }

    /// Takes all: the stream they were asked on is gone.
    pub(crate) fn drain(&mut self) -> Vec<Pending> {
        pending(std::mem::take(&mut self.table).into_entries())
    }

    /// The earliest deadline.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.table.values().map(|asked| asked.deadline).min()
    }
}

fn pending(asked: Vec<(String, Outstanding)>) -> Vec<Pending> {
    asked.into_iter().map(|(_, asked)| asked.pending).collect()
}
