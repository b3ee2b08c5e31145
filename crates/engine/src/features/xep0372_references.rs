//! XEP-0372: References, as far as they name people. XEP-0513 is about rooms.
//!
//! A reference is its sender's word: it makes a part of the text lead to somebody, and no more. Places count characters as Unicode does,
//! of the whole text; what does not fit is no mention.

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::features::xep0428_fallback as fallback;
use crate::inbound::Inbound;
use crate::requests::Never;
use crate::spec::Spec;
use model::Mention;
use stanza::{Element, ns};

/// Nobody names more people in one text.
const MAX_MENTIONS: usize = 20;

/// Stateless.
#[derive(Default)]
pub(crate) struct References;

impl Feature for References {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(372, "References", "0.5.0", "crates/engine/src/features/xep0372_references.rs");
    const DISCO: &'static [&'static str] = &[ns::REFERENCE];
    const STAGE: Stage = Stage::Unwrap;

    /// Comes after what leaves a quote out of the text.
    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        let references = message.element.find_all("reference", ns::REFERENCE);
        let mut mentions: Vec<Mention> = references.filter_map(mention).collect();
        let Some(text) = message.full_text().filter(|_| !mentions.is_empty()) else { return };
        let is_shown = message.stripped.as_ref().map(|_| {
            let mut shown = vec![true; text.chars().count()];
            fallback::mark(&message.element, ns::REPLY, &mut shown);
            shown
        });
        let end = text.chars().count();
        mentions.retain_mut(|mention| fit(mention, end, is_shown.as_deref()));
        mentions.sort();
        mentions.dedup_by(|next, one| next.begin < one.end);
        mentions.truncate(MAX_MENTIONS);
        message.format.mentions_me = mentions.iter().any(|mention| cx.account.as_ref() == Some(&mention.who));
        message.format.mentions = mentions;
    }
}

fn mention(reference: &Element) -> Option<Mention> {
    let place = |name| reference.get(name)?.parse().ok();
    // Whoever is named in an earlier message is not named here.
    let is_here = reference.get("type") == Some("mention") && reference.get("anchor").is_none();
    // An address that had to be escaped is left alone: a link must not lead to somebody else.
    let uri = reference.get("uri").filter(|uri| !uri.contains('%'))?;
    // With a resource it is a device, or somebody in a room: not the one whom the bare address names.
    let who = uri.strip_prefix("xmpp:")?.split('?').next().filter(|who| !who.contains('/'))?;
    let who = who.parse().ok()?;
    Some(Mention { begin: place("begin")?, end: place("end")?, who }).filter(|_| is_here)
}

/// Moves a mention to where it stands in what is shown of a text of this length. False if it does not fit.
fn fit(mention: &mut Mention, length: usize, is_shown: Option<&[bool]>) -> bool {
    let (Ok(begin), Ok(end)) = (usize::try_from(mention.begin), usize::try_from(mention.end)) else {
        return false;
    };
    if begin >= end || end > length {
        return false;
    }
    let Some(shown) = is_shown else { return true };
    let hidden = |to: usize| shown.iter().take(to).filter(|is| !**is).count();
    let before = u32::try_from(hidden(begin)).unwrap_or(u32::MAX);
    let is_whole = hidden(begin) == hidden(end);
    mention.begin = mention.begin.saturating_sub(before);
    mention.end = mention.end.saturating_sub(before);
    is_whole
}
