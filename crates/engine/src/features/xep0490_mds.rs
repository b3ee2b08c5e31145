//! XEP-0490: Message Displayed Synchronization. What was looked at on one device is read on all of them, whoever is told of it by
//! markers. It is between us and our own server.
//!
//! What is to be told is in the chat's line on disk ([`ChatRow::looked`]), so that it survives a kill and waits for a stream; what the
//! server holds is fetched once a session. Nothing is published before that is known, nor to a server that would not keep it to
//! ourselves: anybody could read when we look at what (§Security).

use crate::cx::Cx;
use crate::feature::Feature;
use crate::inbound::{Inbound, MAX_ID_BYTES, Via};
use crate::io::WriteToken;
use crate::requests::{IqError, Pending};
use crate::spec::Spec;
use model::{Applied, BareJid, ChatRow, Map, ReadMark, Saved, Set, Write};
use stanza::{Element, ns};

/// A moment later the person may have looked at more. Milliseconds.
const DELAY_MS: u64 = 2_000;

/// What the server holds, and what it is to hold.
#[derive(Default)]
pub(crate) struct DisplayedSync {
    /// Up to which message each chat was looked at, by the word of the server.
    known: Map<BareJid, String>,
    /// Chats that have a line here.
    lines: Set<BareJid>,
    /// What is to be published, and until when that waits.
    due: Vec<(BareJid, String)>,
    at: Option<u64>,
    /// What the server holds is known.
    fetched: bool,
    /// It keeps to itself what it is told to.
    discreet: Option<bool>,
    /// Something is under way; one at a time.
    busy: bool,
    /// This was published, and the server has not answered.
    published: Option<(BareJid, String)>,
    /// It went wrong: not again on this stream.
    failed: bool,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// What the server holds.
    Items,
    /// What it can do.
    Support,
    /// To hold this.
    Publish(BareJid, String),
}

impl From<Asked> for Pending {
    fn from(asked: Asked) -> Self {
        Self::Displayed(asked)
    }
}

impl Feature for DisplayedSync {
    type Pending = Asked;
    const SPEC: Spec = Spec::xep(
        490,
        "Message Displayed Synchronization",
        "1.0.1",
        "crates/engine/src/features/xep0490_mds.rs",
    );
    const DISCO: &'static [&'static str] = &[ns::MDS_NOTIFY];

    fn on_restore(&mut self, cx: &mut Cx, saved: &Saved) {
        self.take(cx, &saved.chats);
    }

    fn on_online(&mut self, cx: &mut Cx) {
        self.known.clear();
        (self.fetched, self.discreet, self.failed) = (false, None, false);
        self.fetch(cx);
    }

    fn on_resumed(&mut self, cx: &mut Cx) {
        self.failed = false;
        self.go_on(cx);
    }

    fn on_offline(&mut self, _: &mut Cx) {
        self.failed = true;
    }

    fn on_leave(&mut self) {
        *self = Self::default();
    }

    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        // A contact's news of the same name are about what they looked at (CVE-2023-28686 elsewhere).
        let ours = message.via == Via::Live && message.is_own(cx) && message.from.resource().is_none();
        if let Some(event) = message.element.find("event", ns::PUBSUB_EVENT).filter(|_| ours) {
            self.hear(cx, event, ns::PUBSUB_EVENT);
        }
    }

    fn on_reply(&mut self, cx: &mut Cx, asked: Asked, reply: Result<&Element, IqError>) {
        (self.busy, self.published) = (false, None);
        match (asked, reply) {
            (Asked::Items, Ok(iq)) => {
                self.fetched = true;
                if let Some(pubsub) = iq.find("pubsub", ns::PUBSUB) {
                    self.hear(cx, pubsub, ns::PUBSUB);
                }
            }
            // Nobody has published anything yet, or there is nowhere to: the next question tells.
            (Asked::Items, Err(IqError::Refused(_))) => self.fetched = true,
            (Asked::Support, Ok(iq)) => {
                let query = iq.find("query", ns::DISCO_INFO);
                let mut features =
                    query.into_iter().flat_map(|query| query.find_all("feature", ns::DISCO_INFO));
                self.discreet = Some(features.any(|feature| feature.get("var") == Some(ns::PUBLISH_OPTIONS)));
            }
            (Asked::Publish(chat, id), Ok(_)) => {
                self.known.insert(chat.clone(), id.clone());
                self.settle(cx, chat, id);
            }
            (_, Err(_)) => self.failed = true,
        }
        self.go_on(cx);
    }

    fn on_committed(&mut self, cx: &mut Cx, _: WriteToken, applied: &Applied) {
        self.take(cx, &applied.chats);
    }

    fn on_visible(&mut self, cx: &mut Cx, visible: bool) {
        if !visible {
            // There may be no later.
            self.at = None;
            self.go_on(cx);
        }
    }

    fn deadline(&self) -> Option<u64> {
        self.at
    }

    fn on_tick(&mut self, cx: &mut Cx) {
        if self.at.take_if(|at| *at <= cx.now.mono_ms).is_some() {
            self.go_on(cx);
        }
    }
}

