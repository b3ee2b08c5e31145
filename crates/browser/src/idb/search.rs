//! The index for searches: read when somebody looks for something, written when nobody does anything.
//!
//! A batch only notes the places of its messages ([`Unindexed`]), one row for all of them. What the index learns and what is taken off
//! that list is one transaction, so a kill at any time loses and doubles nothing; until then those messages are looked through one by
//! one. What is read and written, and when enough is found, `model::search` says; here it only gets its records and rows.

use super::rows::{self, float};
use super::schema::{MESSAGES, SEARCH, UNINDEXED};
use super::tx::{Answer, Result, Tx, answers, range};
use crate::js;
use indexed_db_futures::database::Database;
use indexed_db_futures::transaction::TransactionDurability;
use js_sys::{Array, Uint8Array};
use model::search::{Ask, Found, Growth, Hunt, RecordKey, Search, places_bytes, places_of};
use model::{BareJid, MessageRow, Order};
use wasm_bindgen::{JsCast, JsValue};

/// So many messages are worth the work; fewer are as quickly looked through.
const WORTH_IT: usize = 64;
/// So many are taken in at a time: some 5 ms of work.
const AT_ONCE: usize = 128;

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
        let note = |name, places: &[Place]| {
            tx.put(UNINDEXED, &js::object(&[(name, rows::bytes(&places_bytes(places)))]))
        };
        if !self.changed.is_empty() {
            note("changed", &self.changed)?;
        }
        self.new.chunks(AT_ONCE).try_for_each(|new| note("new", new))
    }
}

/// The row of [`UNINDEXED`] that stands for what was stored before there was an index, as long as not all of it is learnt: all
/// behind this key of [`MESSAGES`].
pub(super) fn backlog(behind: JsValue) -> JsValue {
    js::object(&[("n", 0.into()), ("behind", behind)])
}

/// A row of [`UNINDEXED`].
struct Note {
    n: f64,
    new: Vec<u8>,
    changed: Vec<u8>,
    behind: JsValue,
}

/// The list, the oldest first; before all the backlog, if there is one.
async fn notes(tx: &Tx<'_>, limit: usize) -> Result<Vec<Note>> {
    let all = range(f64::NEG_INFINITY.into(), f64::INFINITY.into())?;
    let rows = tx.get_some(UNINDEXED, &all, u32::try_from(limit).unwrap_or(u32::MAX))?.values().await?;
    let note = |row: &JsValue| Note {
        n: js::number(row, "n"),
        new: js::bytes(row, "new"),
        changed: js::bytes(row, "changed"),
        behind: js::get(row, "behind"),
    };
    Ok(rows.iter().map(note).collect())
}

fn record_key(key: RecordKey) -> JsValue {
    Array::of2(&key.0.into(), &key.1.into()).into()
}

fn ask_records(tx: &Tx<'_>, keys: &[RecordKey]) -> Result<Vec<Answer>> {
    keys.iter().map(|key| tx.get(SEARCH, &record_key(*key))).collect()
}

fn to_records(answers: &[JsValue]) -> Vec<Vec<u8>> {
    let bytes = |record: &JsValue| {
        // Of a number the constructor would make as many zeros.
        if record.is_object() { Uint8Array::new(record).to_vec() } else { Vec::new() }
    };
    answers.iter().map(bytes).collect()
}

/// Asks for the messages at these places.
fn ask_rows(tx: &Tx<'_>, places: &[Place]) -> Result<Vec<Answer>> {
    let ask = |(chat, order): &Place| {
        let (chat, order) = (chat.as_str(), float(order.0));
        // No id is longer than this one.
        let at = range(rows::message_key(chat, order, ""), rows::message_key(chat, order, "\u{ffff}"))?;
        tx.get_all(MESSAGES, &at)
    };
    places.iter().map(ask).collect()
}

fn to_rows(answers: Vec<JsValue>) -> Vec<MessageRow> {
    let mut found = Vec::with_capacity(answers.len());
    for rows in answers {
        found.extend(rows.unchecked_into::<Array>().iter().filter_map(|row| rows::to_message(&row)));
    }
    found
}

