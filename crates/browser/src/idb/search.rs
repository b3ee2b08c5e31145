//! The index for searches: read when somebody looks for something, written when nobody does anything.
//!
//! A batch only notes the places of its messages ([`Unindexed`]), one row for all of them. What the index learns and what is taken off
//! that list is one transaction, so a kill at any time loses and doubles nothing; until then those messages are looked through one by
//! one.

use super::read::rows_before;
use super::rows::{self, float, text};
use super::schema::{BACKLOG, MESSAGES, SEARCH, UNINDEXED};
use super::tx::{Answer, Result, Tx, range};
use crate::js;
use indexed_db_futures::database::Database;
use indexed_db_futures::transaction::TransactionDurability;
use js_sys::{Array, Uint8Array};
use model::search::{
    BUCKETS, DIRECTORY, Found, Growth, Hunt, OPEN, PLACES, POSTINGS, RecordKey, Search, docs_of, without,
};
use model::{BareJid, MessageRow, Order};
use wasm_bindgen::JsValue;

/// So many messages are worth the work; fewer are as quickly looked through.
const WORTH_IT: usize = 64;
/// So many are taken in at a time: some 5 ms of work.
const STEP: usize = 128;
/// So many rows are read at a time by a search.
const ROWS: usize = 64;

type Place = (BareJid, Order);

/// Places of messages that a batch changed.
#[derive(Default)]
pub(super) struct Unindexed {
    new: Vec<Place>,
    /// What stands there says something else now, or is gone.
    changed: Vec<Place>,
}

impl Unindexed {
    /// A message is new.
    pub(super) fn add(&mut self, row: &MessageRow) {
        self.new.push((row.chat.clone(), row.order));
    }

    /// A message does not say any more what the index may know of it.
    pub(super) fn change(&mut self, row: &MessageRow) {
        let place = (row.chat.clone(), row.order);
        // Of what this batch brought no index knows.
        if !self.new.contains(&place) {
            self.changed.push(place);
        }
    }

    /// Writes them down.
    pub(super) fn note(&self, tx: &Tx<'_>) -> Result<()> {
        let mut changed = self.changed.as_slice();
        let mut new = self.new.chunks(STEP);
        loop {
            let new = new.next().unwrap_or_default();
            if new.is_empty() && changed.is_empty() {
                return Ok(());
            }
            let changed = std::mem::take(&mut changed);
            tx.put(UNINDEXED, &js::object(&[("new", from_places(new)), ("changed", from_places(changed))]))?;
        }
    }
}

/// Chat and place by turns.
fn from_places(places: &[Place]) -> JsValue {
    places
        .iter()
        .flat_map(|(chat, order)| [text(chat.as_str()), rows::number(order.0)])
        .collect::<Array>()
        .into()
}

#[allow(clippy::cast_possible_truncation)] // What was stored is an integer.
fn to_places(row: &JsValue, key: &str) -> Vec<Place> {
    let place = |pair: &[JsValue]| match pair {
        [chat, order] => Some((chat.as_string()?.parse().ok()?, Order(order.as_f64()? as i64))),
        _ => None,
    };
    js::list(row, key).chunks(2).filter_map(place).collect()
}

/// A row of [`UNINDEXED`].
struct Noted {
    n: f64,
    new: Vec<Place>,
    changed: Vec<Place>,
}

async fn noted(tx: &Tx<'_>, limit: u32) -> Result<Vec<Noted>> {
    let rows = tx.get_some(UNINDEXED, &range(f64::NEG_INFINITY.into(), f64::INFINITY.into())?, limit)?;
    let noted = |row: &JsValue| Noted {
        n: js::number(row, "n"),
        new: to_places(row, "new"),
        changed: to_places(row, "changed"),
    };
    Ok(rows.values().await?.iter().map(noted).collect())
}

fn record(key: RecordKey) -> JsValue {
    Array::of2(&key.0.into(), &key.1.into()).into()
}

async fn bytes(answer: Answer) -> Result<Vec<u8>> {
    Ok(answer.value().await?.map(|record| Uint8Array::new(&record).to_vec()).unwrap_or_default())
}

/// Reads records; all are asked for before the first one is waited for.
async fn records(tx: &Tx<'_>, keys: &[RecordKey]) -> Result<Vec<Vec<u8>>> {
    let asked = keys.iter().map(|key| tx.get(SEARCH, &record(*key))).collect::<Result<Vec<_>>>()?;
    let mut records = Vec::with_capacity(asked.len());
    // When the last answer is here the others are, too.
    for answer in asked.into_iter().rev() {
        records.push(bytes(answer).await?);
    }
    records.reverse();
    Ok(records)
}

