//! XEP-0382: Spoiler messages. A text that is to be shown only to whoever asks for it, and a hint that stands there until then.
//!
//! Where nobody asks (the list of chats, what is read out as it comes, the quote of a reply) the hint takes the text's place
//! ([`model::MessageRow::open_text`]).

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::inbound::Inbound;
use crate::requests::Never;
use crate::spec::Spec;
use stanza::{Element, ns};

/// A hint is a line (characters).
const MAX_HINT: usize = 200;

/// Stateless.
#[derive(Default)]
pub(crate) struct Spoilers;

impl Feature for Spoilers {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(382, "Spoiler messages", "0.2.0", "crates/engine/src/features/xep0382_spoilers.rs");
    const DISCO: &'static [&'static str] = &[ns::SPOILER];
    const STAGE: Stage = Stage::Unwrap;

    fn on_message(&mut self, _: &mut Cx, message: &mut Inbound) {
        // Of several languages the first one is shown, as of the text.
        let spoiler = message.element.find("spoiler", ns::SPOILER);
        message.format.spoiler = spoiler.map(|spoiler| hint(&spoiler.text()));
    }
}

/// A hint as it is stored: one line.
pub(crate) fn hint(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_HINT).collect()
}

/// Makes a message a spoiler, if it is one.
pub(crate) fn add(message: Element, spoiler: Option<&String>) -> Element {
    match spoiler {
        Some(hint) => message.with(Element::new("spoiler", ns::SPOILER).with_text(hint.as_str())),
        None => message,
    }
}
