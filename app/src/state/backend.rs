//! What the state needs from the machinery below it; a trait, so that tests and the demo can stand in.

use model::search::{Found, Search};
use model::{BareJid, Command, MessageRow, PageAt};
use std::future::Future;
use std::pin::Pin;

/// Messages on their way.
pub(crate) type Page = Pin<Box<dyn Future<Output = Vec<MessageRow>>>>;

/// A message on its way, if there is one.
pub(crate) type Named = Pin<Box<dyn Future<Output = Option<MessageRow>>>>;

/// What is found, on its way.
pub(crate) type Finding = Pin<Box<dyn Future<Output = Found>>>;

/// The pump, seen from the screen.
pub(crate) trait Backend {
    /// Hands a command over. What comes of it arrives as events.
    fn command(&self, command: Command);

    /// Up to `limit` messages of a chat, those next to the place that is asked for, oldest first.
    fn page(&self, chat: &BareJid, at: PageAt, limit: usize) -> Page;

    /// Every message that the person wants to find again, the newest first.
    fn starred(&self) -> Page;

    /// The message of a name ([`MessageRow::name`]), if it is here.
    fn named(&self, name: &str) -> Named;

    /// Looks for messages on this device.
    fn find(&self, search: &Search) -> Finding;
}

impl Backend for browser::Handle {
    fn command(&self, command: Command) {
        Self::command(self, command);
    }

    fn page(&self, chat: &BareJid, at: PageAt, limit: usize) -> Page {
        let (handle, chat) = (self.clone(), chat.clone());
        Box::pin(async move { handle.page_at(&chat, at, limit).await })
    }

    fn starred(&self) -> Page {
        let handle = self.clone();
        Box::pin(async move { Self::starred(&handle).await })
    }

    fn named(&self, name: &str) -> Named {
        let (handle, name) = (self.clone(), name.to_owned());
        Box::pin(async move { Self::named(&handle, &name).await })
    }

    fn find(&self, search: &Search) -> Finding {
        let (handle, search) = (self.clone(), search.clone());
        Box::pin(async move { Self::find(&handle, &search).await })
    }
}
