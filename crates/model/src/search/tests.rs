//! The index against a plain look through all rows.

use super::segment::SEGMENT;
use super::token::BUCKETS;
use super::*;
use crate::Direction;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A store in miniature: rows, what was not taken in, and the records of the index.
#[derive(Default)]
struct Disk {
    rows: BTreeMap<(BareJid, Order, LocalId), MessageRow>,
    log: Vec<(BareJid, Order)>,
    changed: Vec<(BareJid, Order)>,
    records: BTreeMap<RecordKey, Vec<u8>>,
}

impl Disk {
    fn records(&self, keys: &[RecordKey]) -> Vec<Vec<u8>> {
        keys.iter().map(|key| self.records.get(key).cloned().unwrap_or_default()).collect()
    }

    fn at(&self, chat: &BareJid, order: Order) -> Vec<MessageRow> {
        let first = (chat.clone(), order, LocalId(String::new()));
        let rows = self.rows.range(first..);
        rows.map(|(_, row)| row).take_while(|row| row.chat == *chat && row.order == order).cloned().collect()
    }

    fn put(&mut self, row: MessageRow) {
        let place = (row.chat.clone(), row.order);
        let is_known = self.rows.insert((row.chat.clone(), row.order, row.id.clone()), row).is_some();
        if is_known { &mut self.changed } else { &mut self.log }.push(place);
    }

    fn delete(&mut self, nth: usize) {
        let Some(key) = self.rows.keys().nth(nth % self.rows.len().max(1)).cloned() else { return };
        self.rows.remove(&key);
        self.changed.push((key.0, key.1));
    }

    /// Takes the oldest of what was not taken in into the index.
    fn learn(&mut self, count: usize) {
        let changed = std::mem::take(&mut self.changed);
        let mut growth = Growth::new(&changed);
        loop {
            let keys = growth.ask();
            if keys.is_empty() {
                break;
            }
            growth.records(&keys, &self.records(&keys));
        }
        let new: Vec<_> = self.log.drain(..count.min(self.log.len())).collect();
        for (chat, order) in new.iter().chain(&changed) {
            for row in self.at(chat, *order) {
                growth.add(&row);
            }
        }
        self.records.extend(growth.finish());
    }

    fn find(&self, search: &Search) -> Vec<MessageRow> {
        let mut hunt = Hunt::new(search);
        hunt.unindexed(&places_bytes(&self.log));
        hunt.unindexed(&places_bytes(&self.changed));
        loop {
            match hunt.ask() {
                Ask::Records(keys) => hunt.records(&self.records(&keys)),
                Ask::Rows(places) => {
                    hunt.rows(places.iter().flat_map(|(chat, order)| self.at(chat, *order)).collect());
                }
                Ask::Nothing => return hunt.finish(),
            }
        }
    }

    fn scan(&self, search: &Search) -> Vec<MessageRow> {
        let mut rows = self.rows.values().filter(|row| search.finds(row)).cloned().collect();
        search.sort(&mut rows);
        rows
    }
}

fn row(chat: u8, order: i64, id: u32, body: &str) -> MessageRow {
    let chat: BareJid = format!("c{chat}@x.example").parse().unwrap();
    let id_of_it = LocalId(format!("{id:04}"));
    let plain = MessageRow::new(Direction::In, chat.clone(), chat, id_of_it, Order(order), body.to_owned());
    MessageRow { at: order, dedupe: id.to_string(), ..plain }
}

/// Texts of few signs and words, so that searches find something.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "今",
        "天",
        "气",
        "很好",
        "手机",
        "he",
        "hello",
        "help",
        "Héllo",
        "internationally",
        "internat",
        "a",
        "b2",
        ".",
        "，",
        " ",
        " ",
        " ",
        "👍",
        "ＡＢ",
        "ß",
        "아",
        "침",
    ]);
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, i64, String),
    Edit(usize, String),
    Delete(usize),
    Learn(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0_u8..3, 0_i64..40, text()).prop_map(|(chat, order, text)| Step::Put(chat, order, text)),
        1 => (any::<usize>(), text()).prop_map(|(nth, text)| Step::Edit(nth, text)),
        1 => any::<usize>().prop_map(Step::Delete),
        2 => (0_usize..6).prop_map(Step::Learn),
    ]
}

proptest! {
    #[test]
    fn the_index_finds_what_a_look_through_all_finds(
        steps in prop::collection::vec(step(), 0..60),
        typed in text(),
        chat in prop::option::of(0_u8..3),
        limit in 1_usize..8,
    ) {
        let mut disk = Disk::default();
        for (id, step) in (0..).zip(steps) {
            match step {
                Step::Put(chat, order, text) => disk.put(row(chat, order, id, &text)),
                Step::Edit(nth, text) => {
                    let row = disk.rows.values().nth(nth % disk.rows.len().max(1)).cloned();
                    if let Some(row) = row {
                        disk.put(MessageRow { body: text, ..row });
                    }
                }
                Step::Delete(nth) => disk.delete(nth),
                Step::Learn(count) => disk.learn(count),
            }
        }
        let Some(query) = Query::new(&typed) else { return Ok(()) };
        let chat = chat.map(|chat| format!("c{chat}@x.example").parse().unwrap());
        let mut search = Search { query, chat, before: None, limit };
        let all = disk.scan(&Search { limit: usize::MAX, ..search.clone() });
        let mut found = Vec::new();
        loop {
            let page = disk.find(&search);
            prop_assert_eq!(&page, &disk.scan(&search));
            let Some(last) = page.last() else { break };
            search.before = Some((last.order, last.id.clone()));
            found.extend(page);
        }
        prop_assert_eq!(found, all);
    }
}

