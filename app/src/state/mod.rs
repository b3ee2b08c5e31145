//! Everything the screens show, as signals. Only this folder writes them: [`apply`] takes in what happened, [`actions`] holds the verbs
//! that views may call. The fields are private on purpose, so that the compiler keeps views from writing.

mod actions;
mod apply;
mod archive;
mod arranging;
pub(crate) mod backend;
mod drafts;
mod kept;
mod related;
mod rows;
mod search;
mod starring;
mod telling;
mod timeline;

pub(crate) use related::About;
pub(crate) use rows::Rows;
pub(crate) use search::{Asking, FoundItem, Looking, Searching};
pub(crate) use timeline::{Goal, Reach, Timeline};

use crate::i18n::{Lang, Text, formats};
use crate::live::Live;
use crate::ui::el::Key;
use backend::Backend;
use browser::{OperatorConfig, prefs};
use model::{
    ArchivePolicy, BareJid, Connection, Draft, Gap, Map, MessageRow, PageAt, Problem, Saved, Set, SignUpForm,
    Tells, WallMs,
};
use projection::{ChatItem, Person};
use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

/// Something a person must know, shown until dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Tells notices apart.
    pub(crate) id: u32,
    /// What it says.
    pub(crate) problem: Problem,
}

impl Notice {
    /// The key of its row.
    pub(crate) fn key(&self) -> Key {
        self.id.to_string().into()
    }
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
    backend: RefCell<Option<Rc<dyn Backend>>>,
    clock: Clock,
    site: Live<OperatorConfig>,

    account: Live<Option<BareJid>>,
    connection: Live<Connection>,
    troubled: Live<bool>,
    trouble: Live<Option<Problem>>,
    password_needed: Live<bool>,

    busy: Live<bool>,
    form_problem: Live<Option<Problem>>,
    sign_up_form: Live<Option<SignUpForm>>,

    people: Live<projection::Contacts>,
    contacts: Rows<Person>,
    requests: Live<Vec<BareJid>>,
    contact_problem: Live<Option<Problem>>,

    chat_list: RefCell<projection::ChatList>,
    chats: Rows<Rc<ChatItem>>,
    /// How many of them are in the archive.
    archived: Live<usize>,
    unread: Live<u32>,
    /// When the next mute ends.
    next_unmute: Live<Option<WallMs>>,

    timeline: Timeline,
    searching: Searching,
    /// Where to go in a chat that is about to be opened.
    jump: RefCell<Option<(BareJid, PageAt)>>,
    /// What of the archive is missing on this device.
    gaps: RefCell<Vec<Gap>>,
    /// What the server keeps for us; `None` as long as it did not say, and if it leaves no choice.
    archive_policy: Live<Option<ArchivePolicy>>,
    /// That is what was chosen, and the server did not confirm it yet.
    archive_choosing: Live<bool>,
    drafts: Live<Map<BareJid, Draft>>,
    /// Chats whose draft is not stored yet.
    touched: RefCell<Set<BareJid>>,
    /// What the composer of the open chat is about.
    about: Live<Option<About>>,
    /// The person has just chosen that.
    chosen: Cell<bool>,
    /// What somebody felt last about an own message of the open chat: who, what and about which.
    felt: Live<Option<(BareJid, String, MessageRow)>>,
    /// Messages that others of the open chat answer, by name.
    answered: RefCell<Map<String, Live<Option<MessageRow>>>>,
    /// Who writes to us right now.
    writing: Live<Set<BareJid>>,
    notices: Live<Vec<Notice>>,
    /// Why this device keeps nothing.
    unkept: Live<Option<Problem>>,
    /// Whether the browser promised to keep what is stored; `None` if it does not say.
    kept: Live<Option<bool>>,
    next_notice: Cell<u32>,
    today: Live<i64>,

    lang: Live<Lang>,
    lang_choice: Live<prefs::Lang>,
    theme: Live<prefs::Theme>,
    text_size: Live<prefs::TextSize>,
    markers: Live<bool>,
    typing: Live<bool>,
    tells: Live<Map<BareJid, Tells>>,
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
    /// The size of the text chosen.
    pub(crate) text_size: prefs::TextSize,
    /// Whether contacts are told that their messages were looked at.
    pub(crate) markers: bool,
    /// Whether contacts are told that we are writing to them.
    pub(crate) typing: bool,
}

