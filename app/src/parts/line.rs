//! A line that leads to a message: whose chat it is in, when it came, and what is said of it.

use super::person;
use crate::i18n::formats;
use crate::router::Route;
use crate::state::AppState;
use crate::ui::el::{El, el};
use model::{BareJid, WallMs};

/// A link to the chat. Who uses it says what is more than that.
pub(crate) fn of_message(state: AppState, chat: &BareJid, at: WallMs, says: El) -> El {
    let lang = state.lang_now();
    let name = || state.person_part(chat, |who| who.name.clone());
    el("a line").attr("href", &Route::Chat(chat.clone()).hash()).with([
        el("span avatar-box").with(person::avatar(chat, name())),
        el("span line-top").with([
            el("span line-name").attr("dir", "auto").live_text(name()),
            // "Today" is yesterday tomorrow.
            el("span line-time").live_text(move || formats::brief(lang, at, state.today())),
        ]),
        el("span line-bottom").with(says),
    ])
}
