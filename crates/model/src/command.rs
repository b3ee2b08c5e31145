//! What a person asks for.

use crate::{
    ArchivePolicy, Arrange, BareJid, Draft, Endpoint, LocalId, MessageRow, Order, Relation, Reply,
    SignUpForm, Tells,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A request to log in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogIn {
    /// The account.
    pub jid: BareJid,
    /// Its password; forgotten as soon as the SCRAM key is derived.
    pub password: String,
    /// Where its server listens.
    pub endpoint: Endpoint,
}

impl fmt::Debug for LogIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogIn({}, {:?})", self.jid, self.endpoint)
    }
}

/// A request to make an account and log in to it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUp {
    /// The account to make; its local part is the wished-for name.
    pub jid: BareJid,
    /// The password to set.
    pub password: String,
    /// Where its server listens.
    pub endpoint: Endpoint,
}

impl fmt::Debug for SignUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignUp({}, {:?})", self.jid, self.endpoint)
    }
}

/// What a person asks for. Commands never fail: what goes wrong comes back as an [`Event`](crate::Event).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Command {
    /// Log in with a password. Answered by `Event::LoggedIn` or a problem.
    LogIn(LogIn),
    /// Make an account, then log in. A server that wants more than name and password answers with `Event::SignUpForm`.
    SignUp(SignUp),
    /// The filled-in form of the sign-up under way.
    SubmitSignUp(SignUpForm),
    /// Give up the log-in or sign-up under way.
    Cancel,
    /// Close the stream, and forget the key; `erase` also removes every row of this account from the device.
    LogOut {
        /// Remove the history, too.
        erase: bool,
    },
    /// Try to connect now instead of when the wait is over.
    ConnectNow,
    /// Add a contact and ask to see their presence (RFC 6121 §3.1).
    AddContact {
        /// Their address.
        jid: BareJid,
        /// The name to show.
        name: Option<String>,
    },
    /// Let someone see our presence, and ask for theirs.
    AcceptRequest(BareJid),
    /// Don't let someone see our presence.
    RefuseRequest(BareJid),
    /// Remove a contact and both subscriptions (RFC 6121 §2.5). The history stays.
    RemoveContact(BareJid),
    /// Send a text.
    SendText {
        /// To whom.
        chat: BareJid,
        /// The text, not empty.
        body: String,
        /// What it answers.
        reply: Option<Reply>,
        /// Only who asks for it is to see it ([`Format::spoiler`](crate::Format::spoiler)).
        spoiler: Option<String>,
    },
    /// Send a text under this key, unless a message with this key waits already: what one page hands to another must not be sent
    /// twice.
    SendAs {
        /// The key.
        id: LocalId,
        /// To whom.
        chat: BareJid,
        /// The text, not empty.
        body: String,
        /// What it answers.
        reply: Option<Reply>,
        /// Only who asks for it is to see it ([`Format::spoiler`](crate::Format::spoiler)).
        spoiler: Option<String>,
    },
    /// Say something about a message.
    Relate {
        /// The key to say it under: what one page hands to another must not be said twice.
        id: Option<LocalId>,
        /// The message.
        row: Box<MessageRow>,
        /// What.
        relation: Relation,
    },
    /// Mark a message as one to find again on this device, or no longer.
    Star {
        /// The chat.
        chat: BareJid,
        /// The message.
        id: LocalId,
        /// Whether it is one.
        on: bool,
    },
    /// Don't show a message any more on this device.
    DeleteForMe {
        /// The chat.
        chat: BareJid,
        /// The message.
        id: LocalId,
    },
    /// Send a failed message again, under its old id and in its old place.
    Retry(MessageRow),
    /// Somebody looks at a hole in a chat's history: fetch a page of it.
    FetchHistory {
        /// The chat.
        chat: BareJid,
        /// The upper end of the hole ([`crate::Gap::hole`]).
        before: Order,
    },
    /// Look for a text in the server's archive (XEP-0431), in one chat or in all; an empty one only asks whether the server can. Answered
    /// by `Event::ArchiveSearch` and `Event::ArchiveSearched`.
    SearchArchive {
        /// What.
        text: String,
        /// Where.
        chat: Option<BareJid>,
    },
    /// What the server keeps for us: this from now on, or (`None`) say what it is. Answered by `Event::ArchivePolicy`.
    ArchivePolicy(Option<ArchivePolicy>),
    /// Remove a failed message for good.
    Delete(MessageRow),
    /// Whether contacts are told that their messages were looked at.
    SendMarkers(bool),
    /// Whether contacts are told that we are writing to them.
    SendTyping(bool),
    /// What one contact is told, other than everybody.
    Tell {
        /// The contact.
        chat: BareJid,
        /// What.
        tells: Tells,
    },
    /// The person changed the text they are writing.
    Typing {
        /// To whom.
        chat: BareJid,
        /// Nothing is left of it.
        empty: bool,
    },
    /// The person touched the draft of a chat, or is done with it.
    Draft {
        /// The chat.
        chat: BareJid,
        /// What is left of it.
        draft: Draft,
    },
    /// The person did something with a line of the chat list.
    Arrange {
        /// The chat.
        chat: BareJid,
        /// What.
        change: Arrange,
    },
    /// The chat in view changed; what arrives there while the page is visible counts as read.
    ViewChat(Option<BareJid>),
    /// Say again what is known and not on disk, for a page that has just come: who is here, who asks.
    TellAll,
    /// What the account's other pages show; a chat in view there counts as one in view here.
    Elsewhere {
        /// One of them is visible.
        visible: bool,
        /// The chats in view on visible ones.
        chats: Vec<BareJid>,
    },
}
