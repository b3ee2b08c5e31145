//! What a message says, as elements. What was received is only ever put into text nodes, and all of it is.

use crate::address;
use crate::router::{Route, Router};
use crate::ui::el::{El, el};
use projection::styling::{self, Part, Style};
use projection::{Piece, links};

/// Adds a text to an element, styled (XEP-0393) unless its author said that it is not.
pub(super) fn add(body: El, router: Router, text: &str, styled: bool) -> El {
    if !styled {
        return add_linked(body, router, text);
    }
    let mut open = vec![(body, true)];
    let add = |open: &mut Vec<(El, bool)>, child: El| {
        if let Some((parent, linked)) = open.pop() {
            open.push((parent.with(child), linked));
        }
    };
    for part in styling::parts(text) {
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
                    let parent = if linked { add_linked(parent, router, text) } else { parent.text(text) };
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
