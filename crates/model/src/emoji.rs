//! Emoji sequences: one to three of them alone are shown large, and one is a reaction (XEP-0444).
//!
//! The ranges are those of Unicode 16 (`emoji-data.txt`: `Extended_Pictographic` from U+1F000 up, `Emoji_Presentation`
//! below), the sequences those of UTS #51. Unassigned pictographs count: tomorrow's emoji are large, too.

const ZWJ: char = '\u{200d}';
const VS16: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// True for one to three emoji and nothing else but spaces.
pub fn is_jumbo(text: &str) -> bool {
    let mut rest = text.trim();
    let mut count = 0;
    while !rest.is_empty() {
        match sequence(rest) {
            Some(length) if count < 3 => rest = rest.get(length..).unwrap_or_default().trim_start(),
            _ => return false,
        }
        count += 1;
    }
    count > 0
}

/// Longer ones are drawn by nobody (bytes).
const MAX_BYTES: usize = 64;

/// The one emoji that this is, or `None`. Some write it without the character that makes an emoji of a sign: then it gets it, so that
/// it is the same as everybody else's.
pub fn single(text: &str) -> Option<String> {
    let text = text.trim();
    let is_one = |text: &str| text.len() <= MAX_BYTES && sequence(text) == Some(text.len());
    let styled = || [text, VS16.encode_utf8(&mut [0; 4])].concat();
    if is_one(text) { Some(text.to_owned()) } else { Some(styled()).filter(|styled| is_one(styled)) }
}

/// Bytes of the emoji sequence at the beginning of a text, if there is one.
pub fn sequence(text: &str) -> Option<usize> {
    let mut end = element(text)?;
    while let Some(tail) = text.get(end..).and_then(|tail| tail.strip_prefix(ZWJ)) {
        match element(tail) {
            Some(length) => end += ZWJ.len_utf8() + length,
            None => break,
        }
    }
    Some(end)
}

/// Bytes of one element: a flag, a keycap, or a pictograph with its modifiers.
fn element(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let after = chars.as_str();
    let second = chars.next();
    if is_regional(first) {
        return second.filter(|c| is_regional(*c)).map(|c| first.len_utf8() + c.len_utf8());
    }
    if matches!(first, '0'..='9' | '#' | '*') {
        let tail = after.strip_prefix(VS16).unwrap_or(after).strip_prefix(KEYCAP)?;
        return Some(text.len() - tail.len());
    }
    let styled = second == Some(VS16);
    if !(is_pictograph(first) || is_emoji_by_default(first) || styled && is_symbol(first)) {
        // Hands and the like below U+1F000 take a skin tone without being emoji by default.
        let toned = is_symbol(first) && second.is_some_and(is_skin_tone);
        if !toned {
            return None;
        }
    }
    let tail = after.strip_prefix([VS16]).unwrap_or(after);
    let tail = tail.strip_prefix(is_skin_tone).unwrap_or(tail);
    Some(text.len() - tags(tail).len())
}

/// What follows the tag characters of a subdivision flag (England, Scotland, Wales).
fn tags(text: &str) -> &str {
    let tail = text.trim_start_matches(|c| matches!(c, '\u{e0020}'..='\u{e007e}'));
    if tail.len() == text.len() { text } else { tail.strip_prefix('\u{e007f}').unwrap_or(text) }
}

fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// `Extended_Pictographic`, U+1F000 and up.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1f0ff}' | '\u{1f10d}'..='\u{1f10f}' | '\u{1f12f}' | '\u{1f16c}'..='\u{1f171}'
        | '\u{1f17e}'..='\u{1f17f}' | '\u{1f18e}' | '\u{1f191}'..='\u{1f19a}' | '\u{1f1ad}'..='\u{1f1e5}'
        | '\u{1f201}'..='\u{1f20f}' | '\u{1f21a}' | '\u{1f22f}' | '\u{1f232}'..='\u{1f23a}' | '\u{1f23c}'..='\u{1f23f}'
        | '\u{1f249}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1f53d}' | '\u{1f546}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f774}'..='\u{1f77f}' | '\u{1f7d5}'..='\u{1f7ff}' | '\u{1f80c}'..='\u{1f80f}' | '\u{1f848}'..='\u{1f84f}'
        | '\u{1f85a}'..='\u{1f85f}' | '\u{1f888}'..='\u{1f88f}' | '\u{1f8ae}'..='\u{1f8ff}' | '\u{1f90c}'..='\u{1f93a}'
        | '\u{1f93c}'..='\u{1f945}' | '\u{1f947}'..='\u{1faff}' | '\u{1fc00}'..='\u{1fffd}')
}

