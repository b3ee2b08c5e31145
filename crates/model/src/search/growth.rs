//! How the index learns: messages are taken into the open segment, which is closed when it is full.

use super::segment::{self, DIRECTORY, OPEN, PLACES, POSTINGS, Places, Postings, RecordKey, SEGMENT, Span};
use super::token::{self, Token};
use crate::{BareJid, MessageRow, Order};

/// The index while it learns: what was read, and what is to be written.
#[derive(Debug)]
pub struct Growth<'a> {
    spans: Vec<Span>,
    places: Places<'a>,
    postings: Postings,
    new: Vec<(Token, u32)>,
}

impl<'a> Growth<'a> {
    /// What is known: the records [`DIRECTORY`], [`PLACES`] and [`POSTINGS`] of [`OPEN`], empty if there are none.
    pub fn read(directory: &[u8], places: &'a [u8], postings: &[u8]) -> Self {
        Self {
            spans: segment::read_directory(directory),
            places: Places::read(places),
            postings: Postings::read(postings),
            new: Vec::new(),
        }
    }

    /// Takes a message in.
    pub fn add(&mut self, row: &MessageRow) {
        let doc = self.places.add(row.chat.as_str(), row.order);
        let tokens = token::tokens(super::words(row)).into_iter().chain([token::chat(row.chat.as_str())]);
        self.new.extend(tokens.map(|token| (token, doc)));
    }

    /// Forgets what is known of these places, as far as the open segment knows it; what still stands there is to be added again.
    /// Returns the closed segments that may know more: see [`docs_of`] and [`without`].
    pub fn forget(&mut self, places: &[(BareJid, Order)]) -> Vec<u32> {
        self.postings.remove(&find(&self.places, places));
        let holds = |span: &&Span| places.iter().any(|(_, order)| (span.oldest..=span.newest).contains(order));
        self.spans.iter().filter(holds).map(|span| span.number).collect()
    }

    /// The records to write.
    pub fn finish(mut self) -> Vec<(RecordKey, Vec<u8>)> {
        self.postings.add(self.new);
        let open = |places: &Places<'_>, postings: &Postings| {
            [((PLACES, OPEN), places.to_bytes()), ((POSTINGS, OPEN), postings.to_bytes())]
        };
        let Some((oldest, newest)) = self.places.span().filter(|_| self.places.len() >= SEGMENT) else {
            return Vec::from(open(&self.places, &self.postings));
        };
        let number = self.spans.iter().map(|span| span.number).max().unwrap_or(OPEN) + 1;
        self.spans.push(Span { number, oldest, newest });
        let mut records = Vec::from(open(&Places::default(), &Postings::default()));
        records.push(((DIRECTORY, OPEN), segment::directory_bytes(&self.spans)));
        records.push(((PLACES, number), self.places.to_bytes()));
        let buckets = (0..).map(|bucket| (bucket, number)).zip(self.postings.to_buckets());
        records.extend(buckets.filter(|(_, bytes)| !bytes.is_empty()));
        records
    }
}

fn find(known: &Places<'_>, places: &[(BareJid, Order)]) -> Vec<u32> {
    places.iter().flat_map(|(chat, order)| known.find(chat.as_str(), *order)).collect()
}

/// What a closed segment knows of these places, by its record [`PLACES`].
pub fn docs_of(record: &[u8], places: &[(BareJid, Order)]) -> Vec<u32> {
    find(&Places::read(record), places)
}

/// The records of a closed segment's buckets without what these messages had; only those that change.
pub fn without(docs: &[u32], buckets: Vec<(RecordKey, Vec<u8>)>) -> Vec<(RecordKey, Vec<u8>)> {
    let less = |(key, bytes): (RecordKey, Vec<u8>)| {
        let mut postings = Postings::read(&bytes);
        postings.remove(docs);
        let less = postings.to_bytes();
        (less != bytes).then_some((key, less))
    };
    buckets.into_iter().filter_map(less).collect()
}
