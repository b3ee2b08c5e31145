//! A disk that can be full, and under which the device can die at any commit.

use driver::{MemoryStore, Store};
use model::search::{Found, Search};
use model::{Applied, BareJid, LocalId, MessageRow, PageAt, Saved, StoreError, Write};
use std::cell::RefCell;
use std::rc::Rc;

/// How a commit goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It fails, nothing of it is stored, and so does every one after it.
    Error(StoreError),
    /// The device dies before anything of it is stored.
    DeathBefore,
    /// The device dies when all of it is stored and nobody knows.
    DeathAfter,
}

/// What is going to happen at which commit.
#[derive(Debug, Default)]
pub struct Trouble {
    /// After this many more commits.
    ahead: Option<(u32, Failure)>,
    /// It has happened.
    has_come: bool,
}

impl Trouble {
    /// The commit after `commits` more goes wrong.
    pub fn plan(&mut self, commits: u32, failure: Failure) {
        *self = Self { ahead: Some((commits, failure)), has_come: false };
    }

    /// No trouble any more.
    pub fn end(&mut self) {
        *self = Self::default();
    }

    /// True if it has happened.
    pub fn has_come(&self) -> bool {
        self.has_come
    }

    fn next(&mut self) -> Option<Failure> {
        let (commits, failure) = self.ahead.as_mut()?;
        if let Some(left) = commits.checked_sub(1) {
            *commits = left;
            return None;
        }
        self.has_come = true;
        Some(*failure)
    }
}

/// A store in memory on a device that may be in trouble.
#[derive(Clone, Debug)]
pub struct Disk {
    rows: MemoryStore,
    trouble: Rc<RefCell<Trouble>>,
}

impl Disk {
    pub(super) fn new(rows: MemoryStore, trouble: Rc<RefCell<Trouble>>) -> Self {
        Self { rows, trouble }
    }
}

impl Store for Disk {
    async fn load(&self) -> Result<Saved, StoreError> {
        self.rows.load().await
    }

    async fn commit(&self, batch: &[Write]) -> Result<Applied, StoreError> {
        let failure = self.trouble.borrow_mut().next();
        match failure {
            None => return self.rows.commit(batch).await,
            Some(Failure::Error(error)) => return Err(error),
            Some(Failure::DeathBefore) => {}
            Some(Failure::DeathAfter) => drop(self.rows.commit(batch).await),
        }
        // The dead do nothing; whoever watches starts the app again.
        std::future::pending().await
    }

    async fn page_at(
        &self,
        chat: &BareJid,
        at: &PageAt,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        self.rows.page_at(chat, at, limit).await
    }

    async fn message(&self, id: &LocalId) -> Result<Option<MessageRow>, StoreError> {
        self.rows.message(id).await
    }

    async fn starred(&self) -> Result<Vec<MessageRow>, StoreError> {
        self.rows.starred().await
    }

    async fn named(&self, name: &str) -> Result<Option<MessageRow>, StoreError> {
        self.rows.named(name).await
    }

    async fn find(&self, search: &Search) -> Result<Found, StoreError> {
        self.rows.find(search).await
    }
}
