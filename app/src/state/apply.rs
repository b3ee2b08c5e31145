//! One batch of events in, signals out. Effects run after the batch, so the screen changes once.

use super::{AppState, Notice};
use browser::OperatorConfig;
use leptos::prelude::*;
use model::{BareJid, Connection, Event, Problem, Saved};
use projection::{ChatItem, ContactItem, ListDiff};

impl AppState {
    /// Shows what was found on disk.
    pub(super) fn restore(self, saved: &Saved) {
        let steps = self.people.try_update_value(|people| people.reset(saved.roster.clone()));
        self.contacts.apply(steps.unwrap_or_default());
        let steps = self.people.with_value(|people| {
            self.chat_list.try_update_value(|chats| chats.reset(saved.chats.clone(), people))
        });
        self.chats.apply(steps.unwrap_or_default());
        self.settle(false);
        self.tick();
    }

    /// Takes in everything that happened in one turn of the pump.
    pub(crate) fn apply(self, events: Vec<Event>) {
        let mut people = false;
        for event in events {
            match event {
                Event::Connection(connection) => self.set_connection(connection),
                Event::LoggedIn(jid) => self.logged_in(jid),
                Event::LoggedOut { .. } => self.forget(),
                Event::SignUpForm(form) => {
                    self.busy.set(false);
                    self.sign_up_form.set(Some(form));
                }
                Event::Roster(items) => people |= self.contacts_change(|people| people.reset(items)),
                Event::Contact(item) => people |= self.contacts_change(|people| people.upsert(item)),
                Event::ContactRemoved(jid) => people |= self.contacts_change(|people| people.remove(&jid)),
                Event::Presence { jid, presence } => {
                    people |= self.contacts_change(|people| people.set_presence(&jid, presence));
                }
                Event::Requests(jids) => self.requests.set(jids),
                Event::Message(row) => self.timeline.message(row),
                Event::MessageState { chat, id, state } => self.timeline.message_state(&chat, &id, &state),
                Event::Chat(row) => self.chats_change(|chats, people| chats.upsert(row, people)),
                Event::Problem(problem) => self.problem(problem),
                _ => {}
            }
        }
        self.settle(people);
        self.tick();
    }

    /// Takes the operator's presets in.
    pub(crate) fn apply_site(self, site: OperatorConfig) {
        self.site.set(site);
    }

    /// Says something that was found out before there was a pump.
    pub(crate) fn apply_problem(self, problem: Problem) {
        self.problem(problem);
    }

    /// True, since somebody may have another name or presence now.
    fn contacts_change(
        self,
        change: impl FnOnce(&mut projection::Contacts) -> Vec<ListDiff<ContactItem>>,
    ) -> bool {
        if let Some(steps) = self.people.try_update_value(change) {
            self.contacts.apply(steps);
        }
        true
    }

    pub(super) fn chats_change(
        self,
        change: impl FnOnce(&mut projection::ChatList, &projection::Contacts) -> Vec<ListDiff<ChatItem>>,
    ) {
        let steps =
            self.people.with_value(|people| self.chat_list.try_update_value(|chats| change(chats, people)));
        if let Some(steps) = steps {
            self.chats.apply(steps);
        }
    }

    /// Notes the local day, for those views that say "today".
    pub(crate) fn tick(self) {
        let today = self.local_day((self.clock.now)());
        if self.today.get_untracked() != today {
            self.today.set(today);
        }
    }

    /// What follows from a batch: names and presence in the other lists, the sum of unread messages.
    fn settle(self, people: bool) {
        if people {
            self.chats_change(projection::ChatList::refresh);
            self.people_changed.set(());
        }
        let unread = self.chat_list.with_value(projection::ChatList::total_unread);
        if self.unread.get_untracked() != unread {
            self.unread.set(unread);
        }
    }

    fn set_connection(self, connection: Connection) {
        self.connection.set(connection);
        match connection {
            Connection::Connecting => {}
            Connection::Online => {
                self.troubled.set(false);
                self.trouble.set(None);
                self.password_needed.set(false);
                self.notices.update(|notices| notices.retain(|notice| !is_over_when_online(&notice.problem)));
            }
            Connection::Waiting { .. } => self.troubled.set(self.account.with_untracked(Option::is_some)),
            Connection::Stopped => {
                self.troubled.set(self.account.with_untracked(Option::is_some));
                self.busy.set(false);
            }
            Connection::Idle => {
                self.troubled.set(false);
                self.busy.set(false);
            }
        }
    }

    fn logged_in(self, jid: BareJid) {
        self.busy.set(false);
        self.form_problem.set(None);
        self.sign_up_form.set(None);
        self.password_needed.set(false);
        if self.account.with_untracked(|account| account.as_ref() != Some(&jid)) {
            self.account.set(Some(jid));
        }
    }

    /// The account was left: nothing of it stays on the screen.
    fn forget(self) {
        self.account.set(None);
        self.timeline.open(None);
        self.people.set_value(projection::Contacts::default());
        self.contacts.clear();
        self.requests.set(Vec::new());
        self.contact_problem.set(None);
        self.chat_list.set_value(projection::ChatList::default());
        self.chats.clear();
        self.drafts.update_value(model::Map::clear);
        self.notices.set(Vec::new());
        self.troubled.set(false);
        self.trouble.set(None);
        self.password_needed.set(false);
        self.busy.set(false);
    }

    /// Shows a problem where the person looks when it happens.
    fn problem(self, problem: Problem) {
        let at_form = self.account.with_untracked(Option::is_none) || self.busy.get_untracked();
        match &problem {
            Problem::StorageUnavailable | Problem::StorageFull => self.notice(problem),
            _ if at_form => {
                self.busy.set(false);
                // The server has ended the attempt, so its questions are void.
                self.sign_up_form.set(None);
                self.form_problem.set(Some(problem));
            }
            Problem::ContactRefused { .. } | Problem::NotConnected => self.contact_problem.set(Some(problem)),
            Problem::Unreachable { .. } | Problem::NoEndpoint { .. } | Problem::LogInUnavailable => {
                self.trouble.set(Some(problem));
            }
            _ => {
                if needs_password(&problem) {
                    self.password_needed.set(true);
                }
                self.notice(problem);
            }
        }
    }

    /// Adds a notice, unless it is there already.
    fn notice(self, problem: Problem) {
        if self.notices.with_untracked(|notices| notices.iter().any(|notice| notice.problem == problem)) {
            return;
        }
        let id = self.next_notice.get_value();
        self.next_notice.set_value(id.wrapping_add(1));
        self.notices.update(|notices| notices.push(Notice { id, problem }));
    }
}

/// True if only a new log-in helps.
fn needs_password(problem: &Problem) -> bool {
    matches!(problem, Problem::WrongPassword | Problem::PasswordNeeded | Problem::AccountDisabled)
}

fn is_over_when_online(problem: &Problem) -> bool {
    needs_password(problem) || matches!(problem, Problem::ReplacedElsewhere)
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
