//! What stands in an avatar without a picture.

use crate::emoji;

/// One or two characters for a name: the last two of a Chinese name (the given name), else the first letter in upper
/// case with its marks, or the first emoji. `?` if there is none.
pub fn initials(name: &str) -> String {
    let name = name.trim();
    let han = name.chars().filter(|c| !c.is_whitespace() && *c != '·');
    let letters: Vec<char> = han.collect();
    if !letters.is_empty() && letters.iter().copied().all(is_han) {
        return letters.iter().skip(letters.len().saturating_sub(2)).collect();
    }
    if let Some(emoji) = emoji::sequence(name).and_then(|length| name.get(..length)) {
        return emoji.to_owned();
    }
    let mut letters = name.chars().skip_while(|c| !is_letter(*c));
    let Some(first) = letters.next() else { return "?".to_owned() };
    if is_han(first) {
        return first.to_string();
    }
    std::iter::once(model::upper_char(first)).chain(letters.take_while(|c| is_mark(*c))).collect()
}

/// The ideographs that names are written with.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Letters and digits, near enough: no signs, spaces, general or Chinese punctuation.
fn is_letter(c: char) -> bool {
    match c {
        '\u{a1}'..='\u{bf}'
        | '\u{d7}'
        | '\u{f7}'
        | '\u{2000}'..='\u{206f}'
        | '\u{3000}'..='\u{303f}'
        | '\u{ff00}'..='\u{ff0f}' => false,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => !c.is_whitespace() && !c.is_control(),
    }
}

/// Combining marks of the general blocks; those of single scripts are left to the font.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_initials() {
        for (name, expected) in [
            ("juliet", "J"),
            ("Juliet Capulet", "J"),
            ("  élodie", "É"),
            ("e\u{301}lodie", "E\u{301}"),
            ("王小明", "小明"),
            ("张三", "张三"),
            ("欧阳 修文", "修文"),
            ("李", "李"),
            ("王 Peter", "王"),
            ("Peter 王", "P"),
            ("анна", "А"),
            ("さくら", "さ"),
            ("[bot] x", "B"),
            ("👩🏽‍🚀 Ann", "👩🏽‍🚀"),
            ("42", "4"),
            ("", "?"),
            (" ", "?"),
            ("--", "?"),
            ("阿卜杜·热西", "热西"),
            ("·", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }
}
