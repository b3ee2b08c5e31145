//! XEP-0203: Delayed Delivery. When a message was written, if it had to wait on a server.

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::inbound::{Inbound, Via};
use crate::requests::Never;
use crate::spec::Spec;

/// Stateless.
#[derive(Default)]
pub(crate) struct Delay;

impl Feature for Delay {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(203, "Delayed Delivery", "2.0", "crates/engine/src/features/xep0203_delay.rs");
    const STAGE: Stage = Stage::Unwrap;

    fn on_message(&mut self, _: &mut Cx, message: &mut Inbound) {
        // The archive's word is the better one.
        if matches!(message.via, Via::Archive { .. }) {
            return;
        }
        message.delayed = stanza::delay::read(&message.element).map(|(_, stamp)| stamp);
    }
}
