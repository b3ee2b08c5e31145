//! The list of chats.
//!
//! A batch of news changes a few lines of a thousand, so each line is kept as it was drawn up, behind a pointer, until its chat or its person
//! changes. The list still says all it holds; what is the same in it is the same pointer.

use crate::order::{self, Place};
use crate::{Contacts, Person};
use model::{BareJid, ChatRow, Map, Mute, Order, Set, WallMs, fold};
use std::cell::Cell;
use std::rc::Rc;

/// A chat as it is shown. Its key is the person's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatItem {
    /// Who it is with.
    pub person: Person,
    /// Newest message, unread count, draft and what the person did with the line.
    pub row: ChatRow,
    /// It keeps quiet now.
    pub is_muted: bool,
}

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// All chats that are anywhere: the list, then the archive.
    pub items: Vec<Rc<ChatItem>>,
    /// How many of them are in the archive.
    pub archived: usize,
}

#[derive(Debug)]
struct Line {
    place: Rc<Place>,
    item: Rc<ChatItem>,
    /// Where it stood in the list when that was last drawn up, if it was there.
    stood: Cell<Option<usize>>,
}

/// All chats with something in them, and the open one: pinned ones first, then newest first, then by name. Names and presence come from
/// [`Contacts`], which is told first and then passed in.
#[derive(Debug, Default)]
pub struct ChatList {
    rows: Map<BareJid, ChatRow>,
    open: Option<BareJid>,
    lines: Map<BareJid, Rc<Line>>,
    /// Lines to be drawn up anew.
    stale: Set<BareJid>,
    /// What the others know of people.
    people: Option<u64>,
    /// How long the list was when it was last drawn up.
    shown: usize,
    held: bool,
    /// The person moved a line: they look for it at its new place.
    moved: bool,
}

impl ChatList {
    /// What is shown now.
    pub fn listed(&mut self, contacts: &Contacts, now: WallMs) -> Listed {
        self.draw_up(contacts, now);
        let is_open = |chat: &BareJid| self.open.as_ref() == Some(chat);
        let mut places = Vec::with_capacity(self.lines.len());
        for line in self.lines.values() {
            let row = &line.item.row;
            if row.last.is_some() || row.draft.is_some() || row.listing.pinned || is_open(&row.chat) {
                places.push((Rc::clone(&line.place), Rc::clone(line)));
            } else {
                line.stood.set(None);
            }
        }
        let mut lines = order::sorted(places);
        let archived = lines.iter().filter(|line| line.item.row.listing.archived).count();
        let archive = lines.split_off(lines.len().saturating_sub(archived));
        if self.held && !self.moved {
            lines = self.as_they_stood(lines);
        }
        self.moved = false;
        self.shown = lines.len();
        for (at, line) in lines.iter().enumerate() {
            line.stood.set(Some(at));
        }
        for line in &archive {
            line.stood.set(None);
        }
        Listed { items: lines.iter().chain(&archive).map(|line| Rc::clone(&line.item)).collect(), archived }
    }

    /// Lines that were there stay as they stood, and new ones come after them.
    fn as_they_stood(&self, lines: Vec<Rc<Line>>) -> Vec<Rc<Line>> {
        let mut stood = vec![None; self.shown];
        let mut new = Vec::new();
        for line in lines {
            match line.stood.get().and_then(|at| stood.get_mut(at)) {
                Some(place) => *place = Some(line),
                None => new.push(line),
            }
        }
        stood.into_iter().flatten().chain(new).collect()
    }

