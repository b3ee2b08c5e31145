//! Looking for messages: what was typed, and what was found.

use super::AppState;
use crate::dom;
use crate::live::Live;
use crate::ui::el::Key;
use leptos::task::spawn_local;
use model::search::{Found, Query, Search};
use model::{
    ArchiveHit, BareJid, Command, Connection, Direction, LocalId, MessageRow, Order, PageAt, WallMs,
};
use projection::snippet::{Part, snippet};
use std::cell::{Cell, RefCell};

/// So many are found at a time: more than a screen shows, and no more than a slow phone draws while one types.
const PAGE: usize = 30;
/// As long as the index learns what was here before there was one, it is asked again after so long (milliseconds).
const AGAIN_MS: i32 = 1_000;

/// A message that was found.
#[derive(Clone)]
pub(crate) struct FoundItem {
    /// What makes it the same line: the message, and what was looked for.
    pub(crate) key: Key,
    /// Its chat.
    pub(crate) chat: BareJid,
    /// Its key.
    pub(crate) id: LocalId,
    /// Its place.
    pub(crate) order: Order,
    /// When it was written.
    pub(crate) at: WallMs,
    /// It is ours.
    pub(crate) ours: bool,
    /// It is on this device.
    here: bool,
    /// Its id in the archive.
    archived: Option<String>,
    /// What it says, around what was looked for.
    pub(crate) snippet: Vec<Part>,
}

impl FoundItem {
    /// Where it is read with what stands around it; of one that is not here, what is here of its time.
    fn place(&self) -> PageAt {
        if self.here { PageAt::Message(self.id.clone()) } else { PageAt::Around(self.order) }
    }
}

/// How far a search got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Looking {
    /// Nothing is looked for.
    #[default]
    Nothing,
    /// A single letter is no use in all chats.
    Vague,
    /// It is under way.
    UnderWay,
    /// This many were found.
    Found {
        /// So many are shown.
        count: u32,
        /// There are older ones.
        more: bool,
        /// Some messages were not looked through.
        partial: bool,
    },
}

/// What the server does about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Asking {
    /// It can't, or can't be asked now, or there is nothing to ask for.
    #[default]
    Nothing,
    /// It can.
    Offered,
    /// It was asked.
    UnderWay,
    /// It found so many that were not found here.
    Found(u32),
    /// It could not.
    Failed,
}

/// What the store is asked.
struct Look {
    question: u32,
    search: Search,
    /// What was found before, when older ones are looked for.
    before: Vec<FoundItem>,
}

/// What the search shows.
pub(crate) struct Searching {
    /// What was typed. It stays while a result is looked at.
    pub(crate) typed: Live<String>,
    /// What is looked for.
    query: RefCell<Option<Query>>,
    scope: Live<Option<BareJid>>,
    /// What was found, newest first.
    pub(crate) found: Live<Vec<FoundItem>>,
    looking: Live<Looking>,
    /// The server can look for texts.
    offered: Live<bool>,
    asked: Live<Asking>,
    /// What the server found, newest first.
    pub(crate) found_there: Live<Vec<FoundItem>>,
    /// Counts up: an answer to an older question is not heard.
    question: Cell<u32>,
    /// The store is looking.
    busy: Cell<bool>,
    /// What to look for next: of what was typed meanwhile only the last counts.
    next: Cell<Option<Look>>,
}

impl Searching {
    pub(super) fn new() -> Self {
        Self {
            typed: Live::default(),
            query: RefCell::default(),
            scope: Live::default(),
            found: Live::default(),
            looking: Live::default(),
            offered: Live::default(),
            asked: Live::default(),
            found_there: Live::default(),
            question: Cell::default(),
            busy: Cell::default(),
            next: Cell::default(),
        }
    }

    /// How far it got.
    pub(crate) fn looking(&self) -> Looking {
        self.looking.get()
    }

    /// What is shown is what was typed.
    pub(crate) fn is_settled(&self) -> bool {
        self.looking() != Looking::UnderWay
    }

    fn forget_there(&self) {
        self.asked.set_if_new(Asking::Nothing);
        self.found_there.set(Vec::new());
    }

    /// What is under way is not waited for any more.
    fn ask_anew(&self) -> u32 {
        let question = self.question.get().wrapping_add(1);
        self.question.set(question);
        question
    }

    /// Forgets all of it.
    pub(super) fn forget(&self) {
        self.ask_anew();
        self.typed.set(String::new());
        self.query.take();
        self.scope.set(None);
        self.offered.set(false);
        self.forget_there();
        self.looking.set(Looking::Nothing);
        self.found.set(Vec::new());
    }
}

