//! What a person does with the lines of the chat list.

use crate::{ChatRow, WallMs};
use serde::{Deserialize, Serialize};

/// A text begun and not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text. Empty if there is none, or if it was sent.
    pub text: String,
    /// It is to be a spoiler with this hint (XEP-0382).
    #[serde(default)]
    pub spoiler: Option<String>,
    /// The message that it is to answer, by its name ([`MessageRow::name`](crate::MessageRow::name)).
    #[serde(default)]
    pub answers: Option<String>,
    /// When it was last touched: several pages may hold a draft of one chat, and what was touched last counts, in whatever order they
    /// tell of it. Whoever touches it makes this later than what was known.
    pub at: WallMs,
}

impl Draft {
    /// True if there is something to show.
    pub fn is_some(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

/// Whether a chat keeps quiet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mute {
    /// It does not.
    #[default]
    Off,
    /// Until then; nobody has to end it.
    Until(WallMs),
    /// It does.
    Always,
}

impl Mute {
    /// Whether it keeps quiet at this time.
    pub fn is_on(self, now: WallMs) -> bool {
        match self {
            Self::Off => false,
            Self::Until(end) => now < end,
            Self::Always => true,
        }
    }
}

/// How a chat is listed. All of it stays on this device: what XEP-0469 (pinned) and XEP-0492 (notifications) share between devices hangs on
/// bookmarks (XEP-0402), and those are of rooms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// It stands before those that are not.
    pub pinned: bool,
    /// It is out of the list until something new comes.
    pub archived: bool,
    /// It keeps quiet.
    pub mute: Mute,
    /// The person wants it to be taken for unread, though nothing in it is.
    pub unread: bool,
}

/// One change of how a chat is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arrange {
    /// Before all others, or not. Takes it out of the archive.
    Pin(bool),
    /// Quiet, or not.
    Mute(Mute),
    /// Out of the list, or back. What is archived is not pinned.
    Archive(bool),
    /// Taken for unread; or everything in it for looked at.
    MarkUnread(bool),
}

impl ChatRow {
    /// A draft was touched. True if the line changed.
    pub fn set_draft(&mut self, draft: &Draft) -> bool {
        let is_news = draft.at >= self.draft.at && *draft != self.draft;
        if is_news {
            self.draft.clone_from(draft);
        }
        is_news
    }

    /// The person has done something with the line. True if it changed.
    pub fn arrange(&mut self, change: Arrange) -> bool {
        let before = self.listing;
        let listing = &mut self.listing;
        match change {
            Arrange::Pin(on) => {
                listing.pinned = on;
                listing.archived &= !on;
            }
            Arrange::Mute(mute) => listing.mute = mute,
            Arrange::Archive(on) => {
                listing.archived = on;
                listing.pinned &= !on;
            }
            Arrange::MarkUnread(true) => listing.unread = self.unread == 0,
            Arrange::MarkUnread(false) => return self.look(),
        }
        before != self.listing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mute_ends_by_itself() {
        assert!(!Mute::Off.is_on(0) && Mute::Always.is_on(WallMs::MAX));
        assert!(Mute::Until(10).is_on(9) && !Mute::Until(10).is_on(10));
    }
}
