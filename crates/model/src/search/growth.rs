//! How the index learns: messages are taken into the open segment, which is closed when it is full.

use super::segment::{self, DIRECTORY, OPEN, PLACES, POSTINGS, Places, Postings, RecordKey, SEGMENT, Span};
use super::token::{self, BUCKETS, Token};
use crate::{BareJid, MessageRow, Order};

/// The index while it learns: what was read, and what is to be written.
#[derive(Debug)]
pub struct Growth<'a> {
    spans: Vec<Span>,
    places: Places<'a>,
    postings: Postings,
    new: Vec<(Token, u32)>,
    /// Where what is known is to be forgotten; what still stands there is to be added again.
    forgotten: &'a [(BareJid, Order)],
    /// Closed segments that know of it, and as which of their messages.
    known: Vec<(u32, Vec<u32>)>,
    changed: Vec<(RecordKey, Vec<u8>)>,
}

impl<'a> Growth<'a> {
    /// With the records [`super::OPEN_RECORDS`].
    pub fn new(open: &'a [Vec<u8>], forgotten: &'a [(BareJid, Order)]) -> Self {
        let record = |at: usize| open.get(at).map_or(&[][..], Vec::as_slice);
        let places = Places::read(record(1));
        let mut postings = Postings::read(record(2));
        postings.remove(&find(&places, forgotten));
        Self {
            spans: segment::read_directory(record(0)),
            places,
            postings,
            new: Vec::new(),
            forgotten,
            known: Vec::new(),
            changed: Vec::new(),
        }
    }

    /// The records of places of the closed segments that may know what is to be forgotten, for [`Growth::known`].
    pub fn closed(&self) -> Vec<RecordKey> {
        let holds = |span: &&Span| {
            self.forgotten.iter().any(|(_, order)| (span.oldest..=span.newest).contains(order))
        };
        self.spans.iter().filter(holds).map(|span| (PLACES, span.number)).collect()
    }

    /// The same records read: which records of tokens [`Growth::forget`] needs.
    pub fn known(&mut self, closed: &[RecordKey], records: &[Vec<u8>]) -> Vec<RecordKey> {
        let mut keys = Vec::new();
        for ((_, number), places) in closed.iter().zip(records) {
            let docs = find(&Places::read(places), self.forgotten);
            if !docs.is_empty() {
                keys.extend((0..BUCKETS).map(|bucket| (bucket, *number)));
                self.known.push((*number, docs));
            }
        }
        keys
    }

    /// Takes out of these records what is to be forgotten.
    pub fn forget(&mut self, keys: &[RecordKey], records: &[Vec<u8>]) {
        for (key, bytes) in keys.iter().zip(records) {
            let Some((_, docs)) = self.known.iter().find(|(number, _)| *number == key.1) else { continue };
            let mut postings = Postings::read(bytes);
            postings.remove(docs);
            let less = postings.to_bytes();
            if less != *bytes {
                self.changed.push((*key, less));
            }
        }
    }

    /// Takes a message in.
    pub fn add(&mut self, row: &MessageRow) {
        let doc = self.places.add(row.chat.as_str(), row.order);
        let tokens = token::tokens(super::words(row)).into_iter().chain([token::chat(row.chat.as_str())]);
        self.new.extend(tokens.map(|token| (token, doc)));
    }

    /// The records to write.
    pub fn finish(mut self) -> Vec<(RecordKey, Vec<u8>)> {
        self.postings.add(self.new);
        let mut records = self.changed;
        if let Some((oldest, newest)) = self.places.span().filter(|_| self.places.len() >= SEGMENT) {
            let number = self.spans.iter().map(|span| span.number).max().unwrap_or(OPEN) + 1;
            self.spans.push(Span { number, oldest, newest });
            records.push(((DIRECTORY, OPEN), segment::directory_bytes(&self.spans)));
            records.push(((PLACES, number), self.places.to_bytes()));
            let buckets = (0..).map(|bucket| (bucket, number)).zip(self.postings.to_buckets());
            records.extend(buckets.filter(|(_, bytes)| !bytes.is_empty()));
            (self.places, self.postings) = (Places::default(), Postings::default());
        }
        records.push(((PLACES, OPEN), self.places.to_bytes()));
        records.push(((POSTINGS, OPEN), self.postings.to_bytes()));
        records
    }
}

fn find(known: &Places<'_>, places: &[(BareJid, Order)]) -> Vec<u32> {
    let mut docs = Vec::new();
    for (chat, order) in places {
        known.find(chat.as_str(), *order, &mut docs);
    }
    docs
}
