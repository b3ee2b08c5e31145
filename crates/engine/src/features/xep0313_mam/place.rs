//! Where the messages of a page stand, and what is missing then.
//!
//! The archive's order counts. Its stamps are often whole seconds and the server's clock is not ours, so a stamp only says roughly where
//! to stand; what is certain is: behind the gap's lower edge, before its upper one, and each message before the next.

use super::query::Query;
use model::{BareJid, Edge, Gap, Order, WallMs};
use stanza::{Element, ns};

/// A second in units of [`Order`], less one: of messages with the same stamp the last one stands at the second's end.
const SECOND: i64 = 999_999;

/// A message with its place.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) id: String,
    pub(super) at: WallMs,
    pub(super) order: Order,
    pub(super) message: Element,
}

/// A page with places, oldest message first.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) items: Vec<Placed>,
    /// The oldest message there is now; `None` if nothing before it is missing.
    pub(super) edge: Option<Edge>,
}

/// Nothing of what was asked for is before this page.
pub(super) fn is_complete(result: &Element) -> bool {
    let fin = result.find("fin", ns::MAM);
    matches!(fin.and_then(|fin| fin.get("complete")), Some("true" | "1"))
}

fn border(result: &Element, name: &str) -> Option<String> {
    result.find("fin", ns::MAM)?.find("set", ns::RSM)?.child_text(name, ns::RSM)
}

/// True if all that the answer speaks of has come. A question that was asked again on a stream that was taken up again is answered
/// twice, with other messages each time, and what was on its way when the stream broke may be missing.
pub(super) fn is_whole(query: &Query, result: &Element) -> bool {
    let is_here = |name| border(result, name).is_none_or(|id| query.place(&id).is_some());
    is_here("first") && is_here("last")
}

/// Gives every message of a page its place.
pub(super) fn page(gap: &Gap, chat: Option<&BareJid>, query: &Query, result: &Element) -> Page {
    let mut complete = is_complete(result);
    let mut found = query.found.as_slice();
    // Of an earlier answer to the same question there may be some missing in between.
    if let Some(at) = border(result, "first").and_then(|first| query.place(&first)) {
        found = found.get(at..).unwrap_or_default();
    }
    // Asked by time, a server also gives what we have.
    let known = gap.after.as_ref().and_then(|edge| edge.id.as_ref());
    if let Some(at) = found.iter().rposition(|item| Some(&item.id) == known) {
        found = found.get(at + 1..).unwrap_or_default();
        complete = true;
    }
    let upper = match chat {
        Some(chat) => gap.hole(chat).map_or(&gap.before, |(_, upper)| upper),
        None => &gap.before,
    };
    // What came by itself since the question was asked is there, and what came late beside it is asked for anew.
    if let Some(at) = found.iter().position(|item| upper.id.as_ref() == Some(&item.id)) {
        found = found.get(..at).unwrap_or_default();
    }
    let floor = gap.floor();
    let mut next = upper.order;
    let mut items = Vec::with_capacity(found.len());
    for item in found.iter().rev() {
        let stamp = Order(item.at.saturating_mul(1000).saturating_add(SECOND));
        next = if stamp > floor && stamp < next { stamp } else { Order(next.0 - 1) };
        items.push(Placed { id: item.id.clone(), at: item.at, order: next, message: item.message.clone() });
    }
    items.reverse();
    let oldest = items.first().map(|item| Edge { id: Some(item.id.clone()), at: item.at, order: item.order });
    let oldest = oldest.or_else(|| Some(upper.clone()));
    // A page that leads nowhere would be asked for for ever.
    let edge = oldest.filter(|edge| !complete && edge.id != query.upper);
    Page { items, edge }
}

/// Moves the upper edge down; true if nothing of the gap is left.
pub(super) fn shrink(gap: &mut Gap, chat: Option<&BareJid>, edge: Option<Edge>) -> bool {
    let Some(chat) = chat else {
        let Some(edge) = edge else { return true };
        gap.chats.retain(|(_, reached)| reached.as_ref().is_none_or(|reached| reached.order < edge.order));
        gap.before = edge;
        return false;
    };
    gap.chats.retain(|(known, _)| known != chat);
    gap.chats.push((chat.clone(), edge));
    false
}
