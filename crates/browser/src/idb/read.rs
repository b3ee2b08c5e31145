//! Reading: everything a start needs, and pages of a chat.

use super::archive;
use super::related;
use super::rows::{self, float, text};
use super::schema::{
    ALIAS, ARCHIVE, CAPABILITIES, CHATS, DEDUPE, DEVICES, EDITED, ID, MESSAGES, META, OUTBOX, OWED, REQUESTS,
    ROSTER, ROSTER_VERSION, SESSION, STARRED, STREAM,
};
use super::tx::{Result, Tx, range};
use indexed_db_futures::database::Database;
use model::{BareJid, LocalId, MessageRow, PageAt, Saved};
use wasm_bindgen::JsValue;

/// All requests are under way before the first answer is waited for.
pub(super) async fn load(db: &Database) -> Result<Saved> {
    let tx = Tx::reading(db, &[META, ROSTER, CHATS, OUTBOX, DEVICES])?;
    let session = tx.get(META, &text(SESSION))?;
    let roster_version = tx.get(META, &text(ROSTER_VERSION))?;
    let stream = tx.get(META, &text(STREAM))?;
    let requests = tx.get(META, &text(REQUESTS))?;
    let archive = tx.get(META, &text(ARCHIVE))?;
    let capabilities = tx.get(META, &text(CAPABILITIES))?;
    // No address begins with the last of all characters.
    let owed = tx.get_all(META, &range(text(OWED), text(&[OWED, "\u{ffff}"].concat()))?)?;
    let devices = tx.get_all(DEVICES, &JsValue::UNDEFINED)?;
    let roster = tx.get_all(ROSTER, &JsValue::UNDEFINED)?;
    let chats = tx.get_all(CHATS, &JsValue::UNDEFINED)?;
    let outbox = tx.get_all(OUTBOX, &JsValue::UNDEFINED)?;

    let mut saved = Saved {
        session: session.value().await?.and_then(|row| rows::to_session(&row)),
        roster_version: roster_version.value().await?.and_then(|row| row.as_string()).unwrap_or_default(),
        roster: roster.values().await?.iter().filter_map(rows::to_contact).collect(),
        chats: chats.values().await?.iter().filter_map(rows::to_chat).collect(),
        outbox: Vec::new(),
        relations: Vec::new(),
        owed: owed.values().await?.iter().filter_map(rows::to_owed).collect(),
        stream: stream.value().await?.and_then(|row| rows::to_stream(&row)),
        devices: devices.values().await?.iter().filter_map(rows::to_device).collect(),
        requests: requests.value().await?.map(|row| rows::to_requests(&row)).unwrap_or_default(),
        archive: archive.value().await?.map(|row| archive::to_archive(&row)).unwrap_or_default(),
        capabilities: capabilities.value().await?.map(|row| rows::to_capabilities(&row)).unwrap_or_default(),
        shared: false,
    };
    for row in outbox.values().await? {
        match related::to_relation(&row) {
            Some(said) => saved.relations.push(said),
            None => saved.outbox.extend(rows::to_message(&row)),
        }
    }
    saved.chats.sort_by(|a, b| b.order.cmp(&a.order).then_with(|| a.chat.cmp(&b.chat)));
    Ok(saved)
}

/// A page anywhere in a chat.
pub(super) async fn page(
    db: &Database,
    chat: &BareJid,
    at: &PageAt,
    limit: usize,
) -> Result<Vec<MessageRow>> {
    let tx = Tx::reading(db, &[MESSAGES])?;
    let found = match at {
        PageAt::Message(id) => row(&tx, id).await?.filter(|row| row.chat == *chat),
        _ => None,
    };
    let around = found.map(|row| PageAt::Around(row.order));
    let (place, before, after) = around.as_ref().unwrap_or(at).sides(limit);
    let place = float(place.0);
    let mut page = shown_before(&tx, chat.as_str(), place, before).await?;
    page.extend(shown_from(&tx, chat.as_str(), place, after).await?);
    Ok(page)
}

/// The last messages before a place, oldest first. What is not to be shown is replaced by what is before it.
async fn shown_before(tx: &Tx<'_>, chat: &str, place: f64, limit: usize) -> Result<Vec<MessageRow>> {
    let (mut order, mut id) = (place, String::new());
    let mut page: Vec<MessageRow> = Vec::new();
    loop {
        let left = limit.saturating_sub(page.len());
        let mut rows = rows_before(tx, chat, order, &id, count(left)).await?;
        let is_last = rows.len() < left;
        let Some(oldest) = rows.first() else { return Ok(page) };
        (order, id) = (float(oldest.order.0), oldest.id.0.clone());
        rows.retain(|row| !row.hidden);
        rows.append(&mut page);
        page = rows;
        if is_last {
            return Ok(page);
        }
    }
}

