//! All that this device knows of a message.

use crate::i18n::{self, formats};
use crate::live::Live;
use crate::parts::message_state;
use crate::state::AppState;
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, el};
use model::{BareJid, Direction, MessageRow, MessageState};

/// A dialog that tells it; one for all messages of a chat.
#[derive(Clone)]
pub(super) struct Details {
    state: AppState,
    dialog: Dialog,
    shown: Live<Option<MessageRow>>,
}

impl Details {
    /// A closed one, not on the page yet.
    pub(super) fn new(state: AppState) -> Self {
        Self { state, dialog: Dialog::new(), shown: Live::default() }
    }

    /// Shows those of this message.
    pub(super) fn open(&self, row: MessageRow) {
        // When it got how far is on disk alone.
        let shown = self.shown.clone();
        self.state.as_stored(&row, move |stored| shown.set(Some(stored)));
        self.shown.set(Some(row));
        self.dialog.open();
    }

    /// Puts it on the page.
    pub(super) fn view(&self) -> El {
        let (state, t, closed) = (self.state, self.state.text(), self.dialog.clone());
        let lines =
            move |row: &Option<MessageRow>| row.as_ref().map(|row| lines(state, row)).unwrap_or_default();
        let ok = el("button button primary").attr("type", "button").text(t.ok);
        self.dialog.view(
            "details-title",
            el("h2").text(t.message_details),
            el("dl details").live(self.shown.part(Option::clone), lines),
            ok.on("click", move |_| closed.close()),
        )
    }
}

fn lines(state: AppState, row: &MessageRow) -> Vec<El> {
    let (t, lang) = (state.text(), state.lang_now());
    let ours = row.direction == Direction::Out;
    let [word, meaning] = message_state::words(&row.state, t);
    let meaning = match &row.state {
        MessageState::Failed(reason) => i18n::fail_words(lang, reason),
        _ => meaning.to_owned(),
    };
    let mut lines = vec![line(t.detail_from, person(state, &row.from))];
    if ours {
        lines.push(line(t.detail_to, person(state, &row.chat)));
    }
    lines.extend([
        line(t.detail_written, vec![el("span").text(&formats::full(lang, row.at))]),
        line(t.detail_state, vec![el("span").text(word), el("span hint").text(&meaning)]),
    ]);
    let reached = &row.reached;
    for (state, at) in [
        (MessageState::Sent, reached.sent),
        (MessageState::Delivered, reached.delivered),
        (MessageState::Read, reached.read),
    ] {
        let [word, _] = message_state::words(&state, t);
        lines.extend(at.map(|at| line(word, vec![el("span").text(&formats::full(lang, at))])));
    }
    lines.extend([
        line(t.detail_encryption, vec![el("span").text(t.detail_not_encrypted)]),
        // An own message goes by the name that it has on this device; a received one was named by its sender.
        line(t.detail_id, vec![id(row.mark.as_deref().filter(|_| !ours).unwrap_or(&row.id.0))]),
    ]);
    lines.extend(row.stanza_id.as_deref().map(|it| line(t.detail_archive_id, vec![id(it)])));
    lines
}

fn line(name: &str, values: Vec<El>) -> El {
    el("div").with([el("dt").text(name), el("dd").with(values)])
}

fn person(state: AppState, jid: &BareJid) -> Vec<El> {
    let name = state.person_now(jid).name;
    vec![el("span").attr("dir", "auto").text(&name), el("span hint").attr("dir", "ltr").text(jid.as_str())]
}

fn id(id: &str) -> El {
    el("code").attr("dir", "ltr").text(id)
}
