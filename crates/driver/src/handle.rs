//! What the screen holds of the loop.

use crate::pump::SharedShelf;
use crate::{Inbox, Ports};
use engine::Input;
use futures_util::future::AbortHandle;
use model::search::{Found, Search};
use model::{BareJid, Command, MessageRow, Order, PageAt};
use std::rc::Rc;

/// Commands in, history out. Cheap to clone. The loop lives until it is stopped, or as long as the thread that runs it.
pub struct Handle<P: Ports> {
    inbox: Inbox,
    shelf: SharedShelf<P::Store>,
    pump: AbortHandle,
}

impl<P: Ports> Clone for Handle<P> {
    fn clone(&self) -> Self {
        Self { inbox: self.inbox.clone(), shelf: Rc::clone(&self.shelf), pump: self.pump.clone() }
    }
}

impl<P: Ports> Handle<P> {
    pub(crate) fn new(inbox: Inbox, shelf: SharedShelf<P::Store>, pump: AbortHandle) -> Self {
        Self { inbox, shelf, pump }
    }

    /// Asks for something; what comes of it arrives as events.
    pub fn command(&self, command: Command) {
        self.inbox.push(Input::Command(command));
    }

    /// The same; `stored` is called when all that has to be stored of it is on disk, and never if the loop ends before that.
    pub fn command_then(&self, command: Command, stored: Box<dyn FnOnce()>) {
        self.inbox.post(Input::Command(command), Some(stored));
    }

    /// Ends the loop as the end of the page would: nothing is said to the server, what is not on disk yet will not be.
    pub fn stop(&self) {
        self.pump.abort();
    }

    /// Up to `limit` messages of a chat older than `before` (or the newest), oldest first. Empty if nobody is logged
    /// in.
    pub async fn page(&self, chat: &BareJid, before: Option<Order>, limit: usize) -> Vec<MessageRow> {
        self.page_at(chat, before.map_or(PageAt::Newest, PageAt::Before), limit).await
    }

    /// Up to `limit` messages of a chat, those next to the place that is asked for. Empty if nobody is logged in.
    pub async fn page_at(&self, chat: &BareJid, at: PageAt, limit: usize) -> Vec<MessageRow> {
        let shelf = self.shelf.borrow().clone();
        match shelf {
            Some(shelf) => shelf.page_at(chat, at, limit).await,
            None => Vec::new(),
        }
    }

    /// Every message that the person wants to find again, the newest first.
    pub async fn starred(&self) -> Vec<MessageRow> {
        let shelf = self.shelf.borrow().clone();
        match shelf {
            Some(shelf) => shelf.starred().await,
            None => Vec::new(),
        }
    }

    /// The message of a name ([`MessageRow::name`]), if it is here.
    pub async fn named(&self, name: &str) -> Option<MessageRow> {
        let shelf = self.shelf.borrow().clone();
        shelf?.named(name).await
    }

    /// Looks for messages on this device. Finds nothing if nobody is logged in.
    pub async fn find(&self, search: &Search) -> Found {
        let shelf = self.shelf.borrow().clone();
        match shelf {
            Some(shelf) => shelf.find(search).await,
            None => Found::default(),
        }
    }

    /// Takes some of what was stored into the index for searches, for no longer than a frame allows. True if it is worth going on.
    pub async fn index(&self) -> bool {
        let shelf = self.shelf.borrow().clone();
        match shelf {
            Some(shelf) => shelf.index().await,
            None => false,
        }
    }

    /// Where the platform puts what it notices about page, device and network.
    pub fn inbox(&self) -> &Inbox {
        &self.inbox
    }
}
