//! [`IdbStore`]: the rows of one account in IndexedDB. The only place that knows `indexed_db_futures`.
//!
//! A connection may go away under our feet: the browser closes it when the person clears the site's data, WebKit
//! loses it after a while in the background, another tab asks for it to upgrade. So every piece of work that fails
//! is tried once more on a new connection.
//!
//! A page that is put to sleep (`freeze`) or aside (`pagehide`) lets go of its connection: WebKit loses those of sleeping pages, and
//! another page could not upgrade the database while this one can't answer. What is under way is finished, and the next piece of work
//! opens the database again.

pub(crate) mod archive;
mod commit;
pub(crate) mod format;
mod known;
mod read;
mod relate;
pub(crate) mod related;
pub(crate) mod rows;
mod schema;
mod search;
mod tx;

use crate::js;
use crate::listener::Listener;
use crate::wait::{in_time, later};
use driver::Store;
use futures_util::future::LocalBoxFuture;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::OpenDbError;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use js_sys::{Array, Function, Promise};
use model::search::{Found, Search};
use model::{Applied, BareJid, LocalId, MessageRow, PageAt, Saved, StoreError, Write};
use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::EventTarget;

/// How long opening may take (milliseconds): another tab may block it for ever.
const OPEN_DEADLINE_MS: u32 = 3_000;
/// How long one try of anything else may take (milliseconds). A connection that WebKit lost may never answer.
const WORK_DEADLINE_MS: u32 = 10_000;

/// The rows of one account in IndexedDB.
#[derive(Debug)]
pub struct IdbStore {
    name: String,
    connection: Rc<RefCell<Option<Rc<Connection>>>>,
    _sleep: Vec<Listener>,
}

impl IdbStore {
    /// Opens the account's database or makes it. One database per account: erasing or losing one leaves the others.
    pub async fn open(account: &BareJid) -> Result<Self, StoreError> {
        Self::opening(account).await
    }

    /// The account's database, to be opened when it is needed.
    pub(crate) fn closed(account: &BareJid) -> Self {
        let connection = Rc::default();
        let sleep = closing_for_sleep(&connection);
        Self { name: schema::name(account), connection, _sleep: sleep }
    }

    fn opening(account: &BareJid) -> LocalBoxFuture<'_, Result<Self, StoreError>> {
        Box::pin(async {
            let store = Self::closed(account);
            store.connect().await?;
            Ok(store)
        })
    }

    // An async function is compiled again in every crate that awaits it, a box only once. So the work is boxed here and
    // not in the trait's functions.

    fn loading(&self) -> LocalBoxFuture<'_, Result<Saved, StoreError>> {
        Box::pin(self.work(|connection, _| async move { read::load(&connection.db).await }))
    }

    fn committing<'a>(&'a self, batch: &'a [Write]) -> LocalBoxFuture<'a, Result<Applied, StoreError>> {
        Box::pin(
            self.work(
                move |connection, again| async move { commit::commit(&connection.db, batch, again).await },
            ),
        )
    }

    fn paging<'a>(
        &'a self,
        chat: &'a BareJid,
        at: &'a PageAt,
        limit: usize,
    ) -> LocalBoxFuture<'a, Result<Vec<MessageRow>, StoreError>> {
        Box::pin(
            self.work(move |connection, _| async move { read::page(&connection.db, chat, at, limit).await }),
        )
    }

    fn naming<'a>(&'a self, name: &'a str) -> LocalBoxFuture<'a, Result<Option<MessageRow>, StoreError>> {
        Box::pin(self.work(move |connection, _| async move { read::named(&connection.db, name).await }))
    }

    fn starred_ones(&self) -> LocalBoxFuture<'_, Result<Vec<MessageRow>, StoreError>> {
        Box::pin(self.work(move |connection, _| async move { read::starred(&connection.db).await }))
    }

    fn fetching<'a>(&'a self, id: &'a LocalId) -> LocalBoxFuture<'a, Result<Option<MessageRow>, StoreError>> {
        Box::pin(self.work(move |connection, _| async move { read::message(&connection.db, id).await }))
    }

    fn finding<'a>(&'a self, search: &'a Search) -> LocalBoxFuture<'a, Result<Found, StoreError>> {
        Box::pin(self.work(move |connection, _| async move { search::find(&connection.db, search).await }))
    }

    fn indexing(&self) -> LocalBoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.work(|connection, _| async move { search::index(&connection.db).await }))
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
    async fn work<T, W>(&self, work: impl Fn(Rc<Connection>, bool) -> W) -> Result<T, StoreError>
    where
        W: Future<Output = Result<T, StoreError>>,
    {
        let result = RefCell::new(Err(StoreError::Lost));
        let try_it = |connection, again| -> Try<'_> {
            let work = work(connection, again);
            let result = &result;
            Box::pin(async move {
                let value = work.await;
                let failure = value.as_ref().err().copied();
                *result.borrow_mut() = value;
                failure
            })
        };
        self.work_at_most_twice(&try_it).await?;
        result.into_inner()
    }

    /// Whatever the work is, this is the same code.
    async fn work_at_most_twice<'a>(
        &self,
        try_it: &dyn Fn(Rc<Connection>, bool) -> Try<'a>,
    ) -> Result<(), StoreError> {
        for again in [false, true] {
            let connection = self.connect().await?;
            let mut failure = Some(StoreError::Lost);
            let work = try_it(Rc::clone(&connection), again);
            in_time(WORK_DEADLINE_MS, pin!(async { failure = work.await })).await;
            match failure {
                None => return Ok(()),
                Some(StoreError::Full) => return Err(StoreError::Full),
                Some(StoreError::Lost) => self.forget(&connection),
            }
        }
        Err(StoreError::Lost)
    }
}

