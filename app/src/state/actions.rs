//! The verbs views may call. Each builds a [`Command`] or changes what is shown; none returns anything.

use super::AppState;
use super::apply::Changed;
use super::backend::Backend;
use super::timeline::{Reach, Request};
use crate::i18n::{self, formats};
use crate::theme;
use browser::prefs;
use leptos::task::spawn_local;
use model::{BareJid, Command, LocalId, LogIn, MessageRow, PageAt, SignUp, SignUpForm};
use projection::Unread;
use std::rc::Rc;

impl AppState {
    pub(super) fn command(self, command: Command) {
        if let Some(backend) = self.backend() {
            backend.command(command);
        }
    }

    /// Cloned, so that a pump that answers at once finds nothing borrowed.
    pub(super) fn backend(self) -> Option<Rc<dyn Backend>> {
        self.backend.borrow().clone()
    }

    /// Logs in.
    pub(crate) fn log_in(self, request: LogIn) {
        self.begin_form();
        self.command(Command::LogIn(request));
    }

    /// Makes an account and logs in.
    pub(crate) fn sign_up(self, request: SignUp) {
        self.begin_form();
        self.command(Command::SignUp(request));
    }

    /// Sends the filled-in form of the sign-up.
    pub(crate) fn submit_sign_up(self, form: SignUpForm) {
        self.begin_form();
        self.command(Command::SubmitSignUp(form));
    }

    fn begin_form(self) {
        self.form_problem.set(None);
        // A log-in to an account opens its store anew.
        if self.account.peek(Option::is_none) {
            self.unkept.set(None);
        }
        self.busy.set(true);
    }

    /// Gives up the log-in or sign-up under way and forgets what went wrong with it.
    pub(crate) fn leave_form(self) {
        if self.busy.now() || self.sign_up_form.peek(Option::is_some) {
            self.command(Command::Cancel);
        }
        self.busy.set(false);
        self.form_problem.set(None);
        self.sign_up_form.set(None);
    }

    /// Leaves the account.
    pub(crate) fn log_out(self, erase: bool) {
        self.command(Command::LogOut { erase });
    }

    /// Tries to connect now.
    pub(crate) fn connect_now(self) {
        self.command(Command::ConnectNow);
    }

    /// Adds a contact and asks to see their presence.
    pub(crate) fn add_contact(self, jid: BareJid) {
        self.contact_problem.set(None);
        self.command(Command::AddContact { jid, name: None });
    }

    /// Lets someone see our presence.
    pub(crate) fn accept_request(self, jid: BareJid) {
        self.command(Command::AcceptRequest(jid));
    }

    /// Does not let someone see our presence.
    pub(crate) fn refuse_request(self, jid: BareJid) {
        self.command(Command::RefuseRequest(jid));
    }

    /// Removes a contact.
    pub(crate) fn remove_contact(self, jid: BareJid) {
        self.contact_problem.set(None);
        self.command(Command::RemoveContact(jid));
    }

    /// Takes a notice away.
    pub(crate) fn dismiss(self, id: u32) {
        self.notices.update(|notices| notices.retain(|notice| notice.id != id));
    }

    /// Shows a chat, or none, and loads its newest messages, or those that [`AppState::jump_to`] asked for.
    pub(crate) fn view_chat(self, chat: Option<BareJid>) {
        if self.timeline.chat() == chat {
            return;
        }
        let jump = self.jump.take().filter(|(to, _)| Some(to) == chat.as_ref());
        self.keep_drafts();
        self.timeline.open(chat.clone());
        self.about.set_if_new(None);
        self.answer_as_drafted();
        self.answered.take();
        self.felt.set(None);
        self.timeline.set_gaps(&self.gaps.borrow());
        let mut chats = self.chat_list.borrow_mut();
        // Before it is looked at.
        if let Some(row) = chat.as_ref().and_then(|chat| chats.row(chat)) {
            self.timeline.set_unread(&row.chat, Unread { read: row.read, count: row.unread });
        }
        chats.set_open(chat.clone());
        drop(chats);
        self.settle(Changed { people: false, chats: true });
        self.command(Command::ViewChat(chat));
        self.read(self.timeline.begin(jump.map_or(PageAt::Newest, |(_, at)| at)));
    }

