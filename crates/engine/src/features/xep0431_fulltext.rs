//! XEP-0431: Full Text Search in MAM. What is not on this device is looked for by the server, where it can.
//!
//! The server hears what is looked for, so it is asked only when a person says so. Whether it can is found out when somebody opens the
//! search, by the archive's form (XEP-0313 §4.1.4). What comes back is shown and not stored: one message out of the middle of the past would
//! stand beside others that are not its neighbours.

use crate::cx::Cx;
use crate::feature::Feature;
use crate::features::{xep0382_spoilers, xep0428_fallback as fallback};
use crate::inbound::{Inbound, Via};
use crate::requests::IqError;
use crate::spec::Spec;
use model::{ArchiveHit, BareJid, Command, Event};
use stanza::{Element, datetime, ns};

/// The field of the archive's form.
const FIELD: &str = "{urn:xmpp:fulltext:0}fulltext";
/// So many messages are asked for.
const PAGE: usize = 50;

/// What was found out, and what is being looked for.
#[derive(Default)]
pub(crate) struct FullText {
    /// The server can; `None` if it was not asked.
    offered: Option<bool>,
    /// To be looked for when that is known.
    wanted: Option<(String, Option<BareJid>)>,
    question: Option<Question>,
}

struct Question {
    iq: String,
    /// Its `queryid`.
    id: String,
    text: String,
    chat: Option<BareJid>,
    /// Oldest first, as they come.
    hits: Vec<ArchiveHit>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Which fields the archive's form has.
    Form,
    /// The messages of this `queryid`.
    Page(String),
}

impl From<Asked> for crate::requests::Pending {
    fn from(asked: Asked) -> Self {
        Self::FullText(asked)
    }
}

impl Feature for FullText {
    type Pending = Asked;
    const SPEC: Spec =
        Spec::xep(431, "Full Text Search in MAM", "0.2.0", "crates/engine/src/features/xep0431_fulltext.rs");

    fn on_offline(&mut self, _: &mut Cx) {
        *self = Self::default();
    }

    fn on_leave(&mut self) {
        *self = Self::default();
    }

    fn on_command(&mut self, cx: &mut Cx, command: &Command) {
        let Command::SearchArchive { text, chat } = command else { return };
        if cx.bound.is_none() {
            return;
        }
        self.wanted = (!text.is_empty()).then(|| (text.clone(), chat.clone()));
        match self.offered {
            None => {
                let account = cx.account.clone();
                cx.iq("get", account.as_ref(), Element::new("query", ns::MAM), Asked::Form);
            }
            Some(offered) => self.go_on(cx, offered),
        }
    }

    fn on_reply(&mut self, cx: &mut Cx, asked: Asked, reply: Result<&Element, IqError>) {
        match asked {
            Asked::Form => {
                let form =
                    reply.ok().and_then(|result| result.find("query", ns::MAM)?.find("x", ns::DATA_FORMS));
                let has_it = |form: &Element| {
                    form.find_all("field", ns::DATA_FORMS).any(|field| field.get("var") == Some(FIELD))
                };
                let offered = form.is_some_and(has_it);
                self.offered = Some(offered);
                self.go_on(cx, offered);
            }
            Asked::Page(id) => {
                let Some(question) = self.question.take_if(|question| question.id == id) else { return };
                let Question { text, chat, mut hits, .. } = question;
                hits.reverse();
                let hits = reply.is_ok().then_some(hits);
                cx.emit(Event::ArchiveSearched { text, chat, hits });
            }
        }
    }
}

impl FullText {
    fn go_on(&mut self, cx: &mut Cx, offered: bool) {
        cx.emit(Event::ArchiveSearch(offered));
        let Some((text, chat)) = self.wanted.take().filter(|_| offered) else { return };
        let mut form = Element::new("x", ns::DATA_FORMS).attr("type", "submit");
        let mut ask = |var: &str, value: &str| {
            let value = Element::new("value", ns::DATA_FORMS).with_text(value);
            form.push(Element::new("field", ns::DATA_FORMS).attr("var", var).with(value));
        };
        ask("FORM_TYPE", ns::MAM);
        ask(FIELD, &text);
        if let Some(chat) = &chat {
            ask("with", chat.as_str());
        }
        let max = Element::new("max", ns::RSM).with_text(PAGE.to_string());
        let id = cx.ids.id();
        let query = Element::new("query", ns::MAM)
            .attr("queryid", id.as_str())
            .with(form)
            .with(Element::new("set", ns::RSM).with(max).with(Element::new("before", ns::RSM)));
        let account = cx.account.clone();
        let iq = cx.iq("set", account.as_ref(), query, Asked::Page(id.clone()));
        self.question = Some(Question { iq, id, text, chat, hits: Vec::new() });
    }

    /// Takes a result in; false if nobody asked for it.
    pub(crate) fn collect(&mut self, cx: &mut Cx, message: &Element) -> bool {
        let Some(question) = &mut self.question else { return false };
        let Some(result) = message.find("result", ns::MAM) else { return false };
        let is_ours =
            message.get("from").is_none_or(|from| cx.account.as_ref().is_some_and(|us| from == us.as_str()));
        if !is_ours || result.get("queryid") != Some(question.id.as_str()) || question.hits.len() >= PAGE {
            return false;
        }
        cx.requests.extend(&question.iq, cx.now.mono_ms);
        question.hits.extend(hit(cx, result, question.chat.as_ref()));
        true
    }
}

fn hit(cx: &mut Cx, result: &Element, wanted: Option<&BareJid>) -> Option<ArchiveHit> {
    let forwarded = result.find("forwarded", ns::FORWARD)?;
    let at = datetime::parse(forwarded.find("delay", ns::DELAY)?.get("stamp")?)?;
    let order = cx.last_order();
    let message = Inbound::read(
        cx,
        forwarded.find("message", ns::CLIENT)?.clone(),
        Via::Archive { order, missed: false },
    )?;
    // What is said about another message is no text, and an answer is found by what it adds.
    let about = [("retract", ns::RETRACTION), ("reactions", ns::REACTIONS)];
    if about.iter().any(|(name, ns)| message.element.find(name, ns).is_some()) {
        return None;
    }
    let text = message.full_text()?;
    let added = fallback::strip(&message.element, ns::REPLY, &text).map(|(_, added)| added);
    let chat = message.chat(cx).filter(|chat| wanted.is_none_or(|wanted| wanted == chat))?;
    // What a spoiler says is shown to who asks for it there.
    let hint =
        message.element.find("spoiler", ns::SPOILER).map(|spoiler| xep0382_spoilers::hint(&spoiler.text()));
    Some(ArchiveHit {
        chat,
        id: result.get("id")?.to_owned(),
        at,
        ours: message.is_own(cx),
        body: hint.or(added.filter(|added| !added.trim().is_empty())).unwrap_or(text),
    })
}