impl AppState {
    /// The search.
    pub(crate) fn searching(self) -> &'static Searching {
        &self.0.searching
    }

    /// Looks for what was typed, in one chat or in all.
    pub(crate) fn search(self, typed: &str, chat: Option<BareJid>) {
        let searching = &self.0.searching;
        let question = searching.ask_anew();
        searching.forget_there();
        if searching.scope.peek(|scope| *scope != chat) {
            searching.scope.set(chat.clone());
            searching.found.set(Vec::new());
        }
        let query = Query::new(typed).filter(|query| chat.is_some() || !query.is_vague());
        searching.query.replace(query.clone());
        let Some(query) = query else {
            searching.found.set(Vec::new());
            let is_vague = !typed.trim().is_empty();
            searching.looking.set_if_new(if is_vague { Looking::Vague } else { Looking::Nothing });
            return;
        };
        // What was found so far stays until there is something better to show.
        searching.looking.set_if_new(Looking::UnderWay);
        let search = Search { query, chat, before: None, limit: PAGE };
        self.look(Look { question, search, before: Vec::new() });
    }

    /// Nobody looks at the search any more.
    pub(crate) fn leave_search(self) {
        self.0.searching.ask_anew();
    }

    /// Goes to what was found.
    pub(crate) fn open_found(self, item: &FoundItem) {
        self.jump_to(&item.chat, item.place());
    }

    /// What the search is to begin with.
    pub(crate) fn look_for(self, text: &str) {
        self.0.searching.typed.set(text.to_owned());
    }

    /// Goes to the first message of a day, given as its midnight in UTC.
    pub(crate) fn jump_to_day(self, chat: &BareJid, utc_midnight: f64) {
        #[allow(clippy::cast_possible_truncation)] // A date of the calendar, in milliseconds.
        let midnight = utc_midnight as WallMs;
        let local = |at| midnight - i64::from((self.clock.utc_offset)(at)) * 60_000;
        // Where the clocks change on that day they may have done so by UTC's midnight, but not by ours.
        self.jump_to(chat, PageAt::Around(Order(local(local(midnight)) * 1_000)));
    }

    /// Looks for older ones.
    pub(crate) fn search_more(self) {
        let searching = &self.0.searching;
        let items = searching.found.now();
        let last = items.last().map(|item| (item.order, item.id.clone()));
        let Some(query) = searching.query.borrow().clone() else { return };
        let search = Search { query, chat: searching.scope.now(), before: last, limit: PAGE };
        // What is shown is not asked for again: only the newest would come.
        self.look(Look { question: searching.ask_anew(), search, before: items });
    }

    /// What the server does, or could do, about what is looked for.
    pub(crate) fn asking(self) -> Asking {
        let searching = &self.0.searching;
        let may_ask = searching.offered.get()
            && self.connection() == Connection::Online
            && matches!(searching.looking(), Looking::Found { .. });
        match searching.asked.get() {
            Asking::Nothing if may_ask => Asking::Offered,
            asked => asked,
        }
    }

    /// Finds out whether the server can look for texts. It is not told for what.
    pub(crate) fn ask_for_offer(self) {
        self.command(Command::SearchArchive { text: String::new(), chat: None });
    }

    /// Lets the server look, too: now it is told for what.
    pub(crate) fn search_there(self) {
        let searching = &self.0.searching;
        searching.asked.set(Asking::UnderWay);
        let text = searching.typed.peek(|typed| typed.trim().to_owned());
        self.command(Command::SearchArchive { text, chat: searching.scope.now() });
    }

    pub(super) fn set_offered(self, offered: bool) {
        self.0.searching.offered.set_if_new(offered);
    }

    /// The server's answer. One to an older question is not heard.
    pub(super) fn searched_there(self, text: &str, chat: Option<&BareJid>, hits: Option<Vec<ArchiveHit>>) {
        let searching = &self.0.searching;
        let is_asked = searching.asked.now() == Asking::UnderWay
            && searching.typed.peek(|typed| typed.trim() == text)
            && searching.scope.peek(|scope| scope.as_ref() == chat);
        let Some(query) = searching.query.borrow().clone().filter(|_| is_asked) else { return };
        let Some(mut hits) = hits else { return searching.asked.set(Asking::Failed) };
        searching.found.peek(|here| {
            hits.retain(|hit| here.iter().all(|item| item.archived.as_ref() != Some(&hit.id)));
        });
        let item = |hit: &ArchiveHit| FoundItem {
            key: key(text, &hit.id),
            chat: hit.chat.clone(),
            id: LocalId(hit.id.clone()),
            order: Order(hit.at.saturating_mul(1_000)),
            at: hit.at,
            ours: hit.ours,
            here: false,
            archived: Some(hit.id.clone()),
            snippet: snippet(&hit.body, &query),
        };
        searching.asked.set(Asking::Found(u32::try_from(hits.len()).unwrap_or(u32::MAX)));
        searching.found_there.set(hits.iter().map(item).collect());
    }

    /// Looks as soon as the store is done with what it was asked before: who types quickly does not make it look for every letter.
    fn look(self, look: Look) {
        let searching = &self.0.searching;
        if searching.question.get() != look.question {
            return;
        }
        if searching.busy.get() {
            return searching.next.set(Some(look));
        }
        let Some(backend) = self.backend() else { return };
        searching.busy.set(true);
        let found = backend.find(&look.search);
        spawn_local(async move {
            let found = found.await;
            let searching = &self.0.searching;
            searching.busy.set(false);
            if searching.question.get() == look.question {
                self.show_found(look, &found);
            }
            if let Some(next) = searching.next.take() {
                self.look(next);
            }
        });
    }

    fn show_found(self, look: Look, found: &Found) {
        let searching = &self.0.searching;
        let Look { question, search, before } = look;
        let typed = searching.typed.now();
        let item = |row: &MessageRow| FoundItem {
            key: key(&typed, &row.id.0),
            chat: row.chat.clone(),
            id: row.id.clone(),
            order: row.order,
            at: row.at,
            ours: row.direction == Direction::Out,
            here: true,
            archived: row.stanza_id.clone(),
            snippet: snippet(row.open_text(), &search.query),
        };
        let is_first = before.is_empty();
        let mut items = before;
        items.extend(found.rows.iter().map(item));
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let (more, partial) = (found.rows.len() >= search.limit, found.partial);
        searching.found.set(items);
        searching.looking.set_if_new(Looking::Found { count, more, partial });
        // Older ones are asked for by the person.
        if partial && is_first {
            dom::later(AGAIN_MS, move || self.look(Look { question, search, before: Vec::new() }));
        }
    }
}

fn key(typed: &str, id: &str) -> Key {
    [typed, "\n", id].concat().into()
}
