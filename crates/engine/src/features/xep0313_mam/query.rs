//! One page of the archive: the question, and the answer while it comes in.

use super::Asked;
use crate::cx::Cx;
use crate::inbound::MAX_ID_BYTES;
use model::{ArchiveRow, BareJid, Edge, Order, WallMs};
use stanza::{Element, datetime, ns};

/// Messages of a page. Servers may give fewer.
pub(crate) const PAGE: usize = 50;
/// More than this in one page is no page.
const MAX_PAGE: usize = 1000;
/// By how much a time that stands for an id may be wrong, milliseconds: the clocks are not the same.
const SLACK_MS: WallMs = 3_600_000;

/// A message of the archive.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) id: String,
    /// When it was archived.
    pub(super) at: WallMs,
    pub(super) message: Element,
}

/// What a page is of.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// This gap, in one chat or in all.
    Gap(usize, Option<BareJid>),
    /// What was said in a chat since nothing of ours was under way, before the message of this id.
    Doubt(BareJid, Option<String>),
}

/// A page that was asked for.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub(super) target: Target,
    /// The id of the request.
    pub(super) iq: String,
    /// Its `queryid`.
    pub(super) id: String,
    /// The message that was the upper edge when it was asked.
    pub(super) upper: Option<String>,
    pub(super) found: Vec<Found>,
}

impl Query {
    /// Asks for the newest messages of the target. `None` if there is none.
    pub(super) fn send(cx: &mut Cx, target: Target, row: &ArchiveRow, by_time: bool) -> Option<Self> {
        let doubt;
        let (chat, lower, upper) = match &target {
            Target::Gap(index, chat) => {
                let gap = row.gaps.get(*index)?;
                let upper = match chat {
                    Some(chat) => gap.hole(chat)?.1,
                    None => &gap.before,
                };
                (chat.as_ref(), gap.after.as_ref(), upper)
            }
            Target::Doubt(chat, before) => {
                doubt = Edge { id: before.clone(), at: cx.now.wall_ms, order: Order(0) };
                (Some(chat), row.settled.as_ref(), &doubt)
            }
        };
        let mut form = Element::new("x", ns::DATA_FORMS).attr("type", "submit");
        let mut ask = |var: &str, value: &str| {
            let value = Element::new("value", ns::DATA_FORMS).with_text(value);
            form.push(Element::new("field", ns::DATA_FORMS).attr("var", var).with(value));
        };
        ask("FORM_TYPE", ns::MAM);
        if let Some(chat) = chat {
            ask("with", chat.as_str());
        }
        if let Some(after) = lower {
            match &after.id {
                Some(id) if row.extended == Some(true) && !by_time => ask("after-id", id),
                _ => ask("start", &datetime::format(after.at - SLACK_MS)),
            }
        }
        let mut before = Element::new("before", ns::RSM);
        match &upper.id {
            Some(_) if by_time => ask("end", &datetime::format(upper.at + SLACK_MS)),
            Some(id) => before.push_text(id.as_str()),
            None => {}
        }
        let max = Element::new("max", ns::RSM).with_text(PAGE.to_string());
        let id = cx.ids.id();
        let query = Element::new("query", ns::MAM)
            .attr("queryid", id.as_str())
            .with(form)
            .with(Element::new("set", ns::RSM).with(max).with(before));
        let account = cx.account.clone();
        let iq = cx.iq("set", account.as_ref(), query, Asked::Page(id.clone()));
        Some(Self { target, iq, id, upper: upper.id.clone(), found: Vec::new() })
    }

    /// Where a message stands among those found.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.found.iter().position(|found| found.id == id)
    }

    /// Takes a result in; false if it is none of this page.
    pub(super) fn collect(&mut self, result: &Element) -> bool {
        if result.get("queryid") != Some(self.id.as_str()) || self.found.len() >= MAX_PAGE {
            return false;
        }
        let Some(id) = result.get("id").filter(|id| !id.is_empty() && id.len() <= MAX_ID_BYTES) else {
            return false;
        };
        let Some(forwarded) = result.find("forwarded", ns::FORWARD) else { return false };
        let stamp = forwarded.find("delay", ns::DELAY).and_then(|delay| delay.get("stamp"));
        let Some((at, message)) = stamp.and_then(datetime::parse).zip(forwarded.find("message", ns::CLIENT))
        else {
            return false;
        };
        if self.place(id).is_none() {
            self.found.push(Found { id: id.to_owned(), at, message: message.clone() });
        }
        true
    }
}