pub(super) async fn find(db: &Database, search: &Search) -> Result<Found> {
    let mut hunt = Hunt::new(search);
    let mut partial = false;
    // Before the index: what is learnt in between is met twice, and not missed.
    for note in notes(&Tx::reading(db, &[UNINDEXED])?, usize::MAX).await? {
        hunt.unindexed(&note.new);
        hunt.unindexed(&note.changed);
        partial |= note.behind.is_object();
    }
    loop {
        let ask = hunt.ask();
        // Who stores messages does not wait for who searches the index, nor the other way round.
        let tx = Tx::reading(db, &[if matches!(ask, Ask::Rows(_)) { MESSAGES } else { SEARCH }])?;
        let asked = match &ask {
            Ask::Records(keys) => ask_records(&tx, keys)?,
            Ask::Rows(places) => ask_rows(&tx, places)?,
            Ask::Nothing => return Ok(Found { rows: hunt.finish(), partial }),
        };
        let answers = answers(asked).await?;
        match ask {
            Ask::Rows(_) => hunt.rows(to_rows(answers)),
            _ => hunt.records(&to_records(&answers)),
        }
    }
}

/// What one step of learning takes off the list.
#[derive(Default)]
struct Step {
    first: f64,
    last: f64,
    places: Vec<Place>,
    changed: Vec<Place>,
    /// It is the backlog.
    behind: Option<JsValue>,
}

impl Step {
    /// Whole notes: at least one, and no more than a step allows. `None` if nothing is worth it.
    fn of(notes: Vec<Note>) -> Option<Self> {
        let mut step = Self::default();
        let mut backlog = None;
        for note in notes {
            if note.behind.is_object() {
                backlog = Some(note.behind);
                continue;
            }
            let (mut new, mut changed) = (places_of(&note.new), places_of(&note.changed));
            if step.last > 0.0 && step.places.len() + new.len() > AT_ONCE {
                return Some(step);
            }
            if step.last == 0.0 {
                step.first = note.n;
            }
            step.last = note.n;
            step.places.append(&mut new);
            // What stands there now is learnt anew.
            step.places.extend(changed.iter().cloned());
            step.changed.append(&mut changed);
        }
        if step.places.len() >= WORTH_IT || !step.changed.is_empty() {
            return Some(step);
        }
        backlog.map(|behind| Self { behind: Some(behind), ..Self::default() })
    }
}

/// One step of learning; true if there may be more that is worth it.
pub(super) async fn index(db: &Database) -> Result<bool> {
    let tx = Tx::reading(db, &[UNINDEXED, MESSAGES])?;
    let Some(step) = Step::of(notes(&tx, WORTH_IT).await?) else { return Ok(false) };
    let asked = match &step.behind {
        None => ask_rows(&tx, &step.places)?,
        Some(behind) => {
            // No key has more parts; every array is after every string.
            let behind = Array::from(behind);
            behind.push(&0.into());
            let all = range(behind.into(), Array::of1(&Array::new()).into())?;
            vec![tx.get_some(MESSAGES, &all, u32::try_from(AT_ONCE).unwrap_or(u32::MAX))?]
        }
    };
    let rows = to_rows(answers(asked).await?);
    drop(tx);

    let tx = Tx::writing(db, &[UNINDEXED, SEARCH], TransactionDurability::Relaxed)?;
    let done = range(step.first.into(), (step.last + 1.0).into())?;
    if tx.get_some(UNINDEXED, &done, 1)?.values().await?.is_empty() {
        // Somebody was quicker, or all was erased.
        return Ok(false);
    }
    tx.delete(UNINDEXED, &done)?;
    if let Some(row) = rows.last().filter(|_| step.behind.is_some()) {
        let key = rows::message_key(row.chat.as_str(), float(row.order.0), &row.id.0);
        tx.put(UNINDEXED, &backlog(key))?;
    }
    let mut growth = Growth::new(&step.changed);
    loop {
        let keys = growth.ask();
        if keys.is_empty() {
            break;
        }
        growth.records(&keys, &to_records(&answers(ask_records(&tx, &keys)?).await?));
    }
    for row in &rows {
        growth.add(row);
    }
    for (key, bytes) in growth.finish() {
        tx.put_under(SEARCH, &record_key(key), &rows::bytes(&bytes))?;
    }
    tx.done().await?;
    Ok(true)
}
