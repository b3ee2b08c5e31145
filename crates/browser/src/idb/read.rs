//! Reading: everything a start needs, and pages of a chat.

use super::schema::{CHATS, MESSAGES, META, OUTBOX, ROSTER, ROSTER_VERSION, SESSION, number};
use indexed_db_futures::cursor::CursorDirection;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::{KeyRange, Result};
use model::{BareJid, ChatRow, MessageRow, Order, RosterItem, Saved, SessionRow};

/// The primary key of a message row.
pub(super) type MessageKey = (String, f64, String);

/// All requests are under way before the first answer is waited for.
pub(super) async fn load(db: &Database) -> Result<Saved> {
    let tx = db.transaction([META, ROSTER, CHATS, OUTBOX]).build()?;
    let (meta, roster) = (tx.object_store(META)?, tx.object_store(ROSTER)?);
    let (chats, outbox) = (tx.object_store(CHATS)?, tx.object_store(OUTBOX)?);
    let session = meta.get::<SessionRow, _, _>(SESSION).serde()?;
    let roster_version = meta.get::<String, _, _>(ROSTER_VERSION).serde()?;
    let roster = roster.get_all::<RosterItem>().serde()?;
    let chats = chats.get_all::<ChatRow>().serde()?;
    let outbox = outbox.get_all::<MessageRow>().serde()?;

    let mut saved = Saved {
        session: session.await?,
        roster_version: roster_version.await?.unwrap_or_default(),
        roster: roster.await?.collect::<Result<_>>()?,
        chats: chats.await?.collect::<Result<_>>()?,
        outbox: outbox.await?.collect::<Result<_>>()?,
    };
    saved.chats.sort_by(|a, b| b.order.cmp(&a.order).then_with(|| a.chat.cmp(&b.chat)));
    Ok(saved)
}

/// IndexedDB reads many rows at once only from old to new, so a cursor over the keys first looks for the oldest row
/// of the page (two answers, however long the page is), then the rows come in one go.
pub(super) async fn page(
    db: &Database,
    chat: &BareJid,
    before: Option<Order>,
    limit: usize,
) -> Result<Vec<MessageRow>> {
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let Some(steps) = limit.checked_sub(1) else { return Ok(Vec::new()) };
    let tx = db.transaction(MESSAGES).build()?;
    let messages = tx.object_store(MESSAGES)?;
    let end = (chat.as_str(), before.map_or(f64::INFINITY, number), "");
    let before_end = |from| KeyRange::Bound(from, false, end, true);
    let all = before_end((chat.as_str(), f64::NEG_INFINITY, ""));
    let cursor = messages
        .open_key_cursor()
        .with_query::<(&str, f64, &str), _>(all.clone())
        .with_direction(CursorDirection::Prev)
        .serde()?
        .await?;
    let Some(mut cursor) = cursor else { return Ok(Vec::new()) };
    let newest = cursor.primary_key_ser::<MessageKey>()?;
    cursor.advance_by(steps).await?;
    let oldest = cursor.primary_key_ser::<MessageKey>()?;
    // Past the end some browsers leave the cursor where it was, others take its key away.
    let range = match &oldest {
        Some((_, order, id)) if steps == 0 || oldest != newest => {
            before_end((chat.as_str(), *order, id.as_str()))
        }
        _ => all,
    };
    messages.get_all::<MessageRow>().with_query::<(&str, f64, &str), _>(range).serde()?.await?.collect()
}