/// The messages at these places.
async fn rows_at(tx: &Tx<'_>, places: &[Place]) -> Result<Vec<MessageRow>> {
    let mut asked = Vec::with_capacity(places.len());
    for (chat, order) in places {
        let (chat, order) = (chat.as_str(), float(order.0));
        // No id is longer than this one.
        let at = range(rows::message_key(chat, order, ""), rows::message_key(chat, order, "\u{ffff}"))?;
        asked.push(tx.get_all(MESSAGES, &at)?);
    }
    let mut found = Vec::with_capacity(places.len());
    for answer in asked.into_iter().rev() {
        found.extend(answer.values().await?.iter().filter_map(rows::to_message));
    }
    Ok(found)
}

/// What the index has to learn of what was stored before there was one: behind this key. `None` if it has all.
async fn backlog(tx: &Tx<'_>) -> Result<Option<JsValue>> {
    tx.get(SEARCH, &text(BACKLOG))?.value().await
}

pub(super) async fn find(db: &Database, search: &Search) -> Result<Found> {
    let tx = Tx::reading(db, &[UNINDEXED, SEARCH])?;
    let open = [(DIRECTORY, OPEN), (POSTINGS, OPEN), (PLACES, OPEN)];
    let unindexed = noted(&tx, u32::MAX).await?;
    let backlog = backlog(&tx).await?;
    let Ok([directory, postings, places]) = <[Vec<u8>; 3]>::try_from(records(&tx, &open).await?) else {
        return Ok(Found::default());
    };
    drop(tx);
    // One chat is quickly looked through, and there is no other way if no index knows it.
    let vague = search.query.is_vague();
    if let Some(chat) = search.chat.as_ref().filter(|_| vague || backlog.is_some()) {
        return look_through(db, search, chat).await;
    }
    let mut hunt = Hunt::new(search, &directory);
    for Noted { new, changed, .. } in &unindexed {
        for (chat, order) in new.iter().chain(changed) {
            hunt.unindexed(chat, *order);
        }
    }
    let postings = vec![postings; hunt.buckets(OPEN).len()];
    if let Some(docs) = hunt.postings(&postings) {
        hunt.places(docs, &places);
    }
    loop {
        let places = hunt.rows(ROWS);
        if !places.is_empty() {
            let tx = Tx::reading(db, &[MESSAGES])?;
            rows_at(&tx, &places).await?.into_iter().for_each(|row| hunt.row(row));
            continue;
        }
        let numbers = hunt.segments();
        if numbers.is_empty() {
            return Ok(Found { rows: hunt.finish(), partial: backlog.is_some() });
        }
        let tx = Tx::reading(db, &[SEARCH])?;
        let keys: Vec<RecordKey> = numbers.iter().flat_map(|number| hunt.buckets(*number)).collect();
        let buckets = records(&tx, &keys).await?;
        let mut buckets = buckets.chunks((keys.len() / numbers.len()).max(1));
        let mut asked = Vec::new();
        for number in numbers {
            if let Some(docs) = hunt.postings(buckets.next().unwrap_or_default()) {
                asked.push((docs, tx.get(SEARCH, &record((PLACES, number)))?));
            }
        }
        for (docs, answer) in asked {
            hunt.places(docs, &bytes(answer).await?);
        }
    }
}

/// Looks through a chat, from its end.
async fn look_through(db: &Database, search: &Search, chat: &BareJid) -> Result<Found> {
    let mut found = Vec::new();
    let (mut order, mut id) = (f64::INFINITY, String::new());
    if let Some((before, before_id)) = &search.before {
        (order, id) = (float(before.0), before_id.0.clone());
    }
    while found.len() < search.limit {
        let tx = Tx::reading(db, &[MESSAGES])?;
        let rows = rows_before(&tx, chat.as_str(), order, &id, 512).await?;
        let Some(oldest) = rows.first() else { break };
        (order, id) = (float(oldest.order.0), oldest.id.0.clone());
        found.extend(rows.into_iter().filter(|row| search.finds(row)));
    }
    search.sort(&mut found);
    Ok(Found { rows: found, partial: false })
}

