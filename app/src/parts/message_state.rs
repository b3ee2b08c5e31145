//! How far an own message got, as an icon with its word, and what that means.

use crate::i18n::Text;
use crate::live::Live;
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, el};
use crate::ui::icon;
use model::MessageState;

/// The name of the state, for attributes and style sheets.
pub(crate) fn slug(state: &MessageState) -> &'static str {
    match state {
        MessageState::Queued => "queued",
        MessageState::Delivered => "delivered",
        MessageState::Read => "read",
        MessageState::Failed(_) => "failed",
        MessageState::Received => "received",
        _ => "sent",
    }
}

/// Icon, word and meaning. No two icons differ by colour alone.
fn look(state: &MessageState, t: &Text) -> Option<[&'static str; 3]> {
    Some(match state {
        MessageState::Received => return None,
        MessageState::Queued => [icon::CLOCK, t.state_queued, t.about_queued],
        MessageState::Delivered => [icon::CHECKS, t.state_delivered, t.about_delivered],
        MessageState::Read => [icon::CHECKS_LINE, t.state_read, t.about_read],
        MessageState::Failed(_) => [icon::ALERT, t.state_failed, t.about_failed],
        _ => [icon::CHECK, t.state_sent, t.about_sent],
    })
}

/// Word and meaning.
pub(crate) fn words(state: &MessageState, t: &Text) -> [&'static str; 2] {
    look(state, t).map_or([t.state_received, t.about_received], |[_, word, meaning]| [word, meaning])
}

/// The icon; nothing for received messages.
pub(crate) fn icon(state: &MessageState, t: &Text) -> Option<El> {
    Some(mark(el("span").attr("role", "img"), state, look(state, t)?))
}

fn mark(element: El, state: &MessageState, [path, word, _]: [&str; 3]) -> El {
    let class = ["state state-", slug(state)].concat();
    element.class(&class).attr("aria-label", word).attr("title", word).with(icon::icon(path))
}

/// A dialog that says what the icon of a message means; one for all of them.
#[derive(Clone)]
pub(crate) struct About {
    dialog: Dialog,
    words: Live<[&'static str; 3]>,
    t: &'static Text,
}

impl About {
    /// A closed one, not on the page yet.
    pub(crate) fn new(t: &'static Text) -> Self {
        Self { dialog: Dialog::new(), words: Live::default(), t }
    }

    /// The icon as a button that asks for its meaning.
    pub(crate) fn button(&self, state: &MessageState) -> Option<El> {
        let (look, this) = (look(state, self.t)?, self.clone());
        let button = mark(el("button").attr("type", "button"), state, look);
        Some(button.on("click", move |_| {
            this.words.set(look);
            this.dialog.open();
        }))
    }

    /// Puts it on the page.
    pub(crate) fn view(&self) -> El {
        let (title, about) =
            (self.words.part(|[_, word, _]| (*word).into()), self.words.part(|[.., about]| (*about).into()));
        let closed = self.dialog.clone();
        let ok = el("button button").attr("type", "button").text(self.t.ok);
        let ok = ok.on("click", move |_| closed.close());
        self.dialog.view("state-title", el("h2").live_text(title), el("p").live_text(about), ok)
    }
}
