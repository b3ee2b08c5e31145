//! XEP-0352: Client State Indication. While nobody looks, the server may keep back what can wait.
//!
//! A new stream begins as active. So should one that is taken up again (§6), but Prosody 0.12 goes on with the state of the page that
//! is gone (which said *inactive* as its last word) and has lost what would end it: five seconds later it stops to write, for good. So
//! there we always say what is true.
//!
//! What we say is no stanza: stream management does not count it, and it goes out ahead of what is said at the same time, so that a
//! ping after it is answered when everything kept back is here (§5).

use crate::cx::Cx;
use crate::feature::Feature;
use crate::io::Output;
use crate::requests::Never;
use crate::spec::Spec;
use stanza::{Element, ns};

/// What the server knows.
#[derive(Default)]
pub(crate) struct ClientState {
    inactive: bool,
}

impl Feature for ClientState {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(352, "Client State Indication", "1.0.0", "crates/engine/src/features/xep0352_csi.rs");

    fn on_online(&mut self, cx: &mut Cx) {
        self.inactive = false;
        self.tell(cx);
    }

    fn on_resumed(&mut self, cx: &mut Cx) {
        // Whatever the server believes.
        self.inactive = cx.is_visible();
        self.tell(cx);
    }

    fn on_visible(&mut self, cx: &mut Cx, _: bool) {
        self.tell(cx);
    }
}

impl ClientState {
    /// What the server offers is known, or somebody looks or no longer does.
    pub(crate) fn tell(&mut self, cx: &mut Cx) {
        let inactive = !cx.is_visible();
        if cx.bound.is_none()
            || cx.stream.is_unsure()
            || inactive == self.inactive
            || !cx.offers("csi", ns::CSI)
        {
            return;
        }
        self.inactive = inactive;
        let state = if inactive { "inactive" } else { "active" };
        cx.output(Output::Send(Element::new(state, ns::CSI).to_xml()));
    }
}