/// The first messages from a place on, oldest first. What is not to be shown is replaced by what is after it.
async fn shown_from(tx: &Tx<'_>, chat: &str, place: f64, limit: usize) -> Result<Vec<MessageRow>> {
    let mut order = place;
    let mut page: Vec<MessageRow> = Vec::new();
    loop {
        let left = limit.saturating_sub(page.len());
        if left == 0 {
            return Ok(page);
        }
        let rows = rows_from(tx, chat, order, Some(count(left))).await?;
        let is_last = rows.len() < left;
        let Some(newest) = rows.last() else { return Ok(page) };
        // Places are unique within a chat.
        order = float(newest.order.0 + 1);
        page.extend(rows.into_iter().filter(|row| !row.hidden));
        if is_last {
            return Ok(page);
        }
    }
}

fn count(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

/// Every message that the person wants to find again, the newest first.
pub(super) async fn starred(db: &Database) -> Result<Vec<MessageRow>> {
    let tx = Tx::reading(db, &[META, MESSAGES])?;
    // No id begins with the last of all characters.
    let ids =
        tx.get_all(META, &range(text(STARRED), text(&[STARRED, "\u{ffff}"].concat()))?)?.values().await?;
    let answers = ids.iter().map(|id| tx.get_by(MESSAGES, ID, id)).collect::<Result<Vec<_>>>()?;
    let mut rows = Vec::new();
    for answer in answers {
        rows.extend(answer.value().await?.as_ref().and_then(rows::to_message));
    }
    rows.sort_by(|a, b| (b.order, &b.id).cmp(&(a.order, &a.id)));
    Ok(rows)
}

/// The message of a name.
pub(super) async fn named(db: &Database, name: &str) -> Result<Option<MessageRow>> {
    let tx = Tx::reading(db, &[META, MESSAGES])?;
    let by = [tx.get_by(MESSAGES, DEDUPE, &text(name))?, tx.get_by(MESSAGES, ALIAS, &text(name))?];
    for answer in by {
        if let Some(row) = answer.value().await?.as_ref().and_then(rows::to_message) {
            return Ok(Some(row).filter(|row| !row.hidden));
        }
    }
    let edited = tx.get(META, &text(&[EDITED, name].concat()))?.value().await?.and_then(|id| id.as_string());
    match edited {
        Some(id) => Ok(row(&tx, &LocalId(id)).await?.filter(|row| !row.hidden)),
        None => Ok(None),
    }
}

/// The message of a key.
pub(super) async fn message(db: &Database, id: &LocalId) -> Result<Option<MessageRow>> {
    Ok(row(&Tx::reading(db, &[MESSAGES])?, id).await?.filter(|row| !row.hidden))
}

async fn row(tx: &Tx<'_>, id: &LocalId) -> Result<Option<MessageRow>> {
    Ok(tx.get_by(MESSAGES, ID, &text(&id.0))?.value().await?.as_ref().and_then(rows::to_message))
}

/// The rows of a chat from a place on, oldest first, all or so many.
pub(super) async fn rows_from(
    tx: &Tx<'_>,
    chat: &str,
    order: f64,
    limit: Option<u32>,
) -> Result<Vec<MessageRow>> {
    let all = range(rows::message_key(chat, order, ""), rows::message_key(chat, f64::INFINITY, ""))?;
    let rows = match limit {
        Some(limit) => tx.get_some(MESSAGES, &all, limit),
        None => tx.get_all(MESSAGES, &all),
    };
    Ok(rows?.values().await?.iter().filter_map(rows::to_message).collect())
}

/// The last rows of a chat before a place, oldest first.
///
/// IndexedDB reads many rows at once only from old to new, so a cursor over the keys first looks for the oldest row
/// of the page (two answers, however long the page is), then the rows come in one go.
pub(super) async fn rows_before(
    tx: &Tx<'_>,
    chat: &str,
    order: f64,
    id: &str,
    limit: u32,
) -> Result<Vec<MessageRow>> {
    let Some(steps) = limit.checked_sub(1) else { return Ok(Vec::new()) };
    let end = rows::message_key(chat, order, id);
    let all = range(rows::message_key(chat, f64::NEG_INFINITY, ""), end.clone())?;
    let Some((newest, oldest)) = tx.last_keys(MESSAGES, all.clone(), steps).await? else {
        return Ok(Vec::new());
    };
    // Past the end some browsers leave the cursor where it was, others take its key away.
    let moved = steps == 0 || rows::place(&oldest) != rows::place(&newest);
    let range = if moved && oldest.is_object() { range(oldest, end)? } else { all };
    Ok(tx.get_all(MESSAGES, &range)?.values().await?.iter().filter_map(rows::to_message).collect())
}
