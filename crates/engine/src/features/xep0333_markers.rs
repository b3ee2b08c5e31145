//! XEP-0333: Displayed Markers. What the contact has looked at becomes *read*, with everything before it; what we have looked at is
//! told to those who asked and may know that we are here, unless the person does not want that (§8).
//!
//! What is owed is in the chat's line on disk: a message asks to be marked ([`ChatRow::mark`](model::ChatRow)), and as soon as nothing
//! there is unread the marker is due. So whatever was looked at offline is told later, also by another start of the app;
//! the line forgets it when the server has the marker ([`crate::owed`]).

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::features::xep0334_hints as hints;
use crate::inbound::{Inbound, Via};
use crate::io::WriteToken;
use crate::requests::Never;
use crate::spec::Spec;
use model::{Applied, BareJid, ChatRow, ReadMark, Saved, Write};
use stanza::{Element, ns};

/// What is owed to whom.
#[derive(Default)]
pub(crate) struct Markers {
    /// The newest of each chat.
    marks: Vec<Mark>,
}

struct Mark {
    chat: BareJid,
    id: String,
    is_due: bool,
    /// Handed on, or given up: a line from before that is on its way from the disk does not bring it up again.
    is_settled: bool,
}

impl Feature for Markers {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(333, "Displayed Markers", "1.0.0", "crates/engine/src/features/xep0333_markers.rs");
    const DISCO: &'static [&'static str] = &[ns::MARKERS];
    const STAGE: Stage = Stage::Unwrap;

    fn on_restore(&mut self, cx: &mut Cx, saved: &Saved) {
        self.settle(cx, &saved.chats);
    }

    fn on_online(&mut self, cx: &mut Cx) {
        self.settle(cx, &[]);
    }

    fn on_resumed(&mut self, cx: &mut Cx) {
        self.settle(cx, &[]);
    }

    fn on_leave(&mut self) {
        self.marks.clear();
    }

    fn on_settings(&mut self, cx: &mut Cx) {
        self.settle(cx, &[]);
    }

    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        if let Some((chat, key)) = message.refers(cx, "displayed", ns::MARKERS) {
            // A marker is never answered by a marker (§4.2).
            cx.write(Write::ReadUpTo { chat, key });
        } else if let Some(id) = message.refers_to("displayed", ns::MARKERS) {
            // Another device of ours says it; to somebody else, so only a copy can tell.
            if let Some(chat) = message.chat(cx).filter(|_| message.via != Via::Live) {
                cx.write(Write::ReadElsewhere { chat, mark: ReadMark::Message(id.to_owned()) });
            }
        } else if message.element.find("markable", ns::MARKERS).is_some() {
            message.mark = message.short_id().map(str::to_owned);
        }
    }

    fn on_committed(&mut self, cx: &mut Cx, _: WriteToken, applied: &Applied) {
        self.settle(cx, &applied.chats);
    }

    fn on_send(&mut self, _: &mut Cx, message: &mut Element) {
        message.push(Element::new("markable", ns::MARKERS));
    }
}

impl Markers {
    /// Takes lines in, and does what is due.
    fn settle(&mut self, cx: &mut Cx, lines: &[ChatRow]) {
        for line in lines {
            let Some(id) = &line.mark else { continue };
            let is_due = line.unread == 0;
            match self.marks.iter_mut().find(|mark| mark.chat == line.chat) {
                Some(mark) if mark.id == *id => mark.is_due = is_due && !mark.is_settled,
                Some(mark) => {
                    (mark.is_due, mark.is_settled) = (is_due, false);
                    mark.id.clone_from(id);
                }
                None => {
                    let (chat, id) = (line.chat.clone(), id.clone());
                    self.marks.push(Mark { chat, id, is_due, is_settled: false });
                }
            }
        }
        for mark in self.marks.iter_mut().filter(|mark| mark.is_due) {
            let wanted = cx.tells_read(&mark.chat);
            if wanted && cx.bound.is_none() {
                continue;
            }
            (mark.is_due, mark.is_settled) = (false, true);
            if wanted && cx.may_know_us(&mark.chat) {
                cx.owed.push_marker(&mark.chat, &mark.id);
            } else {
                // Given up for good: it would be news of the past when that changes.
                cx.write(Write::Marked { chat: mark.chat.clone(), id: mark.id.clone() });
            }
        }
    }
}

/// The stanza. Whoever is not there hears of it later (XEP-0334 §4.4).
pub(crate) fn stanza(cx: &mut Cx, chat: &BareJid, id: &str) -> Element {
    Element::new("message", ns::CLIENT)
        .attr("type", "chat")
        .attr("to", chat.as_str())
        .attr("id", cx.ids.id())
        .with(Element::new("displayed", ns::MARKERS).attr("id", id))
        .with(hints::store())
}