    /// Reads a page of the open chat.
    fn read(self, request: Option<Request>) {
        let Some((request, backend)) = request.zip(self.backend()) else { return };
        let page = backend.page(&request.chat, request.at.clone(), request.limit());
        spawn_local(async move {
            let rows = page.await;
            if self.timeline.end_page(&request, rows) {
                self.read(self.timeline.begin(PageAt::Newest));
            }
        });
    }

    /// Says what the view of the open chat needs to stay filled.
    pub(crate) fn reach(self, reach: Reach) {
        self.timeline.reach(reach).into_iter().for_each(|request| self.read(request));
    }

    /// Goes to a message of a chat, however far away, and points it out: by its key ([`PageAt::Message`]) or to the first one at or
    /// after a place ([`PageAt::Around`]). What is not on this device is not gone to. If that chat is not open, it goes there when it
    /// is opened: call this first, then change the route.
    pub(crate) fn jump_to(self, chat: &BareJid, at: PageAt) {
        if self.timeline.chat().as_ref() == Some(chat) {
            self.read(self.timeline.to_message(at));
        } else {
            self.jump.replace(Some((chat.clone(), at)));
        }
    }

    /// Tells what is on disk of a message, if it is there.
    pub(crate) fn as_stored(self, row: &MessageRow, told: impl FnOnce(MessageRow) + 'static) {
        let Some(backend) = self.backend() else { return };
        let (id, found) = (row.id.clone(), backend.named(&row.name()));
        spawn_local(async move {
            if let Some(stored) = found.await.filter(|stored| stored.id == id) {
                told(stored);
            }
        });
    }

    /// Goes back to where the view was before [`AppState::jump_to`].
    pub(crate) fn jump_back(self) {
        self.read(self.timeline.to_back());
    }

    /// Goes to where the unread messages of the open chat begin.
    pub(crate) fn jump_to_unread(self) {
        self.read(self.timeline.to_unread());
    }

    /// Notes whether the newest message is in view.
    pub(crate) fn scrolled(self, at_end: bool) {
        self.timeline.scrolled(at_end);
    }

    /// Goes to the newest message.
    pub(crate) fn jump_to_end(self) {
        self.read(self.timeline.to_end());
    }

    /// Passes a text on to another chat, a spoiler as one. What is being written there stays.
    pub(crate) fn forward(self, chat: BareJid, row: &MessageRow) {
        let (body, spoiler) = (row.body.clone(), row.format.spoiler.clone());
        self.command(Command::SendText { chat, body, reply: None, spoiler });
    }

    /// Sends a failed message again.
    pub(crate) fn retry(self, id: &LocalId) {
        if let Some(row) = self.timeline.row(id) {
            self.command(Command::Retry(row));
        }
    }

    /// Removes a failed message for good.
    pub(crate) fn delete_failed(self, id: &LocalId) {
        if let Some(row) = self.timeline.row(id) {
            self.command(Command::Delete(row));
        }
    }

    /// Chooses a language.
    pub(crate) fn choose_lang(self, choice: prefs::Lang) {
        prefs::set_lang(choice);
        self.lang_choice.set(choice);
        self.lang.set(i18n::resolve(choice, "", &formats::browser_languages()));
    }

    /// Chooses a theme.
    pub(crate) fn choose_theme(self, choice: prefs::Theme) {
        prefs::set_theme(choice);
        theme::show(choice);
        self.theme.set(choice);
    }

    /// Chooses a size of the text.
    pub(crate) fn choose_text_size(self, choice: prefs::TextSize) {
        prefs::set_text_size(choice);
        theme::show_size(choice);
        self.text_size.set(choice);
    }
}
