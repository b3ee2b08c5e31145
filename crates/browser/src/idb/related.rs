//! What messages say about messages, as JavaScript objects ([`super::rows`]).

use super::format;
use super::rows::{integer, jid, number, text};
use crate::js;
use js_sys::Array;
use model::{Edit, LocalId, MessageRow, Order, Reaction, Relation, RelationRow, Relations, Reply, Source};
use wasm_bindgen::JsValue;

fn list<T>(items: &[T], from: impl FnMut(&T) -> JsValue) -> JsValue {
    if items.is_empty() { JsValue::UNDEFINED } else { items.iter().map(from).collect::<Array>().into() }
}

fn texts(items: &[String]) -> JsValue {
    list(items, |item| text(item))
}

fn to_texts(row: &JsValue, key: &str) -> Vec<String> {
    js::list(row, key).iter().filter_map(JsValue::as_string).collect()
}

/// Adds what a message answers, and what was said about it, to its object. Most messages have nothing of it.
pub(super) fn add(row: &JsValue, message: &MessageRow) {
    if message.starred {
        js::set(row, "starred", &JsValue::TRUE);
    }
    if message.hidden {
        js::set(row, "hidden", &JsValue::TRUE);
    }
    if let Some(reply) = &message.reply {
        js::set(row, "reply", &from_reply(reply));
    }
    let Relations { original, original_format, edits, reactions, retracted } = &message.relations;
    if *retracted {
        js::set(row, "retracted", &JsValue::TRUE);
    }
    if let Some(original) = original {
        js::set(row, "original", &text(original));
        let shape = js::object(&[]);
        format::add(&shape, original_format);
        js::set(row, "original_format", &shape);
        let edit = |edit: &Edit| {
            let part = part(edit.order, edit.source, &edit.key);
            js::set(&part, "at", &number(edit.at));
            js::set(&part, "body", &text(&edit.body));
            format::add(&part, &edit.format);
            part
        };
        js::set(row, "edits", &list(edits, edit));
    }
    if !reactions.is_empty() {
        let reaction = |reaction: &Reaction| {
            let part = part(reaction.order, reaction.source, &reaction.key);
            js::set(&part, "from", &text(reaction.from.as_str()));
            js::set(&part, "emoji", &texts(&reaction.emoji));
            part
        };
        js::set(row, "reactions", &list(reactions, reaction));
    }
}

fn part(order: Order, source: Source, key: &str) -> JsValue {
    js::object(&[("order", number(order.0)), ("source", from_source(source)), ("key", text(key))])
}

const SOURCES: [(f64, Source); 3] = [(0.0, Source::Here), (1.0, Source::Archive), (2.0, Source::Arrival)];

fn from_source(source: Source) -> JsValue {
    SOURCES
        .iter()
        .find(|(_, known)| *known == source)
        .map_or(JsValue::UNDEFINED, |(number, _)| (*number).into())
}

fn to_source(row: &JsValue) -> Source {
    let number = js::get(row, "source").as_f64();
    SOURCES.iter().find(|(known, _)| Some(*known) == number).map_or(Source::Arrival, |(_, source)| *source)
}

/// What was said about a stored message.
pub(super) fn to_relations(row: &JsValue) -> Relations {
    let place = |part: &JsValue| Some((Order(integer(part, "order")), js::text(part, "key")?));
    let edit = |part: &JsValue| {
        let (order, key) = place(part)?;
        Some(Edit {
            order,
            source: to_source(part),
            key,
            at: integer(part, "at"),
            body: js::text(part, "body")?,
            format: format::read(part),
        })
    };
    let reaction = |part: &JsValue| {
        let (order, key) = place(part)?;
        Some(Reaction {
            order,
            source: to_source(part),
            key,
            from: jid(part, "from")?,
            emoji: to_texts(part, "emoji"),
        })
    };
    Relations {
        original: js::text(row, "original"),
        original_format: format::read(&js::get(row, "original_format")),
        edits: js::list(row, "edits").iter().filter_map(edit).collect(),
        reactions: js::list(row, "reactions").iter().filter_map(reaction).collect(),
        retracted: js::get(row, "retracted").is_truthy(),
    }
}

/// What a message answers.
pub(crate) fn from_reply(reply: &Reply) -> JsValue {
    js::object(&[
        ("author", text(reply.author.as_str())),
        ("id", text(&reply.id)),
        ("quote", text(&reply.quote)),
    ])
}

/// The same, stored.
pub(crate) fn to_reply(row: &JsValue, key: &str) -> Option<Reply> {
    let reply = js::get(row, key);
    Some(Reply {
        author: jid(&reply, "author")?,
        id: js::text(&reply, "id")?,
        quote: js::text(&reply, "quote")?,
    })
}

/// What is said about a message, to be stored.
pub(super) fn from_relation(said: &RelationRow) -> JsValue {
    let row = js::object(&[
        ("chat", text(said.chat.as_str())),
        ("order", number(said.order.0)),
        ("source", from_source(said.source)),
        ("id", text(&said.id.0)),
        ("from", text(said.from.as_str())),
        ("at", number(said.at)),
        ("key", text(&said.key)),
        ("targets", texts(&said.targets)),
        ("queued", said.queued.into()),
    ]);
    add_relation(&row, &said.relation);
    row
}

/// The same, stored; `None` if it is something else.
pub(super) fn to_relation(row: &JsValue) -> Option<RelationRow> {
    Some(RelationRow {
        chat: jid(row, "chat")?,
        order: Order(integer(row, "order")),
        source: to_source(row),
        id: LocalId(js::text(row, "id")?),
        from: jid(row, "from")?,
        at: integer(row, "at"),
        key: js::text(row, "key")?,
        targets: to_texts(row, "targets"),
        relation: read_relation(row)?,
        queued: js::get(row, "queued").is_truthy(),
    })
}

/// Adds what is said to an object.
pub(crate) fn add_relation(row: &JsValue, relation: &Relation) {
    let says = match relation {
        Relation::Edit { body, format, reply } => {
            js::set(row, "body", &text(body));
            format::add(row, format);
            js::set(row, "reply", &reply.as_ref().map_or(JsValue::UNDEFINED, from_reply));
            "edit"
        }
        Relation::Retract => "retract",
        Relation::React(emoji) => {
            js::set(row, "emoji", &texts(emoji));
            "react"
        }
    };
    js::set(row, "says", &text(says));
}

/// What an object says.
pub(crate) fn read_relation(row: &JsValue) -> Option<Relation> {
    Some(match js::text(row, "says")?.as_str() {
        "edit" => Relation::Edit {
            body: js::text(row, "body")?,
            format: format::read(row),
            reply: to_reply(row, "reply"),
        },
        "retract" => Relation::Retract,
        "react" => Relation::React(to_texts(row, "emoji")),
        _ => return None,
    })
}
