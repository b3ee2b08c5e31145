//! What was begun and not sent.

use super::AppState;
use browser::drafts;
use model::{BareJid, ChatRow, Command, Draft, MessageRow};

impl AppState {
    /// What was typed in a chat and not sent, on this page or another one; tracked.
    pub(crate) fn draft(self, chat: &BareJid) -> String {
        self.drafts.with(|drafts| drafts.get(chat).map(|draft| draft.text.clone()).unwrap_or_default())
    }

    /// The hint that goes with it, if it is to be a spoiler; tracked.
    pub(crate) fn draft_spoiler(self, chat: &BareJid) -> Option<String> {
        self.drafts.with(|drafts| drafts.get(chat)?.spoiler.clone())
    }

    /// Notes what was typed in a chat. It is stored by the next [`AppState::keep_drafts`].
    pub(crate) fn set_draft(self, chat: &BareJid, text: &str) {
        self.touch_draft(chat, &|draft| text.clone_into(&mut draft.text));
    }

    /// Notes that what is typed in a chat is to be a spoiler with this hint, or none.
    pub(crate) fn set_draft_spoiler(self, chat: &BareJid, hint: Option<&String>) {
        self.touch_draft(chat, &|draft| draft.spoiler = hint.cloned());
    }

    /// Notes that what is typed in a chat is to answer this message, or none.
    pub(super) fn set_draft_answers(self, chat: &BareJid, row: Option<&MessageRow>) {
        self.touch_draft(chat, &|draft| draft.answers = row.map(MessageRow::name));
    }

    /// The name of what it is to answer, not tracked.
    pub(super) fn draft_answers(self, chat: &BareJid) -> Option<String> {
        self.drafts.peek(|drafts| drafts.get(chat)?.answers.clone())
    }

    /// Notes that nothing is left to be sent in a chat.
    pub(super) fn end_draft(self, chat: &BareJid) {
        self.touch_draft(chat, &|draft| *draft = Draft { at: draft.at, ..Draft::default() });
    }

    fn touch_draft(self, chat: &BareJid, change: &dyn Fn(&mut Draft)) {
        let known = self.drafts.peek(|drafts| drafts.get(chat).cloned().unwrap_or_default());
        let mut draft = known.clone();
        change(&mut draft);
        if draft == known {
            return;
        }
        // Later than all that is known, even if the clock was put back.
        draft.at = (self.clock.now)().max(known.at.saturating_add(1));
        self.drafts.update(|drafts| drop(drafts.insert(chat.clone(), draft)));
        self.touched.borrow_mut().insert(chat.clone());
    }

    /// Stores what was typed since the last time.
    pub(crate) fn keep_drafts(self) {
        for (chat, draft) in self.take_touched() {
            self.command(Command::Draft { chat, draft });
        }
    }

    /// The same for a page that may be gone in a moment.
    pub(crate) fn note_drafts(self) {
        let Some(account) = self.account_now() else { return };
        for (chat, draft) in self.take_touched() {
            drafts::note(&account, &chat, &draft);
            self.command(Command::Draft { chat, draft });
        }
    }

    fn take_touched(self) -> Vec<(BareJid, Draft)> {
        let touched = self.touched.take();
        let draft = |chat: BareJid| {
            let draft = self.drafts.peek(|drafts| drafts.get(&chat).cloned())?;
            Some((chat, draft))
        };
        touched.into_keys().filter_map(draft).collect()
    }

    /// Takes in what is stored. What was typed later than that is on its way.
    pub(super) fn drafted(self, row: &ChatRow) {
        let is_news = |drafts: &model::Map<BareJid, Draft>| {
            drafts.get(&row.chat).map_or(0, |known| known.at) < row.draft.at
        };
        if self.drafts.peek(is_news) {
            self.touched.borrow_mut().remove(&row.chat);
            self.drafts.update(|drafts| drop(drafts.insert(row.chat.clone(), row.draft.clone())));
            self.answer_as_drafted();
        }
    }
}
