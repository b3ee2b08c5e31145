//! What a screen would show after all events so far.

use model::{
    BareJid, ChatRow, Connection, Event, Gap, LocalId, MessageRow, MessageState, Presence, Problem,
    RosterItem, SignUpForm,
};
use std::collections::{BTreeMap, BTreeSet};

/// The events of one client, folded.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The last state of the connection.
    pub connection: Connection,
    /// Who is logged in.
    pub account: Option<BareJid>,
    /// True after a log-out that erased.
    pub erased: bool,
    /// Contacts.
    pub roster: BTreeMap<BareJid, RosterItem>,
    /// Whole rosters received (`Event::Roster`), the first load included.
    pub rosters: u32,
    /// Open requests.
    pub requests: Vec<BareJid>,
    /// Presence of contacts.
    pub presence: BTreeMap<BareJid, Presence>,
    /// Who writes to us.
    pub typing: BTreeSet<BareJid>,
    /// Messages in order of arrival, with their newest state.
    pub messages: Vec<MessageRow>,
    /// Every state each message was told to be in, oldest first.
    pub history: BTreeMap<LocalId, Vec<MessageState>>,
    /// The chat list.
    pub chats: BTreeMap<BareJid, ChatRow>,
    /// What of the archive is missing.
    pub gaps: Vec<Gap>,
    /// Every problem told, oldest first.
    pub problems: Vec<Problem>,
    /// The form the server wants filled in.
    pub form: Option<SignUpForm>,
}

impl Seen {
    /// Takes one event into account.
    pub fn take(&mut self, event: Event) {
        match event {
            Event::Connection(connection) => self.connection = connection,
            Event::LoggedIn(jid) => self.account = Some(jid),
            Event::LoggedOut { erased } => {
                self.account = None;
                self.erased = erased;
            }
            Event::SignUpForm(form) => self.form = Some(form),
            Event::Roster(items) => {
                self.rosters += 1;
                self.roster = items.into_iter().map(|item| (item.jid.clone(), item)).collect();
            }
            Event::Contact(item) => {
                self.roster.insert(item.jid.clone(), item);
            }
            Event::ContactRemoved(jid) => {
                self.roster.remove(&jid);
            }
            Event::Requests(requests) => self.requests = requests,
            Event::Presence { jid, presence } => {
                self.presence.insert(jid, presence);
            }
            Event::Typing { chat, typing } => {
                if typing {
                    self.typing.insert(chat);
                } else {
                    self.typing.remove(&chat);
                }
            }
            Event::Message(row) => {
                self.history.entry(row.id.clone()).or_default().push(row.state.clone());
                self.messages.push(row);
            }
            Event::MessageChanged(row) => {
                if let Some(known) = self.messages.iter_mut().find(|known| known.id == row.id) {
                    let state = known.state.clone();
                    *known = MessageRow { state, ..*row };
                }
            }
            Event::MessageState { id, state, .. } => {
                self.history.entry(id.clone()).or_default().push(state.clone());
                let mut rows = self.messages.iter_mut();
                if let Some(row) = rows.find(|row| row.id == id && row.state.may_become(&state)) {
                    row.state = state;
                }
            }
            Event::MessageDeleted { id, .. } => self.messages.retain(|row| row.id != id),
            Event::Chat(row) => {
                self.chats.insert(row.chat.clone(), row);
            }
            Event::Gaps(gaps) => self.gaps = gaps,
            // What counts is what is stored; and at the other the browser tests look.
            Event::Heard(_) | Event::ArchivePolicy(_) => {}
            Event::Problem(problem) => self.problems.push(problem),
            other => panic!("an event the tests don't know: {other:?}"),
        }
    }

    /// Messages with this text.
    pub fn with_body<'a>(&'a self, body: &'a str) -> impl Iterator<Item = &'a MessageRow> {
        self.messages.iter().filter(move |row| row.body == body)
    }
}