/// One step of learning; true if there is more that is worth it.
pub(super) async fn index(db: &Database) -> Result<bool> {
    let tx = Tx::reading(db, &[UNINDEXED, MESSAGES, SEARCH])?;
    let mut noted = noted(&tx, u32::try_from(WORTH_IT).unwrap_or(u32::MAX)).await?;
    let mut count = 0;
    // Whole notes: at least one, and no more than a step allows.
    let fit = noted.iter().position(|noted| {
        count += noted.new.len();
        count > STEP
    });
    let more = fit.is_some() || noted.len() == WORTH_IT;
    noted.truncate(fit.unwrap_or(noted.len()).max(1));
    let is_worth_it = more || count >= WORTH_IT || noted.iter().any(|noted| !noted.changed.is_empty());
    if !is_worth_it {
        return index_backlog(db, tx).await;
    }
    let (Some(first), Some(last)) = (noted.first().map(|noted| noted.n), noted.last().map(|noted| noted.n))
    else {
        return Ok(false);
    };
    let (mut places, mut changed): (Vec<Place>, Vec<Place>) = (Vec::new(), Vec::new());
    for noted in noted {
        places.extend(noted.new);
        changed.extend(noted.changed);
    }
    // What stands there now is learnt anew.
    places.extend(changed.iter().cloned());
    let rows = rows_at(&tx, &places).await?;
    drop(tx);

    let tx = Tx::writing(db, &[UNINDEXED, SEARCH], TransactionDurability::Relaxed)?;
    let done = range(first.into(), (last + 1.0).into())?;
    if tx.get_some(UNINDEXED, &done, 1)?.values().await?.is_empty() {
        // Somebody was quicker, or all was erased.
        return Ok(false);
    }
    tx.delete(UNINDEXED, &done)?;
    learn(&tx, &rows, &changed).await?;
    tx.done().await?;
    Ok(true)
}

/// The same for what was stored before there was an index.
async fn index_backlog(db: &Database, tx: Tx<'_>) -> Result<bool> {
    let Some(cursor) = backlog(&tx).await? else { return Ok(false) };
    // Behind it, since no key has more parts.
    let behind = Array::from(&cursor);
    behind.push(&JsValue::from(0));
    let all = range(behind.into(), Array::of1(&Array::new()).into())?;
    let limit = u32::try_from(STEP).unwrap_or(u32::MAX);
    let rows: Vec<MessageRow> =
        tx.get_some(MESSAGES, &all, limit)?.values().await?.iter().filter_map(rows::to_message).collect();
    drop(tx);

    let tx = Tx::writing(db, &[SEARCH], TransactionDurability::Relaxed)?;
    let known = backlog(&tx).await?.map(|cursor| rows::place(&cursor));
    if known != Some(rows::place(&cursor)) {
        return Ok(false);
    }
    match rows.last() {
        None => tx.delete(SEARCH, &text(BACKLOG))?,
        Some(row) => {
            let key = rows::message_key(row.chat.as_str(), float(row.order.0), &row.id.0);
            tx.put_under(SEARCH, &text(BACKLOG), &key)?;
        }
    }
    learn(&tx, &rows, &[]).await?;
    tx.done().await?;
    Ok(!rows.is_empty())
}

/// Forgets what was known of these places and takes these messages in.
async fn learn(tx: &Tx<'_>, rows: &[MessageRow], forgotten: &[Place]) -> Result<()> {
    let open = [(DIRECTORY, OPEN), (PLACES, OPEN), (POSTINGS, OPEN)];
    let Ok([directory, places, postings]) = <[Vec<u8>; 3]>::try_from(records(tx, &open).await?) else {
        return Ok(());
    };
    let mut growth = Growth::read(&directory, &places, &postings);
    let mut changed = Vec::new();
    for number in growth.forget(forgotten) {
        let places = records(tx, &[(PLACES, number)]).await?.concat();
        let docs = docs_of(&places, forgotten);
        if !docs.is_empty() {
            let keys: Vec<RecordKey> = (0..BUCKETS).map(|bucket| (bucket, number)).collect();
            let buckets = keys.iter().copied().zip(records(tx, &keys).await?);
            changed.extend(without(&docs, buckets.collect()));
        }
    }
    for row in rows {
        growth.add(row);
    }
    for (key, bytes) in changed.into_iter().chain(growth.finish()) {
        tx.put_under(SEARCH, &record(key), &rows::bytes(&bytes))?;
    }
    Ok(())
}
