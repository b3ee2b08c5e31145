//! Messages and chats as they are stored and shown.

use crate::{BareJid, Tells, WallMs};
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

/// Where a message is on its way. Whoever keeps a state asks [`MessageState::may_become`] before it takes another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum MessageState {
    /// Ours, safe on this device, not yet known to be on the server.
    Queued,
    /// Ours, and the server has said that it has it.
    Sent,
    /// Ours, and a device of the contact has it (XEP-0184).
    Delivered,
    /// Ours, and the contact has looked at it (XEP-0333).
    Read,
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
            Self::Delivered => "Delivered",
            Self::Read => "Read",
            Self::Failed(_) => "Failed",
            Self::Received => "Received",
        }
    }

    /// The ladder: a message only ever climbs, whatever order the news come in. It fails only while nobody but a server has it, and
    /// from there only another try leads on.
    pub fn may_become(&self, next: &Self) -> bool {
        match (self, next) {
            (Self::Queued | Self::Sent, Self::Failed(_)) | (Self::Failed(_), Self::Queued) => true,
            _ => self.rung().zip(next.rung()).is_some_and(|(now, next)| now < next),
        }
    }

    fn rung(&self) -> Option<u8> {
        match self {
            Self::Queued => Some(0),
            Self::Sent => Some(1),
            Self::Delivered => Some(2),
            Self::Read => Some(3),
            Self::Failed(_) | Self::Received => None,
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
    /// The id its sender wants to hear when it is looked at (XEP-0333); none for own messages.
    #[serde(default)]
    pub mark: Option<String>,
}

impl MessageRow {
    /// The key under which a second copy of a message is recognised: the sender and the id the sender gave it
    /// (XEP-0359 origin-id, else the stanza's `id`). Never the id alone: two people may use the same one.
    pub fn dedupe_key(from: &BareJid, sender_id: &str) -> String {
        format!("{from}\n{sender_id}")
    }

    /// Which messages are read when the contact has looked at the first of these rows of one chat, newest first: that one, and with
    /// it (XEP-0333 §4) every own one before it that had left, back to one that was read before.
    pub fn read_with(rows: &mut dyn Iterator<Item = &MessageRow>) -> Vec<LocalId> {
        let mut read = Vec::new();
        let mut first = true;
        for row in rows.filter(|row| row.direction == Direction::Out) {
            let waits = row.state == MessageState::Queued && !first;
            first = false;
            match &row.state {
                MessageState::Read => break,
                state if !waits && state.may_become(&MessageState::Read) => read.push(row.id.clone()),
                _ => {}
            }
        }
        read
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
    /// The id of the newest received message whose sender wants to hear that it was looked at, and was not told. Owed as soon as
    /// nothing is unread.
    #[serde(default)]
    pub mark: Option<String>,
    /// What this contact is told, other than everybody.
    #[serde(default)]
    pub tells: Tells,
}

impl ChatRow {
    /// A chat without messages.
    pub fn empty(chat: BareJid) -> Self {
        Self { chat, order: Order::default(), last: None, unread: 0, mark: None, tells: Tells::default() }
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
        if row.mark.is_some() {
            self.mark.clone_from(&row.mark);
        }
    }

    /// A message is gone; `newest` is the newest one left. True if the line changed.
    pub fn forget(&mut self, id: &LocalId, newest: Option<&MessageRow>) -> bool {
        let shown = self.last.as_ref().is_some_and(|last| last.id == *id);
        if shown {
            self.order = newest.map(|row| row.order).unwrap_or_default();
            self.last = newest.map(Preview::of);
        }
        shown
    }

    /// The sender of a message was told that it was looked at, or is not to be told. True if the line changed.
    pub fn marked(&mut self, id: &str) -> bool {
        self.mark.take_if(|mark| mark == id).is_some()
    }

    /// Takes a state change of a message into account. True if the line changed.
    pub fn absorb_state(&mut self, id: &LocalId, state: &MessageState) -> bool {
        match &mut self.last {
            Some(last) if last.id == *id && last.state.may_become(state) => {
                last.state = state.clone();
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_only_climbs_and_fails_only_on_its_way() {
        use MessageState::{Delivered, Failed, Queued, Read, Received, Sent};
        let failed = || Failed(FailReason::Refused);
        let table = [
            (Queued, vec![Sent, Delivered, Read, failed()]),
            (Sent, vec![Delivered, Read, failed()]),
            (Delivered, vec![Read]),
            (Read, vec![]),
            (failed(), vec![Queued]),
            (Received, vec![]),
        ];
        for (now, good) in &table {
            for (next, _) in &table {
                assert_eq!(now.may_become(next), good.contains(next), "{now:?} to {next:?}");
            }
        }
    }

    fn row(direction: Direction, state: MessageState, id: &str) -> MessageRow {
        let jid: BareJid = "a@b.example".parse().unwrap();
        MessageRow {
            chat: jid.clone(),
            order: Order(1),
            id: LocalId(id.to_owned()),
            from: jid,
            direction,
            body: String::new(),
            at: 0,
            state,
            dedupe: id.to_owned(),
            mark: None,
        }
    }

    #[test]
    fn looking_at_a_message_reads_what_had_left_before_it_back_to_the_last_time() {
        use Direction::{In, Out};
        use MessageState::{Delivered, Failed, Queued, Read, Received, Sent};
        let read = |rows: &[MessageRow]| {
            MessageRow::read_with(&mut rows.iter()).into_iter().map(|id| id.0).collect::<Vec<_>>()
        };
        let rows = [
            row(Out, Queued, "its ack is late"),
            row(In, Received, "theirs"),
            row(Out, Delivered, "delivered"),
            row(Out, Queued, "waiting"),
            row(Out, Failed(FailReason::Refused), "failed"),
            row(Out, Sent, "sent"),
            row(Out, Read, "read"),
            row(Out, Sent, "older than that"),
        ];
        assert_eq!(read(&rows), ["its ack is late", "delivered", "sent"]);
        assert_eq!(read(&rows[4..]), ["sent"]);
        assert!(read(&rows[6..]).is_empty());
    }
}
