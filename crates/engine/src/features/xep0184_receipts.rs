//! XEP-0184: Message Delivery Receipts. Ours ask for one; theirs are answered when they are on disk, for a receipt is a promise.
//!
//! Nobody but the contact can say that a message to them arrived, and nobody who may not see our presence gets a receipt: it would
//! tell that we are here (§8).
//!
//! What we owe is on disk with the message, until the server has it ([`crate::owed`]). It goes to the device that asked; if that is
//! not there any more, or lives on in the server only, the others hear of it by a carbon copy or from the archive.

use crate::cx::Cx;
use crate::feature::Feature;
use crate::features::xep0334_hints as hints;
use crate::inbound::{Inbound, Via};
use crate::requests::Never;
use crate::spec::Spec;
use model::{BareJid, OwedRow, Write};
use stanza::{Element, ns};

/// Keeps nothing.
#[derive(Default)]
pub(crate) struct Receipts;

impl Feature for Receipts {
    type Pending = Never;
    const SPEC: Spec = Spec::xep(
        184,
        "Message Delivery Receipts",
        "1.4.0",
        "crates/engine/src/features/xep0184_receipts.rs",
    );
    const DISCO: &'static [&'static str] = &[ns::RECEIPTS];

    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        if let Some((chat, key)) = message.refers(cx, "received", ns::RECEIPTS) {
            return cx.write(Write::Delivered { chat, key });
        }
        // Another device answers for what was sent to it, and nobody for the past. A copy of what was sent to the person came between our
        // log-in and our presence: whom it went to may be nobody but the stream that we have lost.
        let archived = match message.via {
            Via::Live => None,
            Via::Archive { missed: true, .. } => Some(message.local_id.clone()),
            Via::Carbon if message.element.get("to") == cx.account.as_ref().map(BareJid::as_str) => None,
            Via::Carbon | Via::Archive { .. } => return,
        };
        // What waited on the server while we were away is delivered now. A copy is answered again: the first receipt may be lost.
        if message.element.find("request", ns::RECEIPTS).is_some()
            && message.is_direct_text(cx)
            && cx.may_know_us(message.from.bare())
            && let Some(id) = message.short_id()
        {
            let (to, kind, id) = (message.from.clone(), message.kind.clone(), id.to_owned());
            cx.owe(OwedRow { to, kind, id }, archived);
        }
    }

    fn on_send(&mut self, _: &mut Cx, message: &mut Element) {
        message.push(Element::new("request", ns::RECEIPTS));
    }
}

/// The stanza: of the message's own type (§5), and with nothing else in it but the word that whoever is not there wants to hear of it,
/// without which some archives (ejabberd's) leave out what has no text.
pub(crate) fn stanza(cx: &mut Cx, row: &OwedRow) -> Element {
    Element::new("message", ns::CLIENT)
        .attr("type", row.kind.as_str())
        .attr("to", row.to.to_string())
        .attr("id", cx.ids.id())
        .with(Element::new("received", ns::RECEIPTS).attr("id", row.id.as_str()))
        .with(hints::store())
}
