//! Lower case for the scripts that have it, without the tables of all of Unicode (24 KB of the download).

/// The text in lower case: Latin, Greek, Cyrillic and Armenian letters; everything else as it is. For comparing and sorting
/// addresses and names, not for showing them.
pub fn lower(text: &str) -> String {
    text.chars().map(lower_char).collect()
}

/// The upper-case letter of a lower-case one, for the same scripts.
pub fn upper_char(c: char) -> char {
    let code = u32::from(c);
    // How far apart the pairs of `lower_char` are.
    let upper =
        [32, 1, 80, 48, 37, 38, 63, 64].into_iter().filter_map(|gap| char::from_u32(code.checked_sub(gap)?));
    upper.into_iter().find(|upper| lower_char(*upper) == c).unwrap_or(c)
}

pub(crate) fn lower_char(c: char) -> char {
    let code = u32::from(c);
    let lower = match code {
        // Latin-1 and full-width Latin, Greek (without the gap of the final sigma), Cyrillic: 32 apart.
        0x41..=0x5a
        | 0xc0..=0xd6
        | 0xd8..=0xde
        | 0x391..=0x3a1
        | 0x3a3..=0x3ab
        | 0x410..=0x42f
        | 0xff21..=0xff3a => code + 32,
        0x386 => 0x3ac,
        0x388..=0x38a => code + 37,
        0x38c => 0x3cc,
        0x38e | 0x38f => code + 63,
        0x400..=0x40f => code + 80,
        0x531..=0x556 => code + 48,
        0x178 => 0xff,
        // Pairs of which the second is odd …
        0x139..=0x148 | 0x179..=0x17e if code % 2 == 1 => code + 1,
        // … and pairs of which it is even: extended Latin (with Vietnamese), Cyrillic.
        0x100..=0x12f
        | 0x132..=0x137
        | 0x14a..=0x177
        | 0x460..=0x481
        | 0x48a..=0x4bf
        | 0x4d0..=0x52f
        | 0x1e00..=0x1e95
        | 0x1ea0..=0x1eff
            if code % 2 == 0 =>
        {
            code + 1
        }
        _ => code,
    };
    char::from_u32(lower).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::{lower_char, upper_char};

    #[test]
    fn agrees_with_unicode_where_it_says_something() {
        let mut known = 0;
        for c in (0..0x1_0000).filter_map(char::from_u32) {
            let ours = lower_char(c);
            if ours != c {
                let theirs: Vec<char> = c.to_lowercase().collect();
                assert_eq!(theirs, [ours], "{c} U+{:04X}", u32::from(c));
                known += 1;
            }
        }
        assert!(known > 450, "{known}");
        for (upper, lower) in
            ['É', 'Ł', 'Ž', 'Ω', 'Я', 'Ё', 'Ồ', 'A'].into_iter().zip(['é', 'ł', 'ž', 'ω', 'я', 'ё', 'ồ', 'a'])
        {
            assert_eq!((lower_char(upper), upper_char(lower)), (lower, upper));
        }
    }
}
