//! What the person does with the lines of the chat list.

use super::AppState;
use super::apply::Changed;
use crate::i18n::formats;
use model::{Arrange, BareJid, Command, WallMs};

/// The night is over at this hour.
const MORNING: i64 = 8;
const HOUR_MS: WallMs = 3_600_000;

impl AppState {
    /// Pins a chat, mutes it, archives it, …
    pub(crate) fn arrange(self, chat: BareJid, change: Arrange) {
        self.command(Command::Arrange { chat, change });
    }

    /// While somebody looks for a line, none moves.
    pub(crate) fn hold_chats(self, held: bool) {
        self.chat_list.borrow_mut().hold(held);
        if !held {
            self.settle(Changed { people: false, chats: true });
        }
    }

    /// When the next mute ends, tracked: somebody has to call [`AppState::tick`] by then.
    pub(crate) fn next_unmute(self) -> Option<WallMs> {
        self.next_unmute.get()
    }

    /// Now.
    pub(crate) fn now(self) -> WallMs {
        (self.clock.now)()
    }

    /// When it is next eight in the morning here.
    pub(crate) fn next_morning(self) -> WallMs {
        let (now, offset) = (self.now(), self.clock.utc_offset);
        let on = |day: i64| {
            let at = (day * 24 + MORNING) * HOUR_MS;
            // What the clocks will be set to by then is only known of a moment close to it.
            let guess = at - WallMs::from(offset(at)) * 60_000;
            at - WallMs::from(offset(guess)) * 60_000
        };
        let today = formats::local_day(now, offset);
        Some(on(today)).filter(|at| *at > now).unwrap_or_else(|| on(today + 1))
    }
}
