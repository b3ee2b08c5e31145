//! Unguessable names without a random number generator: HMAC-SHA-256 over a counter, keyed by 32 bytes of the
//! platform's entropy. Deterministic for a given seed, so tests can predict every id.

use hmac::{Hmac, KeyInit, Mac};
use model::LocalId;
use sha2::Sha256;
use stanza::base64;

/// Draws ids, nonces and jitter.
#[derive(Clone)]
pub(crate) struct Ids {
    seed: [u8; 32],
    counter: u64,
}

impl Ids {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { seed, counter: 0 }
    }

    fn block(&mut self) -> [u8; 32] {
        self.counter += 1;
        // HMAC takes keys of any length, so this never fails; an all-zero block would only make ids repeat.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.seed) else { return [0; 32] };
        mac.update(&self.counter.to_be_bytes());
        mac.finalize().into_bytes().into()
    }

    /// 144 bits as 24 characters of the URL-safe base64 alphabet.
    pub(crate) fn id(&mut self) -> String {
        let block = self.block();
        // A whole number of groups, so there is no padding.
        let id = base64::encode(block.first_chunk::<18>().unwrap_or(&[0; 18]));
        id.chars()
            .map(|c| {
                if c == '+' {
                    '-'
                } else if c == '/' {
                    '_'
                } else {
                    c
                }
            })
            .collect()
    }

    /// A random UUID (RFC 9562 §5.4).
    pub(crate) fn uuid(&mut self) -> String {
        let block = self.block();
        let mut uuid = String::with_capacity(36);
        for (at, byte) in block.iter().take(16).enumerate() {
            let byte = match at {
                6 => byte & 0x0f | 0x40,
                8 => byte & 0x3f | 0x80,
                _ => *byte,
            };
            if matches!(at, 4 | 6 | 8 | 10) {
                uuid.push('-');
            }
            for digit in [byte >> 4, byte & 15] {
                uuid.extend(char::from_digit(digit.into(), 16));
            }
        }
        uuid
    }

    /// A message key.
    pub(crate) fn local_id(&mut self) -> LocalId {
        LocalId(self.id())
    }

    /// A number in `0..=max`, uniform enough for jitter.
    pub(crate) fn up_to(&mut self, max: u64) -> u64 {
        let block = self.block();
        let number = u64::from_be_bytes(*block.first_chunk::<8>().unwrap_or(&[0; 8]));
        if max == u64::MAX { number } else { number % (max + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_differ_and_follow_the_seed() {
        let draw = |seed| {
            let mut ids = Ids::new([seed; 32]);
            (0..1000).map(|_| ids.id()).collect::<BTreeSet<_>>()
        };
        assert_eq!(draw(1).len(), 1000);
        assert_eq!(draw(1), draw(1));
        assert!(draw(1).is_disjoint(&draw(2)));
    }

    #[test]
    fn uuids_are_of_version_4() {
        let uuid = Ids::new([7; 32]).uuid();
        let parts: Vec<&str> = uuid.split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{uuid}");
        assert!(parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']), "{uuid}");
        assert!(uuid.chars().all(|c| c == '-' || c.is_ascii_hexdigit()), "{uuid}");
    }

    #[test]
    fn jitter_stays_in_its_range() {
        let mut ids = Ids::new([7; 32]);
        assert!((0..1000).all(|_| ids.up_to(9) <= 9));
        assert_eq!(ids.up_to(0), 0);
    }
}
