//! Messages as they are stored and shown.

use crate::{BareJid, Format, Map, Relations, Reply, WallMs};
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
    /// from there another try leads on, or the contact's word that it is there.
    pub fn may_become(&self, next: &Self) -> bool {
        match (self, next) {
            // A server that gives a stream up returns what it kept on it, and the contact may have that from the archive all the same.
            (Self::Failed(_), Self::Queued | Self::Delivered | Self::Read)
            | (Self::Queued | Self::Sent, Self::Failed(_)) => true,
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

/// When an own message got how far, by the clock of this device: when it was told, which may be later. What nobody told it does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Its server had it.
    pub sent: Option<WallMs>,
    /// A device of the contact had it.
    pub delivered: Option<WallMs>,
    /// The contact had looked at it.
    pub read: Option<WallMs>,
}

impl Reached {
    /// Notes when a state was reached.
    fn note(&mut self, state: &MessageState, at: WallMs) {
        match state {
            // It goes its way anew.
            MessageState::Queued => *self = Self::default(),
            MessageState::Sent => self.sent = Some(at),
            MessageState::Delivered => self.delivered = Some(at),
            MessageState::Read => self.read = Some(at),
            MessageState::Failed(_) | MessageState::Received => {}
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
    /// Plain text, as it is now: of a message that was corrected the newest one. Never markup.
    pub body: String,
    /// When it was written: our clock for ours, the XEP-0203 stamp or the arrival for theirs.
    pub at: WallMs,
    /// How far it got.
    pub state: MessageState,
    /// What makes a repeated copy recognisable: the sender and the sender's id (see [`MessageRow::dedupe_key`]).
    pub dedupe: String,
    /// Its id in our own archive, if our server said it (XEP-0359 stanza-id, XEP-0313): the better way to recognise it.
    #[serde(default)]
    pub stanza_id: Option<String>,
    /// The id its sender wants to hear when it is looked at (XEP-0333); none for own messages.
    #[serde(default)]
    pub mark: Option<String>,
    /// Another name of it ([`MessageRow::name`]), for some name a message by the id of its stanza although that has an origin-id.
    #[serde(default)]
    pub alias: Option<String>,
    /// What it answers.
    #[serde(default)]
    pub reply: Option<Reply>,
    /// How its text is meant to be shown.
    #[serde(default)]
    pub format: Format,
    /// The person wants to find it again, on this device.
    #[serde(default)]
    pub starred: bool,
    /// The person does not want to see it any more on this device.
    #[serde(default)]
    pub hidden: bool,
    /// What was said about it later.
    #[serde(default)]
    pub relations: Relations,
    /// When it got how far.
    #[serde(default)]
    pub reached: Reached,
}

impl MessageRow {
    /// A text of which nothing more is known: ours waits to leave, theirs was received, each with its key for life as its origin-id
    /// and written when its place says. What is else is filled in with `..`, so that a new field is added here and not everywhere.
    pub fn new(
        direction: Direction,
        chat: BareJid,
        from: BareJid,
        id: LocalId,
        order: Order,
        body: String,
    ) -> Self {
        Self {
            dedupe: Self::dedupe_key(&from, &id.0),
            state: match direction {
                Direction::In => MessageState::Received,
                Direction::Out => MessageState::Queued,
            },
            chat,
            order,
            id,
            from,
            direction,
            body,
            at: order.0 / 1_000,
            stanza_id: None,
            mark: None,
            alias: None,
            reply: None,
            format: Format::default(),
            starred: false,
            hidden: false,
            relations: Relations::default(),
            reached: Reached::default(),
        }
    }

    /// The key under which a second copy of a message is recognised: the sender and the id the sender gave it for life (XEP-0359
    /// origin-id). Never the id alone: two people may use the same one.
    pub fn dedupe_key(from: &BareJid, origin_id: &str) -> String {
        format!("{from}\n{origin_id}")
    }

    /// The same for a message with no more than the `id` of its stanza, which need not be unique for good (some clients count from one in
    /// every session): device and text must agree, too. `digest` is the text's.
    pub fn weak_key(from: &BareJid, id: &str, resource: &str, digest: &str) -> String {
        format!("{from}\n{id}\n{resource}\n{digest}")
    }

    /// The id by which its sender knows it: that of the `dedupe` key.
    pub fn sender_id(&self) -> &str {
        self.dedupe.split('\n').nth(1).unwrap_or_default()
    }

    /// Its name, by which other messages speak of it: who wrote it, and the id by which they know it.
    pub fn name(&self) -> String {
        Self::dedupe_key(&self.from, self.sender_id())
    }

    /// What anybody may see of its text without asking for it: of a spoiler the hint (XEP-0382 §4).
    pub fn open_text(&self) -> &str {
        self.format.spoiler.as_ref().unwrap_or(&self.body)
    }

    /// True if this is a name of it.
    pub fn is_named(&self, name: &str) -> bool {
        self.dedupe == name || self.alias.as_deref() == Some(name)
    }

    /// True if it can be answered and felt about: others have it, or will, and its author did not take it back.
    pub fn is_answerable(&self) -> bool {
        !matches!(self.state, MessageState::Failed(_)) && !self.relations.retracted
    }

    /// Marks it as one to find again, or no longer. True if that is news.
    pub fn star(&mut self, on: bool) -> bool {
        let is_news = self.starred != on && !self.relations.retracted && !self.hidden;
        self.starred ^= is_news;
        is_news
    }

    /// True if its author may still change it: it is on its way or there, and was not taken back.
    pub fn is_editable(&self) -> bool {
        self.direction == Direction::Out && self.is_answerable()
    }

    /// Whether this is another copy of a stored message that has the same stanza-id or the same `dedupe` key. A sender that tried once
    /// more has two entries in the archive; a sender that counts has two messages.
    pub fn is_copy_of(&self, known: &Self) -> bool {
        match (&self.stanza_id, &known.stanza_id) {
            (Some(one), Some(other)) if one != other => self.dedupe.matches('\n').count() == 1,
            _ => true,
        }
    }

    /// It was written on this device: then its key is its origin-id.
    fn is_from_here(&self) -> bool {
        self.direction == Direction::Out && self.dedupe == Self::dedupe_key(&self.from, &self.id.0)
    }

    /// It got that far ([`MessageState::may_become`] was asked), at a time if that is known.
    pub fn reach(&mut self, state: &MessageState, at: Option<WallMs>) {
        self.state = state.clone();
        if let Some(at) = at {
            self.reached.note(state, at);
        }
    }

    /// Takes over what another copy knows better. True if that is anything.
    pub fn learn(&mut self, copy: &Self) -> bool {
        let learns_id = self.stanza_id.is_none() && copy.stanza_id.is_some();
        if learns_id {
            self.stanza_id.clone_from(&copy.stanza_id);
        }
        let learns_state = self.state.may_become(&copy.state);
        if learns_state {
            self.state = copy.state.clone();
        }
        learns_id || learns_state
    }

    /// Makes the places of a page of the archive (oldest first) fit to those of its messages that are stored: per chat, whatever comes
    /// after such a message in the archive stands after it, and whatever comes before it before. `twin` finds the stored copy of a row. Returns where the page
    /// begins.
    pub fn fit<'a>(page: &mut [(Self, bool)], twin: &dyn Fn(&Self) -> Option<&'a Self>) -> Option<Order> {
        // A second try of the sender has another place in the archive than the first one, which is where the message stands.
        // And what was written here stands where it was written, however long it had to wait before it left.
        let is_there = |row: &Self, twin: &Self| {
            (twin.stanza_id.is_none() || twin.stanza_id == row.stanza_id) && !twin.is_from_here()
        };
        let place = |row: &Self| twin(row).filter(|twin| is_there(row, twin)).map(|twin| twin.order);
        let known: Vec<Option<Order>> = page.iter().map(|(row, _)| place(row)).collect();
        let mut lows: Map<BareJid, Order> = Map::default();
        for ((row, _), known) in page.iter_mut().zip(&known) {
            let low = lows.get_or_insert_with(row.chat.clone(), || Order(i64::MIN));
            if known.is_none() && row.order <= *low {
                row.order = Order(low.0 + 1);
            }
            *low = known.unwrap_or(row.order).max(*low);
        }
        let mut highs: Map<BareJid, Order> = Map::default();
        for ((row, _), known) in page.iter_mut().zip(&known).rev() {
            let high = highs.get_or_insert_with(row.chat.clone(), || Order(i64::MAX));
            if known.is_none() && row.order >= *high {
                row.order = Order(high.0 - 1);
            }
            *high = known.unwrap_or(row.order).min(*high);
        }
        highs.values().min().copied()
    }

    /// Which messages are read when the contact has looked at the first of these rows of one chat, newest first: that one, and with
    /// it (XEP-0333 §4) every own one before it that had left, back to one that was read before.
    pub fn read_with(rows: &mut dyn Iterator<Item = &MessageRow>) -> Vec<LocalId> {
        let mut read = Vec::new();
        let mut first = true;
        for row in rows.filter(|row| row.direction == Direction::Out) {
            // What was before it may not have left, or come back.
            let waits = matches!(row.state, MessageState::Queued | MessageState::Failed(_)) && !first;
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
            (failed(), vec![Queued, Delivered, Read]),
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
            state,
            dedupe: id.to_owned(),
            ..MessageRow::new(direction, jid.clone(), jid, LocalId(id.to_owned()), Order(1), String::new())
        }
    }

    #[test]
    fn a_page_fits_to_what_is_there() {
        let places = |hints: &[i64], known: &[(usize, i64)]| {
            let mut page: Vec<_> = hints
                .iter()
                .enumerate()
                .map(|(index, hint)| {
                    (
                        MessageRow {
                            order: Order(*hint),
                            ..row(Direction::In, MessageState::Received, &index.to_string())
                        },
                        true,
                    )
                })
                .collect();
            let stored: Vec<MessageRow> = known
                .iter()
                .map(|(index, order)| MessageRow { order: Order(*order), ..page[*index].0.clone() })
                .collect();
            let twin = |row: &MessageRow| stored.iter().find(|twin| twin.id == row.id);
            MessageRow::fit(&mut page, &twin);
            page.iter().map(|(row, _)| twin(row).unwrap_or(row).order.0).collect::<Vec<_>>()
        };
        assert_eq!(places(&[10, 20, 30], &[]), [10, 20, 30]);
        assert_eq!(places(&[10, 20, 30], &[(1, 50)]), [10, 50, 51], "what comes after stands after");
        assert_eq!(places(&[10, 20, 30], &[(1, 5)]), [4, 5, 30], "what comes before stands before");
        assert_eq!(places(&[10, 20, 30, 40], &[(0, 100), (3, 200)]), [100, 101, 102, 200]);
        assert_eq!(places(&[10, 20, 30, 40], &[(0, 1), (3, 15)]), [1, 13, 14, 15]);
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
        assert_eq!(read(&rows[4..]), ["failed", "sent"], "whoever looks at it has it");
        assert!(read(&rows[6..]).is_empty());
    }
}
