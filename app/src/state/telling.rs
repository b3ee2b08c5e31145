//! What we tell contacts while we chat, and what they tell us.

use super::AppState;
use super::backend::Backend;
use browser::prefs;
use model::{BareJid, ChatRow, Command, Tells};

impl AppState {
    /// Hands over what was chosen on earlier visits. Telling is the rule.
    pub(super) fn tell_choices(self, backend: &dyn Backend) {
        if !self.markers.now() {
            backend.command(Command::SendMarkers(false));
        }
        if !self.typing.now() {
            backend.command(Command::SendTyping(false));
        }
    }

    /// Whether contacts are told that their messages were looked at.
    pub(crate) fn markers(self) -> bool {
        self.markers.get()
    }

    /// Chooses whether they are.
    pub(crate) fn choose_markers(self, on: bool) {
        prefs::set_markers(on);
        self.markers.set(on);
        self.command(Command::SendMarkers(on));
    }

    /// Whether contacts are told that we are writing to them.
    pub(crate) fn typing(self) -> bool {
        self.typing.get()
    }

    /// Chooses whether they are.
    pub(crate) fn choose_typing(self, on: bool) {
        prefs::set_typing(on);
        self.typing.set(on);
        self.command(Command::SendTyping(on));
    }

    /// What one contact is told, other than everybody.
    pub(crate) fn tells(self, chat: &BareJid) -> Tells {
        self.tells.with(|tells| tells.get(chat).copied().unwrap_or_default())
    }

    /// Chooses what one contact is told.
    pub(crate) fn tell(self, chat: &BareJid, choose: impl FnOnce(&mut Tells)) {
        let mut tells = self.tells.peek(|tells| tells.get(chat).copied().unwrap_or_default());
        choose(&mut tells);
        self.keep_tells(chat, tells);
        self.command(Command::Tell { chat: chat.clone(), tells });
    }

    /// Takes in what is stored.
    pub(super) fn told(self, row: &ChatRow) {
        if self.tells.peek(|all| all.get(&row.chat).copied().unwrap_or_default() != row.tells) {
            self.keep_tells(&row.chat, row.tells);
        }
    }

    fn keep_tells(self, chat: &BareJid, tells: Tells) {
        self.tells.update(|all| {
            all.insert(chat.clone(), tells);
        });
    }

    /// Notes that the person has touched the text they are writing.
    pub(crate) fn typed(self, chat: &BareJid, empty: bool) {
        self.command(Command::Typing { chat: chat.clone(), empty });
    }

    /// True while this contact writes to us.
    pub(crate) fn is_writing(self, chat: &BareJid) -> bool {
        self.writing.with(|writing| writing.contains(chat))
    }

    pub(super) fn set_writing(self, chat: BareJid, writes: bool) {
        self.writing.update(|writing| {
            if writes {
                writing.insert(chat);
            } else {
                writing.remove(&chat);
            }
        });
    }
}
