//! How often the screen is told, and how much is written at a time.

use crate::inbox::Stored;
use engine::WriteToken;
use futures_util::future::AbortHandle;
use model::{Event, Write};
use std::collections::VecDeque;

/// Single news are told of once in so many milliseconds, each time costs layout and paint;
const EVERY_MS: u64 = 100;
/// but the first few at once.
const AT_ONCE: u64 = 5;
/// More than this at a time is a flood. Nobody reads along, so it is told of less and less often: at first and at last in so many
/// milliseconds.
const MANY: usize = 50;
const FLOOD_MS: u64 = 150;
const LONG_FLOOD_MS: u64 = 600;
/// When nothing was heard for so long it is told what came last; longer than what else the page does at a time. Milliseconds.
const CALM_MS: u64 = 60;
/// A transaction has so many changes, or those of one input: more would hold the page up for longer than anybody should notice.
const BATCH: usize = 80;
/// While inputs keep coming nothing waits for the disk for longer than this. Milliseconds.
const LATE_MS: u64 = 1_000;

/// What the screen is to be told.
#[derive(Default)]
pub(crate) struct Telling {
    pub(crate) events: Vec<Event>,
    /// A person waits for it.
    pub(crate) is_urgent: bool,
    /// When something of it came over the wire last, if anything did.
    pub(crate) heard: Option<u64>,
    /// When a message was last heard that came by itself.
    live: Option<u64>,
    /// When the next may be told, and how long that was after the last.
    next: u64,
    pause: u64,
}

impl Telling {
    /// What is told now.
    pub(crate) fn take(&mut self, now_ms: u64) -> Option<Vec<Event>> {
        let is_due = self.is_urgent || self.due().is_some_and(|at| at <= now_ms);
        if self.events.is_empty() || !is_due {
            return None;
        }
        (self.is_urgent, self.heard) = (false, None);
        if self.events.len() > MANY {
            self.pause = (self.pause * 2).clamp(FLOOD_MS, LONG_FLOOD_MS);
            self.next = now_ms + self.pause;
        } else {
            self.pause = 0;
            self.next = self.next.max(now_ms.saturating_sub(EVERY_MS * (AT_ONCE - 1))) + EVERY_MS;
        }
        Some(std::mem::take(&mut self.events))
    }

    /// When there is something to tell.
    pub(crate) fn due(&self) -> Option<u64> {
        let calm = self.heard.map_or(u64::MAX, |at| at + CALM_MS);
        (!self.events.is_empty()).then_some(self.next.min(calm))
    }

    /// One more.
    pub(crate) fn add(&mut self, event: Event, now_ms: u64) {
        if matches!(event, Event::Heard(_)) {
            self.live = Some(now_ms);
        }
        self.events.push(event);
    }

    /// Nobody writes just now.
    pub(crate) fn is_calm(&self, now_ms: u64) -> bool {
        self.live.is_none_or(|at| now_ms.saturating_sub(at) >= EVERY_MS)
    }

    /// More comes over the wire than is shown.
    pub(crate) fn is_flooded(&self) -> bool {
        self.heard.is_some() && !self.events.is_empty()
    }
}

/// What is to be written.
#[derive(Default)]
pub(crate) struct Waiting {
    under_way: Option<UnderWay>,
    /// What comes next, by input, and since when it waits.
    batches: VecDeque<(Vec<Write>, WriteToken, u64)>,
    /// Who waits for the last of it.
    pub(crate) stored: Vec<Stored>,
}

/// The commit at work, and who waits for it. It ends with the loop: what the page does after that is somebody else's.
struct UnderWay(AbortHandle, Vec<Stored>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Waiting {
    pub(crate) fn add(&mut self, batch: Vec<Write>, token: WriteToken, now_ms: u64) {
        self.batches.push_back((batch, token, now_ms));
    }

    /// Nothing of it is to be written any more.
    pub(crate) fn clear(&mut self) {
        self.batches.clear();
    }

    pub(crate) fn is_committing(&self) -> bool {
        self.under_way.is_some()
    }

    /// What was taken last is being written.
    pub(crate) fn begin_commit(&mut self, commit: AbortHandle) {
        // Who waits for something that is not in this batch waits for a later one.
        let stored = if self.batches.is_empty() { std::mem::take(&mut self.stored) } else { Vec::new() };
        self.under_way = Some(UnderWay(commit, stored));
    }

    /// It is on disk, and the engine knows.
    pub(crate) fn end_commit(&mut self) {
        if let Some(mut commit) = self.under_way.take() {
            for stored in std::mem::take(&mut commit.1) {
                stored();
            }
        }
    }

    /// Something has waited for too long.
    pub(crate) fn is_late(&self, now_ms: u64) -> bool {
        self.batches.front().is_some_and(|(.., since)| now_ms.saturating_sub(*since) >= LATE_MS)
    }

    /// What is written next, in one transaction, up to a token.
    pub(crate) fn take_batch(&mut self) -> Option<(Vec<Write>, WriteToken)> {
        let (mut batch, mut token, _) = self.batches.pop_front()?;
        while let Some((more, next, _)) =
            self.batches.pop_front_if(|(more, ..)| batch.len() + more.len() <= BATCH)
        {
            batch.extend(more);
            token = next;
        }
        Some((batch, token))
    }
}
