//! What stands for a piece of text in the index.
//!
//! - *Words* (of scripts that have them) stand for their first six letters, five bits each: so a beginning of a word is a range of
//!   tokens.
//! - *Signs* (Chinese, Japanese, Korean, Thai, emoji: whatever has no spaces) stand for themselves and the sign after them, fifteen bits
//!   each: so two signs are a token, and a single one is a range.
//!
//! - *Chats* stand for themselves by a hash: a message has its chat's token, so that a search in one chat reads no more than it must.
//!
//! Different pieces may share a token. Never the other way round: what a text has is among its tokens.

use crate::fold::folded;

/// A piece of text.
pub(super) type Token = u32;

/// What a character is to a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Space and punctuation: between words, and in no token.
    Gap,
    /// Part of a word, which is found from its beginning.
    Word,
    /// Stands for itself, and is found anywhere.
    Sign,
}

/// The kind of a folded character. By ranges: the tables of `is_alphanumeric` would not know which scripts have spaces.
pub(super) fn kind(c: char) -> Kind {
    match u32::from(c) {
        0x30..=0x39 | 0x61..=0x7a => Kind::Word,
        // ASCII and Latin-1, general, supplemental, East Asian and compatibility punctuation.
        ..=0xbf
        | 0x2000..=0x206f
        | 0x2e00..=0x2e7f
        | 0x3000..=0x3004
        | 0x3008..=0x3020
        | 0x3030
        | 0x30fb
        | 0xfe10..=0xfe6f
        | 0xff5f..=0xff65 => Kind::Gap,
        // Thai and Lao, Burmese, Khmer; symbols; East Asia and what is beyond.
        0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x2070..=0x2bff | 0x2e80..=0xfaff | 0xff66.. => {
            Kind::Sign
        }
        _ => Kind::Word,
    }
}

const LETTERS: u32 = 6;
const LETTER_BITS: u32 = 5;
const SIGN: Token = 1 << 30;
const SIGN_BITS: u32 = 15;
const CHAT: Token = 1 << 31;

fn letter(c: char) -> u32 {
    u32::from(c) % 31 + 1
}

fn sign(c: char) -> u32 {
    u32::from(c) & ((1 << SIGN_BITS) - 1)
}

/// The token of a word, or the first one of those that begin so.
fn word(letters: &[char]) -> Token {
    (0..LETTERS as usize)
        .fold(0, |token, at| token << LETTER_BITS | letters.get(at).map_or(0, |c| letter(*c)))
}

fn signs(first: char, second: Option<char>) -> Token {
    SIGN | sign(first) << SIGN_BITS | second.map_or(0, sign)
}

/// The token of every message of a chat.
pub(super) fn chat(chat: &str) -> Token {
    // FNV-1a.
    let hash =
        chat.bytes().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    CHAT | hash >> 1
}

/// Pieces of one kind, in order, and whether the text ends with them.
fn runs(chars: &[char]) -> impl Iterator<Item = (Kind, &[char], bool)> {
    let mut rest = chars;
    std::iter::from_fn(move || {
        let kind = kind(*rest.first()?);
        let end = rest.iter().position(|c| self::kind(*c) != kind).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some((kind, run, after.is_empty()))
    })
}

/// All tokens of a text, each once, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = folded(text).into_iter().map(|(_, c)| c).collect();
    let mut tokens = Vec::with_capacity(chars.len());
    for (kind, run, _) in runs(&chars) {
        match kind {
            Kind::Gap => {}
            Kind::Word => tokens.push(word(run)),
            Kind::Sign => {
                tokens.extend((0..).zip(run).map(|(at, c)| signs(*c, run.get(at + 1).copied())));
            }
        }
    }
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// One of the tokens from the first to the last is in every text that has a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    pub(super) first: Token,
    pub(super) last: Token,
}

impl Range {
    /// A single token.
    pub(super) fn one(token: Token) -> Self {
        Self { first: token, last: token }
    }

    /// How many tokens it has; the fewer, the better it is.
    pub(super) fn width(self) -> Token {
        self.last - self.first
    }
}

