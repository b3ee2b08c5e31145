//! RFC 6121 §5: one-to-one text messages.

use crate::cx::Cx;
use crate::feature::Feature;
use crate::features::{xep0382_spoilers as spoilers, xep0461_reply};
use crate::inbound::{Inbound, Says, Via};
use crate::io::WriteToken;
use crate::outbox::Outgoing;
use crate::relations;
use crate::requests::Never;
use crate::spec::Spec;
use model::{
    Applied, BareJid, Command, Direction, Event, FailReason, Format, LocalId, MessageRow, MessageState,
    Relations, Reply, Write,
};
use sha2::{Digest, Sha256};
use stanza::{Element, StanzaError, base64, ns};

/// Turns stanzas into rows and rows into stanzas.
#[derive(Default)]
pub(crate) struct Chat {
    /// Deletions, each with the batch that has it: a row leaves the screen when it has left the disk, or a reload would bring it back.
    deleting: Vec<(WriteToken, BareJid, LocalId)>,
}

/// Ids of at least this many characters are drawn, not counted.
const LONG_ID: usize = 16;

/// A message above this many bytes would make some servers close the stream for good (Prosody: 256 KiB a stanza).
/// A longer text goes out in parts.
pub(crate) const MAX_BODY_BYTES: usize = 60 * 1024;

impl Feature for Chat {
    type Pending = Never;
    const SPEC: Spec = Spec::rfc(
        6121,
        "Instant Messaging and Presence: messages",
        "crates/engine/src/features/rfc6121_chat.rs",
    );

    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        let Some(chat) = message.chat(cx) else { return };
        let Some(body) = message.text().or_else(|| message.about.as_ref().map(|_| String::new())) else {
            return;
        };
        let own = message.is_own(cx);
        let origin = origin_id(message, own);
        if own {
            // Nobody sends us our own messages but our server, as copies.
            if message.via == Via::Live {
                return;
            }
            if let Some(id) = origin.map(|id| LocalId(id.to_owned()))
                && let Some(doubtful) = cx.outbox.is_doubtful(&id)
            {
                // What waits for another try is there because of the first one, which came back.
                if !doubtful {
                    return;
                }
                if let Some(row) = cx.outbox.remove(&id) {
                    cx.sent(row);
                }
            }
        }
        let from = message.from.bare().clone();
        let dedupe = dedupe(message, origin, &from);
        let alias = alias(message, &from).filter(|alias| *alias != dedupe);
        // A stamp from the future is a wrong clock.
        let stamp = message.delayed.filter(|stamp| *stamp <= cx.now.wall_ms);
        let order = match (message.via, stamp) {
            (Via::Archive { order, .. }, _) => order,
            (_, Some(stamp)) => cx.order_at(&chat, stamp),
            (_, None) => cx.order_now(),
        };
        let is_history = matches!(message.via, Via::Archive { missed: false, .. });
        let row = MessageRow {
            chat,
            order,
            id: message.local_id.clone(),
            from,
            direction: if own { Direction::Out } else { Direction::In },
            body,
            at: message.delayed.unwrap_or(cx.now.wall_ms).min(cx.now.wall_ms),
            state: if own { MessageState::Sent } else { MessageState::Received },
            dedupe,
            stanza_id: message.stanza_id.clone(),
            mark: message.mark.take().filter(|_| !own && !is_history),
            alias,
            reply: message.reply.take(),
            format: std::mem::take(&mut message.format),
            starred: false,
            hidden: false,
            relations: Relations::default(),
            reached: model::Reached::default(),
        };
        let Some((says, id)) = message.about.take() else {
            return cx.receive(row, message.via, message.delayed.is_some());
        };
        let stands_alone = says == Says::Corrects && message.is_complete;
        if let Some(said) = relations::read(cx, &row, says, &id, message.via) {
            cx.relate(said, stands_alone.then_some(row), message.via);
        }
    }

    fn on_message_error(&mut self, cx: &mut Cx, message: &Inbound) {
        let Some(id) = message.id.clone().map(LocalId) else { return };
        // News of an earlier try.
        if message.via != Via::Live && cx.outbox.is_doubtful(&id) == Some(false) {
            return;
        }
        // It is found by chat and id, so nobody but the contact's side can fail a message to that contact.
        let chat = message.from.bare();
        let reason = message.error.as_ref().map_or(FailReason::Other(String::new()), fail_reason);
        match cx.outbox.take_back(&id, chat) {
            Some(row @ Outgoing::Relation(_)) => cx.failed(row, reason),
            _ => cx.set_state(chat.clone(), id, MessageState::Failed(reason)),
        }
    }

    fn on_command(&mut self, cx: &mut Cx, command: &Command) {
        match command {
            Command::SendText { chat, body, reply, spoiler } => {
                let id = cx.ids.local_id();
                send_text(cx, chat, &id, body, reply.as_ref(), spoiler.as_deref());
            }
            // The same may be asked for twice, by pages that don't know of each other.
            Command::SendAs { id, chat, body, reply, spoiler } if cx.outbox.get(id).is_none() => {
                send_text(cx, chat, id, body, reply.as_ref(), spoiler.as_deref());
            }
            Command::Relate { id, row, relation } => relations::say(cx, id.as_ref(), row, relation),
            Command::Star { chat, id, on } => {
                cx.write(Write::Star { chat: chat.clone(), id: id.clone(), on: *on });
            }
            Command::DeleteForMe { chat, id } => {
                cx.write(Write::Hide { chat: chat.clone(), id: id.clone() });
            }
            Command::Retry(row) if matches!(row.state, MessageState::Failed(_)) => {
                cx.requeue(MessageRow { state: MessageState::Queued, ..row.clone() });
            }
            Command::Delete(row) if matches!(row.state, MessageState::Failed(_)) => {
                let (chat, id) = (row.chat.clone(), row.id.clone());
                cx.write(Write::Delete { chat: chat.clone(), id: id.clone() });
                self.deleting.push((cx.token(), chat, id));
            }
            _ => {}
        }
    }

    fn on_committed(&mut self, cx: &mut Cx, token: WriteToken, _: &Applied) {
        self.deleting.retain(|(unsaved, chat, id)| {
            if *unsaved <= token {
                cx.emit(Event::MessageDeleted { chat: chat.clone(), id: id.clone() });
            }
            *unsaved > token
        });
    }

    fn on_leave(&mut self) {
        self.deleting.clear();
    }
}

