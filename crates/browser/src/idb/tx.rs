//! Transactions, on plain JavaScript keys and values: all that reads and writes goes through these few functions.
//!
//! `indexed_db_futures` is generic over keys, values, stores and limits, and each combination is code in the download.
//! So here is one combination of each kind, and its errors become ours at once.

use crate::listener::Listener;
use crate::wait::later;
use indexed_db_futures::cursor::CursorDirection;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error};
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use indexed_db_futures::{KeyRange, primitive::TryToJs};
use js_sys::Array;
use model::StoreError;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbObjectStore, IdbRequest, IdbRequestReadyState};

pub(super) type Result<T> = std::result::Result<T, StoreError>;

/// A transaction. Dropped before it is [`done`](Tx::done) it leaves nothing.
pub(super) struct Tx<'db>(Transaction<'db>);

impl<'db> Tx<'db> {
    /// Begins to read.
    pub(super) fn reading(db: &'db Database, stores: &[&str]) -> Result<Self> {
        Self::begin(db, stores, TransactionMode::Readonly, TransactionDurability::Default)
    }

    /// Begins to write.
    pub(super) fn writing(
        db: &'db Database,
        stores: &[&str],
        durability: TransactionDurability,
    ) -> Result<Self> {
        Self::begin(db, stores, TransactionMode::Readwrite, durability)
    }

    fn begin(
        db: &'db Database,
        stores: &[&str],
        mode: TransactionMode,
        durability: TransactionDurability,
    ) -> Result<Self> {
        let options = TransactionOptions::new().with_durability(durability);
        db.transaction(stores).with_mode(mode).with_options(options).build().map(Self).map_err(fault)
    }

    fn store(&self, store: &str) -> Result<IdbObjectStore> {
        self.0.as_sys().object_store(store).map_err(refusal)
    }

    /// Asks for the row of a key.
    pub(super) fn get(&self, store: &str, key: &JsValue) -> Result<Answer> {
        self.store(store)?.get(key).map(Answer).map_err(refusal)
    }

    /// Asks for the row with this value in an index.
    pub(super) fn get_by(&self, store: &str, index: &str, key: &JsValue) -> Result<Answer> {
        let index = self.store(store)?.index(index).map_err(refusal)?;
        index.get(key).map(Answer).map_err(refusal)
    }

    /// Asks for the rows in a [`range`]; `undefined` stands for all.
    pub(super) fn get_all(&self, store: &str, range: &JsValue) -> Result<Answer> {
        self.store(store)?.get_all_with_key(range).map(Answer).map_err(refusal)
    }

    /// The same for no more than the first so many.
    pub(super) fn get_some(&self, store: &str, range: &JsValue, limit: u32) -> Result<Answer> {
        self.store(store)?.get_all_with_key_and_limit(range, limit).map(Answer).map_err(refusal)
    }

    /// The primary keys of the last row in a [`range`] and of the one `steps` before it: of fewer rows that of the
    /// first, or `undefined`. Two answers, however many rows.
    pub(super) async fn last_keys(
        &self,
        store: &str,
        range: JsValue,
        steps: u32,
    ) -> Result<Option<(JsValue, JsValue)>> {
        let store = self.0.object_store(store).map_err(fault)?;
        let cursor = store.open_key_cursor().with_query(range).with_direction(CursorDirection::Prev);
        let Some(mut cursor) = cursor.primitive().map_err(fault)?.await.map_err(fault)? else {
            return Ok(None);
        };
        let last = cursor.primary_key().map_err(fault)?;
        cursor.advance_by(steps).await.map_err(fault)?;
        let first = cursor.primary_key().map_err(fault)?;
        Ok(Some((last.unwrap_or_default(), first.unwrap_or_default())))
    }

    // Nobody waits for what is written: what fails there ends the transaction, and [`Tx::done`] says why. So a row costs no
    // closures.

    /// Writes a row whose key is in it.
    pub(super) fn put(&self, store: &str, row: &JsValue) -> Result<()> {
        self.store(store)?.put(row).map(drop).map_err(refusal)
    }

