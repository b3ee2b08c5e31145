//! XEP-0444: Message Reactions. What somebody feels about a message, all of it each time: the newest word of each person counts.
//!
//! In a chat of two either of them may react, to either's messages (§4.1), and nobody can speak for the other one. A reaction is one
//! emoji; whatever else stands there is no reaction.

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::inbound::{Inbound, Says};
use crate::requests::Never;
use crate::spec::Spec;
use model::{Set, emoji};
use stanza::{Element, ns};

/// Nobody feels more at a time.
const MAX_EMOJI: usize = 20;

/// Keeps nothing.
#[derive(Default)]
pub(crate) struct Reactions;

impl Feature for Reactions {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(444, "Message Reactions", "0.2.1", "crates/engine/src/features/xep0444_reactions.rs");
    const DISCO: &'static [&'static str] = &[ns::REACTIONS];
    const STAGE: Stage = Stage::Unwrap;

    fn on_message(&mut self, _: &mut Cx, message: &mut Inbound) {
        let Some(reactions) = message.element.find("reactions", ns::REACTIONS) else { return };
        let texts = reactions.find_all("reaction", ns::REACTIONS).map(Element::text);
        let mut seen = Set::default();
        let all = texts.filter_map(|text| emoji::single(&text)).filter(|emoji| seen.insert(emoji.clone()));
        let all: Vec<String> = all.take(MAX_EMOJI).collect();
        message.says(Says::Reacts(all), "reactions", ns::REACTIONS);
    }
}

/// What makes a message a reaction.
pub(crate) fn reactions(id: &str, all: &[String]) -> Element {
    let reaction = |emoji: &String| Element::new("reaction", ns::REACTIONS).with_text(emoji.as_str());
    let empty = Element::new("reactions", ns::REACTIONS).attr("id", id);
    all.iter().map(reaction).fold(empty, Element::with)
}
