//! A search under way: which records to read next, and when enough is found.

use super::segment::{self, OPEN_RECORDS, Places, Span};
use super::token::{self, Range};
use super::{PLACES, RecordKey, Search};
use crate::{BareJid, MessageRow, Order};
use std::mem;

/// So many segments are looked at first; then twice as many, and so on: what somebody looks for is often new.
const FIRST: usize = 8;
/// So many rows are read at a time.
const ROWS: usize = 32;

/// What a search has to read next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Records of the index, for [`Hunt::records`]; one that is not there is empty.
    Records(Vec<RecordKey>),
    /// The messages at these places, for [`Hunt::rows`].
    Rows(Vec<(BareJid, Order)>),
    /// Nothing: all is found.
    Nothing,
}

/// What the records are that were asked for.
#[derive(Debug)]
enum Stage {
    Open,
    /// Of these closed segments those that have the tokens.
    Buckets(Vec<u32>),
    /// Places, of segments that have what is looked for, and which of their messages.
    Places(Vec<(u32, Docs)>),
    Rows,
}

/// Messages of a segment; `None` stands for all.
type Docs = Option<Vec<u32>>;

/// A search under way. A store tells it what no segment knows ([`Hunt::unindexed`]), then reads what it asks for.
///
/// First the open segment, then by turns the messages that may be meant, newest first, and the next closed segments.
#[derive(Debug)]
pub struct Hunt<'a> {
    search: &'a Search,
    stage: Stage,
    ranges: Vec<Range>,
    /// Closed segments that were not looked at, newest last.
    spans: Vec<Span>,
    group: usize,
    /// Chats of candidates.
    chats: Vec<BareJid>,
    /// Places that may have it and were not read, newest last.
    candidates: Vec<(Order, usize)>,
    is_sorted: bool,
    hits: Vec<MessageRow>,
}

impl<'a> Hunt<'a> {
    /// A new one.
    pub fn new(search: &'a Search) -> Self {
        let mut ranges = search.query.ranges();
        ranges.extend(search.chat.iter().map(|chat| Range::one(token::chat(chat.as_str()))));
        Self {
            search,
            stage: Stage::Open,
            ranges,
            spans: Vec::new(),
            group: FIRST,
            chats: Vec::new(),
            candidates: Vec::new(),
            is_sorted: true,
            hits: Vec::new(),
        }
    }

    /// Messages that no segment knows, or no longer knows right: what [`super::places_bytes`] gave.
    pub fn unindexed(&mut self, places: &[u8]) {
        self.may_be(None, places);
    }

    /// These messages of a record of places may be meant.
    fn may_be(&mut self, docs: Docs, places: &[u8]) {
        let places = Places::read(places);
        let docs = docs.unwrap_or_else(|| (0..places.len()).collect());
        for doc in docs {
            let Some((chat, order)) = places.get(doc) else { continue };
            let wanted = self.search.chat.as_ref().is_none_or(|wanted| wanted.as_str() == chat);
            if !wanted || self.search.before.as_ref().is_some_and(|(before, _)| order > *before) {
                continue;
            }
            let known = self.chats.iter().rposition(|known| known.as_str() == chat);
            let known = known.or_else(|| {
                self.chats.push(chat.parse().ok()?);
                Some(self.chats.len() - 1)
            });
            self.candidates.extend(known.map(|known| (order, known)));
        }
        self.is_sorted = false;
    }

    /// What to read next.
    pub fn ask(&mut self) -> Ask {
        let mut keys = Vec::new();
        match &self.stage {
            Stage::Open => keys.extend(OPEN_RECORDS),
            Stage::Places(found) => keys.extend(found.iter().map(|(number, _)| (PLACES, *number))),
            Stage::Buckets(_) | Stage::Rows => {
                let rows = self.next_rows();
                if !rows.is_empty() {
                    return Ask::Rows(rows);
                }
                let numbers = self.next_segments();
                if numbers.is_empty() {
                    return Ask::Nothing;
                }
                for number in &numbers {
                    keys.extend(self.ranges.iter().map(|range| (token::bucket(range.first), *number)));
                }
                self.stage = Stage::Buckets(numbers);
            }
        }
        Ask::Records(keys)
    }

