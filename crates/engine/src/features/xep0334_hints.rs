//! XEP-0334: Message Processing Hints, for those who send messages that are no texts.

use crate::spec::Spec;
use stanza::{Element, ns};

/// What this file implements.
pub(crate) const SPEC: Spec =
    Spec::xep(334, "Message Processing Hints", "0.5.0", "crates/engine/src/features/xep0334_hints.rs");

/// Whoever is not there hears of it later (§4.4).
pub(crate) fn store() -> Element {
    Element::new("store", ns::HINTS)
}

/// It is about this very moment (§4.2).
pub(crate) fn no_store() -> Element {
    Element::new("no-store", ns::HINTS)
}
