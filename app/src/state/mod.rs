//! Everything the screens show, as signals. Only this folder writes them: [`apply`] takes in what happened, [`actions`] holds the verbs
//! that views may call. The fields are private on purpose, so that the compiler keeps views from writing.

mod actions;
mod apply;
pub(crate) mod backend;
mod rows;
mod timeline;

pub(crate) use rows::{Row, Rows};
pub(crate) use timeline::{Entry, Timeline};

use crate::i18n::{Lang, Text, formats};
use backend::Backend;
use browser::{OperatorConfig, prefs};
use leptos::prelude::*;
use model::{BareJid, Connection, Map, Presence, Problem, Saved, SignUpForm, Subscription, WallMs};
use projection::{ChatItem, ContactItem};
use std::ops::Deref;
use std::rc::Rc;

/// What is known of someone: contact or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// What to call them.
    pub(crate) name: String,
    /// Whether they can be reached.
    pub(crate) presence: Presence,
    /// Who sees whose presence.
    pub(crate) subscription: Subscription,
}

/// Something a person must know, shown until dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Tells notices apart.
    pub(crate) id: u32,
    /// What it says.
    pub(crate) problem: Problem,
}

/// What is outside of the pure part: the clock, so that tests can hold it.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    /// Now, on the wall clock.
    pub(crate) now: fn() -> WallMs,
    /// Minutes by which local time is ahead of UTC at an instant.
    pub(crate) utc_offset: fn(WallMs) -> i32,
}

/// The handle to everything, made once, as long-lived as the page. One word, because almost every closure of every view holds
/// one.
#[derive(Clone, Copy)]
pub(crate) struct AppState(&'static Fields);

impl Deref for AppState {
    type Target = Fields;
    fn deref(&self) -> &Fields {
        self.0
    }
}

/// What the state is made of. Private, so that only this folder writes.
pub(crate) struct Fields {
    backend: StoredValue<Option<Rc<dyn Backend>>, LocalStorage>,
    clock: Clock,
    site: RwSignal<OperatorConfig>,

    account: RwSignal<Option<BareJid>>,
    connection: RwSignal<Connection>,
    troubled: RwSignal<bool>,
    trouble: RwSignal<Option<Problem>>,
    password_needed: RwSignal<bool>,

    busy: RwSignal<bool>,
    form_problem: RwSignal<Option<Problem>>,
    sign_up_form: RwSignal<Option<SignUpForm>>,

    people: StoredValue<projection::Contacts>,
    people_changed: RwSignal<()>,
    contacts: Rows<BareJid, ContactItem>,
    requests: RwSignal<Vec<BareJid>>,
    contact_problem: RwSignal<Option<Problem>>,

    chat_list: StoredValue<projection::ChatList>,
    chats: Rows<BareJid, ChatItem>,
    unread: RwSignal<u32>,

    timeline: Timeline,
    drafts: StoredValue<Map<BareJid, String>>,
    notices: RwSignal<Vec<Notice>>,
    next_notice: StoredValue<u32>,
    today: RwSignal<i64>,

    lang: RwSignal<Lang>,
    lang_choice: RwSignal<prefs::Lang>,
    theme: RwSignal<prefs::Theme>,
}

/// The choices made on earlier visits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choices {
    /// The language spoken now.
    pub(crate) lang: Lang,
    /// The language chosen.
    pub(crate) lang_choice: prefs::Lang,
    /// The theme chosen.
    pub(crate) theme: prefs::Theme,
}

impl AppState {
    /// The state of a page that shows what was saved and has not heard from the network.
    pub(crate) fn new(account: Option<BareJid>, saved: &Saved, choices: Choices, clock: Clock) -> Self {
        let fields = Fields {
            backend: StoredValue::new_local(None),
            clock,
            site: RwSignal::new(OperatorConfig::default()),
            account: RwSignal::new(account),
            connection: RwSignal::new(Connection::Idle),
            troubled: RwSignal::new(false),
            trouble: RwSignal::new(None),
            password_needed: RwSignal::new(false),
            busy: RwSignal::new(false),
            form_problem: RwSignal::new(None),
            sign_up_form: RwSignal::new(None),
            people: StoredValue::default(),
            people_changed: RwSignal::new(()),
            contacts: Rows::new(|item: &ContactItem| item.jid.clone()),
            requests: RwSignal::new(Vec::new()),
            contact_problem: RwSignal::new(None),
            chat_list: StoredValue::default(),
            chats: Rows::new(|item: &ChatItem| item.jid.clone()),
            unread: RwSignal::new(0),
            timeline: Timeline::new(clock),
            drafts: StoredValue::default(),
            notices: RwSignal::new(Vec::new()),
            next_notice: StoredValue::new(0),
            today: RwSignal::new(0),
            lang: RwSignal::new(choices.lang),
            lang_choice: RwSignal::new(choices.lang_choice),
            theme: RwSignal::new(choices.theme),
        };
        // There is one page, and it never gives its state back.
        let state = Self(Box::leak(Box::new(fields)));
        state.restore(saved);
        state
    }

