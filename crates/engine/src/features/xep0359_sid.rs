//! XEP-0359: Unique and Stable Stanza IDs. Ours get an origin-id; theirs is read to recognise repeated copies.
//!
//! An origin-id is the sender's word: it is good for telling the sender's own copies apart and for nothing else (§5).

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::inbound::{Inbound, MAX_ID_BYTES};
use crate::requests::Never;
use crate::spec::Spec;
use stanza::{Element, ns};

/// Stateless.
#[derive(Default)]
pub(crate) struct StanzaIds;

impl Feature for StanzaIds {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(359, "Unique and Stable Stanza IDs", "0.7.0", "crates/engine/src/features/xep0359_sid.rs");
    const DISCO: &'static [&'static str] = &[ns::SID];
    const STAGE: Stage = Stage::Unwrap;

    fn on_message(&mut self, _: &mut Cx, message: &mut Inbound) {
        message.origin_id = message
            .element
            .find("origin-id", ns::SID)
            .and_then(|origin| origin.get("id"))
            .filter(|id| !id.is_empty() && id.len() <= MAX_ID_BYTES && !id.contains('\n'))
            .map(str::to_owned);
    }

    fn on_send(&mut self, _: &mut Cx, message: &mut Element) {
        if let Some(id) = message.get("id").map(str::to_owned) {
            message.push(origin_id(&id));
        }
    }
}

/// The id that a message has for life.
pub(crate) fn origin_id(id: &str) -> Element {
    Element::new("origin-id", ns::SID).attr("id", id)
}
