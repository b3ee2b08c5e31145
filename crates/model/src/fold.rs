//! Texts as they are compared when somebody searches: whoever types `uber` or `ABC` finds `Über` and `ＡＢＣ`.
//!
//! NFKD and full case folding are 60 KB of tables, and the platform's `normalize` is not to be had in this room, which has to fold the
//! same way in tests, in the store and on the screen. So there is a small table of what people type otherwise than they mean it:
//! accents of Latin (with Vietnamese and the tones of pinyin), Greek and Cyrillic, full-width forms, marks of Hebrew and Arabic, and
//! characters that nobody sees. Where it says something it agrees with Unicode.

use crate::case::lower_char;

/// The text as it is compared: without case, accents, width and invisible characters.
pub fn fold(text: &str) -> String {
    folded(text).into_iter().map(|(_, c)| c).collect()
}

/// The same, character by character, each with the byte in `text` at which the character begins that it comes from.
pub fn folded(text: &str) -> Vec<(usize, char)> {
    let mut folded = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let (first, second) = fold_char(c);
        folded.extend(first.map(|c| (at, c)));
        folded.extend(second.map(|c| (at, c)));
    }
    folded
}

/// The base letters of U+00C0 to U+0233, both cases alike; a dot where there is none. A capital stands for two letters.
const LATIN: &str = concat!(
    "aaaaaaAceeeeiiiidnooooo.ouuuuyTSaaaaaaAceeeeiiiidnooooo.ouuuuyTyaaaaaaccccccccddddeeeeeeeeeegggggggg",
    "hhhhiiiiiiiiiiIIjjkk.llllllllllnnnnnn...ooooooOOrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzsb.......",
    "...............i........oo.............uu....zz......................aaiioouuuuuuuuuu.aaaaAAggggkkoo",
    "oo..j...gg..nnaaAAooaaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy",
);
/// The same of U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &str = concat!(
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssss",
    "ssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy.s..S.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeee",
    "iiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......",
);
/// Letters with marks and those without, after the tables and in lower case.
const PAIRS: &str = "ΐιάαέεήηίιΰυϊιϋυόούυώωйиѐеёеѓгїіќкѝиўуӂжӑаӓаӗеӛәӝжӟзӣиӥиӧоӫөӭэӯуӱуӳуӵчӹыςσ";

fn fold_char(c: char) -> (Option<char>, Option<char>) {
    let code = u32::from(c);
    match code {
        0x41..=0x5a => return (Some(c.to_ascii_lowercase()), None),
        // The rest of ASCII, and the scripts of East Asia: most of what there is.
        ..=0x7f | 0x3001..=0xd7a3 => return (Some(c), None),
        0xff01..=0xff5e => return fold_char(char::from_u32(code - 0xfee0).unwrap_or(c)),
        _ if is_dropped(code) => return (None, None),
        _ => {}
    }
    let table = match code {
        0xc0..=0x233 => LATIN.as_bytes().get((code - 0xc0) as usize),
        0x1e00..=0x1eff => LATIN_ADDITIONAL.as_bytes().get((code - 0x1e00) as usize),
        _ => None,
    };
    let pair = |pair: &str| {
        let mut chars = pair.chars();
        (chars.next(), chars.next())
    };
    match table {
        Some(b'A') => pair("ae"),
        Some(b'I') => pair("ij"),
        Some(b'O') => pair("oe"),
        Some(b'S') => pair("ss"),
        Some(b'T') => pair("th"),
        Some(base) if *base != b'.' => (Some(char::from(*base)), None),
        _ => (Some(simple(c)), None),
    }
}

fn simple(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '‘' | '’' | 'ʼ' => '\'',
        '“' | '”' => '"',
        // Alef with its marks, and the two letters that are often written for each other.
        'آ' | 'أ' | 'إ' => 'ا',
        'ى' => 'ي',
        _ => {
            let lower = lower_char(c);
            let mut letters = if matches!(c, '\u{370}'..='\u{52f}') { PAIRS.chars() } else { "".chars() };
            while let Some(marked) = letters.next() {
                let base = letters.next();
                if marked == lower {
                    return base.unwrap_or(lower);
                }
            }
            lower
        }
    }
}

