//! XEP-0308: Last Message Correction. A message takes the place of an earlier one of the same author.
//!
//! Only the author corrects: the bare addresses must be the same (§4), which the store sees to ([`model::RelationRow`]). Every correction
//! names the first message, not the one before. Who gets one whose message can't come any more sees it as a message of its own, for a text
//! that is not shown would be lost; as long as the archive may still bring that message it waits, for it would be shown twice. A
//! correction of somebody else's message is never shown.

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::inbound::{Inbound, Says};
use crate::requests::Never;
use crate::spec::Spec;
use stanza::{Element, ns};

/// Keeps nothing.
#[derive(Default)]
pub(crate) struct Correction;

impl Feature for Correction {
    type Pending = Never;
    const SPEC: Spec = Spec::xep(
        308,
        "Last Message Correction",
        "1.2.1",
        "crates/engine/src/features/xep0308_correction.rs",
    );
    const DISCO: &'static [&'static str] = &[ns::CORRECTION];
    const STAGE: Stage = Stage::Unwrap;

    fn on_message(&mut self, _: &mut Cx, message: &mut Inbound) {
        message.says(Says::Corrects, "replace", ns::CORRECTION);
    }
}

/// What makes a message a correction.
pub(crate) fn replace(id: &str) -> Element {
    Element::new("replace", ns::CORRECTION).attr("id", id)
}
