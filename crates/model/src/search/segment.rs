//! The records of the index.
//!
//! A segment is what was learnt of some two thousand messages, in the order in which they were taken in. Within it a message is a number.
//! What a segment holds of tokens is spread over [`BUCKETS`] records, so that a search reads only those of its own tokens, and one more
//! says where the messages are.

use super::bytes::{put, put_signed, take, take_signed, take_u32};
use super::token::{self, BUCKETS, Range, Token};
use crate::{BareJid, Order};

/// The key of a record: what it is, or (below 64) which bucket of tokens; and of which segment.
pub type RecordKey = (u32, u32);

/// Where the messages of a segment are.
pub(super) const PLACES: u32 = BUCKETS;
/// All tokens of the segment that is still open.
pub(super) const POSTINGS: u32 = BUCKETS + 1;
/// Which segments there are: the record of this key and [`OPEN`].
pub(super) const DIRECTORY: u32 = BUCKETS + 2;
/// The number of the segment that still grows.
pub(super) const OPEN: u32 = 0;
/// Which segments there are, and all of the open one: read together.
pub(super) const OPEN_RECORDS: [RecordKey; 3] = [(DIRECTORY, OPEN), (PLACES, OPEN), (POSTINGS, OPEN)];
/// So many messages close a segment.
pub(super) const SEGMENT: u32 = 2_048;

/// Where the messages of a segment are, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Places {
    chats: Vec<String>,
    docs: Vec<(u32, Order)>,
}

impl Places {
    /// What was written by [`Places::to_bytes`]. What can't be read is left out.
    pub(super) fn read(mut bytes: &[u8]) -> Self {
        let mut places = Self::default();
        let bytes = &mut bytes;
        for _ in 0..take(bytes).unwrap_or_default() {
            let Some((chat, rest)) =
                take(bytes).and_then(|length| bytes.split_at_checked(usize::try_from(length).ok()?))
            else {
                return places;
            };
            places.chats.push(std::str::from_utf8(chat).unwrap_or_default().to_owned());
            *bytes = rest;
        }
        let mut order = 0_i64;
        while let Some((chat, step)) = take_u32(bytes).zip(take_signed(bytes)) {
            order = order.wrapping_add(step);
            places.docs.push((chat, Order(order)));
        }
        places
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, self.chats.len() as u64);
        for chat in &self.chats {
            put(&mut bytes, chat.len() as u64);
            bytes.extend(chat.as_bytes());
        }
        let mut before = 0;
        for (chat, order) in &self.docs {
            put(&mut bytes, u64::from(*chat));
            put_signed(&mut bytes, order.0.wrapping_sub(before));
            before = order.0;
        }
        bytes
    }

    /// The number of a new message.
    pub(super) fn add(&mut self, chat: &str, order: Order) -> u32 {
        let known = self.chats.iter().position(|known| known == chat).unwrap_or_else(|| {
            self.chats.push(chat.to_owned());
            self.chats.len() - 1
        });
        let doc = self.len();
        self.docs.push((u32::try_from(known).unwrap_or_default(), order));
        doc
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.docs.len()).unwrap_or(u32::MAX)
    }

    /// Where a message is.
    pub(super) fn get(&self, doc: u32) -> Option<(&str, Order)> {
        let (chat, order) = self.docs.get(doc as usize)?;
        Some((self.chats.get(*chat as usize)?, *order))
    }

    /// Adds the numbers under which a message is known. One that was changed has several.
    pub(super) fn find(&self, chat: &str, order: Order, docs: &mut Vec<u32>) {
        if let Some((chat, _)) = (0_u32..).zip(&self.chats).find(|(_, known)| *known == chat) {
            docs.extend((0..).zip(&self.docs).filter(|(_, doc)| **doc == (chat, order)).map(|(doc, _)| doc));
        }
    }

    /// Place of the oldest and of the newest one.
    pub(super) fn span(&self) -> Option<(Order, Order)> {
        let orders = || self.docs.iter().map(|(_, order)| *order);
        orders().min().zip(orders().max())
    }
}

/// Places as one record: what a store notes of messages that the index is to learn.
pub fn places_bytes(all: &[(BareJid, Order)]) -> Vec<u8> {
    let mut places = Places::default();
    for (chat, order) in all {
        places.add(chat.as_str(), *order);
    }
    places.to_bytes()
}

/// The same, read.
pub fn places_of(record: &[u8]) -> Vec<(BareJid, Order)> {
    let places = Places::read(record);
    let place = |doc| {
        let (chat, order) = places.get(doc)?;
        Some((chat.parse().ok()?, order))
    };
    (0..places.len()).filter_map(place).collect()
}

/// Which messages have which tokens.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// Token and message, in order.
    pairs: Vec<(Token, u32)>,
}

