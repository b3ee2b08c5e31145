//! From the outbox to the server's word that it has it.

use super::sm::Content;
use crate::cx::Cx;
use crate::features::xep0199_ping::{Asked, ping};
use crate::features::{Features, rfc6121_chat};
use crate::io::Output;
use model::{FailReason, Jid, MessageState};
use stanza::Element;

/// Every server takes a stanza of this many bytes (RFC 6120 §13.12); some refuse more by ending the stream.
const EVERY_SERVER_TAKES: usize = 10_000;

/// Sends what is due, in order, and asks the server to say that it has it.
pub(crate) fn flush(cx: &mut Cx, features: &mut Features) {
    if cx.bound.is_none() {
        return;
    }
    fail_poison(cx);
    let resumable = cx.stream.is_resumable();
    while !cx.hold
        && cx.stream.has_room()
        && let Some((id, unsaved)) = cx.outbox.number_next()
    {
        // With resumption the number has to be on disk, too: it is part of the batch of this input.
        let unsaved = if resumable { Some(cx.token()) } else { unsaved };
        cx.stream.push_message(id, unsaved);
    }
    if send(cx, features) {
        if cx.stream.is_enabled() {
            ask(cx, true);
        } else {
            ping(cx, Asked::HandledUpTo(cx.stream.last_out()));
            send(cx, features);
        }
    }
    ask(cx, false);
}

/// Sends what may go out; true if there was a message among it.
fn send(cx: &mut Cx, features: &mut Features) -> bool {
    let mut messages = false;
    while let Some(content) = cx.stream.next() {
        let xml = match content {
            Content::Stanza(xml) => xml,
            Content::Message(id) => {
                // What has a number and did not go out is in the outbox.
                let Some(row) = cx.outbox.get(&id) else { continue };
                let mut message = rfc6121_chat::stanza(row);
                features.on_send(cx, &mut message);
                messages = true;
                message.to_xml()
            }
        };
        cx.output(Output::Send(xml));
    }
    messages
}

fn ask(cx: &mut Cx, at_once: bool) {
    if let Some(request) = cx.stream.ask(at_once, cx.now.mono_ms) {
        cx.output(Output::Send(request));
    }
}

/// The server has taken the stream up again. Returns our address on it, and whether the session has to be set up; `None` if
/// it speaks of another one.
pub(crate) fn resumed(cx: &mut Cx, answer: &Element) -> Option<(Jid, bool)> {
    let handled = answer.get("h")?.parse().ok()?;
    acknowledged(cx, handled);
    fail_poison(cx);
    let Cx { outbox, stream, .. } = cx;
    stream.retain_messages(|id| outbox.get(id).is_some());
    let token = cx.token();
    cx.stream.on_resumed(answer, handled, token)
}

/// The stream ended by itself.
pub(crate) fn ended(cx: &mut Cx) {
    let Cx { outbox, stream, .. } = cx;
    stream.ended(|id| {
        outbox.get(id).is_some_and(|row| rfc6121_chat::stanza(row).to_xml().len() > EVERY_SERVER_TAKES)
    });
}

/// A message that ends every stream is not sent once more: it is said to have failed, and what waits behind it can go.
fn fail_poison(cx: &mut Cx) {
    if let Some(row) = cx.stream.take_poison().and_then(|id| cx.outbox.remove(&id)) {
        cx.set_state(row.chat, row.id, MessageState::Failed(FailReason::Refused));
    }
}

/// The server has everything up to this number of the stream.
pub(crate) fn acknowledged(cx: &mut Cx, handled: u32) {
    for id in cx.stream.acknowledged(handled) {
        if let Some(row) = cx.outbox.acknowledged(&id) {
            cx.sent(row);
        }
    }
}
