//! Chats as they are stored and shown, and what is owed in them.

use crate::{
    BareJid, Direction, Draft, Listing, LocalId, Looked, MessageRow, MessageState, Order, Tells, WallMs,
};
use serde::{Deserialize, Serialize};

/// The last message of a chat, for the chat list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Key of that message.
    pub id: LocalId,
    /// Its text, cut to [`Preview::MAX_CHARS`]; of a spoiler the hint.
    pub body: String,
    /// When it was written.
    pub at: WallMs,
    /// Who wrote it.
    pub direction: Direction,
    /// How far it got.
    pub state: MessageState,
    /// Its author took it back: there is no text.
    #[serde(default)]
    pub retracted: bool,
    /// It is a spoiler: its text is not here.
    #[serde(default)]
    pub spoiler: bool,
}

impl Preview {
    /// A chat list line shows no more than this many characters.
    pub const MAX_CHARS: usize = 160;

    fn of(row: &MessageRow) -> Self {
        Self {
            id: row.id.clone(),
            body: row.open_text().chars().take(Self::MAX_CHARS).collect(),
            at: row.at,
            direction: row.direction,
            state: row.state.clone(),
            retracted: row.relations.retracted,
            spoiler: row.format.spoiler.is_some(),
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
    /// One of them names this account.
    #[serde(default)]
    pub mentioned: bool,
    /// Place of the newest received message.
    #[serde(default)]
    pub received: Order,
    /// What was received and stands here or before was looked at, on this device or another one.
    #[serde(default)]
    pub read: Order,
    /// Another device looked at a message that is not here yet: at this one ([`ReadMark::Message`]).
    #[serde(default)]
    pub read_ahead: Option<String>,
    /// The id of the newest received message whose sender wants to hear that it was looked at, and was not told. Owed as soon as
    /// nothing is unread.
    #[serde(default)]
    pub mark: Option<String>,
    /// What other devices of the person are told.
    #[serde(default)]
    pub looked: Looked,
    /// What this contact is told, other than everybody.
    #[serde(default)]
    pub tells: Tells,
    /// What the person has begun to write.
    #[serde(default)]
    pub draft: Draft,
    /// Where the person wants it, and how loud.
    #[serde(default)]
    pub listing: Listing,
}

impl ChatRow {
    /// A chat without messages.
    pub fn empty(chat: BareJid) -> Self {
        Self {
            chat,
            order: Order::default(),
            last: None,
            unread: 0,
            mentioned: false,
            received: Order::default(),
            read: Order::default(),
            read_ahead: None,
            mark: None,
            looked: Looked::default(),
            tells: Tells::default(),
            draft: Draft::default(),
            listing: Listing::default(),
        }
    }

    /// Takes a message that was just stored into account. Both stores call this inside the transaction that
    /// stores the message, so that the list and the history can't disagree.
    pub fn absorb(&mut self, row: &MessageRow, count_unread: bool) {
        if self.last.is_none() || row.order >= self.order {
            self.order = row.order;
            self.last = Some(Preview::of(row));
            // What is new brings a chat back, unless it was to keep quiet.
            self.listing.archived &= self.listing.mute.is_on(row.at);
        }
        if row.direction == Direction::Out {
            return;
        }
        if row.stanza_id.is_some() && row.order >= self.received {
            self.looked.newest.clone_from(&row.stanza_id);
        }
        self.received = self.received.max(row.order);
        let news = row.order > self.read;
        if !count_unread {
            self.read = self.read.max(row.order);
        } else if news {
            self.unread = self.unread.saturating_add(1);
            self.mentioned |= row.format.mentions_me;
        }
        if news && row.mark.is_some() && (row.order >= self.received || self.mark.is_none()) {
            self.mark.clone_from(&row.mark);
        }
    }

    /// Everything here was looked at. True if the line changed.
    pub fn look(&mut self) -> bool {
        self.read = self.read.max(self.received);
        let is_behind = self.looked.look();
        let was_marked = std::mem::take(&mut self.listing.unread);
        self.mentioned = false;
        std::mem::take(&mut self.unread) > 0 || was_marked || is_behind
    }

    /// Another device has looked at what stands here or before; `unread` received messages stand after it. True if the line changed.
    pub fn looked_at_elsewhere(&mut self, place: Order, unread: u32) -> bool {
        if place <= self.read {
            return false;
        }
        self.read = place;
        self.unread = unread;
        self.mentioned &= unread > 0;
        self.listing.unread = false;
        // They are further than we are.
        self.looked.is_told = true;
        if unread == 0 {
            // Whoever looked has told the sender, or did not want to.
            self.mark = None;
        }
        true
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

    /// A message says something else now. True if the line changed.
    pub fn reword(&mut self, row: &MessageRow) -> bool {
        let shown = self.last.as_mut().filter(|last| last.id == row.id);
        shown.map(|last| *last = Preview::of(row)).is_some()
    }

    /// Our other devices know that this was looked at. True if the line changed.
    pub fn look_told(&mut self, id: &str) -> bool {
        let is_news = self.looked.untold() == Some(id);
        self.looked.is_told |= is_news;
        is_news
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
