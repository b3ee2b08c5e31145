//! From the outbox to the server's word that it has it.

use super::acks::Acks;
use crate::cx::Cx;
use crate::features::xep0199_ping::{Asked, ping};
use crate::features::{Features, rfc6121_chat};
use crate::io::Output;
use model::MessageState;

/// Sends what is due, in order, and asks the server to say that it has it.
pub(crate) fn flush(cx: &mut Cx, features: &mut Features) {
    if cx.bound.is_none() {
        return;
    }
    let mut sent = false;
    while let Some(row) = cx.outbox.next() {
        let id = row.id.clone();
        let mut message = rfc6121_chat::stanza(row);
        features.on_send(cx, &mut message);
        cx.send(&message);
        let count = cx.acks.sent();
        cx.outbox.mark_sent(&id, count);
        sent = true;
    }
    if sent {
        if cx.acks.is_enabled() {
            cx.output(Output::Send(Acks::request()));
        } else {
            let count = cx.acks.sent();
            ping(cx, Asked::HandledUpTo(count));
        }
    }
}

/// The server has everything up to number `count` of this stream.
pub(crate) fn acknowledged(cx: &mut Cx, count: u32) {
    for row in cx.outbox.take_acked(count) {
        cx.set_state(row.chat, row.id, MessageState::Sent);
    }
}