/// `Emoji_Presentation` below U+1F000.
fn is_emoji_by_default(c: char) -> bool {
    matches!(c, '\u{231a}'..='\u{231b}' | '\u{23e9}'..='\u{23ec}' | '\u{23f0}' | '\u{23f3}' | '\u{25fd}'..='\u{25fe}'
        | '\u{2614}'..='\u{2615}' | '\u{2648}'..='\u{2653}' | '\u{267f}' | '\u{2693}' | '\u{26a1}'
        | '\u{26aa}'..='\u{26ab}' | '\u{26bd}'..='\u{26be}' | '\u{26c4}'..='\u{26c5}' | '\u{26ce}' | '\u{26d4}'
        | '\u{26ea}' | '\u{26f2}'..='\u{26f3}' | '\u{26f5}' | '\u{26fa}' | '\u{26fd}' | '\u{2705}'
        | '\u{270a}'..='\u{270b}' | '\u{2728}' | '\u{274c}' | '\u{274e}' | '\u{2753}'..='\u{2755}' | '\u{2757}'
        | '\u{2795}'..='\u{2797}' | '\u{27b0}' | '\u{27bf}' | '\u{2b1b}'..='\u{2b1c}' | '\u{2b50}' | '\u{2b55}')
}

/// The blocks with characters that become emoji by VS16. Coarse: VS16 stands after nothing else in them.
fn is_symbol(c: char) -> bool {
    matches!(c, '©' | '®' | '\u{203c}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_to_three_emoji_are_large() {
        for good in [
            "😀",
            " 😀\n",
            "😀😀😀",
            "😀 😀",
            "👍🏽",
            "👨‍👩‍👧‍👦",
            "🏳️‍🌈",
            "🇨🇳🇩🇪",
            "1️⃣",
            "#⃣",
            "❤️",
            "⭐",
            "☎️",
            "✌🏿",
            "👁️‍🗨️",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "👩🏽‍🚀",
            "🫩",
            "©️",
            "🕵🏻‍♀️",
            "❤️‍🔥",
        ] {
            assert!(is_jumbo(good), "{good}");
        }
    }

    #[test]
    fn text_is_not() {
        for bad in [
            "",
            " ",
            "a",
            "1",
            "12",
            "#",
            "😀a",
            "a😀",
            "😀😀😀😀",
            "☎",
            "©",
            "🇨",
            "🇨a",
            "中",
            "😀‍",
            "\u{200d}😀",
            "\u{fe0f}",
            "1️",
            "→",
        ] {
            assert!(!is_jumbo(bad), "{bad}");
        }
    }

    #[test]
    fn a_reaction_is_one_emoji() {
        for good in ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🇨🇳", "❤️", "1️⃣"] {
            assert_eq!(single(good).as_deref(), Some(good));
        }
        assert_eq!(single("❤").as_deref(), Some("❤️"), "some leave the style out");
        assert_eq!(single(" 😀\n").as_deref(), Some("😀"));
        let tower = "👩\u{200d}".repeat(40) + "👩";
        for bad in ["", " ", "a", "lol", "😀😀", "😀 is what I feel", "<b>", "1", "中", &tower] {
            assert_eq!(single(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), soup in "[😀🇨👍🏽❤1#\u{fe0f}\u{200d}\u{20e3}\u{e0067}\u{e007f} a]{0,12}") {
            let _ = (is_jumbo(&text), is_jumbo(&soup));
            prop_assert!(sequence(&soup).is_none_or(|length| soup.is_char_boundary(length) && length > 0));
        }
    }
}
