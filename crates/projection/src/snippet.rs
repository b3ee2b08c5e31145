//! What a search shows of a message: some words around the first place where it has what was looked for.

use model::search::Query;

/// So many characters are shown before the first match.
const BEFORE: usize = 24;
/// So many are shown in all.
const LENGTH: usize = 160;

/// A piece of a text, and whether it is what was looked for.
pub type Part = (String, bool);

/// The part of a text around its first match, on one line; an ellipsis stands for what is left out.
pub fn snippet(text: &str, query: &Query) -> Vec<Part> {
    let marks = query.marks(text);
    let first = marks.first().map_or(0, |mark| mark.start);
    let before = text.get(..first).unwrap_or_default();
    let mut start = before.char_indices().rev().take(BEFORE).last().map_or(first, |(at, _)| at);
    if start > 0 {
        // From the beginning of a word, if there is one.
        start +=
            text.get(start..first).and_then(|before| before.find(char::is_whitespace)).unwrap_or_default();
    }

    let mut parts: Vec<Part> = Vec::new();
    let mut say = |c: char, is_match: bool| {
        let c = if c.is_whitespace() { ' ' } else { c };
        match parts.last_mut() {
            // One line: what people wrote below each other stands beside each other.
            Some((said, _)) if c == ' ' && said.ends_with(' ') => {}
            Some((said, was_match)) if *was_match == is_match => said.push(c),
            _ => parts.push((c.into(), is_match)),
        }
    };
    if start > 0 {
        say('…', false);
    }
    let shown = text.get(start..).unwrap_or_default();
    for (count, (at, c)) in shown.char_indices().enumerate() {
        if count == LENGTH {
            say('…', false);
            break;
        }
        say(c, marks.iter().any(|mark| mark.contains(&(start + at))));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, typed: &str) -> String {
        let parts = snippet(text, &Query::new(typed).unwrap());
        parts.into_iter().map(|(text, is_match)| if is_match { format!("[{text}]") } else { text }).collect()
    }

    #[test]
    fn the_words_around_the_first_match_are_shown() {
        assert_eq!(shown("Hello, World", "wor hel"), "[Hel]lo, [Wor]ld");
        assert_eq!(shown("今天天气很好", "天气"), "今天[天气]很好");
        assert_eq!(shown("one\n\n two", "two"), "one [two]");
        assert_eq!(shown("nothing", "else"), "nothing");
        let long = "word ".repeat(50);
        assert_eq!(shown(&format!("{long}needle"), "needle"), "… word word word word [needle]");
        assert_eq!(shown(&"长".repeat(30), "长").chars().filter(|c| *c == '长').count(), 30);
        let after = shown(&format!("needle {long}"), "needle");
        assert!(after.starts_with("[needle] word word") && after.ends_with('…'), "{after}");
        assert_eq!(shown(&format!("{}针", "草".repeat(50)), "针"), format!("…{}[针]", "草".repeat(24)));
    }
}
