//! Stanzas as features see them: addressed, typed, with what earlier stages found out.

use crate::cx::Cx;
use model::{BareJid, Jid, LocalId, WallMs};
use stanza::{Element, StanzaError, ns};

/// Longer ids are nobody's ids.
pub(crate) const MAX_ID_BYTES: usize = 256;

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
    /// The id to tell its sender when it is looked at (set in [`Stage::Unwrap`](crate::feature::Stage)).
    pub(crate) mark: Option<String>,
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

impl Inbound {
    /// A text from another person to us alone; rooms and headlines come with their own standards.
    pub(crate) fn is_direct_text(&self, cx: &Cx) -> bool {
        matches!(self.kind.as_str(), "chat" | "normal")
            && cx.account.as_ref() != Some(self.from.bare())
            && self.element.child_text("body", ns::CLIENT).is_some_and(|body| !body.is_empty())
    }

    /// The id that an element of it refers to, as the word of another person about a message to them alone.
    pub(crate) fn refers(&self, cx: &Cx, name: &str, ns: &str) -> Option<LocalId> {
        let id = self.element.find(name, ns)?.get("id")?;
        let theirs = self.kind != "groupchat" && cx.account.as_ref() != Some(self.from.bare());
        (theirs && !id.is_empty()).then(|| LocalId(id.to_owned()))
    }

    /// Its id, if it is of a length to be remembered.
    pub(crate) fn short_id(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| id.len() <= MAX_ID_BYTES)
    }
}

impl IqRequest {
    /// True if our own account (which the server speaks for) asks (RFC 6121 §2.1.6, CVE-2015-8688).
    pub(crate) fn is_from_account(&self, account: &BareJid) -> bool {
        self.from.as_ref().is_none_or(|from| from.bare() == account && from.resource().is_none())
    }
}
