//! XEP-0393: Message Styling. Whoever asks hears that we show it; how is the business of `projection::styling`. A sender can say that what
//! looks like it is none (§5).

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::inbound::Inbound;
use crate::requests::Never;
use crate::spec::Spec;
use stanza::ns;

/// Stateless.
#[derive(Default)]
pub(crate) struct Styling;

impl Feature for Styling {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(393, "Message Styling", "1.1.1", "crates/engine/src/features/xep0393_styling.rs");
    const DISCO: &'static [&'static str] = &[ns::STYLING];
    const STAGE: Stage = Stage::Unwrap;

    fn on_message(&mut self, _: &mut Cx, message: &mut Inbound) {
        message.format.unstyled = message.element.find("unstyled", ns::STYLING).is_some();
    }
}
