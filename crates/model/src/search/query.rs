//! What somebody looks for.

use super::token::{self, Kind, Range};
use crate::fold::folded;
use std::ops;

/// So many terms count.
const TERMS: usize = 16;
/// So many tokens are looked up; more make no difference.
const TOKENS: usize = 6;

/// One or more terms, all of which a text must have: words from their beginning, signs anywhere, without case and accents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Folded.
    terms: Vec<Vec<char>>,
}

impl Query {
    /// What was typed: terms with spaces between. `None` if there are none.
    pub fn new(typed: &str) -> Option<Self> {
        let mut terms: Vec<Vec<char>> = Vec::new();
        let mut is_new = true;
        for (_, c) in folded(typed) {
            if c.is_whitespace() {
                is_new = true;
                continue;
            }
            if std::mem::take(&mut is_new) {
                if terms.len() == TERMS {
                    break;
                }
                terms.push(Vec::new());
            }
            if let Some(term) = terms.last_mut() {
                term.push(c);
            }
        }
        (!terms.is_empty()).then_some(Self { terms })
    }

    /// True if no index can help, and all messages would have to be read: punctuation, or the first letter of a word.
    pub fn is_vague(&self) -> bool {
        self.ranges().is_empty()
    }

    /// True if a text has every term.
    pub fn matches(&self, text: &str) -> bool {
        let chars = folded(text);
        self.terms.iter().all(|term| find(&chars, term, 0).is_some())
    }

    /// Where the terms are in a text: bytes, in order, apart from each other.
    pub fn marks(&self, text: &str) -> Vec<ops::Range<usize>> {
        let chars = folded(text);
        let mut marks: Vec<ops::Range<usize>> = Vec::new();
        for term in &self.terms {
            let mut from = 0;
            while let Some(at) = find(&chars, term, from) {
                from = at + term.len();
                let start = chars.get(at).map_or(0, |(byte, _)| *byte);
                // To the end of the last character, of which there may be more than one here, and of the marks on it.
                let last = chars.get(from - 1).map(|(byte, _)| *byte);
                let mut after = chars.iter().skip(from).map(|(byte, _)| *byte);
                let end = after.find(|byte| Some(*byte) != last).unwrap_or(text.len());
                marks.push(start..end);
            }
        }
        marks.sort_unstable_by_key(|mark| mark.start);
        marks.dedup_by(|mark, before| {
            let touches = mark.start <= before.end;
            if touches {
                before.end = before.end.max(mark.end);
            }
            touches
        });
        marks
    }

    /// What every text has that matches, the most telling first.
    pub(super) fn ranges(&self) -> Vec<Range> {
        let mut ranges: Vec<Range> = Vec::new();
        for term in &self.terms {
            ranges.extend(token::ranges(term));
        }
        ranges.sort_unstable_by_key(|range| (range.width(), *range));
        ranges.dedup();
        ranges.truncate(TOKENS);
        ranges
    }
}

/// Where a term is in a text, from there on.
fn find(chars: &[(usize, char)], term: &[char], from: usize) -> Option<usize> {
    let is_word = |c: Option<&char>| c.is_some_and(|c| token::kind(*c) == Kind::Word);
    let from_its_beginning = is_word(term.first());
    (from..(chars.len() + 1).saturating_sub(term.len())).find(|at| {
        let here = chars.iter().skip(*at).map(|(_, c)| c);
        let before = at.checked_sub(1).and_then(|before| chars.get(before)).map(|(_, c)| c);
        here.zip(term).all(|(c, wanted)| c == wanted) && !(from_its_beginning && is_word(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(typed: &str, text: &str) -> Option<String> {
        let query = Query::new(typed).unwrap();
        let mut marked = text.to_owned();
        for mark in query.marks(text).into_iter().rev() {
            marked.insert(mark.end, ']');
            marked.insert(mark.start, '[');
        }
        query.matches(text).then_some(marked)
    }

    #[test]
    fn words_are_found_from_their_beginning_and_signs_anywhere() {
        for (typed, text, found) in [
            ("hel", "Hello, hélas, shell", Some("[Hel]lo, [hél]as, shell")),
            ("world hello", "Hello, world", Some("[Hello], [world]")),
            ("ell", "hello", None),
            ("hello moon", "Hello, world", None),
            ("天气", "今天天气很好", Some("今天[天气]很好")),
            ("气", "今天天气很好", Some("今天天[气]很好")),
            ("今天 很好", "今天天气很好", Some("[今天]天气[很好]")),
            ("今好", "今天天气很好", None),
            ("iphone", "买了iPhone手机", Some("买了[iPhone]手机")),
            ("iphone手", "买了iPhone手机", Some("买了[iPhone手]机")),
            ("ｗｏｒｌｄ", "World", Some("[World]")),
            ("strass", "Die Straße", Some("Die [Straß]e")),
            ("cafe", "cafe\u{301}s", Some("[cafe\u{301}]s")),
            ("ab bc", "ab abc", Some("[ab] [ab]c").filter(|_| false)),
            ("ab abc", "abcd", Some("[abc]d")),
            ("foo.b", "foo.bar", Some("[foo.b]ar")),
            ("👍", "好👍👍🏽", Some("好[👍👍]🏽")),
            ("아침", "좋은아침", Some("좋은[아침]")),
        ] {
            assert_eq!(marked(typed, text).as_deref(), found, "{typed} in {text}");
        }
    }

    #[test]
    fn nothing_is_no_query() {
        assert_eq!(Query::new(""), None);
        assert_eq!(Query::new(" \u{3000}\u{ad}\n"), None);
        assert!(Query::new("a").unwrap().is_vague() && Query::new("?!").unwrap().is_vague());
        assert!(!Query::new("ab").unwrap().is_vague() && !Query::new("天").unwrap().is_vague());
    }
}
