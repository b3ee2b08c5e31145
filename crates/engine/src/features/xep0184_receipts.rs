//! XEP-0184: Message Delivery Receipts. Ours ask for one; theirs are answered when they are on disk, for a receipt is a promise.
//!
//! Nobody but the contact can say that a message to them arrived, and nobody who may not see our presence gets a receipt: it would
//! tell that we are here (§8).

use crate::cx::Cx;
use crate::feature::Feature;
use crate::inbound::{Inbound, Via};
use crate::io::WriteToken;
use crate::requests::Never;
use crate::spec::Spec;
use model::{Applied, Jid, LocalId, Write};
use stanza::{Element, ns};

/// Receipts that wait for the disk or for a stream.
#[derive(Default)]
pub(crate) struct Receipts {
    due: Vec<Due>,
}

struct Due {
    to: Jid,
    kind: String,
    id: String,
    /// Only if this row was new: the archive has what was answered long ago, too.
    if_new: Option<LocalId>,
    /// The batch that stores the message, until that is committed.
    unsaved: Option<WriteToken>,
}

impl Feature for Receipts {
    type Pending = Never;
    const SPEC: Spec = Spec::xep(
        184,
        "Message Delivery Receipts",
        "1.4.0",
        "crates/engine/src/features/xep0184_receipts.rs",
    );
    const DISCO: &'static [&'static str] = &[ns::RECEIPTS];

    fn on_online(&mut self, cx: &mut Cx) {
        self.send_due(cx);
    }

    fn on_resumed(&mut self, cx: &mut Cx) {
        self.send_due(cx);
    }

    fn on_leave(&mut self) {
        self.due.clear();
    }

    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        if let Some((chat, key)) = message.refers(cx, "received", ns::RECEIPTS) {
            return cx.write(Write::Delivered { chat, key });
        }
        // Another device answers for what was sent to it, and nobody for the past.
        let archived = match message.via {
            Via::Live => None,
            Via::Archive { missed: true, .. } => Some(message.local_id.clone()),
            Via::Carbon | Via::Archive { .. } => return,
        };
        // What waited on the server while we were away is delivered now. A copy is answered again: the first receipt may be lost.
        if message.element.find("request", ns::RECEIPTS).is_some()
            && message.is_direct_text(cx)
            && cx.may_know_us(message.from.bare())
            && let Some(id) = message.short_id()
        {
            self.due.push(Due {
                to: message.from.clone(),
                kind: message.kind.clone(),
                id: id.to_owned(),
                if_new: archived,
                unsaved: Some(cx.token()),
            });
        }
    }

    fn on_committed(&mut self, cx: &mut Cx, token: WriteToken, applied: &Applied) {
        self.due.retain_mut(|due| {
            let saved = due.unsaved.take_if(|unsaved| *unsaved <= token).is_some();
            !saved || due.if_new.as_ref().is_none_or(|row| applied.inserted.contains(row))
        });
        self.send_due(cx);
    }

    fn on_send(&mut self, _: &mut Cx, message: &mut Element) {
        message.push(Element::new("request", ns::RECEIPTS));
    }
}

impl Receipts {
    fn send_due(&mut self, cx: &mut Cx) {
        if cx.bound.is_none() {
            return;
        }
        self.due.retain(|due| {
            if due.unsaved.is_some() {
                return true;
            }
            // Of the message's own type, and with nothing else in it (§5).
            let receipt = Element::new("message", ns::CLIENT)
                .attr("type", due.kind.as_str())
                .attr("to", due.to.to_string())
                .attr("id", cx.ids.id())
                .with(Element::new("received", ns::RECEIPTS).attr("id", due.id.as_str()));
            cx.send(&receipt);
            false
        });
    }
}
