//! What the screen holds of the loop.

use crate::pump::SharedShelf;
use crate::{Inbox, Ports};
use engine::Input;
use model::{BareJid, Command, MessageRow, Order};
use std::rc::Rc;

/// Commands in, history out. Cheap to clone. The loop itself lives as long as the thread that runs it.
pub struct Handle<P: Ports> {
    inbox: Inbox,
    shelf: SharedShelf<P::Store>,
}

impl<P: Ports> Clone for Handle<P> {
    fn clone(&self) -> Self {
        Self { inbox: self.inbox.clone(), shelf: Rc::clone(&self.shelf) }
    }
}

impl<P: Ports> Handle<P> {
    pub(crate) fn new(inbox: Inbox, shelf: SharedShelf<P::Store>) -> Self {
        Self { inbox, shelf }
    }

    /// Asks for something; what comes of it arrives as events.
    pub fn command(&self, command: Command) {
        self.inbox.push(Input::Command(command));
    }

    /// Up to `limit` messages of a chat older than `before` (or the newest), oldest first. Empty if nobody is logged
    /// in.
    pub async fn page(&self, chat: &BareJid, before: Option<Order>, limit: usize) -> Vec<MessageRow> {
        let shelf = self.shelf.borrow().clone();
        match shelf {
            Some(shelf) => shelf.page(chat, before, limit).await,
            None => Vec::new(),
        }
    }

    /// Where the platform puts what it notices about page, device and network.
    pub fn inbox(&self) -> &Inbox {
        &self.inbox
    }
}
