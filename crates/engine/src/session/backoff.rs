//! When to try again: capped exponential, full jitter, so that ten thousand phones do not come back at once.

use crate::ids::Ids;

const BASE_MS: u64 = 1_000;
const CAP_MS: u64 = 60_000;
/// Never hammer, however lucky the draw.
const FLOOR_MS: u64 = 250;
/// In a pocket nobody waits: the first tries of those who are not looked at spread over this long, or a server that was started again
/// would meet all of them in one second. Who is looked at, or whose network comes back, does not wait for it.
const POCKET_MS: u64 = 30_000;
/// A connection that held this long counts as good: the next failure starts from the beginning.
const STABLE_MS: u64 = 30_000;

/// Counts failures in a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
    online_since: Option<u64>,
    /// The device woke up or has a network again since: no reason to wait for the others.
    woken: bool,
}

impl Backoff {
    /// The stream is up since `now_ms` (monotonic).
    pub(crate) fn connected(&mut self, now_ms: u64) {
        self.online_since = Some(now_ms);
        self.woken = false;
    }

    /// The device woke up, or (`false`) is known to be well since.
    pub(crate) fn set_woken(&mut self, woken: bool) {
        self.woken = woken;
    }

    /// A try or a stream failed at `now_ms`: how many milliseconds to wait. `looked_at`: somebody may be waiting.
    pub(crate) fn failed(&mut self, now_ms: u64, looked_at: bool, ids: &mut Ids) -> u64 {
        if self.online_since.take().is_some_and(|since| now_ms.saturating_sub(since) >= STABLE_MS) {
            self.failures = 0;
        }
        let least = if looked_at || self.woken { BASE_MS } else { POCKET_MS };
        let ceiling = BASE_MS.saturating_mul(1 << self.failures.min(16)).clamp(least, CAP_MS);
        self.failures = self.failures.saturating_add(1);
        FLOOR_MS + ids.up_to(ceiling - FLOOR_MS)
    }

    /// Something changed for the better (network back, person came back): start from the beginning.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_spread() {
        let mut ids = Ids::new([3; 32]);
        let mut longest = [0u64; 12];
        for _ in 0..300 {
            let mut backoff = Backoff::default();
            for slot in &mut longest {
                let wait = backoff.failed(0, true, &mut ids);
                assert!((FLOOR_MS..=CAP_MS).contains(&wait));
                *slot = (*slot).max(wait);
            }
        }
        assert!(longest[0] <= 1_000 && longest[1] <= 2_000 && longest[2] <= 4_000);
        assert!(longest[11] > 50_000, "the cap is used: {longest:?}");
    }

    #[test]
    fn only_a_stable_stream_forgives() {
        let mut ids = Ids::new([4; 32]);
        let mut backoff = Backoff::default();
        for _ in 0..10 {
            backoff.failed(0, true, &mut ids);
        }
        backoff.connected(0);
        backoff.failed(10_000, true, &mut ids);
        assert_eq!(backoff.failures, 11, "a stream of 10 s proves nothing");
        backoff.connected(0);
        assert!(backoff.failed(30_000, true, &mut ids) <= 1_000);
    }
}
