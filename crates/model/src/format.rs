//! How a text is meant to be shown, by the word of who wrote it.

use serde::{Deserialize, Serialize};

/// What a text comes with. A correction brings its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Format {
    /// Only who asks for it is to see it (XEP-0382). Until then this hint stands there, which may be empty.
    pub spoiler: Option<String>,
    /// What looks like styling in it is none (XEP-0393 §5).
    pub unstyled: bool,
}

impl Format {
    /// That of a spoiler, or (`None`) of a plain text.
    pub fn of_spoiler(spoiler: Option<String>) -> Self {
        Self { spoiler, ..Self::default() }
    }
}
