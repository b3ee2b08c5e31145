//! Message Styling (XEP-0393): which parts of a text are strong, quoted, preformatted.
//!
//! What is found is a flat list in reading order, so that a text of a million `>` is no deeper on the screen than any other. All that
//! was written is in it: a reader sees no less than what was sent. The time it takes grows with the length of the text and no faster.

/// How a part of a text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `*so*` (§6.2.3).
    Strong,
    /// `_so_` (§6.2.2).
    Emphasis,
    /// `~so~` (§6.2.4).
    Strike,
    /// `` `so` `` (§6.2.5).
    Code,
    /// Lines between lines that begin with three grave accents (§6.1.2).
    Preformatted,
    /// Lines that begin with `>` (§6.1.3).
    Quote,
}

/// A part of a text. What [`Part::as_str`] gives of all of them is the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// What follows has this style, too.
    Begin(Style),
    /// The style that began last ends.
    End,
    /// What was written.
    Text(&'a str),
    /// A directive around a span; shown (§7, "in the same manner as the text they apply to").
    Mark(&'a str),
    /// What began or ended a block: the block's looks say it.
    Fence(&'a str),
    /// What stands behind the grave accents that begin a preformatted block: usually the name of a language.
    Label(&'a str),
}

impl<'a> Part<'a> {
    /// What of the text this is.
    pub fn as_str(self) -> &'a str {
        match self {
            Self::Text(text) | Self::Mark(text) | Self::Fence(text) | Self::Label(text) => text,
            Self::Begin(_) | Self::End => "",
        }
    }
}

/// Quotes in quotes, at most; what is deeper is text.
pub const MAX_QUOTES: usize = 8;

const FENCE: &str = "```";

/// What follows `/me ` (XEP-0245), if a text begins so.
pub fn action(text: &str) -> Option<&str> {
    text.strip_prefix("/me ")
}

/// A text with who says it, for those who listen (XEP-0245 §4: they hear the name and not `/me`).
pub fn spoken(name: &str, text: &str) -> String {
    match action(text) {
        Some(action) => [name, " ", action].concat(),
        None => [name, ": ", text].concat(),
    }
}

/// The parts of a text.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parser = Parser { text, at: 0, parts: Vec::new(), quotes: 0, preformatted: false };
    for line in text.split_inclusive('\n') {
        parser.line(line);
    }
    parser.close_to(0);
    parser.parts
}

struct Parser<'a> {
    text: &'a str,
    /// All before it is in the parts.
    at: usize,
    parts: Vec<Part<'a>>,
    /// How many quotes are open.
    quotes: usize,
    /// A preformatted block is open, inside of them all.
    preformatted: bool,
}

impl<'a> Parser<'a> {
    fn line(&mut self, line: &str) {
        let at_most = if self.preformatted { self.quotes } else { MAX_QUOTES };
        let (quotes, rest) = quoted(line, at_most);
        if quotes < self.quotes {
            self.close_to(quotes);
        }
        for _ in self.quotes..quotes {
            self.parts.push(Part::Begin(Style::Quote));
        }
        self.quotes = quotes;
        self.push(Part::Fence, line.len() - rest.len());
        if self.preformatted {
            return self.preformatted_line(rest);
        }
        let Some(label) = rest.strip_prefix(FENCE) else { return self.spans(rest) };
        let label = label.trim_end_matches('\n');
        self.parts.push(Part::Begin(Style::Preformatted));
        self.push(Part::Fence, FENCE.len());
        self.push(Part::Label, label.len());
        self.push(Part::Fence, rest.len() - FENCE.len() - label.len());
        self.preformatted = true;
    }

    fn preformatted_line(&mut self, line: &str) {
        if line.trim_end_matches('\n') != FENCE {
            return self.push_text(line.len());
        }
        self.push(Part::Fence, line.len());
        self.parts.push(Part::End);
        self.preformatted = false;
    }