impl AppState {
    /// The state of a page that shows what was saved and has not heard from the network.
    pub(crate) fn new(account: Option<BareJid>, saved: &Saved, choices: Choices, clock: Clock) -> Self {
        let fields = Fields {
            backend: RefCell::default(),
            clock,
            site: Live::default(),
            account: Live::new(account),
            connection: Live::new(Connection::Idle),
            troubled: Live::default(),
            trouble: Live::default(),
            password_needed: Live::default(),
            busy: Live::default(),
            form_problem: Live::default(),
            sign_up_form: Live::default(),
            people: Live::default(),
            contacts: Rows::new(|person| person.jid.as_str().into()),
            requests: Live::default(),
            contact_problem: Live::default(),
            chat_list: RefCell::default(),
            chats: Rows::new(|item| item.person.jid.as_str().into()),
            archived: Live::default(),
            unread: Live::default(),
            next_unmute: Live::default(),
            timeline: Timeline::new(clock),
            searching: Searching::new(),
            jump: RefCell::default(),
            gaps: RefCell::default(),
            archive_policy: Live::default(),
            archive_choosing: Live::default(),
            drafts: Live::default(),
            touched: RefCell::default(),
            about: Live::default(),
            chosen: Cell::default(),
            felt: Live::default(),
            answered: RefCell::default(),
            writing: Live::default(),
            notices: Live::default(),
            unkept: Live::default(),
            kept: Live::default(),
            next_notice: Cell::default(),
            today: Live::default(),
            lang: Live::new(choices.lang),
            lang_choice: Live::new(choices.lang_choice),
            theme: Live::new(choices.theme),
            text_size: Live::new(choices.text_size),
            markers: Live::new(choices.markers),
            typing: Live::new(choices.typing),
            tells: Live::default(),
        };
        // There is one page, and it never gives its state back.
        let state = Self(Box::leak(Box::new(fields)));
        state.restore(saved);
        state
    }

    /// Gives the state its way to act.
    pub(crate) fn connect(self, backend: Rc<dyn Backend>) {
        self.tell_choices(&*backend);
        self.backend.replace(Some(backend));
    }

    /// The account logged in to.
    pub(crate) fn account(self) -> Option<BareJid> {
        self.account.get()
    }

    /// The account logged in to, not tracked.
    pub(crate) fn account_now(self) -> Option<BareJid> {
        self.account.now()
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
        self.busy.now()
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
        self.site.now()
    }

    /// All chats, in the order of the list; then those of the archive. Keys are addresses.
    pub(crate) fn chats(self) -> &'static Rows<Rc<ChatItem>> {
        &self.0.chats
    }

    /// How many chats are in the archive.
    pub(crate) fn archived(self) -> usize {
        self.archived.get()
    }

    /// Messages received and not looked at, over all chats.
    pub(crate) fn unread(self) -> u32 {
        self.unread.get()
    }

    /// What is known of someone, tracked. Anybody can be asked for.
    pub(crate) fn person(self, jid: &BareJid) -> Person {
        self.people.with(|people| people.person(jid))
    }

    /// A closure that reads a part of what is known of someone.
    pub(crate) fn person_part<R, F: Fn(&Person) -> R>(
        self,
        jid: &BareJid,
        read: F,
    ) -> impl Fn() -> R + use<R, F> {
        let jid = jid.clone();
        move || read(&self.person(&jid))
    }

    /// What is known of someone, not tracked.
    pub(crate) fn person_now(self, jid: &BareJid) -> Person {
        self.people.peek(|people| people.person(jid))
    }

    /// Contacts, in the order of the list; keys are addresses.
    pub(crate) fn contacts(self) -> &'static Rows<Person> {
        &self.0.contacts
    }

    /// True if someone is in the contacts, not tracked.
    pub(crate) fn is_contact(self, jid: &BareJid) -> bool {
        self.people.peek(|people| people.contains(jid))
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

    /// The same, not tracked.
    pub(crate) fn notices_now(self) -> Vec<Notice> {
        self.notices.now()
    }

    /// The open chat's slice of history.
    pub(crate) fn timeline(self) -> &'static Timeline {
        &self.0.timeline
    }

    /// The number of the local day.
    pub(crate) fn today(self) -> i64 {
        self.today.get()
    }

    /// The language spoken, tracked. The shell builds the screens anew when it changes.
    pub(crate) fn lang(self) -> Lang {
        self.lang.get()
    }

    /// The language spoken, not tracked: for use inside the screens.
    pub(crate) fn lang_now(self) -> Lang {
        self.lang.now()
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

    /// The size of the text chosen in the settings.
    pub(crate) fn text_size(self) -> prefs::TextSize {
        self.text_size.get()
    }

    fn local_day(self, at: WallMs) -> i64 {
        formats::local_day(at, self.clock.utc_offset)
    }
}
