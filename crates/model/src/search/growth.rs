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

    /// Forgets what messages had, as far as the open segment knows it. Returns the closed segments that may know more: see
    /// [`without`].
    pub fn forget(&mut self, gone: &[(BareJid, Order)]) -> Vec<u32> {
        self.postings.remove(&docs_of(&self.places, gone));
        let holds = |span: &&Span| gone.iter().any(|(_, order)| (span.oldest..=span.newest).contains(order));
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

fn docs_of(places: &Places<'_>, gone: &[(BareJid, Order)]) -> Vec<u32> {
    gone.iter().flat_map(|(chat, order)| places.find(chat.as_str(), *order)).collect()
}

/// The records of a closed segment's buckets without what these messages had; `places` is its record [`PLACES`]. Only those that
/// change.
pub fn without(
    gone: &[(BareJid, Order)],
    places: &[u8],
    buckets: Vec<(RecordKey, Vec<u8>)>,
) -> Vec<(RecordKey, Vec<u8>)> {
    let docs = docs_of(&Places::read(places), gone);
    let less = |(key, bytes): (RecordKey, Vec<u8>)| {
        let mut postings = Postings::read(&bytes);
        postings.remove(&docs);
        let less = postings.to_bytes();
        (less != bytes).then_some((key, less))
    };
    if docs.is_empty() { Vec::new() } else { buckets.into_iter().filter_map(less).collect() }
}
