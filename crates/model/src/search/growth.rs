//! How the index learns: messages are taken into the open segment, which is closed when it is full.

use super::segment::{
    self, DIRECTORY, OPEN, OPEN_RECORDS, PLACES, POSTINGS, Places, Postings, RecordKey, SEGMENT, Span,
};
use super::token::{self, BUCKETS, Token};
use crate::{BareJid, MessageRow, Order};

/// The index while it learns: what was read, and what is to be written.
#[derive(Debug)]
pub struct Growth<'a> {
    spans: Vec<Span>,
    places: Places,
    postings: Postings,
    new: Vec<(Token, u32)>,
    /// Where what is known is to be forgotten; what still stands there is to be added again.
    forgotten: &'a [(BareJid, Order)],
    stage: Stage,
    /// Closed segments that know of it, and as which of their messages.
    known: Vec<(u32, Vec<u32>)>,
    changed: Vec<(RecordKey, Vec<u8>)>,
}

/// What is read next.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Open,
    /// Places of the closed segments that may know what is to be forgotten.
    Closed,
    /// Tokens of those that do.
    Known,
    Done,
}

impl<'a> Growth<'a> {
    /// Forgets what is known of these places.
    pub fn new(forgotten: &'a [(BareJid, Order)]) -> Self {
        Self {
            spans: Vec::new(),
            places: Places::default(),
            postings: Postings::default(),
            new: Vec::new(),
            forgotten,
            stage: Stage::Open,
            known: Vec::new(),
            changed: Vec::new(),
        }
    }

    /// The records to read next, for [`Growth::records`]; none if messages can be added.
    pub fn ask(&self) -> Vec<RecordKey> {
        let mut keys = Vec::new();
        match self.stage {
            Stage::Open => keys.extend(OPEN_RECORDS),
            Stage::Closed => {
                for Span { number, oldest, newest } in &self.spans {
                    if self.forgotten.iter().any(|(_, order)| (oldest..=newest).contains(&order)) {
                        keys.push((PLACES, *number));
                    }
                }
            }
            Stage::Known => {
                for (number, _) in &self.known {
                    keys.extend((0..BUCKETS).map(|bucket| (bucket, *number)));
                }
            }
            Stage::Done => {}
        }
        keys
    }

    /// The records that were asked for.
    pub fn records(&mut self, keys: &[RecordKey], records: &[Vec<u8>]) {
        let records = keys.iter().zip(records);
        self.stage = match self.stage {
            Stage::Open => {
                for ((kind, _), bytes) in records {
                    match *kind {
                        DIRECTORY => self.spans = segment::read_directory(bytes),
                        PLACES => self.places = Places::read(bytes),
                        _ => self.postings = Postings::read(bytes),
                    }
                }
                self.postings.remove(&find(&self.places, self.forgotten));
                Stage::Closed
            }
            Stage::Closed => {
                for ((_, number), bytes) in records {
                    let docs = find(&Places::read(bytes), self.forgotten);
                    if !docs.is_empty() {
                        self.known.push((*number, docs));
                    }
                }
                Stage::Known
            }
            Stage::Known => {
                for (key, bytes) in records {
                    let known = self.known.iter().find(|(number, _)| *number == key.1);
                    let mut postings = Postings::read(bytes);
                    postings.remove(known.map_or(&[], |(_, docs)| docs));
                    let less = postings.to_bytes();
                    if less != *bytes {
                        self.changed.push((*key, less));
                    }
                }
                Stage::Done
            }
            Stage::Done => Stage::Done,
        };
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

fn find(known: &Places, places: &[(BareJid, Order)]) -> Vec<u32> {
    let mut docs = Vec::new();
    for (chat, order) in places {
        known.find(chat.as_str(), *order, &mut docs);
    }
    docs
}