    /// Writes a row under a key.
    pub(super) fn put_at(&self, store: &str, key: &str, row: &JsValue) -> Result<()> {
        self.put_under(store, &JsValue::from_str(key), row)
    }

    /// Writes a row under a key that is no text.
    pub(super) fn put_under(&self, store: &str, key: &JsValue, row: &JsValue) -> Result<()> {
        self.store(store)?.put_with_key(row, key).map(drop).map_err(refusal)
    }

    /// Removes a row.
    pub(super) fn delete(&self, store: &str, key: &JsValue) -> Result<()> {
        self.store(store)?.delete(key).map(drop).map_err(refusal)
    }

    /// Removes all rows.
    pub(super) fn clear(&self, store: &str) -> Result<()> {
        self.store(store)?.clear().map(drop).map_err(refusal)
    }

    /// Waits until the transaction, which nothing more is asked of, has committed itself. Not `Transaction::commit`:
    /// it takes the transaction away and with it the reason of a failure, and a full disk is often noticed only now.
    pub(super) async fn done(self) -> Result<()> {
        let (bringer, complete) = later();
        let on = |name, complete| {
            let bringer = bringer.clone();
            let tell = move |_| {
                let _ = bringer.bring(complete);
            };
            Listener::new(self.0.as_sys(), name, Box::new(tell))
        };
        // An `error` is of one request; the `abort` of the whole follows.
        let _listeners = [on("complete", true), on("abort", false)];
        if complete.await { Ok(()) } else { Err(self.0.error().map_or(StoreError::Lost, fault)) }
    }
}

/// The answer to one question. Only who has to wait for it listens: answers come in the order of the questions, so of many it is
/// enough to wait for the last.
pub(super) struct Answer(IdbRequest);

impl Answer {
    async fn wait(&self) -> Result<JsValue> {
        if self.0.ready_state() == IdbRequestReadyState::Pending {
            let (bringer, answered) = later();
            let on = |name| {
                let bringer = bringer.clone();
                let tell = move |_| {
                    let _ = bringer.bring(());
                };
                Listener::new(&self.0, name, Box::new(tell))
            };
            let _listeners = [on("success"), on("error")];
            answered.await;
        }
        self.given()
    }

    fn given(&self) -> Result<JsValue> {
        match self.0.error() {
            Ok(Some(error)) => Err(meaning(&error)),
            _ => self.0.result().map_err(refusal),
        }
    }

    /// Waits for it.
    pub(super) async fn value(self) -> Result<Option<JsValue>> {
        Ok(Some(self.wait().await?).filter(|value| !value.is_undefined()))
    }

    /// Waits for many rows.
    pub(super) async fn values(self) -> Result<Vec<JsValue>> {
        Ok(self.wait().await?.dyn_into::<Array>().map(|rows| rows.to_vec()).unwrap_or_default())
    }
}

/// Waits for all of these, which were asked for in this order: when the last answer is here the others are, too.
pub(super) async fn answers(asked: Vec<Answer>) -> Result<Vec<JsValue>> {
    if let Some(last) = asked.last() {
        last.wait().await?;
    }
    asked.iter().map(Answer::given).collect()
}

/// The rows from one key up to, not including, another.
pub(super) fn range(from: JsValue, end: JsValue) -> Result<JsValue> {
    KeyRange::Bound(from, false, end, true).try_to_js().map_err(fault)
}

/// What an error means for us.
pub(super) fn fault(error: Error) -> StoreError {
    match error {
        Error::DomException(DomException::Other(error)) => meaning(&error),
        _ => StoreError::Lost,
    }
}

/// The same of the browser's own.
fn meaning(error: &web_sys::DomException) -> StoreError {
    if error.name() == "QuotaExceededError" { StoreError::Full } else { StoreError::Lost }
}

/// The browser did not even take the question.
#[allow(clippy::needless_pass_by_value, reason = "this is what `map_err` gives")]
fn refusal(error: JsValue) -> StoreError {
    error.dyn_ref().map_or(StoreError::Lost, meaning)
}
