//! What an emoji picker holds: the list that the page loads (`xtask/src/emoji.rs` makes it and says how it is written), searched in
//! English and Chinese alike.

use std::fmt;

const JOINER: char = '\u{200d}';
const AS_EMOJI: char = '\u{fe0f}';
const LIGHTEST: u32 = 0x1_f3fb;
/// The five skin tones of Unicode (UTS #51 §2.4).
pub const TONES: u8 = 5;

/// All emoji, in Unicode's order.
#[derive(Clone, Default)]
pub struct EmojiList {
    text: String,
    /// Where the lines of each group are.
    groups: Vec<(usize, usize)>,
}

impl fmt::Debug for EmojiList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmojiList").field("groups", &self.groups).finish_non_exhaustive()
    }
}

/// One emoji.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emoji<'a> {
    plain: &'a str,
    tones: Tones,
    /// English, then Chinese; the first of each is its name.
    words: [&'a str; 2],
}

/// Where a skin tone goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tones {
    None,
    First,
    FirstAndLast,
}

impl EmojiList {
    /// Takes the file. What is no line of it is left out.
    pub fn new(text: String) -> Self {
        let (mut groups, mut at): (Vec<(usize, usize)>, usize) = (Vec::new(), 0);
        for line in text.split_inclusive('\n') {
            at += line.len();
            // `#` begins the emoji of that key, too.
            if line.starts_with('#') && !line.contains('\t') {
                groups.push((at, at));
            } else if let Some((_, end)) = groups.last_mut() {
                *end = at;
            }
        }
        Self { text, groups }
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The emoji of one group.
    pub fn group(&self, group: usize) -> impl Iterator<Item = Emoji<'_>> {
        let lines = self.groups.get(group).and_then(|(from, to)| self.text.get(*from..*to));
        lines.unwrap_or_default().lines().filter_map(Emoji::read)
    }

    /// The emoji that look like this, with any skin tone or with none.
    pub fn named(&self, emoji: &str) -> Option<Emoji<'_>> {
        self.all().find(|other| (0..=TONES).any(|tone| other.with_tone(tone) == emoji))
    }

    /// At most so many emoji with all these words, the likeliest first: those that are called so, those of whose words one begins so,
    /// those that have it anywhere.
    pub fn find(&self, words: &str, at_most: usize) -> Vec<Emoji<'_>> {
        let words = words.trim().to_lowercase();
        if words.is_empty() {
            return Vec::new();
        }
        let least = |emoji: &Emoji<'_>| {
            words.split_whitespace().try_fold(0, |least, word| Some(emoji.likeness(word)?.max(least)))
        };
        let mut found: Vec<(u8, Emoji<'_>)> =
            self.all().filter_map(|emoji| Some((least(&emoji)?, emoji))).collect();
        found.sort_by_key(|(likeness, _)| *likeness);
        found.truncate(at_most);
        found.into_iter().map(|(_, emoji)| emoji).collect()
    }

    fn all(&self) -> impl Iterator<Item = Emoji<'_>> {
        self.text.lines().filter_map(Emoji::read)
    }
}

impl<'a> Emoji<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut fields = line.split('\t');
        let marked = fields.next()?;
        let words = [fields.next()?, fields.next()?];
        let (plain, tones) = match (marked.strip_suffix('+'), marked.strip_suffix('*')) {
            (Some(plain), _) => (plain, Tones::First),
            (_, Some(plain)) => (plain, Tones::FirstAndLast),
            _ => (marked, Tones::None),
        };
        Some(Self { plain, tones, words })
    }

    /// What it is called, in English or in Chinese.
    pub fn name(&self, chinese: bool) -> &'a str {
        let [english, translated] = self.words;
        let words = if chinese { translated } else { english };
        words.split('|').next().unwrap_or_default()
    }

    /// True if it can have a skin tone.
    pub fn has_tones(&self) -> bool {
        self.tones != Tones::None
    }

    /// The emoji with this skin tone, 1 to 5 from light to dark; 0 is none.
    pub fn with_tone(&self, tone: u8) -> String {
        let tone = u32::from(tone).checked_sub(1).filter(|tone| *tone < u32::from(TONES));
        let Some(tone) = tone.filter(|_| self.has_tones()).and_then(|tone| char::from_u32(LIGHTEST + tone))
        else {
            return self.plain.to_owned();
        };
        let last = self.plain.matches(JOINER).count();
        let mut out = String::with_capacity(self.plain.len() + 8);
        for (at, part) in self.plain.split(JOINER).enumerate() {
            if at > 0 {
                out.push(JOINER);
            }
            let takes = at == 0 || at == last && self.tones == Tones::FirstAndLast;
            match part.chars().next().filter(|_| takes) {
                Some(first) => {
                    let rest = part.get(first.len_utf8()..).unwrap_or_default();
                    out.push(first);
                    out.push(tone);
                    out.push_str(rest.strip_prefix(AS_EMOJI).unwrap_or(rest));
                }
                None => out.push_str(part),
            }
        }
        out
    }

    /// How well a word fits, best first.
    fn likeness(&self, word: &str) -> Option<u8> {
        if self.plain.trim_end_matches(AS_EMOJI) == word.trim_end_matches(AS_EMOJI) {
            return Some(0);
        }
        let of = |words: &str| {
            let words = words.to_lowercase();
            let at = words.find(word)?;
            let is_end =
                |rest: Option<&str>| rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('|'));
            if at == 0 && is_end(words.get(word.len()..)) {
                return Some(0);
            }
            let begins = |at: usize| {
                at == 0
                    || words
                        .get(..at)
                        .and_then(|before| before.chars().next_back())
                        .is_some_and(|c| !c.is_alphanumeric())
            };
            Some(match words.match_indices(word).any(|(at, _)| begins(at)) {
                true if at == 0 => 1,
                true => 2,
                false => 3,
            })
        };
        self.words.into_iter().filter_map(of).min()
    }
}
