//! Links in plain text. Finds only schemes that are safe to open; nothing is guessed.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain text.
    Text(&'a str),
    /// A link.
    Link {
        /// Where it leads; begins with one of the known schemes.
        href: &'a str,
        /// What to show. Shows all of the address, so that nobody can hide where it leads.
        text: &'a str,
    },
}

impl<'a> Piece<'a> {
    /// What of the text this is.
    pub fn as_str(self) -> &'a str {
        match self {
            Self::Text(text) | Self::Link { text, .. } => text,
        }
    }
}

/// Schemes with what must follow, in lower case. `javascript:` and all others stay text.
const SCHEMES: [&str; 5] = ["https://", "http://", "xmpp:", "mailto:", "geo:"];

/// Splits a text into plain pieces and links. All pieces together are the text again; no piece is empty.
pub fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut done, mut at) = (0, 0);
    let mut before: Option<char> = None;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        // `xhttp://` is no link, `看http://` is one.
        let boundary =
            before.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, '+' | '-' | '.' | '_'));
        let found = if boundary && c.is_ascii_alphabetic() {
            link_length(text.get(at..).unwrap_or_default())
        } else {
            None
        };
        if let Some(length) = found {
            pieces.extend(text.get(done..at).filter(|plain| !plain.is_empty()).map(Piece::Text));
            pieces.extend(text.get(at..at + length).map(|link| Piece::Link { href: link, text: link }));
            at += length;
            done = at;
            before = text.get(..at).and_then(|head| head.chars().next_back());
        } else {
            at += c.len_utf8();
            before = Some(c);
        }
    }
    pieces.extend(text.get(done..).filter(|plain| !plain.is_empty()).map(Piece::Text));
    pieces
}

/// Bytes of the link that a text begins with.
fn link_length(text: &str) -> Option<usize> {
    let scheme = SCHEMES
        .into_iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))?;
    let rest = text.get(scheme.len()..)?;
    let first = rest.chars().next()?;
    // Decided on a short beginning: otherwise a megabyte of almost-links would be looked through once for each.
    let begins = |c: char| rest.chars().take(320).take_while(|c| !ends_link(*c)).any(|found| found == c);
    let good = match scheme {
        "mailto:" => is_word(first) && begins('@'),
        "geo:" => (first.is_ascii_digit() || first == '-') && begins(','),
        "xmpp:" => is_word(first),
        _ => is_word(first) || first == '[' && begins(']'),
    };
    if !good {
        return None;
    }
    let body = rest.get(..rest.find(ends_link).unwrap_or(rest.len()))?;
    Some(scheme.len() + trim_end(body).len())
}

/// What never stands inside a link: white space, controls, quotes and brackets of markup, marks that turn the
/// direction of writing (they could disguise the address), and the punctuation of CJK text.
fn ends_link(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '\\' | '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '“' | '”' | '‘' | '’' | '«' | '»' | '…'
            | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}'
            | '！' | '（' | '）' | '，' | '．' | '：' | '；' | '？' | '［' | '］' | '｛' | '｝' | '｡' | '｢' | '｣' | '､')
}

/// Cuts what belongs to the sentence around the link: punctuation, and closing brackets that were not opened in it.
fn trim_end(body: &str) -> &str {
    // Counted once and down, so that a megabyte of brackets stays linear.
    let count = |wanted: char| body.chars().filter(|c| *c == wanted).count();
    let mut surplus = [('(', ')'), ('[', ']'), ('{', '}')]
        .map(|(open, close)| (close, count(close).saturating_sub(count(open))));
    let mut kept = body;
    while let Some(last) = kept.chars().next_back() {
        let cut = match surplus.iter_mut().find(|(close, _)| *close == last) {
            Some((_, 0)) => false,
            Some((_, left)) => {
                *left -= 1;
                true
            }
            None => matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\''),
        };
        if !cut {
            break;
        }
        kept = kept.get(..kept.len() - last.len_utf8()).unwrap_or_default();
    }
    kept
}

/// What a host or a name may begin with.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() && !c.is_whitespace()
}
