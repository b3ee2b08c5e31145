//! Contacts and their presence (RFC 6121).

use crate::BareJid;
use serde::{Deserialize, Serialize};

/// Who sees whose presence (RFC 6121 §2.1.2.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subscription {
    /// Nobody sees anybody.
    #[default]
    None,
    /// We see theirs.
    To,
    /// They see ours.
    From,
    /// Friends.
    Both,
}

impl Subscription {
    /// True if we may see their presence.
    pub fn sees_them(self) -> bool {
        matches!(self, Self::To | Self::Both)
    }

    /// True if they may see ours.
    pub fn sees_us(self) -> bool {
        matches!(self, Self::From | Self::Both)
    }
}

/// One contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterItem {
    /// Their address.
    pub jid: BareJid,
    /// The name we gave them.
    pub name: Option<String>,
    /// Who sees whom.
    pub subscription: Subscription,
    /// True while our request waits for their answer.
    pub asked: bool,
    /// Groups the contact was sorted into.
    pub groups: Vec<String>,
}

/// Whether someone can be reached, from best to worst (RFC 6121 §4.7.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Availability {
    /// Wants to talk.
    Chat,
    /// Here.
    Online,
    /// Away for a moment.
    Away,
    /// Away for longer.
    ExtendedAway,
    /// Does not want to be disturbed.
    DoNotDisturb,
    /// Not here.
    #[default]
    Offline,
}

impl Availability {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Chat, Self::Online, Self::Away, Self::ExtendedAway, Self::DoNotDisturb, Self::Offline];

    /// Its name, as serde would write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chat => "Chat",
            Self::Online => "Online",
            Self::Away => "Away",
            Self::ExtendedAway => "ExtendedAway",
            Self::DoNotDisturb => "DoNotDisturb",
            Self::Offline => "Offline",
        }
    }
}

/// What a contact shows of themselves: the best of all their devices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Reachability.
    pub availability: Availability,
    /// Their own words, if any.
    pub status: Option<String>,
}