/// What every text has that has this (folded) term. None for what no token can tell: punctuation, and the single first letter of a
/// word.
pub(super) fn ranges(term: &[char]) -> Vec<Range> {
    let mut ranges = Vec::new();
    for (kind, run, is_last) in runs(term) {
        match (kind, run) {
            (Kind::Word, [_]) if is_last => {}
            (Kind::Word, letters) => {
                let known = u32::try_from(letters.len()).unwrap_or(LETTERS).min(LETTERS);
                let open = if is_last { (1 << (LETTER_BITS * (LETTERS - known))) - 1 } else { 0 };
                let first = word(letters);
                ranges.push(Range { first, last: first | open });
            }
            (Kind::Sign, [single]) => {
                let first = signs(*single, None);
                let open = if is_last { (1 << SIGN_BITS) - 1 } else { 0 };
                ranges.push(Range { first, last: first | open });
            }
            (Kind::Sign, signs_) => {
                let pairs = signs_.iter().zip(signs_.iter().skip(1));
                ranges.extend(pairs.map(|(first, second)| Range::one(signs(*first, Some(*second)))));
            }
            (Kind::Gap, _) => {}
        }
    }
    ranges
}

/// How many records a segment's tokens are spread over.
pub(super) const BUCKETS: u32 = 64;

/// The record that has a token: the same for all tokens of a [`Range`], so it goes by what a range shares.
pub(super) fn bucket(token: Token) -> u32 {
    let shared = match token {
        CHAT.. => token,
        SIGN.. => token >> SIGN_BITS,
        _ => token >> (LETTER_BITS * (LETTERS - 2)),
    };
    shared.wrapping_mul(0x9e37_79b1) >> 26
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;

    fn may_have(text: &str, term: &str) -> bool {
        let (tokens, term) = (tokens(text), fold(term).chars().collect::<Vec<_>>());
        ranges(&term)
            .iter()
            .all(|range| tokens.iter().any(|token| (range.first..=range.last).contains(token)))
    }

    #[test]
    fn a_text_has_the_tokens_of_what_is_in_it() {
        for (text, term) in [
            ("Hello, wonderful world", "wonder"),
            ("Hello, wonderful world", "wonderful"),
            ("Hello, wonderful world", "HÉL"),
            ("我今天买了一部 iPhone手机", "今天"),
            ("我今天买了一部 iPhone手机", "机"),
            ("我今天买了一部 iPhone手机", "买"),
            ("我今天买了一部 iPhone手机", "iphone手"),
            ("см. foo.bar/baz", "foo.ba"),
            ("좋은 아침입니다 👍🏽", "아침"),
            ("좋은 아침입니다 👍🏽", "👍"),
            ("สวัสดีครับ", "ดีค"),
            ("耀", "耀"),
            ("a耀", "a耀"),
        ] {
            assert!(may_have(text, term), "{text} {term}");
        }
        for (text, term) in [
            ("Hello, wonderful world", "wander"),
            ("Hello, wonderful world", "onder"),
            ("我今天买了一部 iPhone手机", "天今"),
            ("我今天买了一部 iPhone手机", "ipad"),
            ("foo", "fo."),
        ] {
            assert!(!may_have(text, term), "{text} {term}");
        }
    }

    #[test]
    fn a_range_is_in_one_bucket() {
        for term in ["he", "hello", "wonderful", "手", "手机", "x手", "é."] {
            for range in ranges(&fold(term).chars().collect::<Vec<_>>()) {
                assert!(range.first <= range.last);
                let middle = range.first + range.width() / 2;
                assert!([middle, range.last].iter().all(|token| bucket(*token) == bucket(range.first)));
                assert!(bucket(range.first) < BUCKETS);
            }
        }
    }

    #[test]
    fn a_single_letter_and_punctuation_tell_nothing() {
        assert!(ranges(&['h']).is_empty());
        assert!(ranges(&['?', '!']).is_empty());
        assert_eq!(ranges(&['h', '?']).len(), 1, "a word of one letter does");
    }
}