/// The id the sender gave it for life. Of our own devices a long `id` will do: they know better than to count.
fn origin_id(message: &Inbound, own: bool) -> Option<&str> {
    let id = message.id.as_deref().filter(|id| own && id.len() >= LONG_ID);
    message.origin_id.as_deref().or(id)
}

/// What a second copy of this message would have in common with it. A message shown twice is a nuisance, a message taken for a copy is
/// lost: without any id every message is one of its own.
fn dedupe(message: &Inbound, origin: Option<&str>, from: &BareJid) -> String {
    match (origin, &message.id) {
        (Some(origin), _) => MessageRow::dedupe_key(from, origin),
        (None, Some(id)) => {
            let resource = message.from.resource().unwrap_or_default();
            let text = match &message.about {
                // Its text, if it has one, is always the same.
                Some((Says::Reacts(emoji), _)) => emoji.concat(),
                _ => message.full_text().unwrap_or_default(),
            };
            MessageRow::weak_key(from, id, resource, &base64::encode(Sha256::digest(text)))
        }
        (None, None) => MessageRow::dedupe_key(from, &message.local_id.0),
    }
}

/// The name that the `id` of its stanza gives a message, beside that of its origin-id: corrections and retractions speak of the one,
/// replies and reactions of the other. Without an origin-id only an id that was drawn means one message for good.
fn alias(message: &Inbound, from: &BareJid) -> Option<String> {
    let id = message.short_id().filter(|id| id.len() >= LONG_ID && !id.contains('\n'))?;
    Some(MessageRow::dedupe_key(from, id))
}

