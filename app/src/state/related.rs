//! What messages say about other messages: the verbs, what the composer is about, and the messages that others answer.

use super::AppState;
use crate::live::Live;
use leptos::task::spawn_local;
use model::{BareJid, Command, Format, LocalId, MessageRow, Relation, Reply};

/// What is repeated of a message that is answered (characters).
const QUOTE: usize = 300;

/// What the composer writes if it is no message by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// An answer to this message.
    Reply(MessageRow),
    /// Another text for this one.
    Edit(MessageRow),
}

impl About {
    /// The message.
    pub(crate) fn row(&self) -> &MessageRow {
        match self {
            Self::Reply(row) | Self::Edit(row) => row,
        }
    }
}

impl AppState {
    /// What the composer of the open chat is about.
    pub(crate) fn about(self) -> Option<About> {
        self.about.get()
    }

    /// The same, not tracked.
    pub(crate) fn about_now(self) -> Option<About> {
        self.about.now()
    }

    /// Begins to answer a message of the open chat.
    pub(crate) fn reply_to(self, id: &LocalId) {
        if let Some(row) = self.timeline.row(id).filter(MessageRow::is_answerable) {
            if let Some(chat) = self.timeline.chat() {
                self.set_draft_answers(&chat, Some(&row));
                self.keep_drafts();
            }
            self.choose(About::Reply(row));
        }
    }

    /// Begins to correct an own message of the open chat.
    pub(crate) fn edit(self, id: &LocalId) {
        if let Some(row) = self.timeline.row(id).filter(MessageRow::is_editable) {
            self.choose(About::Edit(row));
        }
    }

    fn choose(self, about: About) {
        self.chosen.set(true);
        self.about.set(Some(about));
    }

    /// Whether the person has just chosen what the composer is about, and goes on there; what a draft was about comes back by itself.
    pub(crate) fn take_chosen(self) -> bool {
        self.chosen.take()
    }

    /// Begins to correct the newest own message of the open chat. True if there is one.
    pub(crate) fn edit_last(self) -> bool {
        let last = self.timeline.newest(MessageRow::is_editable);
        last.inspect(|row| self.edit(&row.id)).is_some()
    }

    /// The composer writes messages of its own again.
    pub(crate) fn forget_about(self) {
        let was = self.about_now();
        self.about.set_if_new(None);
        let Some(chat) = self.timeline.chat() else { return };
        match was {
            Some(About::Reply(_)) => {
                self.set_draft_answers(&chat, None);
                self.keep_drafts();
            }
            // What was typed before the correction goes on.
            Some(About::Edit(_)) => self.answer_as_drafted(),
            None => {}
        }
    }

    /// The composer of the open chat answers what its draft does, unless a message is corrected there.
    pub(super) fn answer_as_drafted(self) {
        let (about, chat) = (self.about_now(), self.timeline.chat());
        let Some(chat) = chat.filter(|_| !matches!(about, Some(About::Edit(_)))) else { return };
        let Some(name) = self.draft_answers(&chat) else { return self.about.set_if_new(None) };
        if about.is_some_and(|about| about.row().is_named(&name)) {
            return;
        }
        if let Some(row) = self.timeline.newest(|row| row.is_named(&name)) {
            return self.answer(&chat, &name, row);
        }
        let Some(backend) = self.backend() else { return };
        let found = backend.named(&name);
        spawn_local(async move {
            if let Some(row) = found.await {
                self.answer(&chat, &name, row);
            }
        });
    }

    /// Goes on to answer this message, if that is still what the draft of the open chat does.
    fn answer(self, chat: &BareJid, name: &str, row: MessageRow) {
        let is_meant = self.timeline.chat().as_ref() == Some(chat)
            && self.draft_answers(chat).as_deref() == Some(name)
            && !matches!(self.about_now(), Some(About::Edit(_)));
        if is_meant && row.chat == *chat && row.is_answerable() {
            self.about.set_if_new(Some(About::Reply(row)));
        }
    }

    /// Sends what was written: a message, an answer or a correction. Of nothing but white space nothing is sent. A spoiler has a hint.
    pub(crate) fn submit(self, chat: BareJid, text: &str, spoiler: Option<String>) {
        let body = text.trim_matches(['\n', '\r', ' ']).to_owned();
        let about = self.about_now();
        self.about.set_if_new(None);
        let reply = match about {
            Some(About::Edit(row)) => {
                let is_new = body != row.body || spoiler != row.format.spoiler;
                if !body.trim().is_empty() && is_new {
                    let (format, reply) = (Format::of_spoiler(spoiler), row.reply.clone());
                    self.relate(row, Relation::Edit { body, format, reply });
                }
                self.answer_as_drafted();
                return;
            }
            Some(About::Reply(row)) => Some(reply(&row)),
            None => None,
        };
        self.end_draft(&chat);
        if !body.trim().is_empty() {
            self.command(Command::SendText { chat, body, reply, spoiler });
        }
        // After the message: whatever the page dies of in between, there is one of the two.
        self.keep_drafts();
    }

