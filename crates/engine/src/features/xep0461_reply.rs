//! XEP-0461: Message Replies. A message says which one it answers, and quotes it for those who don't understand that (XEP-0428).
//!
//! The quote is the sender's word and may be made up, so it is shown only as long as the message itself is not here. It is found by the
//! author and the id that author gave it; nobody but the two people of a chat writes in it.

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::features::xep0428_fallback as fallback;
use crate::inbound::Inbound;
use crate::requests::Never;
use crate::spec::Spec;
use model::{BareJid, Jid, Reply};
use stanza::{Element, ns};

/// A quote is a reminder, not a copy (characters).
const MAX_QUOTE: usize = 500;

/// Keeps nothing.
#[derive(Default)]
pub(crate) struct Replies;

impl Feature for Replies {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(461, "Message Replies", "0.2.0", "crates/engine/src/features/xep0461_reply.rs");
    const DISCO: &'static [&'static str] = &[ns::REPLY, ns::FALLBACK];
    const STAGE: Stage = Stage::Unwrap;

    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        let Some((chat, text)) = message.chat(cx).zip(message.full_text()) else { return };
        let id = message.refers_to("reply", ns::REPLY).filter(|id| !id.contains('\n'));
        let (Some(id), Some(account)) = (id.map(str::to_owned), cx.account.clone()) else { return };
        let (quote, rest) = fallback::strip(&message.element, ns::REPLY, &text).unwrap_or_default();
        // A reply of nothing but a quote says what the quote says.
        let quote = if rest.trim().is_empty() { String::new() } else { quote };
        message.stripped = Some(rest).filter(|_| !quote.is_empty());
        let said = message.element.find("reply", ns::REPLY).and_then(|reply| reply.get("to"));
        let said = said.and_then(|to| to.parse::<Jid>().ok()).map(|to| to.bare().clone());
        // Whoever does not say it answers the other one.
        let other = if message.is_own(cx) { &chat } else { &account };
        let author = said.filter(|said| *said == chat || *said == account).unwrap_or_else(|| other.clone());
        message.reply = Some(Reply { author, id, quote: unquote(&quote) });
    }
}

/// What a quote quotes.
fn unquote(quote: &str) -> String {
    let lines = quote.trim().lines().map(|line| {
        let line = line.strip_prefix('>').unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n").chars().take(MAX_QUOTE).collect()
}

/// Gives a message its text and, if it answers one, says which.
pub(crate) fn add_text(message: Element, text: &str, reply: Option<&Reply>) -> Element {
    let body = |text: &str| Element::new("body", ns::CLIENT).with_text(text);
    let Some(Reply { author, id, quote }) = reply else { return message.with(body(text)) };
    let quote: String = quote.lines().flat_map(|line| ["> ", line, "\n"]).collect();
    message
        .with(body(&[&quote, text].concat()))
        .with(to(author, id))
        .with(fallback::of_beginning(ns::REPLY, quote.chars().count()))
}

fn to(author: &BareJid, id: &str) -> Element {
    Element::new("reply", ns::REPLY).attr("to", author.as_str()).attr("id", id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_said_to_be_one_in_characters() {
        let reply = Reply {
            author: "bob@example.org".parse().unwrap(),
            id: "m1".into(),
            quote: "一只🐦\nand > more".into(),
        };
        let message = add_text(Element::new("message", ns::CLIENT), "好 🐦", Some(&reply));
        let text = message.child_text("body", ns::CLIENT).unwrap();
        assert_eq!(text, "> 一只🐦\n> and > more\n好 🐦");
        let fallback = message.find("fallback", ns::FALLBACK).unwrap().find("body", ns::FALLBACK).unwrap();
        assert_eq!((fallback.get("start"), fallback.get("end")), (Some("0"), Some("19")));
        let (quote, rest) = fallback::strip(&message, ns::REPLY, &text).unwrap();
        assert_eq!((unquote(&quote), rest.as_str()), (reply.quote, "好 🐦"));
    }
}
