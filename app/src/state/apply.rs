//! One batch of events in, signals out. Effects run after the batch, so the screen changes once.

use super::{AppState, Notice};
use browser::OperatorConfig;
use model::{BareJid, Connection, Event, Map, Problem, Saved, Set};
use projection::Unread;

/// Which lists a batch changed. They are drawn up once, at its end.
#[derive(Clone, Copy, Default)]
pub(super) struct Changed {
    pub(super) people: bool,
    pub(super) chats: bool,
}

impl AppState {
    /// Shows what was found on disk.
    pub(super) fn restore(self, saved: &Saved) {
        self.people.update(|people| people.reset(saved.roster.clone()));
        self.chat_list.borrow_mut().reset(saved.chats.clone());
        for row in &saved.chats {
            self.told(row);
            self.drafted(row);
        }
        self.set_gaps(saved.archive.gaps.clone());
        self.settle(Changed { people: true, chats: true });
        self.tick();
    }

    /// Takes in everything that happened in one turn of the pump.
    pub(crate) fn apply(self, events: Vec<Event>) {
        let mut changed = Changed::default();
        self.timeline.begin_batch();
        for event in events {
            changed.people |= matches!(
                event,
                Event::Roster(_)
                    | Event::Contact(_)
                    | Event::ContactRemoved(_)
                    | Event::PresenceUnknown
                    | Event::Presence { .. }
            );
            changed.chats |= matches!(event, Event::Chat(_));
            self.take_in(event);
        }
        self.timeline.end_batch();
        self.settle(changed);
        self.tick();
    }

    fn take_in(self, event: Event) {
        match event {
            Event::Connection(connection) => self.set_connection(connection),
            Event::LoggedIn(jid) => self.logged_in(jid),
            Event::LoggedOut { .. } => self.forget(),
            Event::SignUpForm(form) => {
                self.busy.set(false);
                self.sign_up_form.set(Some(form));
            }
            Event::Roster(items) => self.people.update(|people| people.reset(items)),
            Event::Contact(item) => self.people.update(|people| people.upsert(item)),
            Event::ContactRemoved(jid) => self.people.update(|people| people.remove(&jid)),
            Event::PresenceUnknown => self.people.update(projection::Contacts::forget_presence),
            Event::Presence { jid, presence } => {
                self.people.update(|people| people.set_presence(jid, presence));
            }
            Event::Requests(jids) => self.requests.set(jids),
            Event::Heard(row) => {
                self.answered_news(&row);
                if self.timeline.heard(row) {
                    self.jump_to_end();
                }
            }
            Event::Message(row) => {
                self.answered_news(&row);
                if self.timeline.message(row) {
                    self.jump_to_end();
                }
            }
            Event::MessageChanged(row) => {
                self.felt_news(&row);
                self.answered_news(&row);
                self.timeline.message_changed(*row);
            }
            Event::MessageState { chat, id, state } => self.timeline.message_state(&chat, &id, &state),
            Event::MessageDeleted { chat, id } => {
                self.answered_gone(&id);
                self.timeline.message_deleted(&chat, &id);
            }
            Event::Chat(row) => {
                self.told(&row);
                self.drafted(&row);
                // What came in while nobody looked begins here.
                self.timeline.set_unread(&row.chat, Unread { read: row.read, count: row.unread });
                self.chat_list.borrow_mut().upsert(row);
            }
            Event::Gaps(gaps) => self.set_gaps(gaps),
            Event::ArchivePolicy(policy) => {
                self.archive_policy.set(policy);
                self.archive_choosing.set(false);
            }
            Event::ArchiveSearch(offered) => self.set_offered(offered),
            Event::ArchiveSearched { text, chat, hits } => self.searched_there(&text, chat.as_ref(), hits),
            Event::Typing { chat, typing } => self.set_writing(chat, typing),
            Event::Problem(problem) => self.problem(problem),
            _ => {}
        }
    }

