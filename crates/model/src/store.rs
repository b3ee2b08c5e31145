//! The store port's vocabulary: what is written, what is found again.

use crate::{
    ArchiveRow, Arrange, BareJid, ChatRow, DeviceRow, Draft, Jid, LocalId, MessageRow, MessageState, Order,
    OwedRow, ReadMark, RelationRow, RosterItem, SessionRow, StreamRow, Tells, WallMs,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One change. A batch of them is stored in one transaction, all or nothing, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
// Most writes are messages: a box would be one more allocation for each of them.
#[allow(clippy::large_enum_variant)]
pub enum Write {
    /// Keep or (with `None`) forget the session.
    Session(Option<SessionRow>),
    /// Keep the stream, in place of what was known of it; with `None` forget it, the devices seen on it and the requests that
    /// came on it.
    Stream(Option<StreamRow>),
    /// A device appeared or shows something else.
    Device(DeviceRow),
    /// A device is gone; from a bare address: all of that contact.
    DeviceGone(Jid),
    /// Who waits for an answer to their request for our presence.
    Requests(Vec<BareJid>),
    /// Keep what is known of the archive.
    Archive(ArchiveRow),
    /// What is known of other programs (XEP-0115), all of it: the name of what a program can do, and whether that is among it
    /// which matters to us.
    Capabilities(Vec<(String, bool)>),
    /// Store a message; the chat's line absorbs it ([`ChatRow::absorb`]) in the same transaction. If it is a copy of one that is there
    /// ([`MessageRow::is_copy_of`]), that one learns from it ([`MessageRow::learn`]); a state is reported in [`Applied::moved`].
    Message {
        /// The message.
        row: MessageRow,
        /// Whether it counts as unread.
        count_unread: bool,
    },
    /// A page of the archive, oldest first: each message (and whether it counts as unread) as by [`Write::Message`], but at a place
    /// that fits to those of the page that are here already ([`MessageRow::fit`]). Reported in [`Applied::placed`].
    Page(Vec<(MessageRow, bool)>),
    /// What time it is while what follows is written ([`MessageRow::reached`]).
    Clock(WallMs),
    /// A message got further, if [`MessageState::may_become`] agrees. Unknown ids are ignored. The chat's line follows.
    MessageState {
        /// The chat.
        chat: BareJid,
        /// The message.
        id: LocalId,
        /// How far.
        state: MessageState,
    },
    /// A device of the contact has an own message (XEP-0184). Reported in [`Applied::moved`].
    Delivered {
        /// The chat.
        chat: BareJid,
        /// The message's `dedupe` key; ignored if it is not in that chat.
        key: String,
    },
    /// The contact has looked at an own message and what was before it ([`MessageRow::read_with`]). Reported in [`Applied::moved`].
    ReadUpTo {
        /// The chat.
        chat: BareJid,
        /// The message's `dedupe` key; ignored if it is not in that chat.
        key: String,
    },
    /// Remove a message that failed; others stay. The chat's line follows.
    Delete {
        /// The chat.
        chat: BareJid,
        /// The message.
        id: LocalId,
    },
    /// Something is said about a message ([`MessageRow::relate`]). Reported in [`Applied::changed`]. As long as the message is not here it
    /// waits ([`RelationRow::wait`]). An own one is kept until the server has it ([`Write::RelationSent`]).
    Relate {
        /// What is said.
        said: RelationRow,
        /// What to show as long as that is not here, for it is not expected to come: this message, which counts as unread or not. It is
        /// hidden when the other one comes after all.
        alone: Option<(MessageRow, bool)>,
    },
    /// The server has an own relation.
    RelationSent(RelationRow),
    /// An own message says this ([`MessageRow::reword_as`]): it was changed before it left, or nobody took its retraction. Reported in
    /// [`Applied::changed`].
    Reword(MessageRow),
    /// An own relation came back: nobody took it ([`MessageRow::unrelate`]). Reported in [`Applied::changed`].
    Unrelate(RelationRow),
    /// The person wants to find a message again, or no longer ([`MessageRow::star`]). Reported in [`Applied::changed`].
    Star {
        /// The chat.
        chat: BareJid,
        /// The message.
        id: LocalId,
        /// Whether.
        on: bool,
    },
    /// The person does not want to see a message any more on this device ([`MessageRow::hide`]). The chat's line follows. Reported in
    /// [`Applied::hidden`].
    Hide {
        /// The chat.
        chat: BareJid,
        /// The message.
        id: LocalId,
    },
    /// The sender of a message was told that it was looked at, or is not to be told ([`ChatRow::mark`]).
    Marked {
        /// The chat.
        chat: BareJid,
        /// Its id.
        id: String,
    },
    /// Somebody has asked to hear that a message is here.
    Owe(OwedRow),
    /// They were told, or are not to be told.
    Paid(OwedRow),
    /// The person's other devices know up to where a chat was looked at ([`Looked`](crate::Looked)).
    LookTold {
        /// The chat.
        chat: BareJid,
        /// Its newest message that was looked at, by its id in the archive.
        id: String,
    },
    /// What a contact is told, other than everybody; makes the chat's line if there is none.
    Tells {
        /// The contact.
        chat: BareJid,
        /// What.
        tells: Tells,
    },
    /// A draft was touched; ignored if a later touch is known ([`ChatRow::set_draft`]). Makes the chat's line if there is none.
    Draft {
        /// The chat.
        chat: BareJid,
        /// What is left of it.
        draft: Draft,
    },
    /// The person did something with a line of the chat list ([`ChatRow::arrange`]). Makes the line if there is none.
    Arrange {
        /// The chat.
        chat: BareJid,
        /// What.
        change: Arrange,
    },
    /// Everything in a chat was looked at.
    ChatRead(BareJid),
    /// Another device of ours has looked at a chat up to here. A message that is not here yet is remembered ([`ChatRow::read_ahead`]).
    ReadElsewhere {
        /// The chat.
        chat: BareJid,
        /// Up to where.
        mark: ReadMark,
    },
    /// The whole roster and its version (RFC 6121 §2.6).
    Roster {
        /// Version, empty if the server has none.
        version: String,
        /// Every contact.
        items: Vec<RosterItem>,
    },
    /// One contact is new or changed.
    Contact {
        /// Roster version after the change, if the server gave one.
        version: Option<String>,
        /// The contact.
        item: RosterItem,
    },
    /// One contact is gone.
    ContactRemoved {
        /// Roster version after the change, if the server gave one.
        version: Option<String>,
        /// The contact.
        jid: BareJid,
    },
    /// Remove every row of this account: session, contacts, chats, messages.
    EraseAll,
}

/// Which messages of a chat are read at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageAt {
    /// The newest ones.
    Newest,
    /// Those before a place.
    Before(Order),
    /// Those after a place.
    After(Order),
    /// Those on both sides of a place.
    Around(Order),
    /// The same around a message; none if it is not in the chat.
    Message(LocalId),
}

