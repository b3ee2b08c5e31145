//! [`IdbStore`]: the rows of one account in IndexedDB. The only place that knows `indexed_db_futures`.
//!
//! A connection may go away under our feet: the browser closes it when the person clears the site's data, WebKit
//! loses it after a while in the background, another tab asks for it to upgrade. So every piece of work that fails
//! is tried once more on a new connection.

mod commit;
mod read;
mod schema;

use driver::Store;
use futures_channel::oneshot;
use futures_util::future::{AbortHandle, Either, abortable, select};
use gloo_timers::future::TimeoutFuture;
use indexed_db_futures::OpenDbResult;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error, OpenDbError};
use indexed_db_futures::prelude::*;
use model::{Applied, BareJid, MessageRow, Order, Saved, StoreError, Write};
use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long opening may take (milliseconds): another tab may block it for ever.
const OPEN_DEADLINE_MS: u32 = 3_000;
/// How long one try of anything else may take (milliseconds). A connection that WebKit lost may never answer.
const WORK_DEADLINE_MS: u32 = 10_000;

/// The rows of one account in IndexedDB.
#[derive(Debug)]
pub struct IdbStore {
    name: String,
    connection: RefCell<Option<Rc<Connection>>>,
}

impl IdbStore {
    /// Opens the account's database or makes it. One database per account: erasing or losing one leaves the others.
    pub async fn open(account: &BareJid) -> Result<Self, StoreError> {
        let store = Self { name: schema::name(account), connection: RefCell::new(None) };
        store.connect().await?;
        Ok(store)
    }

    /// The connection at hand, or a new one.
    async fn connect(&self) -> Result<Rc<Connection>, StoreError> {
        if let Some(connection) = self.connection.borrow().as_ref() {
            return Ok(Rc::clone(connection));
        }
        let connection = Rc::new(Connection::open(&self.name).await?);
        self.connection.replace(Some(Rc::clone(&connection)));
        Ok(connection)
    }

    /// Lets go of a broken connection, unless somebody else already put a new one in its place.
    fn forget(&self, broken: &Rc<Connection>) {
        let mut connection = self.connection.borrow_mut();
        if connection.as_ref().is_some_and(|current| Rc::ptr_eq(current, broken)) {
            *connection = None;
        }
    }

    /// Does a piece of work, twice if it must be; `again` tells the second time.
    async fn work<T>(
        &self,
        work: impl AsyncFn(&Database, bool) -> indexed_db_futures::Result<T>,
    ) -> Result<T, StoreError> {
        for again in [false, true] {
            let connection = self.connect().await?;
            let work = pin!(work(&connection.db, again));
            match select(work, TimeoutFuture::new(WORK_DEADLINE_MS)).await {
                Either::Left((Ok(value), _)) => return Ok(value),
                Either::Left((Err(error), _)) if is_full(&error) => return Err(StoreError::Full),
                Either::Left((Err(_), _)) | Either::Right(_) => self.forget(&connection),
            }
        }
        Err(StoreError::Lost)
    }
}

impl Store for IdbStore {
    async fn load(&self) -> Result<Saved, StoreError> {
        self.work(async |db, _| read::load(db).await).await
    }

    async fn commit(&self, batch: &[Write]) -> Result<Applied, StoreError> {
        self.work(async |db, again| commit::commit(db, batch, again).await).await
    }

    async fn page(
        &self,
        chat: &BareJid,
        before: Option<Order>,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        self.work(async |db, _| read::page(db, chat, before, limit).await).await
    }
}

/// An open database; dropping it closes it.
#[derive(Debug)]
struct Connection {
    db: Database,
    watch: AbortHandle,
}

impl Connection {
    async fn open(name: &str) -> Result<Self, StoreError> {
        let request = Database::open(name)
            .with_version(schema::VERSION)
            .with_on_upgrade_needed(|event, db| schema::upgrade(event.old_version(), &db))
            .build()
            .map_err(|error| open_error(&error))?;
        let (sender, receiver) = oneshot::channel::<OpenDbResult<Database>>();
        spawn_local(async move {
            // A database that opens too late must not stay open: it would block the next upgrade.
            if let Err(Ok(late)) = sender.send(request.await) {
                late.close();
            }
        });
        let db = match select(receiver, TimeoutFuture::new(OPEN_DEADLINE_MS)).await {
            Either::Left((Ok(Ok(db)), _)) => db,
            Either::Left((Ok(Err(error)), _)) => return Err(open_error(&error)),
            Either::Left((Err(_), _)) | Either::Right(_) => return Err(StoreError::Lost),
        };
        Ok(Self { watch: close_when_asked(&db), db })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.watch.abort();
        self.db.clone().close();
    }
}

/// Closes the database when another tab wants to upgrade or delete it. The next piece of work then opens it anew.
fn close_when_asked(db: &Database) -> AbortHandle {
    let db = db.clone();
    let (watch, handle) = abortable(async move {
        if let Ok(mut changes) = db.version_changes() {
            changes.recv().await;
            db.close();
        }
    });
    spawn_local(async move {
        // Aborted means: the connection was dropped.
        let _ = watch.await;
    });
    handle
}

fn open_error(error: &OpenDbError) -> StoreError {
    match error {
        OpenDbError::Base(error) if is_full(error) => StoreError::Full,
        _ => StoreError::Lost,
    }
}

fn is_full(error: &Error) -> bool {
    matches!(error, Error::DomException(DomException::Other(error)) if error.name() == "QuotaExceededError")
}
