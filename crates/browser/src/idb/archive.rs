//! What is known of the archive, as a JavaScript object.

use super::rows::{integer, jid, number, text};
use crate::js;
use js_sys::Array;
use model::{ArchiveHit, ArchiveRow, Edge, Gap, Order};
use wasm_bindgen::JsValue;

/// What is known of the archive, to be stored.
pub(super) fn from_archive(row: &ArchiveRow) -> JsValue {
    js::object(&[
        ("extended", row.extended.map_or(JsValue::UNDEFINED, JsValue::from)),
        ("cursor", from_edge(row.cursor.as_ref())),
        ("settled", from_edge(row.settled.as_ref())),
        ("gaps", from_gaps(&row.gaps)),
    ])
}

/// The same, stored.
pub(super) fn to_archive(row: &JsValue) -> ArchiveRow {
    ArchiveRow {
        extended: js::get(row, "extended").as_bool(),
        cursor: to_edge(&js::get(row, "cursor")),
        settled: to_edge(&js::get(row, "settled")),
        gaps: to_gaps(row, "gaps"),
    }
}

/// What is missing.
pub(crate) fn from_gaps(gaps: &[Gap]) -> JsValue {
    gaps.iter().map(from_gap).collect::<Array>().into()
}

/// The same, read.
pub(crate) fn to_gaps(row: &JsValue, key: &str) -> Vec<Gap> {
    js::list(row, key).iter().filter_map(to_gap).collect()
}

fn from_gap(gap: &Gap) -> JsValue {
    let chat = |(jid, edge): &(_, Option<Edge>)| chat_edge(jid, edge.as_ref());
    let chats: Array = gap.chats.iter().map(chat).collect();
    js::object(&[
        ("after", from_edge(gap.after.as_ref())),
        ("before", from_edge(Some(&gap.before))),
        ("chats", chats.into()),
    ])
}

fn chat_edge(jid: &model::BareJid, edge: Option<&Edge>) -> JsValue {
    Array::of2(&text(jid.as_str()), &from_edge(edge)).into()
}

fn to_gap(gap: &JsValue) -> Option<Gap> {
    let chats = js::list(gap, "chats");
    Some(Gap {
        after: to_edge(&js::get(gap, "after")),
        before: to_edge(&js::get(gap, "before"))?,
        chats: chats
            .iter()
            .filter_map(|pair| Some((jid(pair, "0")?, to_edge(&js::get(pair, "1")))))
            .collect(),
    })
}

fn from_edge(edge: Option<&Edge>) -> JsValue {
    edge.map_or(JsValue::UNDEFINED, |edge| {
        let id = edge.id.as_deref().map_or(JsValue::UNDEFINED, text);
        js::object(&[("id", id), ("at", number(edge.at)), ("order", number(edge.order.0))])
    })
}

/// A message that the server found, for another page.
pub(crate) fn from_hit(hit: &ArchiveHit) -> JsValue {
    js::object(&[
        ("chat", text(hit.chat.as_str())),
        ("id", text(&hit.id)),
        ("at", number(hit.at)),
        ("ours", hit.ours.into()),
        ("body", text(&hit.body)),
    ])
}

/// The same, from another page.
pub(crate) fn to_hit(hit: &JsValue) -> Option<ArchiveHit> {
    Some(ArchiveHit {
        chat: jid(hit, "chat")?,
        id: js::text(hit, "id")?,
        at: integer(hit, "at"),
        ours: js::get(hit, "ours").is_truthy(),
        body: js::text(hit, "body")?,
    })
}

fn to_edge(edge: &JsValue) -> Option<Edge> {
    edge.is_object().then(|| Edge {
        id: js::text(edge, "id"),
        at: integer(edge, "at"),
        order: Order(integer(edge, "order")),
    })
}
