//! XEP-0280: Message Carbons. What other devices of ours send and receive comes here, too.
//!
//! A copy counts only if our own bare address sent it (§Security; taking one from anybody has been a CVE in a dozen clients).

use crate::cx::Cx;
use crate::feature::Feature;
use crate::requests::IqError;
use crate::spec::Spec;
use stanza::{Element, ns};

/// Stateless.
#[derive(Default)]
pub(crate) struct Carbons;

/// That copies be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked;

impl From<Asked> for crate::requests::Pending {
    fn from(asked: Asked) -> Self {
        Self::Carbons(asked)
    }
}

/// What a message turned out to be.
pub(crate) enum Unwrapped<'a> {
    /// Itself.
    Plain,
    /// A copy of this one.
    Copy(&'a Element),
    /// A copy that is none.
    Forged,
}

impl Feature for Carbons {
    type Pending = Asked;
    const SPEC: Spec =
        Spec::xep(280, "Message Carbons", "1.0.1", "crates/engine/src/features/xep0280_carbons.rs");

    fn on_online(&mut self, cx: &mut Cx) {
        // Without asking first what the server can do: it saves a round trip, and a refusal costs nothing.
        if !cx.carbons {
            cx.iq("set", None, Element::new("enable", ns::CARBONS), Asked);
        }
    }

    fn on_reply(&mut self, _: &mut Cx, _: Asked, _: Result<&Element, IqError>) {
        // A server without carbons leaves the other devices' part to the archive.
    }
}

/// Takes the copy out of its wrapping.
pub(crate) fn unwrap<'a>(cx: &Cx, message: &'a Element) -> Unwrapped<'a> {
    let sent = message.find("sent", ns::CARBONS);
    let Some(wrapping) = sent.or_else(|| message.find("received", ns::CARBONS)) else {
        return Unwrapped::Plain;
    };
    let Some(account) = &cx.account else { return Unwrapped::Forged };
    let copy =
        wrapping.find("forwarded", ns::FORWARD).and_then(|forwarded| forwarded.find("message", ns::CLIENT));
    let by_us = message.get("from") == Some(account.as_str());
    match copy {
        Some(copy) if by_us && is_ours(account, copy, sent.is_some()) => Unwrapped::Copy(copy),
        _ => Unwrapped::Forged,
    }
}

/// What was sent comes from us, and what was received comes to us and from somebody else.
fn is_ours(account: &model::BareJid, copy: &Element, sent: bool) -> bool {
    let side = |name| copy.get(name).and_then(|jid| jid.parse::<model::Jid>().ok());
    let (from, to) = (side("from"), side("to"));
    let is_us = |jid: &Option<model::Jid>| jid.as_ref().is_some_and(|jid| jid.bare() == account);
    if sent { is_us(&from) } else { from.is_some() && !is_us(&from) && (to.is_none() || is_us(&to)) }
}