    /// Brings the lines up to date.
    fn draw_up(&mut self, contacts: &Contacts, now: WallMs) {
        let met = self.people.replace(contacts.version()) == Some(contacts.version());
        for (chat, line) in self.lines.entries() {
            let item = &line.item;
            if item.row.listing.mute.is_on(now) != item.is_muted
                || !(met || contacts.person(chat) == item.person)
            {
                self.stale.insert(chat.clone());
            }
        }
        for chat in std::mem::take(&mut self.stale).into_keys() {
            let empty = || Some(ChatRow::empty(chat.clone())).filter(|_| self.open.as_ref() == Some(&chat));
            let Some(row) = self.rows.get(&chat).cloned().or_else(empty) else {
                self.lines.remove(&chat);
                continue;
            };
            let item =
                ChatItem { person: contacts.person(&chat), is_muted: row.listing.mute.is_on(now), row };
            let old = self.lines.get(&chat);
            if old.is_none_or(|old| *old.item != item) {
                let stood = Cell::new(old.and_then(|old| old.stood.get()));
                let place = Place::of(rank(&item.row), newest(&item.row), &item.person);
                self.lines.insert(chat, Rc::new(Line { place, item: Rc::new(item), stood }));
            }
        }
    }

    /// Unread messages in all chats that don't keep quiet; one in those that are to be taken for unread. As of the last [`ChatList::listed`].
    pub fn total_unread(&self) -> u32 {
        let loud = self.lines.values().map(|line| &line.item).filter(|item| !item.is_muted);
        loud.fold(0, |sum, item| sum.saturating_add(item.row.unread.max(item.row.listing.unread.into())))
    }

    /// When the next mute ends.
    pub fn next_unmute(&self, now: WallMs) -> Option<WallMs> {
        let ends = self.rows.values().filter_map(|row| match row.listing.mute {
            Mute::Until(end) if end > now => Some(end),
            _ => None,
        });
        ends.min()
    }

    /// The line of one chat.
    pub fn row(&self, chat: &BareJid) -> Option<&ChatRow> {
        self.rows.get(chat)
    }

    /// Forgets everything but which chat is open, and takes these rows.
    pub fn reset(&mut self, rows: Vec<ChatRow>) {
        self.lines.clear();
        self.stale = rows.iter().map(|row| row.chat.clone()).chain(self.open.clone()).collect();
        self.rows = rows.into_iter().map(|row| (row.chat.clone(), row)).collect();
    }

    /// Takes one new or changed line.
    pub fn upsert(&mut self, row: ChatRow) {
        self.stale.insert(row.chat.clone());
        let pinned = row.listing.pinned;
        let known = self.rows.insert(row.chat.clone(), row);
        self.moved |= known.is_some_and(|known| known.listing.pinned != pinned);
    }

    /// Notes which chat is open: it is in the list even if it has no message.
    pub fn set_open(&mut self, open: Option<BareJid>) {
        for chat in self.open.iter().chain(&open) {
            self.stale.insert(chat.clone());
        }
        self.open = open;
    }

    /// While somebody looks for a line with eye, hand or keyboard, none moves; what is new comes at the end. Only what the person does
    /// with a line moves it.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
    }
}

/// Pinned chats come first, and the archive last.
fn rank(row: &ChatRow) -> u8 {
    match (row.listing.archived, row.listing.pinned) {
        (true, _) => 2,
        (_, false) => 1,
        (_, true) => 0,
    }
}

/// A chat that has no more than a draft stands where the draft was written.
fn newest(row: &ChatRow) -> Order {
    match &row.last {
        None if row.draft.is_some() => Order(row.draft.at.saturating_mul(1_000)),
        _ => row.order,
    }
}

/// What somebody looks for in the list of chats: words, each of which is a part of the name or the address. Case, accents and width of
/// letters make no difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted(Vec<String>);

impl Wanted {
    /// From what was typed.
    pub fn new(query: &str) -> Self {
        Self(fold(query).split_whitespace().map(str::to_owned).collect())
    }

    /// True if nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True if this is one of those.
    pub fn fits(&self, person: &Person) -> bool {
        let (name, address) = (fold(&person.name), fold(person.jid.as_str()));
        self.0.iter().all(|word| name.contains(word.as_str()) || address.contains(word.as_str()))
    }
}
