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

/// What a server gave to log in with instead of the password (XEP-0484). As secret as one, and good for this device only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The secret.
    pub secret: String,
    /// How often it was used or about to be: no two uses look the same, so that none can be replayed.
    pub count: u32,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(used {} times)", self.count)
    }
}

/// How to log in. A password never leaves memory: only `Key` and `Token` are ever stored.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Typed just now.
    Password(String),
    /// Kept from an earlier log-in.
    Key(SaltedKey),
    /// Given by the server at an earlier log-in.
    Token(Token),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password(_) => f.write_str("Password(…)"),
            Self::Key(key) => key.fmt(f),
            Self::Token(token) => token.fmt(f),
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
    /// The key; `None` if there is a token, or if the server takes only PLAIN, so that the password must be asked again.
    pub key: Option<SaltedKey>,
    /// The server's token: better than the key, which then is not kept.
    pub token: Option<Token>,
    /// What this installation is called towards the account's server (XEP-0388): a random UUID. Empty: not named yet.
    pub agent: String,
    /// The strongest mechanism that was seen to work: the password is not shown to a weaker one.
    pub pin: Option<Hash>,
    /// What the server lets us ask for along with the log-in (the `<inline/>` of XEP-0388): what was good last time is asked for
    /// without waiting for the offer.
    pub inline: Option<String>,
}

impl SessionRow {
    /// The session of an account of which nothing else is known.
    pub fn new(jid: BareJid, endpoint: Endpoint) -> Self {
        Self { jid, endpoint, key: None, token: None, agent: String::new(), pin: None, inline: None }
    }
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
