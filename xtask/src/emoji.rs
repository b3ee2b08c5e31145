//! Makes the list of emoji that the page loads when somebody first looks for one: `emoji.txt`, from `emojibase-data` (Unicode's data
//! and names, MIT).
//!
//! A line `#` with a number begins a group of Unicode's. Every other line is an emoji with its English and its Chinese words, parted by
//! tabs; words are parted by `|`, the first is its name. `+` behind the emoji says that it takes a skin tone behind its first
//! character, `*` that it takes it behind its first and the first after its last joiner.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{Context, Error, Result, root};

/// The file in `dist/`.
pub(crate) const FILE: &str = "emoji.txt";

/// Words of an emoji beside its name, in each language: the first ones are the likeliest, all of them are three times as much.
const WORDS: usize = 2;
/// Skin tones and hair, which are no emoji by themselves.
const COMPONENTS: u64 = 2;
/// What is newer is on few devices yet.
const NEWEST: f64 = 16.0;
const LIGHTEST: char = '\u{1f3fb}';
const JOINER: char = '\u{200d}';
const AS_EMOJI: char = '\u{fe0f}';

/// Writes it.
pub(crate) fn write(folder: &Path) -> Result<()> {
    let path = folder.join(FILE);
    fs::write(&path, list(&read("en")?, &read("zh")?)?).context(path.display())
}

fn read(language: &str) -> Result<Vec<Value>> {
    let path = root().join("node_modules/emojibase-data").join(language).join("data.json");
    let text =
        fs::read_to_string(&path).context(format_args!("{} (`cargo xtask setup`?)", path.display()))?;
    serde_json::from_str(&text).context(path.display())
}

fn list(english: &[Value], chinese: &[Value]) -> Result<String> {
    let chinese: BTreeMap<&str, &Value> =
        chinese.iter().filter_map(|emoji| Some((emoji["hexcode"].as_str()?, emoji))).collect();
    let shown = |emoji: &&Value| {
        let group = emoji["group"].as_u64();
        group.is_some_and(|group| group != COMPONENTS)
            && emoji["version"].as_f64().is_some_and(|it| it <= NEWEST)
    };
    let mut sorted: Vec<&Value> = english.iter().filter(shown).collect();
    sorted.sort_by_key(|emoji| emoji["order"].as_u64());
    let (mut out, mut last) = (String::new(), None);
    for emoji in sorted {
        let hexcode = emoji["hexcode"].as_str().unwrap_or_default();
        let translated =
            chinese.get(hexcode).ok_or_else(|| Error::new(format!("no Chinese for {hexcode}")))?;
        if last != emoji["group"].as_u64() {
            last = emoji["group"].as_u64();
            // Writing to a String cannot fail.
            let _ = writeln!(out, "#{}", last.unwrap_or_default());
        }
        let _ = writeln!(out, "{}{}\t{}\t{}", text(emoji), tone_mark(emoji), words(emoji), words(translated));
    }
    Ok(out)
}

/// The emoji as Unicode recommends to send it: emojibase puts the sign for "as an emoji" behind those, too, that are so without.
fn text(emoji: &Value) -> String {
    let is_emoji_by_default = emoji["type"] == 1;
    if !is_emoji_by_default {
        return emoji["emoji"].as_str().unwrap_or_default().to_owned();
    }
    let hexcode = emoji["hexcode"].as_str().unwrap_or_default();
    hexcode.split('-').filter_map(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)).collect()
}

/// Where its skin tone goes, if it takes one that is the same for everybody in it.
fn tone_mark(emoji: &Value) -> &'static str {
    let skins = emoji["skins"].as_array().into_iter().flatten();
    let lightest = skins.clone().find(|skin| skin["tone"] == 1 || skin["tone"] == serde_json::json!([1, 1]));
    let Some(lightest) = lightest.map(text) else { return "" };
    let plain = text(emoji);
    if toned(&plain, false) == lightest {
        "+"
    } else if toned(&plain, true) == lightest {
        "*"
    } else {
        ""
    }
}

/// As the page does it.
fn toned(emoji: &str, both: bool) -> String {
    let last = emoji.matches(JOINER).count();
    let parts = emoji.split(JOINER).enumerate().map(|(at, part)| {
        let mut chars = part.chars();
        let first = chars.next().filter(|_| at == 0 || both && at == last);
        match first {
            Some(first) => {
                let rest = chars.as_str();
                format!("{first}{LIGHTEST}{}", rest.strip_prefix(AS_EMOJI).unwrap_or(rest))
            }
            None => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join(&JOINER.to_string())
}

fn words(emoji: &Value) -> String {
    let name = emoji["label"].as_str().unwrap_or_default();
    let tags = emoji["tags"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut words = vec![name];
    words.extend(tags.filter(|tag| !name.contains(tag)).take(WORDS));
    // What parts them is in none of them; if that changes, the file must not break.
    words.join("|").replace(['\t', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_group_both_languages_and_the_right_tones() {
        let list = list(&read("en").unwrap(), &read("zh").unwrap()).unwrap();
        let line = |emoji: &str| list.lines().find(|line| line.split('\t').next() == Some(emoji));
        for (emoji, english, chinese) in [
            ("😀", "grinning face", "嘿嘿"),
            ("👋+", "waving hand", "挥手"),
            ("🖐️+", "hand", "掌"),
            ("✋+", "raised hand", "手"),
        ] {
            let line = line(emoji).unwrap_or_else(|| panic!("{emoji} is missing"));
            assert!(line.contains(english) && line.contains(chinese), "{line}");
        }
        assert!(line("🧑‍🤝‍🧑*").is_some() && line("👨‍👩‍👧").is_some() && line("❤️").is_some());
        let groups = list.lines().filter(|line| line.starts_with('#') && line.len() == 2).count();
        assert_eq!(groups, 9);
        assert!(list.lines().filter(|line| line.contains('\t')).count() > 1_800);
        assert!(list.lines().filter(|line| line.contains('\t')).all(|line| line.split('\t').count() == 3));
        assert!(list.len() < 120_000, "{} bytes", list.len());
    }
}