    /// The spans of one line.
    fn spans(&mut self, line: &str) {
        // Where each directive could end a span, last one first. Found once: what is behind is taken off, and nothing is looked for twice.
        let mut closers = DIRECTIVES.map(|(directive, _)| closers(line, directive));
        let mut open: Vec<usize> = Vec::new();
        let (mut done, mut at, mut may_open) = (0, 0, true);
        while let Some(byte) = line.as_bytes().get(at).copied() {
            if open.last() == Some(&at) {
                open.pop();
                self.push_text(at - done);
                self.push(Part::Mark, 1);
                self.parts.push(Part::End);
                (done, at, may_open) = (at + 1, at + 1, false);
                continue;
            }
            let end = open.last().copied().unwrap_or(line.len());
            let span = DIRECTIVES.iter().zip(&mut closers).find(|((directive, _), _)| *directive == byte);
            let span = span.and_then(|((_, style), closers)| {
                while closers.last().is_some_and(|closer| *closer <= at) {
                    closers.pop();
                }
                Some((*style, closers.last().copied().filter(|closer| *closer < end)?))
            });
            match span {
                // Nothing is between them, so neither of the two counts.
                Some((_, close)) if close == at + 1 => (at, may_open) = (at + 2, false),
                Some((style, close)) if may_open && !is_space_at(line, at + 1) => {
                    self.push_text(at - done);
                    self.parts.push(Part::Begin(style));
                    self.push(Part::Mark, 1);
                    open.push(close);
                    (done, may_open) = (at + 1, true);
                    // Nothing in it is a directive.
                    at = if style == Style::Code { close } else { at + 1 };
                }
                _ => {
                    let c = line.get(at..).and_then(|rest| rest.chars().next());
                    at += c.map_or(1, char::len_utf8);
                    may_open = c.is_some_and(char::is_whitespace);
                }
            }
        }
        self.push_text(line.len() - done);
    }

    fn close_to(&mut self, quotes: usize) {
        let blocks = self.quotes - quotes + usize::from(self.preformatted);
        self.parts.extend((0..blocks).map(|_| Part::End));
        self.quotes = quotes;
        self.preformatted = false;
    }

    /// The next bytes of the text are such a part.
    fn push(&mut self, part: fn(&'a str) -> Part<'a>, length: usize) {
        let next = self.text.get(self.at..self.at + length);
        self.parts.extend(next.filter(|next| !next.is_empty()).map(part));
        self.at += length;
    }

    /// The same for text, which goes on with the text before it.
    fn push_text(&mut self, length: usize) {
        let before = match self.parts.last() {
            Some(Part::Text(before)) => before.len(),
            _ => 0,
        };
        if before > 0 {
            self.parts.pop();
        }
        self.at -= before;
        self.push(Part::Text, before + length);
    }
}

/// How many marks of quotes a line begins with, and what they stand before. Of the white space behind a mark the first character belongs
/// to it.
fn quoted(line: &str, at_most: usize) -> (usize, &str) {
    let (mut rest, mut quotes) = (line, 0);
    while quotes < at_most
        && let Some(quoted) = rest.strip_prefix('>')
    {
        quotes += 1;
        rest = quoted.strip_prefix(|c: char| c.is_whitespace() && c != '\n').unwrap_or(quoted);
    }
    (quotes, rest)
}

/// The directives of spans.
const DIRECTIVES: [(u8, Style); 4] =
    [(b'*', Style::Strong), (b'_', Style::Emphasis), (b'~', Style::Strike), (b'`', Style::Code)];

/// Where this directive does not follow white space, last place first.
fn closers(line: &str, directive: u8) -> Vec<usize> {
    let mut closers = Vec::new();
    let mut follows_space = true;
    for (at, c) in line.char_indices() {
        if !follows_space && line.as_bytes().get(at) == Some(&directive) {
            closers.push(at);
        }
        follows_space = c.is_whitespace();
    }
    closers.reverse();
    closers
}

fn is_space_at(line: &str, at: usize) -> bool {
    line.get(at..).and_then(|rest| rest.chars().next()).is_none_or(char::is_whitespace)
}