/// The stanza of a row.
pub(crate) fn stanza(row: &MessageRow) -> Element {
    let message = Element::new("message", ns::CLIENT)
        .attr("type", "chat")
        .attr("to", row.chat.as_str())
        .attr("id", row.id.0.as_str());
    // What was corrected meanwhile goes out as it was written: the correction follows.
    let original = row.relations.original.as_ref().map(|text| (text, &row.relations.original_format));
    let (text, format) = original.unwrap_or((&row.body, &row.format));
    spoilers::add(xep0461_reply::add_text(message, text, row.reply.as_ref()), format.spoiler.as_ref())
}

fn send_text(
    cx: &mut Cx,
    chat: &BareJid,
    id: &LocalId,
    body: &str,
    reply: Option<&Reply>,
    spoiler: Option<&str>,
) {
    if body.trim().is_empty() {
        return;
    }
    for (at, part) in parts(body).into_iter().enumerate() {
        let id = if at == 0 { id.clone() } else { LocalId([&id.0, "-", &at.to_string()].concat()) };
        send(cx, chat, id, part, reply.filter(|_| at == 0).cloned(), spoiler);
    }
}

fn send(cx: &mut Cx, chat: &BareJid, id: LocalId, body: &str, reply: Option<Reply>, spoiler: Option<&str>) {
    let Some(from) = cx.account.clone() else { return };
    let order = cx.order_now();
    cx.enqueue(MessageRow {
        at: cx.now.wall_ms,
        reply,
        format: Format::of_spoiler(spoiler.map(spoilers::hint)),
        ..MessageRow::new(Direction::Out, chat.clone(), from, id, order, body.to_owned())
    });
}

/// A text in parts that servers carry, none of them cut inside a character.
fn parts(mut text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    while let Some((part, rest)) = first_part(text) {
        parts.push(part);
        text = rest;
    }
    parts.push(text);
    parts
}

/// The first part and the rest of a text that is too long for one.
fn first_part(text: &str) -> Option<(&str, &str)> {
    let mut bytes = 0;
    let (end, _) = text.char_indices().find(|(_, letter)| {
        // What has a meaning of its own in XML goes out as `&amp;` and the like.
        bytes += if matches!(letter, '&' | '<' | '>' | '\r') { "&amp;".len() } else { letter.len_utf8() };
        bytes > MAX_BODY_BYTES
    })?;
    text.split_at_checked(end)
}

fn fail_reason(error: &StanzaError) -> FailReason {
    match error.condition.as_str() {
        "item-not-found" | "service-unavailable" | "jid-malformed" | "gone" | "recipient-unavailable" => {
            FailReason::NoSuchAddress
        }
        "remote-server-not-found" | "remote-server-timeout" => FailReason::ServerUnreachable,
        "forbidden"
        | "not-allowed"
        | "not-acceptable"
        | "policy-violation"
        | "not-authorized"
        | "subscription-required"
        | "registration-required" => FailReason::Refused,
        other => FailReason::Other(error.text.clone().unwrap_or_else(|| other.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BODY_BYTES, parts};

    #[test]
    fn what_xml_makes_longer_counts_as_what_it_becomes() {
        for letter in ["&", "<", ">", "\r", "\"", "'", "a", "鸟", "\u{1f426}"] {
            let long = letter.repeat(MAX_BODY_BYTES);
            let parts = parts(&long);
            assert_eq!(parts.concat(), long);
            for part in parts {
                let body = stanza::Element::new("body", stanza::ns::CLIENT).with_text(part).to_xml();
                assert!(body.len() <= MAX_BODY_BYTES + 60, "{} bytes of {letter:?}", body.len());
            }
        }
    }

    #[test]
    fn a_long_text_becomes_several_messages_and_loses_nothing() {
        assert_eq!(parts("你好"), ["你好"]);
        let long = "鸟".repeat(50_000);
        let parts = parts(&long);
        assert!(parts.len() > 1 && parts.iter().all(|part| part.len() <= MAX_BODY_BYTES));
        assert_eq!(parts.concat(), long);
    }
}
