//! Swipes on a line: to the right it is read or unread, to the left it goes to the archive or comes back. The menu of the line does the
//! same for those who don't swipe.

use super::menu;
use crate::router::Router;
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use crate::ui::swipe::{self, Swipes};
use model::Arrange;
use projection::ChatItem;
use std::rc::Rc;
use web_sys::Element;

/// From here on something is done (CSS pixels).
const FAR: f64 = 84.0;

/// Listens for swipes in the list.
pub(super) fn swiping(state: AppState, router: Router, list: El) -> El {
    let done = move |line: &Element, right: bool| {
        if let Some(chat) = chat(state, line) {
            menu::arrange(state, router, &chat.person.jid, change(&chat, right).0);
        }
    };
    let behind = move |line: &Element, right: bool| Some(behind(state, &*chat(state, line)?, right));
    swipe::swiping(
        list,
        Swipes { rows: menu::LINE, far: FAR, behind: Box::new(behind), done: Box::new(done) },
    )
}

fn chat(state: AppState, line: &Element) -> Option<Rc<ChatItem>> {
    Some(state.chats().row(&line.get_attribute("data-jid")?.into())?.now())
}

/// Says what will be done.
fn behind(state: AppState, chat: &ChatItem, right: bool) -> El {
    let (t, (change, path)) = (state.text(), change(chat, right));
    let words = match change {
        Arrange::MarkUnread(true) => t.mark_unread,
        Arrange::MarkUnread(false) => t.mark_read,
        Arrange::Archive(true) => t.archive_chat,
        _ => t.unarchive_chat,
    };
    let behind = el(if right { "span line-behind" } else { "span line-behind left" });
    behind.with([icon::icon(path), el("span").text(words)])
}

/// What a swipe does.
fn change(chat: &ChatItem, right: bool) -> (Arrange, &'static str) {
    let archived = chat.row.listing.archived;
    match (right, menu::has_unread(chat)) {
        (true, true) => (Arrange::MarkUnread(false), icon::CHECKS),
        (true, false) => (Arrange::MarkUnread(true), icon::UNREAD),
        (false, _) => (Arrange::Archive(!archived), if archived { icon::UNARCHIVE } else { icon::ARCHIVE }),
    }
}
