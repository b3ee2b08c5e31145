//! XEP-0393: Message Styling. Whoever asks hears that we show it; how is the business of `projection::styling`.

use crate::feature::Feature;
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
}
