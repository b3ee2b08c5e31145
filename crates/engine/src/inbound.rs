//! Stanzas as features see them: addressed, typed, with what earlier stages found out.

use model::{BareJid, Jid, WallMs};
use stanza::{Element, StanzaError};

/// A message on its way through the stages.
#[derive(Debug)]
pub(crate) struct Inbound {
    /// Who sent it.
    pub(crate) from: Jid,
    /// The `type` attribute; absent means `normal` (RFC 6121 §5.2.2).
    pub(crate) kind: String,
    /// The `id` attribute.
    pub(crate) id: Option<String>,
    /// The whole stanza.
    pub(crate) element: Element,
    /// When it was written, if it was delayed (set in [`Stage::Unwrap`](crate::feature::Stage)).
    pub(crate) delayed: Option<WallMs>,
    /// The id its sender gave it for life (set in [`Stage::Unwrap`](crate::feature::Stage)), else `id`.
    pub(crate) origin_id: Option<String>,
    /// Why it came back, if its type is `error`.
    pub(crate) error: Option<StanzaError>,
}

/// A presence.
#[derive(Debug)]
pub(crate) struct PresenceStanza {
    /// Who sent it.
    pub(crate) from: Jid,
    /// The `type` attribute; `None` means available.
    pub(crate) kind: Option<String>,
    /// The whole stanza.
    pub(crate) element: Element,
}

/// An IQ of type get or set that wants an answer.
#[derive(Debug)]
pub(crate) struct IqRequest {
    /// Who asks; `None` is our own server.
    pub(crate) from: Option<Jid>,
    /// True for `set`.
    pub(crate) set: bool,
    /// The one child.
    pub(crate) payload: Element,
}

impl IqRequest {
    /// True if our own account (which the server speaks for) asks (RFC 6121 §2.1.6, CVE-2015-8688).
    pub(crate) fn is_from_account(&self, account: &BareJid) -> bool {
        self.from.as_ref().is_none_or(|from| from.bare() == account && from.resource().is_none())
    }
}
