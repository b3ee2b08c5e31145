//! Which chats are looked at, and what the person does with their lines.

use super::Cx;
use model::{Arrange, BareJid, ChatRow, Write};

impl Cx {
    /// True if somebody may be looking.
    pub(crate) fn is_visible(&self) -> bool {
        self.visible || self.visible_elsewhere
    }

    /// The page became visible or hidden.
    pub(crate) fn set_visible(&mut self, visible: bool) {
        self.visible = visible;
        self.mark_viewed_read();
    }

    /// Another chat came into view.
    pub(crate) fn set_viewed(&mut self, chat: Option<BareJid>) {
        self.viewed = chat;
        self.mark_viewed_read();
    }

    /// Other chats came into view on other pages.
    pub(crate) fn set_viewed_elsewhere(&mut self, visible: bool, chats: Vec<BareJid>) {
        self.visible_elsewhere = visible;
        self.viewed_elsewhere = chats;
        self.mark_viewed_read();
    }

    /// Somebody looks at this chat, on some page.
    pub(crate) fn is_looked_at(&self, chat: &BareJid) -> bool {
        (self.visible && self.viewed.as_ref() == Some(chat)) || self.viewed_elsewhere.contains(chat)
    }

    pub(super) fn mark_viewed_read(&mut self) {
        for at in 0..self.unread.len() {
            if let Some((chat, 1..)) = self.unread.entries().get(at)
                && self.is_looked_at(chat)
            {
                self.mark_read(chat.clone());
            }
        }
    }

    fn mark_read(&mut self, chat: BareJid) {
        self.unread.insert(chat.clone(), 0);
        self.writes.push(Write::ChatRead(chat));
    }

    /// Changes a line of the chat list.
    pub(crate) fn arrange(&mut self, chat: BareJid, change: Arrange) {
        if change == Arrange::MarkUnread(false) {
            return self.mark_read(chat);
        }
        self.writes.push(Write::Arrange { chat, change });
    }
}

/// How much of a chat is there to be looked at; what the person wants to be taken for unread counts.
pub(super) fn unlooked(chat: &ChatRow) -> u32 {
    chat.unread.max(chat.listing.unread.into())
}