/// Accounts that have a database here, as far as the browser tells.
pub(crate) async fn accounts() -> Vec<BareJid> {
    let mut found = Vec::new();
    let look = async {
        let factory = js::get(&js_sys::global(), "indexedDB");
        let databases = js::get(&factory, "databases").dyn_into::<Function>().ok()?;
        let promise = databases.call0(&factory).ok()?.dyn_into::<Promise>().ok()?;
        let list = JsFuture::from(promise).await.ok()?;
        let names = Array::from(&list).to_vec();
        found = names.iter().filter_map(|database| schema::account(&js::text(database, "name")?)).collect();
        Some(())
    };
    in_time(
        OPEN_DEADLINE_MS,
        pin!(async {
            let _ = look.await;
        }),
    )
    .await;
    found
}

/// Closes the connection when the page goes to sleep.
fn closing_for_sleep(connection: &Rc<RefCell<Option<Rc<Connection>>>>) -> Vec<Listener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let close = |target: &EventTarget, event| {
        let connection = Rc::clone(connection);
        let close = move |_| {
            if let Some(connection) = connection.take() {
                connection.close();
            }
        };
        Listener::new(target, event, Box::new(close))
    };
    let freeze = window.document().map(|document| close(&document, "freeze"));
    freeze.into_iter().chain([close(&window, "pagehide")]).collect()
}

/// One try of a piece of work that keeps its own result; tells how it failed.
type Try<'a> = LocalBoxFuture<'a, Option<StoreError>>;

impl Store for IdbStore {
    async fn load(&self) -> Result<Saved, StoreError> {
        self.loading().await
    }

    async fn commit(&self, batch: &[Write]) -> Result<Applied, StoreError> {
        self.committing(batch).await
    }

    async fn page_at(
        &self,
        chat: &BareJid,
        at: &PageAt,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        self.paging(chat, at, limit).await
    }

    async fn message(&self, id: &LocalId) -> Result<Option<MessageRow>, StoreError> {
        self.fetching(id).await
    }

    async fn find(&self, search: &Search) -> Result<Found, StoreError> {
        self.finding(search).await
    }

    async fn index(&self) -> Result<bool, StoreError> {
        self.indexing().await
    }

    async fn starred(&self) -> Result<Vec<MessageRow>, StoreError> {
        self.starred_ones().await
    }

    async fn named(&self, name: &str) -> Result<Option<MessageRow>, StoreError> {
        self.naming(name).await
    }
}

/// An open database; dropping it closes it.
#[derive(Debug)]
struct Connection {
    db: Database,
    /// Closes the database when another tab wants to upgrade or delete it. The next piece of work then opens it anew.
    _upgrade_elsewhere: Listener,
}

impl Connection {
    async fn open(name: &str) -> Result<Self, StoreError> {
        let request = Database::open(name).with_version(schema::VERSION).build().map_err(open_error)?;
        let upgrade = Box::new(|event| schema::upgrade(&event));
        let upgrade = Listener::new(request.as_sys(), "upgradeneeded", upgrade);
        let (bringer, opened) = later();
        spawn_local(async move {
            let _upgrade = upgrade;
            // A database that opens too late must not stay open: it would block the next upgrade.
            if let Err(Ok(late)) = bringer.bring(request.await.map_err(open_error)) {
                late.close();
            }
        });
        let mut db: Result<Database, _> = Err(StoreError::Lost);
        in_time(OPEN_DEADLINE_MS, pin!(async { db = opened.await })).await;
        let db = db?;
        let closing = db.clone();
        let close = Box::new(move |_| closing.clone().close());
        Ok(Self { _upgrade_elsewhere: Listener::new(db.as_sys(), "versionchange", close), db })
    }
}

impl Connection {
    /// Begins nothing more. What has begun is finished.
    fn close(&self) {
        self.db.clone().close();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

fn open_error(error: OpenDbError) -> StoreError {
    match error {
        OpenDbError::Base(error) => tx::fault(error),
        _ => StoreError::Lost,
    }
}
