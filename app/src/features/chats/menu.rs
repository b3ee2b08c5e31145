//! What can be done with a chat without opening it, and the ways to it: a long press, the right button, the button of its line, the
//! keyboard.

use crate::dom;
use crate::i18n::Text;
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use crate::ui::menu::{At, Item, Menu};
use crate::ui::press;
use model::{Arrange, BareJid, Mute, WallMs};
use projection::ChatItem;
use std::rc::Rc;
use web_sys::Element;

/// A line of the list.
pub(super) const LINE: &str = "li[data-jid]";
/// Its button that opens its menu.
const MORE: &str = ".line-more";

const HOUR_MS: WallMs = 3_600_000;

/// What can be done with the chats of the list.
#[derive(Clone)]
pub(super) struct ChatMenu {
    state: AppState,
    router: Router,
    menu: Menu,
    /// A menu of its own: the first one is still closing when it opens.
    how_long: Menu,
}

impl ChatMenu {
    /// Not on the page yet.
    pub(super) fn new(state: AppState, router: Router) -> Self {
        Self { state, router, menu: Menu::new(), how_long: Menu::new() }
    }

    /// Puts it on the page.
    pub(super) fn view(&self) -> El {
        el("div").with([self.menu.view(), self.how_long.view()])
    }

    /// Listens in the list.
    pub(super) fn listen(&self, list: El) -> El {
        let (asked, clicked) = (self.clone(), self.clone());
        press::asking(list, LINE, move |line, at| asked.open(line, at)).on("click", move |event| {
            if let Some((line, more)) = dom::closest(&event, LINE).zip(dom::closest(&event, MORE)) {
                clicked.open(&line, &At::Under(more));
            }
        })
    }

    fn open(&self, line: &Element, at: &At) {
        let key = line.get_attribute("data-jid").unwrap_or_default();
        if let Some(chat) = self.state.chats().row(&key.into()) {
            let chat = chat.now();
            self.menu.open(&chat.person.name, self.items(&chat, at.clone()), at);
        }
    }

    fn items(&self, chat: &Rc<ChatItem>, at: At) -> Vec<Item> {
        let (t, this, to_mute) = (self.state.text(), self.clone(), Rc::clone(chat));
        let listing = chat.row.listing;
        let mute = if chat.is_muted {
            self.item(t.unmute, icon::BELL, chat, Arrange::Mute(Mute::Off))
        } else {
            Item::new(t.mute, icon::BELL_OFF, move || this.how_long(&to_mute, &at))
        };
        let read = if has_unread(chat) {
            self.item(t.mark_read, icon::CHECKS, chat, Arrange::MarkUnread(false))
        } else {
            self.item(t.mark_unread, icon::UNREAD, chat, Arrange::MarkUnread(true))
        };
        let pin = if listing.pinned { (t.unpin, icon::UNPIN) } else { (t.pin, icon::PIN) };
        let archive = if listing.archived {
            (t.unarchive_chat, icon::UNARCHIVE)
        } else {
            (t.archive_chat, icon::ARCHIVE)
        };
        vec![
            self.item(pin.0, pin.1, chat, Arrange::Pin(!listing.pinned)),
            mute,
            read,
            self.item(archive.0, archive.1, chat, Arrange::Archive(!listing.archived)),
        ]
    }

    /// Asks for how long a chat is to keep quiet.
    fn how_long(&self, chat: &Rc<ChatItem>, at: &At) {
        let (t, now) = (self.state.text(), self.state.now());
        let items = [
            (t.mute_hour, Mute::Until(now + HOUR_MS)),
            (t.mute_hours, Mute::Until(now + 8 * HOUR_MS)),
            (t.mute_morning, Mute::Until(self.state.next_morning())),
            (t.mute_always, Mute::Always),
        ];
        let items = items.map(|(label, mute)| self.item(label, icon::CLOCK, chat, Arrange::Mute(mute)));
        self.how_long.open(t.mute, items.into(), at);
    }

    fn item(&self, label: &str, icon: &'static str, chat: &Rc<ChatItem>, change: Arrange) -> Item {
        let (state, router, jid) = (self.state, self.router, chat.person.jid.clone());
        Item::new(label, icon, move || arrange(state, router, &jid, change))
    }
}

/// True if there is something to be read, or the person wants it to be taken for that.
pub(super) fn has_unread(chat: &ChatItem) -> bool {
    chat.row.unread > 0 || chat.row.listing.unread
}

/// Does it.
pub(super) fn arrange(state: AppState, router: Router, chat: &BareJid, change: Arrange) {
    // What is looked at is read: who wants to come back to it leaves it first.
    if change == Arrange::MarkUnread(true) && router.route_now().chat() == Some(chat) {
        state.view_chat(None);
        router.push(Route::Chats);
    }
    state.arrange(chat.clone(), change);
}

/// The button of a line.
pub(super) fn more(t: &Text) -> El {
    el("button line-more").attr("type", "button").attr("aria-label", t.chat_menu).attr("title", t.chat_menu)
}
