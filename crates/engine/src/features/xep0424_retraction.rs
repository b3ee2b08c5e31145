//! XEP-0424: Message Retraction. The author takes a message back; what is left is that there was one.
//!
//! Only the author can (§5), which the store sees to ([`model::RelationRow`]); a retraction of somebody else's message does nothing at
//! all. What was taken back is gone from this device, its earlier texts included, and nothing that is said about it later brings it back.

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::features::xep0428_fallback as fallback;
use crate::inbound::{Inbound, Says};
use crate::requests::Never;
use crate::spec::Spec;
use stanza::{Element, ns};

/// For those who don't understand (§3.1).
const FALLBACK: &str = "/me retracted a previous message, but it's unsupported by your client.";

/// Keeps nothing.
#[derive(Default)]
pub(crate) struct Retraction;

impl Feature for Retraction {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(424, "Message Retraction", "0.4.2", "crates/engine/src/features/xep0424_retraction.rs");
    const DISCO: &'static [&'static str] = &[ns::RETRACTION];
    const STAGE: Stage = Stage::Unwrap;

    fn on_message(&mut self, _: &mut Cx, message: &mut Inbound) {
        message.says(Says::Retracts, "retract", ns::RETRACTION);
    }
}

/// Makes a message a retraction.
pub(crate) fn add(message: Element, id: &str) -> Element {
    message
        .with(Element::new("retract", ns::RETRACTION).attr("id", id))
        .with(fallback::of_all(ns::RETRACTION))
        .with(Element::new("body", ns::CLIENT).with_text(FALLBACK))
}
