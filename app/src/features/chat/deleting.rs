//! The question whether messages are to be deleted, here or for everybody.

use crate::i18n::{self, Text};
use crate::live::Live;
use crate::state::AppState;
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, el};
use model::LocalId;

/// What is asked.
#[derive(Clone, Default)]
pub(super) struct Asked {
    /// Which messages.
    pub(super) ids: Vec<LocalId>,
    /// They may be deleted here.
    pub(super) for_me: bool,
    /// They may be deleted for everybody.
    pub(super) for_all: bool,
}

/// A dialog that asks it; one for all messages of a chat.
#[derive(Clone)]
pub(super) struct Deleting {
    state: AppState,
    dialog: Dialog,
    asked: Live<Asked>,
}

impl Deleting {
    /// Not asked yet, not on the page yet.
    pub(super) fn new(state: AppState) -> Self {
        Self { state, dialog: Dialog::new(), asked: Live::default() }
    }

    /// Asks.
    pub(super) fn ask(&self, asked: Asked) {
        self.asked.set(asked);
        self.dialog.open();
    }

    fn answer(&self, for_all: bool) {
        self.dialog.close();
        for id in self.asked.now().ids {
            if for_all { self.state.retract(&id) } else { self.state.delete_for_me(&id) }
        }
    }

    /// Puts it on the page.
    pub(super) fn view(&self) -> El {
        let t: &'static Text = self.state.text();
        let title = self.asked.part(move |asked| {
            let count = u32::try_from(asked.ids.len()).unwrap_or(u32::MAX);
            i18n::count(count, t.delete_title, t.delete_title_other)
        });
        let about = |text: &'static str, is: fn(&Asked) -> bool| {
            el("p").text(text).live_flag("hidden", self.asked.part(move |asked| !is(asked)))
        };
        let button = |name: &str, is: fn(&Asked) -> bool, for_all| {
            let answered = self.clone();
            el("button button danger")
                .attr("type", "button")
                .live_flag("hidden", self.asked.part(move |asked| !is(asked)))
                .text(name)
                .on("click", move |_| answered.answer(for_all))
        };
        let closed = self.dialog.clone();
        let cancel = el("button button").attr("type", "button").text(t.cancel);
        self.dialog.view(
            "delete-title",
            el("h2").live_text(title),
            [
                about(t.delete_for_me_text, |asked| asked.for_me),
                about(t.delete_for_all_text, |asked| asked.for_all),
            ],
            [
                cancel.on("click", move |_| closed.close()),
                button(t.delete_for_me, |asked| asked.for_me, false),
                button(t.delete_for_all, |asked| asked.for_all, true),
            ],
        )
    }
}
