//! What a message says, as elements. What was received is only ever put into text nodes, and all of it is.

use crate::address;
use crate::router::{Route, Router};
use crate::ui::el::{El, el};
use model::{Format, Mention};
use projection::styling::{self, Part, Style};
use projection::{Piece, links};

/// Adds a text to an element as it is meant to be shown: styled (XEP-0393), with links to the people whom it names (XEP-0372). `skipped`
/// characters of it stand before.
pub(super) fn add(body: El, router: Router, text: &str, format: &Format, skipped: u32) -> El {
    let mut named = Named { router, mentions: &format.mentions, at: skipped };
    if format.unstyled {
        return named.add(body, text);
    }
    let mut open = vec![(body, true)];
    let add = |open: &mut Vec<(El, bool)>, child: El| {
        if let Some((parent, linked)) = open.pop() {
            open.push((parent.with(child), linked));
        }
    };
    for part in styling::parts(text) {
        if !matches!(part, Part::Text(_)) || !open.last().is_some_and(|(_, linked)| *linked) {
            named.skip(part.as_str());
        }
        match part {
            Part::Begin(style) => {
                // What is preformatted is shown as it is.
                let linked = !matches!(style, Style::Code | Style::Preformatted);
                open.push((el(shape(style)), linked));
            }
            Part::End => {
                if let Some((child, _)) = open.pop() {
                    add(&mut open, child);
                }
            }
            Part::Text(text) => {
                if let Some((parent, linked)) = open.pop() {
                    let parent = if linked { named.add(parent, text) } else { parent.text(text) };
                    open.push((parent, linked));
                }
            }
            // Who listens hears the text and how it is meant, without these.
            Part::Mark(text) => add(&mut open, el("span mark").attr("aria-hidden", "true").text(text)),
            Part::Fence(text) => add(&mut open, el("span fence").text(text)),
            Part::Label(text) => add(&mut open, el("span label").text(text)),
        }
    }
    open.into_iter().next().map_or_else(|| el("span"), |(body, _)| body)
}

fn shape(style: Style) -> &'static str {
    match style {
        Style::Strong => "strong",
        Style::Emphasis => "em",
        Style::Strike => "s",
        Style::Code => "code",
        Style::Preformatted => "pre",
        Style::Quote => "blockquote",
    }
}

/// The people whom a text names, on the way through it.
struct Named<'a> {
    router: Router,
    mentions: &'a [Mention],
    /// So many characters are behind.
    at: u32,
}

impl Named<'_> {
    fn skip(&mut self, text: &str) {
        self.at += u32::try_from(text.chars().count()).unwrap_or_default();
    }

    /// Adds the next piece of the text. Who is named only by a part of it is not.
    fn add(&mut self, mut parent: El, mut text: &str) -> El {
        let end = self.at + u32::try_from(text.chars().count()).unwrap_or_default();
        for mention in self.mentions {
            if mention.begin < self.at || mention.end > end {
                continue;
            }
            let (before, name) = split(text, mention.begin - self.at);
            let (name, after) = split(name, mention.end - mention.begin);
            let hash = Route::Chat(mention.who.clone()).hash();
            parent = add_linked(parent, self.router, before)
                .with(el("a mention").attr("href", &hash).attr("title", mention.who.as_str()).text(name));
            (text, self.at) = (after, mention.end);
        }
        self.at = end;
        add_linked(parent, self.router, text)
    }
}

/// The first characters, and the rest.
fn split(text: &str, chars: u32) -> (&str, &str) {
    let at = text.char_indices().nth(usize::try_from(chars).unwrap_or(usize::MAX));
    text.split_at_checked(at.map_or(text.len(), |(at, _)| at)).unwrap_or((text, ""))
}

fn add_linked(parent: El, router: Router, text: &str) -> El {
    links::split(text).into_iter().fold(parent, |parent, piece| add_piece(parent, router, piece))
}

fn add_piece(parent: El, router: Router, piece: Piece<'_>) -> El {
    let (href, text) = match piece {
        Piece::Text(text) => return parent.text(text),
        Piece::Link { href, text } => (href, text),
    };
    // A link to a person opens the chat with them, here.
    let chat = address::parse(href, None).ok().filter(|_| is_xmpp(href)).map(Route::Chat);
    let link = el("a").text(text);
    parent.with(match chat {
        Some(route) => link.attr("href", &route.hash()).on("click", move |event| {
            event.prevent_default();
            router.push(route.clone());
        }),
        None => link.attr("href", href).attr("target", "_blank").attr("rel", "noopener noreferrer"),
    })
}

fn is_xmpp(href: &str) -> bool {
    href.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("xmpp:"))
}