impl PageAt {
    /// A place, and how many messages the page has before it and from there on. Where a message stands the store must find out
    /// first.
    pub fn sides(&self, limit: usize) -> (Order, usize, usize) {
        match self {
            Self::Newest => (Order(i64::MAX), limit, 0),
            Self::Before(place) => (*place, limit, 0),
            Self::After(place) => (Order(place.0.saturating_add(1)), 0, limit),
            Self::Around(place) => (*place, limit / 2, limit / 2),
            Self::Message(_) => (Order(i64::MAX), 0, 0),
        }
    }
}

/// What a committed batch did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Keys of the messages that were new; the others were repeated copies.
    pub inserted: Vec<LocalId>,
    /// Where the new messages of a [`Write::Page`] stand.
    pub placed: Vec<(LocalId, Order)>,
    /// Before this place all of a [`Write::Page`] is missing: that of the first of its messages, those that were here included.
    pub floor: Option<Order>,
    /// Own messages that got further by the contact's word, and how far.
    pub moved: Vec<(BareJid, LocalId, MessageState)>,
    /// Messages that say something else now, or about which something else is said, in their final form, each once.
    pub changed: Vec<MessageRow>,
    /// Messages that are not shown any more.
    pub hidden: Vec<(BareJid, LocalId)>,
    /// Lines of the chat list that changed, in their final form, each chat once.
    pub chats: Vec<ChatRow>,
}

/// What a start finds on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The session, if somebody is logged in.
    pub session: Option<SessionRow>,
    /// Roster version; empty if none.
    pub roster_version: String,
    /// Contacts, by address.
    pub roster: Vec<RosterItem>,
    /// Chats, newest first.
    pub chats: Vec<ChatRow>,
    /// Own messages still [`MessageState::Queued`], oldest first.
    pub outbox: Vec<MessageRow>,
    /// Own relations that the server does not have, oldest first.
    pub relations: Vec<RelationRow>,
    /// Who is to hear that a message of theirs is here.
    pub owed: Vec<OwedRow>,
    /// The stream, if it may be taken up again.
    pub stream: Option<StreamRow>,
    /// Devices seen on it, by address.
    pub devices: Vec<DeviceRow>,
    /// Requests that came on it.
    pub requests: Vec<BareJid>,
    /// What is known of the archive.
    pub archive: ArchiveRow,
    /// What is known of other programs.
    pub capabilities: Vec<(String, bool)>,
    /// Another page has the account open, too: the stream on disk is its stream, and this page may keep none.
    pub shared: bool,
}

/// Why the store could not do it, split by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// No store here at all, or it went away for good.
    Lost,
    /// No room left (`QuotaExceededError`).
    Full,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lost => "store lost",
            Self::Full => "store full",
        })
    }
}