    /// Takes an own message back, for everybody.
    pub(crate) fn retract(self, id: &LocalId) {
        if let Some(row) = self.timeline.row(id).filter(MessageRow::is_editable) {
            self.relate(row, Relation::Retract);
        }
    }

    /// Takes a message of the open chat away from this device.
    pub(crate) fn delete_for_me(self, id: &LocalId) {
        if let Some(chat) = self.timeline.chat() {
            self.command(Command::DeleteForMe { chat, id: id.clone() });
        }
    }

    /// Feels this about a message, or no longer.
    pub(crate) fn react(self, id: &LocalId, emoji: &str) {
        let Some((row, account)) = self.timeline.row(id).zip(self.account_now()) else { return };
        let mut all = row.relations.reactions_of(&account).to_vec();
        let before = all.len();
        all.retain(|known| known != emoji);
        if all.len() == before {
            all.push(emoji.to_owned());
        }
        self.relate(row, Relation::React(all));
    }

    /// What somebody felt last about an own message of the open chat: who, what and about which.
    pub(crate) fn felt(self) -> Option<(BareJid, String, MessageRow)> {
        self.felt.get()
    }

    /// A message is another one now: if it is ours and somebody feels something new about it, that is told, as it is when they write.
    pub(super) fn felt_news(self, row: &MessageRow) {
        let account = self.account_now();
        let Some(known) = self.timeline.row(&row.id).filter(|row| Some(&row.from) == account.as_ref()) else {
            return;
        };
        for (emoji, who) in row.relations.reactions() {
            let is_new = |who: &&&BareJid| !known.relations.reactions_of(who).iter().any(|one| one == emoji);
            if let Some(who) = who.iter().filter(|who| Some(**who) != account.as_ref()).find(is_new) {
                self.felt.set(Some(((*who).clone(), emoji.to_owned(), row.clone())));
            }
        }
    }

    fn relate(self, row: MessageRow, relation: Relation) {
        self.command(Command::Relate { id: None, row: Box::new(row), relation });
    }

    /// The message that another one of the open chat answers, as it is now; nothing as long as it is not known.
    pub(crate) fn answered(self, reply: &Reply) -> Live<Option<MessageRow>> {
        let name = reply.name();
        if let Some(known) = self.answered.borrow().get(&name) {
            return known.clone();
        }
        let answered = Live::new(self.timeline.newest(|row| row.is_named(&name)));
        self.answered.borrow_mut().insert(name.clone(), answered.clone());
        if answered.peek(Option::is_none)
            && let Some((backend, chat)) = self.backend().zip(self.timeline.chat())
        {
            let (found, told) = (backend.named(&name), answered.clone());
            spawn_local(async move {
                // Whoever answers may name a message of another chat.
                if let Some(row) = found.await.filter(|row| row.chat == chat) {
                    told.set(Some(row));
                }
            });
        }
        answered
    }

    /// A message is new, or is another one now.
    pub(super) fn answered_news(self, row: &MessageRow) {
        for (name, answered) in self.answered.borrow().entries() {
            if row.is_named(name) && self.timeline.chat().as_ref() == Some(&row.chat) {
                answered.set(Some(row.clone()));
            }
        }
        let is_gone = row.relations.retracted;
        if is_gone && self.about.peek(|about| about.as_ref().is_some_and(|about| about.row().id == row.id)) {
            self.forget_about();
        }
    }

    /// A message is gone.
    pub(super) fn answered_gone(self, id: &LocalId) {
        let is_it = |row: &Option<MessageRow>| row.as_ref().is_some_and(|row| row.id == *id);
        for (_, answered) in self.answered.borrow().entries() {
            if answered.peek(is_it) {
                answered.set(None);
            }
        }
        if self.about.peek(|about| about.as_ref().is_some_and(|about| about.row().id == *id)) {
            self.forget_about();
        }
    }
}

fn reply(row: &MessageRow) -> Reply {
    Reply {
        author: row.from.clone(),
        id: row.sender_id().to_owned(),
        quote: row.open_text().chars().take(QUOTE).collect(),
    }
}
