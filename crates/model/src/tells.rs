//! What contacts are told while we chat.

use serde::{Deserialize, Serialize};

/// What one contact is told; `None` means: what everybody is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tells {
    /// That their messages were looked at (XEP-0333).
    #[serde(default)]
    pub read: Option<bool>,
    /// That we are writing to them (XEP-0085).
    #[serde(default)]
    pub typing: Option<bool>,
}
