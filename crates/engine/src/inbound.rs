//! Stanzas as features see them: addressed, typed, with what earlier stages found out.

use crate::cx::Cx;
use model::{BareJid, Format, Jid, LocalId, MessageRow, Order, Reply, WallMs};
use stanza::{Element, StanzaError, ns};

/// Longer ids are nobody's ids.
pub(crate) const MAX_ID_BYTES: usize = 256;

/// How a message came here. All but [`Via::Live`] is our own server's word, checked where it was unwrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// By itself.
    Live,
    /// As a copy of what another device of ours sent or received (XEP-0280).
    Carbon,
    /// From the archive (XEP-0313).
    Archive {
        /// Its place in the timeline.
        order: Order,
        /// It came while we were away; otherwise it is history from before our time.
        missed: bool,
    },
}

/// What a message says about another one. Of several the last of these counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Says {
    /// XEP-0444: these are the sender's reactions.
    Reacts(Vec<String>),
    /// XEP-0308: its text takes the place of the other one's.
    Corrects,
    /// XEP-0424: it is to be forgotten.
    Retracts,
}

/// A message on its way through the stages.
#[derive(Debug)]
pub(crate) struct Inbound {
    /// The key of the row it may become.
    pub(crate) local_id: LocalId,
    /// How it came.
    pub(crate) via: Via,
    /// Who sent it.
    pub(crate) from: Jid,
    /// To whom, if it says so.
    pub(crate) to: Option<Jid>,
    /// Its id in our archive, by the word of our own server.
    pub(crate) stanza_id: Option<String>,
    /// The `type` attribute; absent means `normal` (RFC 6121 §5.2.2).
    pub(crate) kind: String,
    /// The `id` attribute.
    pub(crate) id: Option<String>,
    /// The whole stanza.
    pub(crate) element: Element,
    /// The archive will bring it, in its place (set in [`Stage::Unwrap`](crate::feature::Stage)): nobody need act on it now.
    pub(crate) superseded: bool,
    /// When it was written, if it was delayed (set in [`Stage::Unwrap`](crate::feature::Stage)).
    pub(crate) delayed: Option<WallMs>,
    /// The id its sender gave it for life (set in [`Stage::Unwrap`](crate::feature::Stage)), else `id`.
    pub(crate) origin_id: Option<String>,
    /// The id to tell its sender when it is looked at (set in [`Stage::Unwrap`](crate::feature::Stage)).
    pub(crate) mark: Option<String>,
    /// What it says about another message, and the id of that one (set in [`Stage::Unwrap`](crate::feature::Stage)).
    pub(crate) about: Option<(Says, String)>,
    /// What it answers (set in [`Stage::Unwrap`](crate::feature::Stage)).
    pub(crate) reply: Option<Reply>,
    /// How its text is meant to be shown (set in [`Stage::Unwrap`](crate::feature::Stage)).
    pub(crate) format: Format,
    /// Its text without what is there for those who don't understand the rest (set in [`Stage::Unwrap`](crate::feature::Stage)).
    pub(crate) stripped: Option<String>,
    /// Nothing is missing of the archive in its chat: a message that is not here does not come.
    pub(crate) is_complete: bool,
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
    /// A message as it stands in a stanza; `None` if its addresses are none. Without a `from` our own account speaks (RFC 6120 §8.1.2.1).
    pub(crate) fn read(cx: &mut Cx, element: Element, via: Via) -> Option<Self> {
        let from = match element.get("from") {
            Some(from) => from.parse().ok()?,
            None => Jid::from(cx.account.clone()?),
        };
        let to = match element.get("to") {
            Some(to) => Some(to.parse().ok()?),
            None => None,
        };
        Some(Self {
            local_id: cx.ids.local_id(),
            via,
            from,
            to,
            stanza_id: None,
            superseded: false,
            id: element.get("id").filter(|id| !id.is_empty()).map(str::to_owned),
            kind: element.get("type").unwrap_or("normal").to_owned(),
            error: StanzaError::of(&element),
            element,
            delayed: None,
            origin_id: None,
            mark: None,
            about: None,
            reply: None,
            format: Format::default(),
            stripped: None,
            is_complete: false,
        })
    }

    /// Our own account wrote it.
    pub(crate) fn is_own(&self, cx: &Cx) -> bool {
        cx.account.as_ref() == Some(self.from.bare())
    }

    /// The other person's address, of a message between them and us alone; rooms and headlines come with their own standards.
    pub(crate) fn chat(&self, cx: &Cx) -> Option<BareJid> {
        let account = cx.account.as_ref()?;
        let other = if self.is_own(cx) { self.to.as_ref()?.bare() } else { self.from.bare() };
        (matches!(self.kind.as_str(), "chat" | "normal") && other != account).then(|| other.clone())
    }

    /// A text from another person to us alone.
    pub(crate) fn is_direct_text(&self, cx: &Cx) -> bool {
        !self.is_own(cx) && self.chat(cx).is_some() && self.text().is_some()
    }

    /// Its text, if it has one.
    pub(crate) fn text(&self) -> Option<String> {
        self.stripped.clone().or_else(|| self.full_text())
    }

    /// The same with what is there for those who don't understand the rest.
    pub(crate) fn full_text(&self) -> Option<String> {
        self.element.child_text("body", ns::CLIENT).filter(|body| !body.is_empty())
    }

    /// It says something about the message of the id in this element of it, if there is one.
    pub(crate) fn says(&mut self, says: Says, name: &str, ns: &str) {
        // A line break ends the id in a message's name.
        let id = self.refers_to(name, ns).filter(|id| !id.contains('\n')).map(str::to_owned);
        if let Some(id) = id
            && self.about.as_ref().is_none_or(|(before, _)| *before < says)
        {
            self.about = Some((says, id));
        }
    }

    /// The chat and the `dedupe` key of the own message that an element of it refers to, as the word of another person about a message
    /// to them alone.
    pub(crate) fn refers(&self, cx: &Cx, name: &str, ns: &str) -> Option<(BareJid, String)> {
        let id = self.refers_to(name, ns)?;
        let account = cx.account.as_ref()?;
        let theirs = self.kind != "groupchat" && !self.is_own(cx);
        theirs.then(|| (self.from.bare().clone(), MessageRow::dedupe_key(account, id)))
    }

    /// The id that an element of it refers to.
    pub(crate) fn refers_to(&self, name: &str, ns: &str) -> Option<&str> {
        self.element.find(name, ns)?.get("id").filter(|id| !id.is_empty() && id.len() <= MAX_ID_BYTES)
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
