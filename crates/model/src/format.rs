//! How a text is meant to be shown, by the word of who wrote it.

use crate::BareJid;
use serde::{Deserialize, Serialize};

/// What a text comes with. A correction brings its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Format {
    /// Only who asks for it is to see it (XEP-0382). Until then this hint stands there, which may be empty.
    pub spoiler: Option<String>,
    /// What looks like styling in it is none (XEP-0393 §5).
    pub unstyled: bool,
    /// Who is named in it (XEP-0372), in reading order; none of them overlap.
    pub mentions: Vec<Mention>,
    /// One of them is this account.
    pub mentions_me: bool,
}

/// A part of a text that names somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mention {
    /// Where it begins, in characters.
    pub begin: u32,
    /// The character behind it.
    pub end: u32,
    /// Who is meant.
    pub who: BareJid,
}

impl Format {
    /// That of a spoiler, or (`None`) of a plain text.
    pub fn of_spoiler(spoiler: Option<String>) -> Self {
        Self { spoiler, ..Self::default() }
    }
}