/// A segment of few messages would need thousands of steps of the test above.
#[test]
fn of_a_spoiler_the_hint_is_found_and_not_what_it_covers() {
    let mut disk = Disk::default();
    let format = crate::Format { spoiler: Some("the last page".to_owned()), ..Default::default() };
    disk.put(MessageRow { format, ..row(0, 1, 1, "the gardener did it") });
    disk.learn(1);
    for (typed, count) in [("gardener", 0), ("page", 1)] {
        let search = Search { query: Query::new(typed).unwrap(), chat: None, before: None, limit: 5 };
        assert_eq!(disk.find(&search).len(), count, "{typed}");
    }
}

#[test]
fn closed_segments_are_searched_too_and_forget_what_was_deleted() {
    let mut disk = Disk::default();
    let words = ["今天天气很好", "hello world", "我买了iPhone手机", "see you tomorrow", "好的👍"];
    let count = 3 * SEGMENT + 200;
    for id in 0..count {
        let word = words[id as usize % words.len()];
        // Every other one is older than those before it, as what comes from an archive is.
        let order = if id % 2 == 0 { i64::from(id) } else { -i64::from(id) };
        disk.put(row((id % 3) as u8, order, id, &format!("{word} n{id}")));
        if id % 100 == 0 {
            disk.learn(100);
        }
    }
    disk.learn(usize::MAX);
    assert_eq!(disk.records.keys().filter(|(kind, _)| *kind == PLACES).count(), 4);
    let search =
        |typed: &str| Search { query: Query::new(typed).unwrap(), chat: None, before: None, limit: 50 };
    for typed in [
        "天气",
        "气",
        "iphone手机",
        "hello w",
        "n123",
        "n5999",
        "tomo see",
        "👍 好",
        "h",
        "?",
        "moon",
        "天气 hello",
    ] {
        assert_eq!(disk.find(&search(typed)), disk.scan(&search(typed)), "{typed}");
        let chat = Some("c1@x.example".parse().unwrap());
        let in_chat = Search { chat, limit: 5, ..search(typed) };
        assert_eq!(disk.find(&in_chat), disk.scan(&in_chat), "{typed}");
    }
    let secret = row(0, 500, count, "xylophone");
    disk.put(secret.clone());
    disk.learn(usize::MAX);
    for id in 0..SEGMENT {
        disk.put(row(0, 1_000_000 + i64::from(id), count + 1 + id, "later"));
    }
    disk.learn(usize::MAX);
    let knows = |disk: &Disk| {
        let range = search("xylophone").query.ranges()[0];
        disk.records
            .iter()
            .any(|((kind, _), bytes)| *kind < BUCKETS && !segment::docs(bytes, range).is_empty())
    };
    assert!(knows(&disk));
    disk.rows.remove(&(secret.chat.clone(), secret.order, secret.id.clone()));
    disk.changed.push((secret.chat, secret.order));
    assert!(disk.find(&search("xylophone")).is_empty(), "the row decides");
    disk.learn(0);
    assert!(!knows(&disk), "and the index forgets");
}

/// `cargo test -p model --release search -- --ignored --nocapture`
#[test]
#[ignore = "prints figures"]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::format_push_string,
    reason = "figures need not be exact"
)]
fn how_large_an_index_is() {
    // Two signs or a word at a time, few of them often, as people speak.
    for (name, signs) in [("Chinese", 15), ("English", 0), ("mixed", 7)] {
        let (count, mut text_bytes, mut seed) = (100_000_u32, 0, 1_u64);
        let mut disk = Disk::default();
        for id in 0..count {
            let mut draw = |below: u64| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // The smaller the more often: Zipf's law, roughly.
                let uniform = (seed >> 33) as f64 / f64::from(u32::MAX >> 1);
                ((below as f64).powf(uniform) - 1.0) as u32
            };
            let mut text: String = (0..signs).filter_map(|_| char::from_u32(0x4e00 + draw(6_000))).collect();
            for _ in 0..if signs == 0 { 9 } else { (15 - signs) / 2 } {
                let word = draw(20_000);
                text += &format!(
                    " {}{}",
                    ["a", "the", "in", "re", "co", "s"][word as usize % 6],
                    word * 7_919 % 99_991
                );
            }
            text_bytes += text.len();
            disk.put(row((id % 200) as u8, i64::from(id) * 60_000_000, id, &text));
            if id % 128 == 0 {
                disk.learn(128);
            }
        }
        disk.learn(usize::MAX);
        let bytes: usize = disk.records.values().map(Vec::len).sum();
        let places: usize =
            disk.records.iter().filter(|((kind, _), _)| *kind == PLACES).map(|(_, bytes)| bytes.len()).sum();
        println!(
            "{name}: {} bytes of text a message, {} of index in {} records a thousand messages, {} of them places",
            text_bytes / count as usize,
            bytes / count as usize,
            disk.records.len() * 1_000 / count as usize,
            places / count as usize
        );
    }
}
