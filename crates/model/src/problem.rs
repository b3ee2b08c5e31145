//! Everything that can go wrong in a way a person must know. `app::i18n` turns each into a sentence.

use crate::BareJid;
use serde::{Deserialize, Serialize};

/// Something a person must know, split by what they can do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Problem {
    /// The server does not know this name with this password (SASL `not-authorized`).
    WrongPassword,
    /// The account is switched off (SASL `account-disabled`).
    AccountDisabled,
    /// The stored key no longer fits (changed password, new salt): the password must be typed again.
    PasswordNeeded,
    /// The server could not prove that it knows the password: it may not be the real one (RFC 5802 §3).
    ServerNotGenuine,
    /// The server offers only ways to log in that would show the password to others, or none we know.
    NoSafeLogIn,
    /// The server takes the password only in a weaker way than it once did.
    WeakerLogIn,
    /// The list of ways to log in was changed between the server and us (XEP-0474).
    OfferChanged,
    /// Logged out here, but the server could not be told that this device's token (XEP-0484) is no longer good.
    TokenLives,
    /// The server refused the log-in for now (SASL `temporary-auth-failure`).
    LogInUnavailable,
    /// Nothing under this domain says where its WebSocket is (XEP-0156).
    NoEndpoint {
        /// The domain asked.
        domain: String,
    },
    /// The server does not answer.
    Unreachable {
        /// The domain.
        domain: String,
    },
    /// The server sent what it may not send; the connection was closed to be safe.
    ServerMisbehaves {
        /// A short technical word for support, such as `malformed-frame`.
        detail: String,
    },
    /// The server closed the stream with a condition (RFC 6120 §4.9.3), such as `system-shutdown`.
    StreamError {
        /// The condition's name.
        condition: String,
        /// The server's words.
        text: Option<String>,
    },
    /// The same session was opened elsewhere (`conflict`).
    ReplacedElsewhere,
    /// The server does not make accounts here.
    SignUpClosed,
    /// Somebody else has this name (XEP-0077 `conflict`).
    NameTaken,
    /// The server refused the sign-up (`not-acceptable`, `forbidden`, …); its words, if it gave any.
    SignUpRefused {
        /// The server's words.
        text: Option<String>,
    },
    /// The server refused a change to the contacts; its words, if it gave any.
    ContactRefused {
        /// The contact.
        jid: BareJid,
        /// The server's words.
        text: Option<String>,
    },
    /// A contact's side did not take what was said about a message (XEP-0444 §3.3): it counts no more. Its words, if it gave any.
    RelationRefused {
        /// The contact.
        jid: BareJid,
        /// The words.
        text: Option<String>,
    },
    /// Asked for while there is no connection, and nothing that can wait: contacts are the server's.
    NotConnected,
    /// Another page has the connection, and does not answer.
    OtherPageSilent,
    /// This device gives no storage (private mode, blocked): nothing is kept after the page closes.
    StorageUnavailable,
    /// This device has no room left: nothing new is kept after the page closes.
    StorageFull,
    /// The page was not opened over HTTPS, so the browser gives no cryptography.
    InsecurePage,
}
