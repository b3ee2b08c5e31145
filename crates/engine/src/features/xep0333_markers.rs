//! XEP-0333: Displayed Markers. What the contact has looked at becomes *read*, with everything before it; what we have looked at is
//! told to those who asked and may know that we are here, unless the person does not want that (§8).
//!
//! What is owed is in the chat's line on disk: a message asks to be marked ([`ChatRow::mark`](model::ChatRow)), and as soon as nothing
//! there is unread the marker is due. So whatever was looked at offline is told later, also by another start of the app.

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::inbound::Inbound;
use crate::io::WriteToken;
use crate::requests::Never;
use crate::spec::Spec;
use model::{Applied, BareJid, ChatRow, Command, Map, Saved, Write};
use stanza::{Element, ns};

/// What is owed to whom.
#[derive(Default)]
pub(crate) struct Markers {
    owed: Map<BareJid, String>,
    /// The last one told or given up: a line from before that is on its way from the disk would bring it up again.
    settled: Map<BareJid, String>,
    /// The person does not want markers to be sent.
    off: bool,
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
        self.owed.clear();
        self.settled.clear();
    }

    fn on_command(&mut self, cx: &mut Cx, command: &Command) {
        if let Command::SendMarkers(on) = command {
            self.off = !on;
            self.settle(cx, &[]);
        }
    }

    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        if let Some(id) = message.refers(cx, "displayed", ns::MARKERS) {
            // A marker is never answered by a marker (§4.2).
            cx.write(Write::ReadUpTo { chat: message.from.bare().clone(), id });
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
            match line.mark.as_ref().filter(|mark| self.settled.get(&line.chat) != Some(mark)) {
                Some(mark) if line.unread == 0 => drop(self.owed.insert(line.chat.clone(), mark.clone())),
                _ => drop(self.owed.remove(&line.chat)),
            }
        }
        if cx.bound.is_none() && !self.off {
            return;
        }
        for (chat, id) in std::mem::take(&mut self.owed).into_entries() {
            // Given up for good if it must not be told: it would be news of the past when that changes.
            if !self.off && cx.may_know_us(&chat) {
                // Whoever is not there hears of it later (XEP-0334 §4.4).
                let marker = Element::new("message", ns::CLIENT)
                    .attr("type", "chat")
                    .attr("to", chat.as_str())
                    .attr("id", cx.ids.id())
                    .with(Element::new("displayed", ns::MARKERS).attr("id", id.as_str()))
                    .with(Element::new("store", ns::HINTS));
                cx.send(&marker);
            }
            self.settled.insert(chat.clone(), id.clone());
            cx.write(Write::Marked { chat, id });
        }
    }
}
