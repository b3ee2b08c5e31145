//! Messages that say something about other messages: from the stanza to the row, and back.
//!
//! What they say is found out by the features of XEP-0308, XEP-0424 and XEP-0444; whether the sender may say it is up to the store, for
//! only that has the message they speak of ([`model::RelationRow`]).

use crate::cx::Cx;
use crate::features::rfc6121_chat::MAX_BODY_BYTES;
use crate::features::{
    xep0308_correction, xep0334_hints as hints, xep0359_sid, xep0382_spoilers as spoilers,
    xep0424_retraction, xep0444_reactions, xep0461_reply,
};
use crate::inbound::{Says, Via};
use model::{LocalId, MessageRow, MessageState, Relation, RelationRow, Source};
use stanza::{Element, ns};

/// What a message says about another one. `row` is the message that it would be by itself.
///
/// A direct message names the id that the other one's author gave it; in rooms it will be the id that the room gave. Whose message it is
/// nobody says. So it may be that of either person, and the store sees whether the sender may say that of it.
pub(crate) fn read(cx: &Cx, row: &MessageRow, says: Says, id: &str, via: Via) -> Option<RelationRow> {
    let relation = match says {
        Says::Corrects if row.body.is_empty() => return None,
        Says::Corrects => Relation::Edit { body: row.body.clone(), format: row.format.clone(), reply: None },
        Says::Retracts => Relation::Retract,
        Says::Reacts(emoji) => Relation::React(emoji),
    };
    let authors = [&row.chat, cx.account.as_ref()?];
    Some(RelationRow {
        chat: row.chat.clone(),
        order: row.order,
        source: if matches!(via, Via::Archive { .. }) { Source::Archive } else { Source::Arrival },
        id: row.id.clone(),
        from: row.from.clone(),
        at: row.at,
        key: row.dedupe.clone(),
        targets: authors.iter().map(|author| MessageRow::dedupe_key(author, id)).collect(),
        relation,
        queued: false,
    })
}

/// Says something about a message.
pub(crate) fn say(cx: &mut Cx, id: Option<&LocalId>, row: &MessageRow, relation: &Relation) {
    let Some(from) = cx.account.clone() else { return };
    let id = id.cloned().unwrap_or_else(|| cx.ids.local_id());
    // The same may be asked for twice, by pages that don't know of each other.
    let is_known = cx.outbox.get(&id).is_some();
    let may = match relation {
        Relation::React(_) => !row.relations.retracted,
        Relation::Retract => row.is_editable(),
        // A longer one would go out in parts, as messages do, and those are no correction.
        Relation::Edit { body, .. } => {
            row.is_editable() && !body.trim().is_empty() && body.len() <= MAX_BODY_BYTES
        }
    };
    if is_known || !may {
        return;
    }
    match relation {
        // Nobody has seen what it said before. Once corrected, it goes on as it began: the corrections know their order.
        Relation::Edit { body, format, .. } if !row.relations.is_edited() => {
            let (body, format) = (body.clone(), format.clone());
            if cx.reword(MessageRow { body, format, state: MessageState::Queued, ..row.clone() }) {
                return;
            }
        }
        Relation::Retract => cx.outbox.remember_retracted(id.clone(), row.clone()),
        _ => {}
    }
    // It comes after all that was said before, whatever the clock says.
    row.relations.newest().into_iter().for_each(|newest| cx.order_after(newest));
    let order = cx.order_now();
    cx.enqueue_relation(RelationRow {
        chat: row.chat.clone(),
        order,
        source: Source::Here,
        key: MessageRow::dedupe_key(&from, &id.0),
        id,
        from,
        at: cx.now.wall_ms,
        targets: vec![row.name()],
        relation: relation.clone(),
        queued: true,
    });
}

/// The stanza. It is no text of its own: nobody is asked for a receipt or a marker.
pub(crate) fn stanza(said: &RelationRow) -> Element {
    let message = Element::new("message", ns::CLIENT)
        .attr("type", "chat")
        .attr("to", said.chat.as_str())
        .attr("id", said.id.0.as_str())
        .with(xep0359_sid::origin_id(&said.id.0));
    let id = said.target_id();
    let message = match &said.relation {
        Relation::Edit { body, format, reply } => {
            let message = xep0461_reply::add_text(message, body, reply.as_ref());
            spoilers::add(message, format.spoiler.as_ref()).with(xep0308_correction::replace(id))
        }
        Relation::Retract => xep0424_retraction::add(message, id),
        Relation::React(emoji) => message.with(xep0444_reactions::reactions(id, emoji)),
    };
    // Whoever is not there hears of it later, also from archives that leave out what has no text (XEP-0334 §4.4).
    message.with(hints::store())
}
