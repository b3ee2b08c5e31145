//! What two writings of the same word have in common: for finding, not for showing.
//!
//! Upper case, accents, full-width letters and final forms are taken away from Latin, Greek and Cyrillic letters; everything else,
//! Chinese above all, stays as it is. Letters with a diacritic are written in a line per block instead of Unicode's own tables, which would be
//! more than all the rest of this crate in the download.

use model::lower_char;

/// Blocks of letters that are plain ones with something added: where each begins, and what its letters become. A dot stands for a
/// letter that stays, or becomes two.
static BLOCKS: [(u32, &str); 4] = [
    // Latin-1 and Latin Extended-A.
    (
        0xc0,
        "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y\
         aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllll.\
         .llnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs",
    ),
    // Of Latin Extended-B what pinyin has, and Romanian.
    (0x1cd, "aaiioouuuuuuuuuu"),
    (0x1f8, "nnaa....aaaaeeeeiiiioooorrrruuuusstt"),
    // Latin Extended Additional: Vietnamese above all.
    (
        0x1e00,
        "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
         mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
         wwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
         eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......",
    ),
];

/// The text, folded.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| fold_char(c, &mut folded));
    folded
}

/// Adds what one character becomes: nothing (a mark on the letter before it), one, or two.
pub fn fold_char(c: char, folded: &mut String) {
    let code = u32::from(c);
    folded.push_str(match c {
        // Combining marks: Latin, Greek and Cyrillic ones, Hebrew points, Arabic vowels.
        '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5bd}' | '\u{5c1}' | '\u{5c2}'
        | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}' => "",
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'þ' | 'Þ' => "th",
        'ĳ' | 'Ĳ' => "ij",
        'ơ' | 'Ơ' => "o",
        'ư' | 'Ư' => "u",
        'ё' | 'Ё' => "е",
        'ά' | 'Ά' => "α",
        'έ' | 'Έ' => "ε",
        'ή' | 'Ή' => "η",
        'ί' | 'Ί' | 'ϊ' | 'Ϊ' | 'ΐ' => "ι",
        'ό' | 'Ό' => "ο",
        'ύ' | 'Ύ' | 'ϋ' | 'Ϋ' | 'ΰ' => "υ",
        'ώ' | 'Ώ' => "ω",
        'ς' => "σ",
        '\u{3000}' => " ",
        // Full-width forms are ASCII, elsewhere.
        '\u{ff01}'..='\u{ff5e}' => {
            return folded.extend(char::from_u32(code - 0xfee0).map(lower_char));
        }
        _ => return folded.push(plain(code).unwrap_or_else(|| lower_char(c))),
    });
}

/// The letter without what was added to it.
fn plain(code: u32) -> Option<char> {
    let (start, letters) = BLOCKS.iter().rev().find(|(start, _)| *start <= code)?;
    let letter = *letters.as_bytes().get(usize::try_from(code - start).ok()?)?;
    (letter != b'.').then(|| char::from(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_and_case_and_width_make_no_difference() {
        for (written, folded) in [
            ("Crème BRÛLÉE", "creme brulee"),
            ("Cre\u{300}me bru\u{302}le\u{301}e", "creme brulee"),
            ("Straße, Œuvre, Æther, Þór, ĳs", "strasse, oeuvre, aether, thor, ijs"),
            ("Łódź Øresund Đà Nẵng đ ħ ı", "lodz oresund da nang d h i"),
            ("Nguyễn Thị Hương Trừ", "nguyen thi huong tru"),
            ("nǐ hǎo, lǜ sè; Lǚ", "ni hao, lu se; lu"),
            ("Țară și Ștefan", "tara si stefan"),
            ("Ёлка и ЙОД", "елка и йод"),
            ("ΆΝΘΡΩΠΟΣ άνθρωπος", "ανθρωποσ ανθρωποσ"),
            ("ＡＢｃ１２　ｄ！", "abc12 d!"),
            ("\u{5e9}\u{5c1}\u{5b8}\u{5dc}\u{5d5}\u{5b9}\u{5dd} مَرحَبًا", "\u{5e9}\u{5dc}\u{5d5}\u{5dd} مرحبا"),
            ("戴菊，小鸟🐦 10×÷", "戴菊，小鸟🐦 10×÷"),
        ] {
            assert_eq!(fold(written), folded);
        }
    }

    #[test]
    fn the_blocks_agree_with_what_lower_case_says() {
        for (start, letters) in BLOCKS {
            for (code, letter) in (start..).zip(letters.bytes()) {
                let lower = lower_char(char::from_u32(code).unwrap());
                assert!(letter == b'.' || letter.is_ascii_lowercase());
                // Both cases of a letter become the same.
                assert_eq!(fold(&lower.to_string()), fold(&char::from_u32(code).unwrap().to_string()), "{lower}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_folded_stays_as_it_is(text in "\\PC*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_part_is_found_in_the_whole(start in "\\PC*", part in "\\PC*", end in "\\PC*") {
            let whole = [start.as_str(), part.as_str(), end.as_str()].concat();
            prop_assert!(fold(&whole).contains(&fold(&part)));
        }
    }
}