impl Postings {
    /// What was written by [`Postings::to_bytes`].
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut pairs = Vec::with_capacity(bytes.len());
        each(bytes, &mut |token, doc| pairs.push((token, doc)));
        Self { pairs }
    }

    /// Takes in what new messages have.
    pub(super) fn add(&mut self, mut new: Vec<(Token, u32)>) {
        new.sort_unstable();
        let old = std::mem::replace(&mut self.pairs, Vec::with_capacity(new.len()));
        self.pairs.reserve(old.len());
        let mut new = new.into_iter().peekable();
        for pair in old {
            while let Some(new) = new.next_if(|new| *new < pair) {
                self.pairs.push(new);
            }
            self.pairs.push(pair);
        }
        self.pairs.extend(new);
    }

    /// Forgets what these messages have.
    pub(super) fn remove(&mut self, docs: &[u32]) {
        self.pairs.retain(|(_, doc)| !docs.contains(doc));
    }

    /// The record of all of it.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut record = Record { bytes: Vec::with_capacity(self.pairs.len() * 2), token: 0 };
        self.pairs.chunk_by(|(a, _), (b, _)| a == b).for_each(|pairs| record.put(pairs));
        record.bytes
    }

    /// The records of all buckets.
    pub(super) fn to_buckets(&self) -> Vec<Vec<u8>> {
        let mut records = Vec::new();
        records.resize_with(BUCKETS as usize, || Record { bytes: Vec::new(), token: 0 });
        for pairs in self.pairs.chunk_by(|(a, _), (b, _)| a == b) {
            let bucket = pairs.first().map(|(token, _)| token::bucket(*token) as usize);
            if let Some(record) = bucket.and_then(|bucket| records.get_mut(bucket)) {
                record.put(pairs);
            }
        }
        records.into_iter().map(|record| record.bytes).collect()
    }
}

/// Tokens, and behind each its messages, as steps from the one before.
struct Record {
    bytes: Vec<u8>,
    token: Token,
}

impl Record {
    fn put(&mut self, pairs: &[(Token, u32)]) {
        let Some((token, _)) = pairs.first() else { return };
        put(&mut self.bytes, u64::from(token - self.token));
        self.token = *token;
        put(&mut self.bytes, pairs.len() as u64);
        let mut last = 0;
        for (_, doc) in pairs {
            put(&mut self.bytes, u64::from(doc - last));
            last = *doc;
        }
    }
}

fn each(mut bytes: &[u8], found: &mut dyn FnMut(Token, u32)) -> Option<()> {
    let bytes = &mut bytes;
    let mut token: Token = 0;
    while !bytes.is_empty() {
        token = token.checked_add(take_u32(bytes)?)?;
        let mut doc = 0_u32;
        for _ in 0..take(bytes)? {
            doc = doc.checked_add(take_u32(bytes)?)?;
            found(token, doc);
        }
    }
    Some(())
}

/// The messages that have one of these tokens, by the record of their bucket, in order.
pub(super) fn docs(bytes: &[u8], range: Range) -> Vec<u32> {
    let mut docs = Vec::new();
    each(bytes, &mut |token, doc| {
        if (range.first..=range.last).contains(&token) {
            docs.push(doc);
        }
    });
    docs.sort_unstable();
    docs.dedup();
    docs
}

/// A closed segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) number: u32,
    /// Place of its oldest message.
    pub(super) oldest: Order,
    /// Place of its newest message.
    pub(super) newest: Order,
}

pub(super) fn read_directory(mut bytes: &[u8]) -> Vec<Span> {
    let bytes = &mut bytes;
    let mut spans = Vec::new();
    while let (Some(number), Some(oldest), Some(length)) =
        (take_u32(bytes), take_signed(bytes), take_signed(bytes))
    {
        spans.push(Span { number, oldest: Order(oldest), newest: Order(oldest.wrapping_add(length)) });
    }
    spans
}

pub(super) fn directory_bytes(spans: &[Span]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for span in spans {
        put(&mut bytes, u64::from(span.number));
        put_signed(&mut bytes, span.oldest.0);
        put_signed(&mut bytes, span.newest.0.wrapping_sub(span.oldest.0));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back_as_they_were() {
        let mut places = Places::default();
        let all = [("a@x", 5), ("朋友@x", 1_700_000_000_000_000), ("a@x", 7), ("a@x", -3), ("a@x", 5)];
        for (number, (chat, order)) in (0..).zip(all) {
            assert_eq!(places.add(chat, Order(order)), number);
        }
        let bytes = places.to_bytes();
        let read = Places::read(&bytes);
        assert_eq!(read.len(), 5);
        for (number, (chat, order)) in (0..).zip(all) {
            assert_eq!(read.get(number), Some((chat, Order(order))));
        }
        let mut docs = Vec::new();
        read.find("a@x", Order(5), &mut docs);
        assert_eq!(docs, [0, 4]);
        assert_eq!(read.span(), Some((Order(-3), Order(1_700_000_000_000_000))));
        assert_eq!(Places::read(&[]).span(), None);
    }

    #[test]
    fn postings_come_back_as_they_were_whole_and_in_buckets() {
        let mut postings = Postings::default();
        let texts = ["今天天气很好", "hello world", "", "hello 天气"];
        for (doc, text) in (0..).zip(texts) {
            postings.add(token::tokens(text).into_iter().map(|token| (token, doc)).collect());
        }
        assert_eq!(Postings::read(&postings.to_bytes()).pairs, postings.pairs);
        let buckets = postings.to_buckets();
        let mut parts: Vec<_> = buckets.iter().flat_map(|bytes| Postings::read(bytes).pairs).collect();
        parts.sort_unstable();
        assert_eq!(parts, postings.pairs);
        let range = |term: &str| token::ranges(&term.chars().collect::<Vec<_>>())[0];
        let look = |term| docs(&buckets[token::bucket(range(term).first) as usize], range(term));
        assert_eq!(
            (look("hel"), look("天气"), look("天"), look("xy")),
            (vec![1, 3], vec![0, 3], vec![0, 3], vec![])
        );
        postings.remove(&[3]);
        assert_eq!(docs(&postings.to_bytes(), range("hel")), [1]);
    }

    #[test]
    fn nonsense_is_read_as_little() {
        for bytes in [&[0xff_u8; 40][..], &[3, 200, 1], &[1, 1], &[2, 1, 0x61]] {
            let _ = (Places::read(bytes), Postings::read(bytes), read_directory(bytes));
        }
    }
}
