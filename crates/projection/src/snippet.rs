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
    let mut start = text.get(..first).unwrap_or_default().char_indices().rev().take(BEFORE).last();
    if let Some((at, _)) = start
        && let Some(word) = text.get(at..first).and_then(|before| before.find(char::is_whitespace))
        && at > 0
    {
        // From the beginning of a word, if there is one.
        start = Some((at + word, ' '));
    }
    let start = start.map_or(first, |(at, _)| at);
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| start + at);

    let mut parts: Vec<Part> = Vec::new();
    let mut say = |piece: &str, is_match: bool| {
        let mut shown = String::with_capacity(piece.len());
        for c in piece.chars() {
            // One line: what people wrote below each other stands beside each other.
            match c.is_whitespace() {
                true if shown.ends_with(' ') => {}
                true => shown.push(' '),
                false => shown.push(c),
            }
        }
        if !shown.is_empty() {
            parts.push((shown, is_match));
        }
    };
    if start > 0 {
        say("…", false);
    }
    let mut at = start;
    for mark in marks {
        let (from, to) = (mark.start.clamp(at, end), mark.end.clamp(at, end));
        say(text.get(at..from).unwrap_or_default(), false);
        say(text.get(from..to).unwrap_or_default(), true);
        at = to;
    }
    say(text.get(at..end).unwrap_or_default(), false);
    if end < text.len() {
        say("…", false);
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