    /// Gives the state its way to act.
    pub(crate) fn connect(self, backend: Rc<dyn Backend>) {
        self.backend.set_value(Some(backend));
    }

    /// The account logged in to.
    pub(crate) fn account(self) -> Option<BareJid> {
        self.account.get()
    }

    /// The account logged in to, not tracked.
    pub(crate) fn account_now(self) -> Option<BareJid> {
        self.account.get_untracked()
    }

    /// The state of the connection.
    pub(crate) fn connection(self) -> Connection {
        self.connection.get()
    }

    /// True from the moment a connection is lost until there is one again, through all tries in between.
    pub(crate) fn troubled(self) -> bool {
        self.troubled.get()
    }

    /// Why there is no connection, if that is known.
    pub(crate) fn trouble(self) -> Option<Problem> {
        self.trouble.get()
    }

    /// True if only a new log-in to the same account helps.
    pub(crate) fn password_needed(self) -> bool {
        self.password_needed.get()
    }

    /// True while a log-in or sign-up is under way.
    pub(crate) fn busy(self) -> bool {
        self.busy.get()
    }

    /// The same, not tracked.
    pub(crate) fn busy_now(self) -> bool {
        self.busy.get_untracked()
    }

    /// What stopped the log-in or sign-up.
    pub(crate) fn form_problem(self) -> Option<Problem> {
        self.form_problem.get()
    }

    /// What the server wants to know before it makes the account.
    pub(crate) fn sign_up_form(self) -> Option<SignUpForm> {
        self.sign_up_form.get()
    }

    /// What the operator preset; it arrives a moment after the first paint.
    pub(crate) fn site(self) -> OperatorConfig {
        self.site.get()
    }

    /// The same, not tracked.
    pub(crate) fn site_now(self) -> OperatorConfig {
        self.site.get_untracked()
    }

    /// The chat list, newest first.
    pub(crate) fn chats(self) -> Rows<BareJid, ChatItem> {
        self.chats
    }

    /// Messages received and not looked at, over all chats.
    pub(crate) fn unread(self) -> u32 {
        self.unread.get()
    }

    /// What is known of someone, tracked. Anybody can be asked for.
    pub(crate) fn person(self, jid: &BareJid) -> Person {
        self.people_changed.track();
        self.people.with_value(|people| Person {
            name: people.name_of(jid),
            presence: people.presence_of(jid),
            subscription: people.subscription_of(jid),
        })
    }

    /// Contacts, in the order of the list.
    pub(crate) fn contacts(self) -> Rows<BareJid, ContactItem> {
        self.contacts
    }

    /// True if someone is in the contacts, not tracked.
    pub(crate) fn is_contact(self, jid: &BareJid) -> bool {
        self.people.with_value(|people| people.items().iter().any(|item| item.jid == *jid))
    }

    /// People who wait for an answer.
    pub(crate) fn requests(self) -> Vec<BareJid> {
        self.requests.get()
    }

    /// Why the last change to the contacts was refused.
    pub(crate) fn contact_problem(self) -> Option<Problem> {
        self.contact_problem.get()
    }

    /// What must be known and was not dismissed.
    pub(crate) fn notices(self) -> Vec<Notice> {
        self.notices.get()
    }

    /// The open chat's slice of history.
    pub(crate) fn timeline(self) -> Timeline {
        self.timeline
    }

    /// The number of the local day.
    pub(crate) fn today(self) -> i64 {
        self.today.get()
    }

    /// What was typed in a chat and not sent.
    pub(crate) fn draft(self, chat: &BareJid) -> String {
        self.drafts.with_value(|drafts| drafts.get(chat).cloned().unwrap_or_default())
    }

    /// The language spoken, tracked. The shell builds the screens anew when it changes.
    pub(crate) fn lang(self) -> Lang {
        self.lang.get()
    }

    /// The language spoken, not tracked: for use inside the screens.
    pub(crate) fn lang_now(self) -> Lang {
        self.lang.get_untracked()
    }

    /// The sentences of that language.
    pub(crate) fn text(self) -> &'static Text {
        self.lang_now().text()
    }

    /// The language chosen in the settings.
    pub(crate) fn lang_choice(self) -> prefs::Lang {
        self.lang_choice.get()
    }

    /// The theme chosen in the settings.
    pub(crate) fn theme(self) -> prefs::Theme {
        self.theme.get()
    }

    fn local_day(self, at: WallMs) -> i64 {
        formats::local_day(at, self.clock.utc_offset)
    }
}
