//! Messages and chats as they are stored and shown.

use crate::{BareJid, WallMs};
use serde::{Deserialize, Serialize};

/// The key of a message row for life: never changes from local echo to the last state. For own messages it is
/// also the stanza `id` and the XEP-0359 origin-id; for received ones it is drawn on arrival.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalId(pub String);

/// A message's place within its chat: microseconds since 1970, unique per device. Larger is newer. Below 2^53,
/// so that it survives as a JavaScript number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Order(pub i64);

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// The contact.
    In,
    /// This account.
    Out,
}

/// Why a message could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FailReason {
    /// The address does not exist, or its server says so (`item-not-found`, `service-unavailable`).
    NoSuchAddress,
    /// The contact's server can't be reached (`remote-server-not-found`, `remote-server-timeout`).
    ServerUnreachable,
    /// The contact or a server refuses messages from us (`forbidden`, `not-allowed`, `policy-violation`, …).
    Refused,
    /// Another answer; the server's own words if it gave any.
    Other(String),
}

impl FailReason {
    /// The name under which stores keep it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoSuchAddress => "NoSuchAddress",
            Self::ServerUnreachable => "ServerUnreachable",
            Self::Refused => "Refused",
            Self::Other(_) => "Other",
        }
    }
}

/// Where a message is on its way. Grows into the whole ladder (delivered, read) with receipts and markers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum MessageState {
    /// Ours, safe on this device, not yet known to be on the server.
    Queued,
    /// Ours, and the server has said that it has it.
    Sent,
    /// Ours, and it came back.
    Failed(FailReason),
    /// Somebody else's.
    Received,
}

impl MessageState {
    /// The name under which stores keep it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Sent => "Sent",
            Self::Failed(_) => "Failed",
            Self::Received => "Received",
        }
    }
}

/// One message, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// The chat it belongs to: the contact's address.
    pub chat: BareJid,
    /// Its place in the chat.
    pub order: Order,
    /// Its key for life.
    pub id: LocalId,
    /// Who wrote it.
    pub from: BareJid,
    /// The same as seen from here.
    pub direction: Direction,
    /// Plain text. Never markup.
    pub body: String,
    /// When it was written: our clock for ours, the XEP-0203 stamp or the arrival for theirs.
    pub at: WallMs,
    /// How far it got.
    pub state: MessageState,
    /// What makes a repeated copy recognisable: `sender + sender's id` (see [`MessageRow::dedupe_key`]).
    pub dedupe: String,
}

impl MessageRow {
    /// The key under which a second copy of a message is recognised: the sender and the id the sender gave it
    /// (XEP-0359 origin-id, else the stanza's `id`). Never the id alone: two people may use the same one.
    pub fn dedupe_key(from: &BareJid, sender_id: &str) -> String {
        format!("{from}\n{sender_id}")
    }
}

/// The last message of a chat, for the chat list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Key of that message.
    pub id: LocalId,
    /// Its text, cut to [`Preview::MAX_CHARS`].
    pub body: String,
    /// When it was written.
    pub at: WallMs,
    /// Who wrote it.
    pub direction: Direction,
    /// How far it got.
    pub state: MessageState,
}

impl Preview {
    /// A chat list line shows no more than this many characters.
    pub const MAX_CHARS: usize = 160;

    fn of(row: &MessageRow) -> Self {
        Self {
            id: row.id.clone(),
            body: row.body.chars().take(Self::MAX_CHARS).collect(),
            at: row.at,
            direction: row.direction,
            state: row.state.clone(),
        }
    }
}

/// One line of the chat list, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatRow {
    /// The contact's address.
    pub chat: BareJid,
    /// Place of the newest message; the list is sorted by it.
    pub order: Order,
    /// The newest message, if there is one.
    pub last: Option<Preview>,
    /// Messages received and not yet looked at.
    pub unread: u32,
}

impl ChatRow {
    /// A chat without messages.
    pub fn empty(chat: BareJid) -> Self {
        Self { chat, order: Order::default(), last: None, unread: 0 }
    }

    /// Takes a message that was just stored into account. Both stores call this inside the transaction that
    /// stores the message, so that the list and the history can't disagree.
    pub fn absorb(&mut self, row: &MessageRow, count_unread: bool) {
        if self.last.is_none() || row.order >= self.order {
            self.order = row.order;
            self.last = Some(Preview::of(row));
        }
        if count_unread {
            self.unread = self.unread.saturating_add(1);
        }
    }

    /// Takes a state change of a message into account. True if the line changed.
    pub fn absorb_state(&mut self, id: &LocalId, state: &MessageState) -> bool {
        match &mut self.last {
            Some(last) if last.id == *id && last.state != *state => {
                last.state = state.clone();
                true
            }
            _ => false,
        }
    }
}
