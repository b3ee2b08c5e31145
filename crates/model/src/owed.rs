//! What contacts are still to be told.

use crate::Jid;
use serde::{Deserialize, Serialize};

/// Somebody has asked to hear that a message of theirs is here (XEP-0184), and was not told. Address and id are its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedRow {
    /// Who asked.
    pub to: Jid,
    /// The type of the message.
    pub kind: String,
    /// Its id.
    pub id: String,
}
