//! What an account needs to come back without asking for the password.

use crate::{BareJid, Jid, LocalId, Presence};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The hash of a SCRAM mechanism, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Hash {
    /// SCRAM-SHA-1 (RFC 5802).
    Sha1,
    /// SCRAM-SHA-256 (RFC 7677).
    Sha256,
}

/// The result of PBKDF2 over a password: enough to log in by SCRAM with the same salt, not enough to learn the
/// password without guessing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaltedKey {
    /// Mechanism it belongs to.
    pub hash: Hash,
    /// Salt the server gave.
    pub salt: Vec<u8>,
    /// Iterations the server asked for.
    pub iterations: u32,
    /// `SaltedPassword` of RFC 5802 §3.
    pub key: Vec<u8>,
}

impl fmt::Debug for SaltedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SaltedKey({:?}, {} iterations)", self.hash, self.iterations)
    }
}

/// How to log in. A password never leaves memory: only `Key` is ever stored.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Typed just now.
    Password(String),
    /// Kept from an earlier log-in.
    Key(SaltedKey),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password(_) => f.write_str("Password(…)"),
            Self::Key(key) => key.fmt(f),
        }
    }
}

/// Where a server listens for WebSockets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Endpoint {
    /// To be found by XEP-0156 on every connect.
    Discover,
    /// Preset by the operator or typed by the person: a `ws:` or `wss:` URL.
    Url(String),
}

/// The stored session of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// The account.
    pub jid: BareJid,
    /// Where its server listens.
    pub endpoint: Endpoint,
    /// The key; `None` if the server takes only PLAIN, so that the password must be asked again.
    pub key: Option<SaltedKey>,
}

/// A stream that can be taken up again after it broke, or after the page was closed (XEP-0198 §5). It is stored in the transactions
/// of what it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamRow {
    /// The server's name for it.
    pub id: String,
    /// Our address on it.
    pub jid: Jid,
    /// How many of the server's stanzas are on disk, with all that follows from them.
    pub received: u32,
    /// Own messages that were, or are about to be, sent as this number of the stream and not acknowledged; in order.
    pub unacked: Vec<(LocalId, u32)>,
    /// The number of the last stanza that set the session up (presence); before the server has it there is nothing to go on with.
    pub setup: u32,
}

/// A device of a contact, as last heard on the stream that [`StreamRow`] is about: a server does not say it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRow {
    /// Its address.
    pub jid: Jid,
    /// Its priority (RFC 6121 §4.7.2.3).
    pub priority: i8,
    /// What it shows.
    pub presence: Presence,
    /// What it says it can do (XEP-0115), in words of its own.
    #[serde(default)]
    pub caps: Option<String>,
}