    /// The records that were asked for, in that order.
    pub fn records(&mut self, records: &[Vec<u8>]) {
        let record = |at: usize| records.get(at).map_or(&[][..], Vec::as_slice);
        match mem::replace(&mut self.stage, Stage::Rows) {
            Stage::Open => {
                let end = self.search.before.as_ref().map(|(order, _)| *order);
                self.spans = segment::read_directory(record(0));
                self.spans.retain(|span| end.is_none_or(|end| span.oldest <= end));
                self.spans.sort_unstable_by_key(|span| span.newest);
                if let Some(docs) = self.docs(&|_| record(2)) {
                    self.may_be(docs, record(1));
                }
            }
            Stage::Buckets(numbers) => {
                let mut found = Vec::new();
                for (at, number) in numbers.into_iter().enumerate() {
                    let docs = self.docs(&|range| record(at * self.ranges.len() + range));
                    found.extend(docs.map(|docs| (number, docs)));
                }
                if !found.is_empty() {
                    self.stage = Stage::Places(found);
                }
            }
            Stage::Places(found) => {
                for (at, (_, docs)) in found.into_iter().enumerate() {
                    self.may_be(docs, record(at));
                }
            }
            Stage::Rows => {}
        }
    }

    /// The messages at the places that were asked for.
    pub fn rows(&mut self, rows: Vec<MessageRow>) {
        self.hits.extend(rows.into_iter().filter(|row| self.search.finds(row)));
    }

    /// What was found, newest first.
    pub fn finish(mut self) -> Vec<MessageRow> {
        self.search.sort(&mut self.hits);
        self.hits
    }

    /// Which of a segment's messages may be meant, by the record that has the tokens of each range; `None` if none.
    fn docs<'b>(&self, record: &dyn Fn(usize) -> &'b [u8]) -> Option<Docs> {
        let mut docs: Docs = None;
        for (at, range) in self.ranges.iter().enumerate() {
            let mut found = segment::docs(record(at), *range);
            if let Some(docs) = docs {
                found.retain(|doc| docs.binary_search(doc).is_ok());
            }
            if found.is_empty() {
                return None;
            }
            docs = Some(found);
        }
        Some(docs)
    }

    /// The closed segments to look at next; none if all were looked at or enough is found.
    fn next_segments(&mut self) -> Vec<u32> {
        let count = if self.is_done() { 0 } else { self.group };
        self.group *= 2;
        let next = self.spans.split_off(self.spans.len().saturating_sub(count));
        next.iter().rev().map(|span| span.number).collect()
    }

    /// The next places to read. None if there are no more, or what is left must wait for segments that may have newer ones, or enough
    /// is found.
    fn next_rows(&mut self) -> Vec<(BareJid, Order)> {
        if !mem::replace(&mut self.is_sorted, true) {
            self.candidates.sort_unstable();
            self.candidates.dedup();
        }
        let mut rows = Vec::new();
        if self.is_done() {
            return rows;
        }
        while rows.len() < ROWS
            && let Some((order, chat)) = self.candidates.last()
            && self.spans.last().is_none_or(|span| span.newest <= *order)
        {
            rows.extend(self.chats.get(*chat).map(|chat| (chat.clone(), *order)));
            self.candidates.pop();
        }
        rows
    }

    /// Nothing that was not read can be among those wanted.
    fn is_done(&mut self) -> bool {
        if self.hits.len() < self.search.limit {
            return false;
        }
        self.search.sort(&mut self.hits);
        let last = self.hits.last().map(|row| row.order);
        let open = self.candidates.last().map(|(order, _)| *order);
        let closed = self.spans.last().map(|span| span.newest);
        open.max(closed) < last
    }
}
