//! What the screen is told.

use crate::{
    ArchiveHit, ArchivePolicy, BareJid, ChatRow, Gap, LocalId, MessageRow, MessageState, Presence, Problem,
    RosterItem, SignUpForm,
};
use serde::{Deserialize, Serialize};

/// Why a connection is not tried right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaitReason {
    /// The last try failed or the stream broke; the next comes by itself.
    Backoff,
    /// The device says it has no network; the next comes when it has.
    NoNetwork,
}

/// The state of the connection, always visible somewhere on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Connection {
    /// No account, or logged out.
    #[default]
    Idle,
    /// Looking for the server, opening the socket, logging in.
    Connecting,
    /// Logged in; messages flow.
    Online,
    /// Not connected; will try again by itself.
    Waiting {
        /// Why.
        reason: WaitReason,
        /// Milliseconds from the event to the next try.
        retry_in_ms: u64,
    },
    /// Not connected, and trying again makes no sense before the person acts; a problem says what to do.
    Stopped,
}

/// What the screen is told, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Event {
    /// The connection changed.
    Connection(Connection),
    /// The account is known to be good; its stored rows may be shown.
    LoggedIn(BareJid),
    /// The account was left; `erased` tells whether its rows are gone.
    LoggedOut {
        /// The history is gone, too.
        erased: bool,
    },
    /// The server wants more before it makes the account.
    SignUpForm(SignUpForm),
    /// All contacts, after the first load or a full answer.
    Roster(Vec<RosterItem>),
    /// One contact is new or changed.
    Contact(RosterItem),
    /// One contact is gone.
    ContactRemoved(BareJid),
    /// All addresses whose request for our presence waits for an answer.
    Requests(Vec<BareJid>),
    /// Whatever was known of who is here counts no more.
    PresenceUnknown,
    /// What a contact shows changed.
    Presence {
        /// The contact.
        jid: BareJid,
        /// Their best device.
        presence: Presence,
    },
    /// A contact began to write to us, or ended.
    Typing {
        /// The contact.
        chat: BareJid,
        /// Whether they write now.
        typing: bool,
    },
    /// A message came in and is on its way to the disk. [`Event::Message`] follows when it is there, or [`Event::MessageDeleted`] if
    /// it turns out to be a copy of one that is. Only a screen may make anything of this one.
    Heard(MessageRow),
    /// A message is new: an own one at once, a received one as soon as it is stored.
    Message(MessageRow),
    /// A message says something else now, or something else is said about it.
    MessageChanged(Box<MessageRow>),
    /// A message got further.
    MessageState {
        /// The chat it is in.
        chat: BareJid,
        /// Its key.
        id: LocalId,
        /// How far.
        state: MessageState,
    },
    /// A message is gone.
    MessageDeleted {
        /// The chat it was in.
        chat: BareJid,
        /// Its key.
        id: LocalId,
    },
    /// What of the archive is missing on this device.
    Gaps(Vec<Gap>),
    /// What the server keeps for us; `None` if it leaves no choice.
    ArchivePolicy(Option<ArchivePolicy>),
    /// Whether the server looks for texts in its archive.
    ArchiveSearch(bool),
    /// It did.
    ArchiveSearched {
        /// For this.
        text: String,
        /// In this chat, or in all.
        chat: Option<BareJid>,
        /// What it found, newest first; `None` if it could not.
        hits: Option<Vec<ArchiveHit>>,
    },
    /// A line of the chat list is new or changed.
    Chat(ChatRow),
    /// Something a person must know.
    Problem(Problem),
}
