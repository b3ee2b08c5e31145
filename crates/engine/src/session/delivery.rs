//! From the outbox to the server's word that it has it.

use super::sm::Content;
use crate::cx::Cx;
use crate::features::xep0199_ping::{Asked, ping};
use crate::features::{Features, rfc6121_chat, xep0184_receipts, xep0333_markers};
use crate::io::Output;
use crate::outbox::Outgoing;
use crate::owed::Debt;
use crate::relations;
use model::{FailReason, Jid};
use stanza::Element;

/// Every server takes a stanza of this many bytes (RFC 6120 §13.12); some refuse more by ending the stream.
const EVERY_SERVER_TAKES: usize = 10_000;

/// Sends what is due, in order, and asks the server to say that it has it.
pub(crate) fn flush(cx: &mut Cx, features: &mut Features) {
    if cx.bound.is_none() {
        return;
    }
    fail_poison(cx);
    number_owed(cx);
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

/// What contacts are to hear gets its numbers; what they are not to hear any more is forgotten.
fn number_owed(cx: &mut Cx) {
    while let Some((name, debt)) = cx.owed.number_next() {
        let (who, is_told) = match &debt {
            Debt::Receipt(row) => (row.to.bare(), true),
            Debt::Marker(chat, _) => (chat, cx.tells_read(chat)),
        };
        if !is_told || !cx.may_know_us(who) {
            cx.owed.remove(name);
            cx.paid(debt);
            continue;
        }
        let stanza = match &debt {
            Debt::Receipt(row) => xep0184_receipts::stanza(cx, row),
            Debt::Marker(chat, id) => xep0333_markers::stanza(cx, chat, id),
        };
        cx.stream.push_owed(name, stanza.to_xml());
    }
}

/// Sends what may go out; true if the server has to say that it has some of it.
fn send(cx: &mut Cx, features: &mut Features) -> bool {
    let mut asks = false;
    while let Some(content) = cx.stream.next() {
        let xml = match content {
            Content::Stanza(xml) => xml,
            Content::Owed(_, xml) => {
                asks = true;
                xml
            }
            Content::Message(id) => {
                // What has a number and did not go out is in the outbox.
                let Some(row) = cx.outbox.get(&id) else { continue };
                let mut message = stanza(row);
                if matches!(row, Outgoing::Message(_)) {
                    features.on_send(cx, &mut message);
                }
                asks = true;
                message.to_xml()
            }
        };
        cx.output(Output::Send(xml));
    }
    asks
}

/// The stanza of what goes out, but for what every text has in common.
fn stanza(row: &Outgoing) -> Element {
    match row {
        Outgoing::Message(row) => rfc6121_chat::stanza(row),
        Outgoing::Relation(row) => relations::stanza(row),
    }
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
    stream.ended(|id| outbox.get(id).is_some_and(|row| stanza(row).to_xml().len() > EVERY_SERVER_TAKES));
}

/// A message that ends every stream is not sent once more: it is said to have failed, and what waits behind it can go.
fn fail_poison(cx: &mut Cx) {
    if let Some(row) = cx.stream.take_poison().and_then(|id| cx.outbox.remove(&id)) {
        cx.failed(row, FailReason::Refused);
    }
}

/// The server has everything up to this number of the stream.
pub(crate) fn acknowledged(cx: &mut Cx, handled: u32) {
    let (messages, owed) = cx.stream.acknowledged(handled);
    for name in owed {
        if let Some(debt) = cx.owed.remove(name) {
            cx.paid(debt);
        }
    }
    for id in messages {
        if let Some(row) = cx.outbox.acknowledged(&id) {
            cx.sent(row);
        }
    }
}
