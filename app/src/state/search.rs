//! Looking for messages: what was typed, and what was found.

use super::{AppState, Rows};
use crate::dom;
use crate::live::Live;
use leptos::task::spawn_local;
use model::search::{Query, Search};
use model::{BareJid, Direction, LocalId, MessageRow, Order, WallMs};
use projection::snippet::{Part, snippet};
use std::cell::Cell;

/// So many are found at a time.
const PAGE: usize = 50;
/// Between two keys of somebody who types (milliseconds): what is overtaken need not be looked for.
const TYPING_MS: i32 = 80;

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundItem {
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
    /// What it says, around what was looked for.
    pub(crate) snippet: Vec<Part>,
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

/// What the search shows.
pub(crate) struct Searching {
    /// What was typed. It stays while a result is looked at.
    pub(crate) typed: Live<String>,
    scope: Live<Option<BareJid>>,
    found: Rows<FoundItem>,
    looking: Live<Looking>,
    /// What was found, to be added to.
    items: Cell<Vec<FoundItem>>,
    /// Counts up: an answer to an older question is not heard.
    question: Cell<u32>,
}

impl Searching {
    pub(super) fn new() -> Self {
        Self {
            typed: Live::default(),
            scope: Live::default(),
            found: Rows::new(|item| item.id.0.as_str().into()),
            looking: Live::default(),
            items: Cell::default(),
            question: Cell::default(),
        }
    }

    /// What was found, newest first.
    pub(crate) fn found(&self) -> &Rows<FoundItem> {
        &self.found
    }

    /// How far it got.
    pub(crate) fn looking(&self) -> Looking {
        self.looking.get()
    }

    /// What is shown is what was typed.
    pub(crate) fn is_settled(&self) -> bool {
        self.looking() != Looking::UnderWay
    }

    fn show(&self, items: Vec<FoundItem>) {
        self.found.show(items.clone());
        self.items.set(items);
    }

    /// Forgets all of it.
    pub(super) fn forget(&self) {
        self.question.set(self.question.get().wrapping_add(1));
        self.typed.set(String::new());
        self.scope.set(None);
        self.looking.set(Looking::Nothing);
        self.found.clear();
        self.items.take();
    }
}

impl AppState {
    /// The search.
    pub(crate) fn searching(self) -> &'static Searching {
        &self.0.searching
    }

    /// Looks for what was typed, in one chat or in all, as soon as nothing more is typed for a moment.
    pub(crate) fn search(self, typed: &str, chat: Option<BareJid>) {
        let searching = &self.0.searching;
        let question = searching.question.get().wrapping_add(1);
        searching.question.set(question);
        if searching.scope.peek(|scope| *scope != chat) {
            searching.scope.set(chat.clone());
            searching.show(Vec::new());
        }
        let query = Query::new(typed);
        let Some(query) = query.filter(|query| chat.is_some() || !query.is_vague()) else {
            searching.show(Vec::new());
            let is_vague = !typed.trim().is_empty();
            searching.looking.set_if_new(if is_vague { Looking::Vague } else { Looking::Nothing });
            return;
        };
        // What was found so far stays until there is something better to show.
        searching.looking.set_if_new(Looking::UnderWay);
        let search = Search { query, chat, before: None, limit: PAGE };
        dom::later(TYPING_MS, move || self.look(question, search, Vec::new()));
    }

    /// Looks for older ones.
    pub(crate) fn search_more(self) {
        let searching = &self.0.searching;
        let items = searching.items.take();
        searching.items.set(items.clone());
        let last = items.last().map(|item| (item.order, item.id.clone()));
        let Some(query) = searching.typed.peek(|typed| Query::new(typed)) else { return };
        let search = Search { query, chat: searching.scope.now(), before: last, limit: PAGE };
        self.look(searching.question.get(), search, items);
    }

    fn look(self, question: u32, search: Search, before: Vec<FoundItem>) {
        let searching = &self.0.searching;
        if searching.question.get() != question {
            return;
        }
        let Some(backend) = self.backend() else { return };
        let found = backend.find(&search);
        spawn_local(async move {
            let found = found.await;
            let searching = &self.0.searching;
            if searching.question.get() != question {
                return;
            }
            let more = found.rows.len() >= search.limit;
            let item = |row: &MessageRow| FoundItem {
                chat: row.chat.clone(),
                id: row.id.clone(),
                order: row.order,
                at: row.at,
                ours: row.direction == Direction::Out,
                snippet: snippet(&row.body, &search.query),
            };
            let items: Vec<_> = before.into_iter().chain(found.rows.iter().map(item)).collect();
            let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
            searching.show(items);
            searching.looking.set_if_new(Looking::Found { count, more, partial: found.partial });
        });
    }
}
