//! F13: ten thousand phones lose their server at the same moment, and it comes back.
#![cfg(feature = "testing")]

use engine::{Engine, Input, Output};
use model::{Endpoint, Hash, SaltedKey, Saved, SessionRow, Timestamp};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const PHONES: u64 = 10_000;

/// Lets the engine do what it wants; true if it opens a socket, and when it wants to be woken.
fn drain(engine: &mut Engine) -> (bool, Option<u64>) {
    let mut opens = false;
    loop {
        match engine.poll() {
            Output::Idle(deadline) => return (opens, deadline.map(|(at, _)| at)),
            Output::Open { .. } => opens = true,
            _ => {}
        }
    }
}

/// The milliseconds after the end of a break of `gone_ms` at which each phone was back, and the peak of tries in one second while
/// nobody answered.
fn come_back(gone_ms: u64, looked_at: bool) -> (Vec<u64>, u64) {
    let saved = Saved {
        session: Some(SessionRow {
            key: Some(SaltedKey { hash: Hash::Sha256, salt: vec![1], iterations: 4096, key: vec![2; 32] }),
            ..SessionRow::new(
                "alice@example.org".parse().unwrap(),
                Endpoint::Url("wss://example.org/ws".into()),
            )
        }),
        ..Saved::default()
    };
    let mut crowd: Vec<Engine> = (0..PHONES)
        .map(|n| {
            let mut entropy = [7; 32];
            entropy[..8].copy_from_slice(&n.to_be_bytes());
            Engine::restore(entropy, Some(&saved))
        })
        .collect();
    let mut due: BinaryHeap<Reverse<(u64, usize)>> =
        (0..crowd.len()).map(|phone| Reverse((1_000, phone))).collect();
    let (mut back, mut tries) = (Vec::new(), vec![0; usize::try_from(gone_ms / 1_000 + 2).unwrap()]);
    while let Some(Reverse((at, phone))) = due.pop() {
        let now = Timestamp { mono_ms: at, wall_ms: 1_780_000_000_000 };
        let engine = &mut crowd[phone];
        engine.handle(now, if at == 1_000 { Input::PageVisible(looked_at) } else { Input::Tick });
        let (opens, mut next) = drain(engine);
        let since = at - 1_000;
        if opens && since > gone_ms {
            back.push(since - gone_ms);
            continue;
        }
        if opens {
            tries[usize::try_from(since / 1_000).unwrap()] += 1;
            engine.handle(now, Input::Closed);
            next = drain(engine).1;
        }
        due.push(Reverse((next.expect("it comes back by itself"), phone)));
    }
    // The very first try is the break itself.
    tries[0] -= PHONES;
    (back, tries.into_iter().max().unwrap_or_default())
}

fn peak(times: &[u64]) -> usize {
    let last = times.iter().max().copied().unwrap_or_default() / 1_000;
    let in_second = |second: u64| times.iter().filter(|time| *time / 1_000 == second).count();
    (0..=last).map(in_second).max().unwrap_or_default()
}

#[test]
fn ten_thousand_phones_do_not_come_back_at_once() {
    let (back, _) = come_back(30_000, true);
    let last = back.iter().max().copied().unwrap_or_default();
    assert!(peak(&back) <= 500, "{} in one second", peak(&back));
    assert!(last < 90_000, "the last one is back after {last} ms");
}

/// However short the break was.
#[test]
fn phones_in_pockets_come_back_over_half_a_minute() {
    for gone_ms in [0, 1_000, 5_000] {
        let (back, _) = come_back(gone_ms, false);
        let last = back.iter().max().copied().unwrap_or_default();
        assert!(peak(&back) <= 500, "{} in one second after {gone_ms} ms", peak(&back));
        assert!(last < 90_000, "the last one is back after {last} ms");
    }
}

/// A phone in a hand cannot tell a server that was started again at once from a network that was gone for a moment, and that must be quick: the
/// crowd comes as one. What a server can count on is that nobody is forgotten.
#[test]
fn after_a_short_break_everybody_is_back_soon() {
    let (back, tries) = come_back(1_000, true);
    let last = back.iter().max().copied().unwrap_or_default();
    assert_eq!(back.len() as u64, PHONES);
    assert!(last < 10_000, "the last one is back after {last} ms");
    assert!(tries < 2 * PHONES, "{tries} tries in one second");
}