    /// Takes the operator's presets in.
    pub(crate) fn apply_site(self, site: OperatorConfig) {
        self.site.set(site);
    }

    /// Says something that was found out before there was a pump.
    pub(crate) fn apply_problem(self, problem: Problem) {
        self.problem(problem);
    }

    /// Notes what time it is: the local day, for those views that say "today", and mutes that are over.
    pub(crate) fn tick(self) {
        self.today.set_if_new(self.local_day(self.now()));
        if self.next_unmute.now().is_some_and(|at| at <= self.now()) {
            self.settle(Changed { people: false, chats: true });
        }
    }

    /// Draws up the lists of which something changed. Names and presence stand in both.
    pub(super) fn settle(self, changed: Changed) {
        self.people.peek(|people| {
            if changed.people {
                self.contacts.show(people.items());
            }
            if changed.people || changed.chats {
                let mut chats = self.chat_list.borrow_mut();
                let listed = chats.listed(people, self.now());
                self.chats.show(listed.items);
                self.next_unmute.set_if_new(chats.next_unmute(self.now()));
                self.archived.set_if_new(listed.archived);
                self.unread.set_if_new(chats.total_unread());
            }
        });
    }

    fn set_gaps(self, gaps: Vec<model::Gap>) {
        self.timeline.set_gaps(&gaps);
        self.gaps.replace(gaps);
    }

    fn set_connection(self, connection: Connection) {
        self.connection.set(connection);
        // What a stream was asked for is asked of the next one again.
        self.timeline.forget_asked();
        match connection {
            Connection::Connecting => {}
            Connection::Online => {
                self.troubled.set(false);
                self.trouble.set(None);
                self.password_needed.set(false);
                self.notices.update(|notices| notices.retain(|notice| !is_over_when_online(&notice.problem)));
            }
            Connection::Waiting { .. } => self.troubled.set(self.account.peek(Option::is_some)),
            Connection::Stopped => {
                self.troubled.set(self.account.peek(Option::is_some));
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
        self.account.set_if_new(Some(jid));
    }

    /// The account was left: nothing of it stays on the screen.
    fn forget(self) {
        self.account.set(None);
        self.timeline.open(None);
        self.searching().forget();
        self.people.set(projection::Contacts::default());
        self.contacts.clear();
        self.requests.set(Vec::new());
        self.contact_problem.set(None);
        self.chat_list.take();
        self.gaps.take();
        self.archive_policy.set(None);
        self.archive_choosing.set(false);
        self.chats.clear();
        self.archived.set(0);
        self.unread.set(0);
        self.next_unmute.set(None);
        self.drafts.update(Map::clear);
        self.touched.take();
        self.about.set(None);
        self.answered.take();
        self.writing.update(Set::clear);
        self.tells.update(Map::clear);
        self.unkept.set(None);
        self.notices.set(Vec::new());
        self.troubled.set(false);
        self.trouble.set(None);
        self.password_needed.set(false);
        self.busy.set(false);
    }

    /// Shows a problem where the person looks when it happens.
    fn problem(self, problem: Problem) {
        let at_form = self.account.peek(Option::is_none) || self.busy.now();
        match &problem {
            Problem::StorageUnavailable | Problem::StorageFull => {
                self.unkept.set(Some(problem.clone()));
                self.notice(problem);
            }
            _ if at_form => {
                self.busy.set(false);
                // The server has ended the attempt, so its questions are void.
                self.sign_up_form.set(None);
                self.form_problem.set(Some(problem));
            }
            Problem::ContactRefused { .. } | Problem::NotConnected => self.contact_problem.set(Some(problem)),
            Problem::Unreachable { .. }
            | Problem::NoEndpoint { .. }
            | Problem::LogInUnavailable
            | Problem::OtherPageSilent => {
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
        if self.notices.peek(|notices| notices.iter().any(|notice| notice.problem == problem)) {
            return;
        }
        let id = self.next_notice.get();
        self.next_notice.set(id.wrapping_add(1));
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