/// Combining marks, and what is not seen: soft hyphens, joiners, direction marks, variation selectors.
fn is_dropped(code: u32) -> bool {
    matches!(
        code,
        0xad | 0x300..=0x36f
            | 0x483..=0x487
            | 0x591..=0x5bd
            | 0x5bf
            | 0x5c1..=0x5c2
            | 0x5c4..=0x5c5
            | 0x5c7
            | 0x61c
            | 0x640
            | 0x64b..=0x65f
            | 0x670
            | 0x200b..=0x200f
            | 0x202a..=0x202e
            | 0x2060..=0x2069
            | 0xfe00..=0xfe0f
            | 0xfeff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use icu_normalizer::DecomposingNormalizerBorrowed;

    /// The letters of languages of today, and digits: of those the tables know all.
    fn letters() -> impl Iterator<Item = char> {
        let latin = (0x20..0x180).chain(0x1cd..0x1dd).chain(0x1e00..0x1f00).chain(0xff00..0xff5f);
        let greek_and_cyrillic = (0x386..0x3cf).chain(0x400..0x460).chain(0x490..0x4c0).chain(0x4d0..0x530);
        latin.chain(greek_and_cyrillic).filter_map(char::from_u32).filter(|c| c.is_alphanumeric())
    }

    #[test]
    fn people_find_what_they_mean() {
        for (text, folded) in [
            ("Crème Brûlée", "creme brulee"),
            ("ＡＢＣ　１２３！", "abc 123!"),
            ("Straße, Œuvre, Ærø", "strasse, oeuvre, aero"),
            ("lǜ shì Nǚ", "lu shi nu"),
            ("Tiếng Việt, Đà Nẵng", "tieng viet, da nang"),
            ("Ёлка, Йод", "елка, иод"),
            ("ΌΔΟΣ οδός", "οδοσ οδοσ"),
            ("don’t", "don't"),
            ("co\u{ad}op\u{200b}e\u{301}", "coope"),
            ("你好，世界", "你好,世界"),
            ("한국어 カタカナ", "한국어 カタカナ"),
            ("❤\u{fe0f}", "❤"),
            ("אָב الكِتَاب", "אב الكتاب"),
        ] {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(folded), folded, "what is folded stays");
        }
    }

    #[test]
    fn agrees_with_unicode_where_it_says_something() {
        let nfkd = DecomposingNormalizerBorrowed::new_nfkd();
        let mut known = 0;
        for c in letters() {
            let theirs: String =
                nfkd.normalize(&c.to_string()).chars().filter(|c| c.is_alphanumeric()).collect();
            let (ours, theirs) = (fold(&c.to_string()), theirs.to_lowercase());
            // Letters that Unicode takes for letters of their own, and that are typed without their stroke or apart.
            let apart = "ÆæÐðØøÞþßẞĐđĦħıĲĳĿŀŁłŒœŦŧς".contains(c);
            if ours != c.to_lowercase().to_string() && !apart {
                assert_eq!(ours, theirs, "{c} U+{:04X}", u32::from(c));
                known += 1;
            }
        }
        assert!(known > 500, "{known}");
    }

    #[test]
    fn case_and_way_of_writing_make_no_difference() {
        let nfd = DecomposingNormalizerBorrowed::new_nfd();
        for c in letters() {
            let text = c.to_string();
            assert_eq!(fold(&text), fold(&nfd.normalize(&text)), "{c} U+{:04X}", u32::from(c));
            assert_eq!(fold(&text), fold(&text.to_lowercase()), "{c} U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn every_character_knows_where_it_comes_from() {
        let places = folded("aßé\u{301}语");
        assert_eq!(places, [(0, 'a'), (1, 's'), (1, 's'), (3, 'e'), (7, '语')]);
    }
}
