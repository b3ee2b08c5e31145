//! XEP-0199: XMPP Ping. Answers pings; asks to learn whether a socket is alive, and, where the server has no stream
//! management, whether it has handled what was sent before.

use crate::cx::Cx;
use crate::feature::{Claim, Feature};
use crate::inbound::IqRequest;
use crate::requests::IqError;
use crate::spec::Spec;
use stanza::{Element, ns};

/// Stateless.
#[derive(Default)]
pub(crate) struct Ping;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Are you there? Every frame answers that; the reply itself means nothing.
    Alive,
    /// Have you handled everything up to this number of the stream?
    HandledUpTo(u32),
}

impl From<Asked> for crate::requests::Pending {
    fn from(asked: Asked) -> Self {
        Self::Ping(asked)
    }
}

impl Feature for Ping {
    type Pending = Asked;
    const SPEC: Spec = Spec::xep(199, "XMPP Ping", "2.0.1", "crates/engine/src/features/xep0199_ping.rs");
    const DISCO: &'static [&'static str] = &[ns::PING];
    const CLAIMS: &'static [Claim] = &[Claim { name: "ping", ns: ns::PING }];

    fn on_iq(&mut self, _: &mut Cx, iq: &IqRequest) -> Result<Option<Element>, &'static str> {
        if iq.set { Err("bad-request") } else { Ok(None) }
    }

    fn on_reply(&mut self, cx: &mut Cx, asked: Asked, reply: Result<&Element, IqError>) {
        // "I don't know pings" is an answer, too.
        if let (Asked::HandledUpTo(count), Ok(_) | Err(IqError::Refused(_))) = (asked, reply) {
            crate::session::delivery::acknowledged(cx, count);
        }
    }
}

/// Sends a ping to our own server.
pub(crate) fn ping(cx: &mut Cx, asked: Asked) {
    let domain = cx.account.as_ref().and_then(|account| model::BareJid::new(None, account.domain()).ok());
    cx.iq("get", domain.as_ref(), Element::new("ping", ns::PING), asked);
}
