//! A search under way: which records to read next, and when enough is found.

use super::segment::{self, Places, Span};
use super::token::{self, Range};
use super::{RecordKey, Search};
use crate::{BareJid, MessageRow, Order};

/// So many segments are looked at first; then twice as many, and so on: what somebody looks for is often new.
const FIRST: usize = 8;

/// A search under way. A store feeds it with what it knows:
///
/// 1. what no segment has ([`Hunt::unindexed`]) and the open segment ([`Hunt::postings`], [`Hunt::places`]),
/// 2. as long as there are any, the rows it asks for ([`Hunt::rows`], [`Hunt::row`]),
/// 3. then the next closed segments ([`Hunt::segments`]), and on with 2.
#[derive(Debug)]
pub struct Hunt<'a> {
    search: &'a Search,
    ranges: Vec<Range>,
    /// Closed segments that were not looked at, newest last.
    spans: Vec<Span>,
    group: usize,
    /// Chats of candidates.
    chats: Vec<BareJid>,
    /// Places that may have it and were not read, newest last.
    candidates: Vec<(Order, usize)>,
    sorted: bool,
    hits: Vec<MessageRow>,
}

/// Messages of a segment; `None` stands for all.
#[derive(Debug)]
pub struct Docs(Option<Vec<u32>>);

impl<'a> Hunt<'a> {
    /// A new one; `directory` is the record of that name.
    pub fn new(search: &'a Search, directory: &[u8]) -> Self {
        let mut spans = segment::read_directory(directory);
        let end = search.before.as_ref().map(|(order, _)| *order);
        spans.retain(|span| end.is_none_or(|end| span.oldest <= end));
        spans.sort_by_key(|span| span.newest);
        let mut ranges = search.query.ranges();
        ranges.extend(search.chat.iter().map(|chat| Range::one(token::chat(chat.as_str()))));
        Self {
            search,
            ranges,
            spans,
            group: FIRST,
            chats: Vec::new(),
            candidates: Vec::new(),
            sorted: true,
            hits: Vec::new(),
        }
    }

    /// A message that no segment knows.
    pub fn unindexed(&mut self, chat: &BareJid, order: Order) {
        let search = self.search;
        let is_before = search.before.as_ref().is_none_or(|(before, _)| order <= *before);
        if !is_before || search.chat.as_ref().is_some_and(|wanted| wanted != chat) {
            return;
        }
        let known = self.chats.iter().rposition(|known| known == chat).unwrap_or_else(|| {
            self.chats.push(chat.clone());
            self.chats.len() - 1
        });
        self.candidates.push((order, known));
        self.sorted = false;
    }

    /// The records of a closed segment that tell whether it has what is looked for.
    pub fn buckets(&self, number: u32) -> Vec<RecordKey> {
        self.ranges.iter().map(|range| (token::bucket(range.first), number)).collect()
    }

    /// Which of the segment's messages may be meant, by those records (of the open segment: by its one record as often as
    /// [`Hunt::buckets`] has entries). `None` if none; otherwise [`Hunt::places`] goes on with them.
    pub fn postings(&self, records: &[Vec<u8>]) -> Option<Docs> {
        let mut docs: Option<Vec<u32>> = None;
        for (range, bytes) in self.ranges.iter().zip(records) {
            if docs.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
            let found = segment::docs(bytes, *range);
            docs = Some(docs.map_or_else(|| found.clone(), |docs| segment::intersect(&docs, &found)));
        }
        docs.as_ref().is_none_or(|docs| !docs.is_empty()).then_some(Docs(docs))
    }

    /// Where they are, by the record of the segment's places.
    pub fn places(&mut self, docs: Docs, bytes: &[u8]) {
        let places = Places::read(bytes);
        let all = u32::try_from(places.len()).unwrap_or_default();
        let docs = docs.0.unwrap_or_else(|| (0..all).collect());
        for doc in docs {
            if let Some((chat, order)) = places.get(doc)
                && let Ok(chat) = chat.parse()
            {
                self.unindexed(&chat, order);
            }
        }
    }

    /// The closed segments to look at next; none if all were looked at or enough is found.
    pub fn segments(&mut self) -> Vec<u32> {
        let count = if self.is_done() { 0 } else { self.group };
        self.group *= 2;
        let next = self.spans.split_off(self.spans.len().saturating_sub(count));
        next.iter().rev().map(|span| span.number).collect()
    }

    /// The next places to read, at most so many. None if there are no more, or what is left must wait for segments that may have newer
    /// ones, or enough is found.
    pub fn rows(&mut self, count: usize) -> Vec<(BareJid, Order)> {
        if !self.sorted {
            self.candidates.sort_unstable();
            self.candidates.dedup();
            self.sorted = true;
        }
        let mut rows = Vec::new();
        if self.is_done() {
            return rows;
        }
        while rows.len() < count
            && let Some((order, chat)) = self.candidates.last()
            && self.spans.last().is_none_or(|span| span.newest <= *order)
        {
            rows.extend(self.chats.get(*chat).map(|chat| (chat.clone(), *order)));
            self.candidates.pop();
        }
        rows
    }

    /// A row at one of those places.
    pub fn row(&mut self, row: MessageRow) {
        if self.search.finds(&row) {
            self.hits.push(row);
        }
    }

    /// What was found, newest first.
    pub fn finish(mut self) -> Vec<MessageRow> {
        self.search.sort(&mut self.hits);
        self.hits
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