impl DisplayedSync {
    /// Takes lines in.
    fn take(&mut self, cx: &mut Cx, lines: &[ChatRow]) {
        for line in lines {
            let known = self.known.get(&line.chat);
            if self.lines.insert(line.chat.clone())
                && let Some(id) = known
            {
                // It was heard of before there was anything to look at.
                let mark = ReadMark::Message(id.clone());
                cx.write(Write::ReadElsewhere { chat: line.chat.clone(), mark });
            }
            if line.unread == 0 && line.looked.is_behind() && cx.is_looked_at(&line.chat) {
                cx.write(Write::ChatRead(line.chat.clone()));
            }
            let known = known.cloned();
            self.due.retain(|(chat, _)| *chat != line.chat);
            match line.looked.untold() {
                Some(id) if known.as_deref() == Some(id) => self.settle(cx, line.chat.clone(), id.to_owned()),
                Some(id) => {
                    self.due.push((line.chat.clone(), id.to_owned()));
                    self.at.get_or_insert(cx.now.mono_ms + DELAY_MS);
                }
                None => {}
            }
        }
        if self.due.is_empty() {
            self.at = None;
        }
    }

    /// The server holds this.
    fn settle(&mut self, cx: &mut Cx, chat: BareJid, id: String) {
        self.due.retain(|due| due.0 != chat || due.1 != id);
        cx.write(Write::LookTold { chat, id });
    }

    /// What the server holds, from an answer or in passing.
    fn hear(&mut self, cx: &mut Cx, parent: &Element, ns: &str) {
        let items = parent.find("items", ns).filter(|items| items.get("node") == Some(ns::MDS));
        for item in items.into_iter().flat_map(|items| items.find_all("item", ns)) {
            let Some((chat, id)) = read(cx, item) else { continue };
            // What we publish comes back.
            let is_ours = self.published.as_ref().is_some_and(|ours| ours.0 == chat && ours.1 == id);
            if is_ours || self.known.get(&chat) == Some(&id) {
                continue;
            }
            self.known.insert(chat.clone(), id.clone());
            if self.due.iter().any(|(known, due)| *known == chat && *due == id) {
                self.settle(cx, chat, id);
            } else {
                cx.write(Write::ReadElsewhere { chat, mark: ReadMark::Message(id) });
            }
        }
    }

    fn fetch(&mut self, cx: &mut Cx) {
        let items = Element::new("items", ns::PUBSUB).attr("node", ns::MDS);
        cx.iq("get", None, Element::new("pubsub", ns::PUBSUB).with(items), Asked::Items);
        self.busy = true;
    }

    /// Asks what there is to ask.
    fn go_on(&mut self, cx: &mut Cx) {
        if cx.bound.is_none() || self.busy || self.failed || self.at.is_some() {
            return;
        }
        let Some((chat, id)) = self.due.first().cloned() else { return };
        if !self.fetched {
            return self.fetch(cx);
        }
        match self.discreet {
            None => {
                let account = cx.account.clone();
                cx.iq("get", account.as_ref(), Element::new("query", ns::DISCO_INFO), Asked::Support);
                self.busy = true;
            }
            Some(true) => {
                let by = cx.account.as_ref().map(BareJid::as_str).unwrap_or_default();
                let pubsub = publish(by, &chat, &id);
                self.published = Some((chat.clone(), id.clone()));
                cx.iq("set", None, pubsub, Asked::Publish(chat, id));
                self.busy = true;
            }
            Some(false) => {}
        }
    }
}

/// Chat and message of an item; only the word of our own server about its own archive means anything here.
fn read(cx: &Cx, item: &Element) -> Option<(BareJid, String)> {
    let chat = item.get("id")?.parse().ok()?;
    let id = item.find("displayed", ns::MDS)?.find("stanza-id", ns::SID)?;
    let by = cx.account.as_ref().map(BareJid::as_str);
    let id = id.get("id").filter(|_| id.get("by") == by)?;
    (!id.is_empty() && id.len() <= MAX_ID_BYTES).then(|| (chat, id.to_owned()))
}

fn publish(by: &str, chat: &BareJid, id: &str) -> Element {
    let id = Element::new("stanza-id", ns::SID).attr("by", by).attr("id", id);
    let item = Element::new("item", ns::PUBSUB)
        .attr("id", chat.as_str())
        .with(Element::new("displayed", ns::MDS).with(id));
    let publish = Element::new("publish", ns::PUBSUB).attr("node", ns::MDS).with(item);
    let mut form = Element::new("x", ns::DATA_FORMS).attr("type", "submit");
    for (var, value) in [
        ("FORM_TYPE", ns::PUBLISH_OPTIONS),
        ("pubsub#persist_items", "true"),
        ("pubsub#max_items", "max"),
        ("pubsub#send_last_published_item", "never"),
        ("pubsub#access_model", "whitelist"),
    ] {
        let hidden = (var == "FORM_TYPE").then_some("hidden");
        let field = Element::new("field", ns::DATA_FORMS).attr("var", var).attr_opt("type", hidden);
        form.push(field.with(Element::new("value", ns::DATA_FORMS).with_text(value)));
    }
    let options = Element::new("publish-options", ns::PUBSUB).with(form);
    Element::new("pubsub", ns::PUBSUB).with(publish).with(options)
}
