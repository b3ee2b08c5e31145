//! What is known of the server's archive (XEP-0313), and what is not: gaps are data.

use crate::{BareJid, MessageRow, Order, WallMs};
use serde::{Deserialize, Serialize};

/// A known message of the archive, as the border of what is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// Its id in the archive. `None` as an upper edge is the end of the archive, which only the newest gap can reach, and only as long as
    /// there is no cursor; as a lower edge or cursor it is an archive that was empty at that time.
    pub id: Option<String>,
    /// When it was archived, for servers that no longer know the id.
    pub at: WallMs,
    /// A place in the timelines: what lies beyond the edge stands beyond it.
    pub order: Order,
}

/// A piece of the archive that was not fetched, over all chats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The newest message before it; `None` if it goes back to the beginning.
    pub after: Option<Edge>,
    /// The oldest message behind it.
    pub before: Edge,
    /// Chats in which more of it was fetched: up to this edge, or (`None`) all.
    pub chats: Vec<(BareJid, Option<Edge>)>,
}

impl Gap {
    /// What is missing in one chat: between which places, and the message before which to ask. `None` if it has all.
    pub fn hole(&self, chat: &BareJid) -> Option<(Order, &Edge)> {
        let upper = match self.chats.iter().find(|(known, _)| known == chat) {
            Some((_, None)) => return None,
            Some((_, Some(edge))) if edge.order < self.before.order => edge,
            _ => &self.before,
        };
        Some((self.floor(), upper))
    }

    /// The place above which its messages stand.
    pub fn floor(&self) -> Order {
        self.after.as_ref().map_or(Order(0), |edge| edge.order)
    }
}

/// The state of the archive's copy on this device. Stored in the transactions of the messages it speaks about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveRow {
    /// The server has an archive, and understands ids as bounds (`urn:xmpp:mam:2#extended`): what was found out last.
    pub extended: Option<bool>,
    /// The newest message known: before it nothing is missing but the gaps.
    pub cursor: Option<Edge>,
    /// The newest message known when the oldest of ours that is under way was sent, or now if nothing is: it can only be behind that.
    pub settled: Option<Edge>,
    /// What is missing, newest first.
    pub gaps: Vec<Gap>,
}

impl ArchiveRow {
    /// The upper edge of what is missing, in one chat or in all, that is this message.
    pub fn edge_mut(&mut self, id: &Option<String>) -> Option<&mut Edge> {
        let edges = self.gaps.iter_mut().flat_map(|gap| {
            let of_chats = gap.chats.iter_mut().filter_map(|(_, edge)| edge.as_mut());
            std::iter::once(&mut gap.before).chain(of_chats)
        });
        edges.into_iter().find(|edge| edge.id == *id && id.is_some())
    }
}

/// What the person's other devices are to hear of a chat (XEP-0490), in ids of the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// The newest received message.
    pub newest: Option<String>,
    /// The newest one that was looked at on this device.
    pub up_to: Option<String>,
    /// The others know of that.
    pub is_told: bool,
}

impl Looked {
    /// True if something came since this device was looked at.
    pub fn is_behind(&self) -> bool {
        self.newest.is_some() && self.newest != self.up_to
    }

    /// What the others do not know.
    pub fn untold(&self) -> Option<&str> {
        self.up_to.as_deref().filter(|_| !self.is_told)
    }

    /// Everything was looked at. True if that is news.
    pub(crate) fn look(&mut self) -> bool {
        let news = self.is_behind();
        if news {
            self.up_to.clone_from(&self.newest);
            self.is_told = false;
        }
        news
    }
}

/// Whose messages the server keeps for us, where nothing else is said of somebody (XEP-0441).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArchivePolicy {
    /// Everybody's.
    Always,
    /// Those of contacts.
    Roster,
    /// Nobody's.
    Never,
}

impl ArchivePolicy {
    /// Its name in the standard.
    pub fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Roster => "roster",
            Self::Never => "never",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Always, Self::Roster, Self::Never].into_iter().find(|policy| policy.name() == name)
    }
}

/// A message that the server found in its archive (XEP-0431). It is not on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveHit {
    /// Its chat.
    pub chat: BareJid,
    /// Its id in the archive.
    pub id: String,
    /// When it was archived.
    pub at: WallMs,
    /// Our own account wrote it.
    pub ours: bool,
    /// What it says.
    pub body: String,
}

/// Up to where the person has read a chat, by the word of another device of theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadMark {
    /// Up to this place.
    Place(Order),
    /// Up to the message of this id: the sender's (its origin-id or [`MessageRow::mark`]) or the archive's
    /// ([`MessageRow::stanza_id`]).
    Message(String),
}

impl ReadMark {
    /// True if this is the message meant.
    pub fn is(&self, row: &MessageRow) -> bool {
        match self {
            Self::Place(_) => false,
            Self::Message(id) => {
                [&row.mark, &row.stanza_id].into_iter().any(|known| known.as_ref() == Some(id))
                    || row.dedupe == MessageRow::dedupe_key(&row.from, id)
            }
        }
    }
}
