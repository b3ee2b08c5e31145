//! XEP-0085: Chat State Notifications. Who writes to us, and to whom we write.
//!
//! Ours are few: *composing* at most every five seconds and again every thirty while somebody goes on writing, *paused* when they stop or
//! look away, *active* with each text and when a text is given up. *Inactive* and *gone* are understood and never sent: when somebody looks
//! at a chat is theirs to know. They go to those who may know that we are here, whose program says (XEP-0115) or whose last text
//! showed (§5.1) that it understands them, unless the person does not want that (§6).
//!
//! Theirs count only from a contact, about this moment, and not for long.

use crate::cx::Cx;
use crate::feature::Feature;
use crate::features::xep0334_hints as hints;
use crate::inbound::{Inbound, PresenceStanza};
use crate::requests::Never;
use crate::spec::Spec;
use model::{BareJid, Command, Event, Jid, Map};
use stanza::{Element, ns};

/// No two *composing* to one contact are closer, milliseconds.
const APART_MS: u64 = 5_000;
/// Who writes on says so again after this time, for those who do not trust an old word.
const AGAIN_MS: u64 = 30_000;
/// Who has not touched the text for this time has paused.
const PAUSE_MS: u64 = 10_000;
/// A contact's word is trusted for this time.
const TRUST_MS: u64 = 60_000;

/// Both sides of every chat.
#[derive(Default)]
pub(crate) struct ChatStates {
    ours: Option<Ours>,
    /// Whether the last text of a contact came from a program that understands chat states, and which device it was.
    spoke: Map<BareJid, (Jid, bool)>,
    /// Which device of a contact writes to us, and until when that is believed (monotonic milliseconds).
    theirs: Map<BareJid, (Jid, u64)>,
}

/// The chat in which we write.
struct Ours {
    chat: BareJid,
    /// The contact believes that we are writing right now.
    told: bool,
    /// When we said so last.
    told_at: Option<u64>,
    /// When we may say so again, if there is a reason to.
    tell_at: Option<u64>,
    /// When the text was touched last.
    touched_at: u64,
    /// The id of what we sent last.
    id: String,
}

impl Feature for ChatStates {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(85, "Chat State Notifications", "2.1", "crates/engine/src/features/xep0085_chat_states.rs");
    const DISCO: &'static [&'static str] = &[ns::CHAT_STATES];

    fn on_offline(&mut self, cx: &mut Cx) {
        self.ours = None;
        self.spoke.clear();
        for (chat, _) in std::mem::take(&mut self.theirs).into_entries() {
            cx.emit(Event::Typing { chat, typing: false });
        }
    }

    fn on_leave(&mut self) {
        *self = Self::default();
    }

    fn on_command(&mut self, cx: &mut Cx, command: &Command) {
        match command {
            Command::Typing { chat, empty: false } => self.touched(cx, chat),
            Command::Typing { chat, empty: true } if self.writes_to(chat) => self.stop(cx, "active"),
            // The text itself says that we are active now.
            Command::SendText { chat, .. } | Command::SendAs { chat, .. } if self.writes_to(chat) => {
                if let Some(ours) = &mut self.ours {
                    (ours.told, ours.tell_at) = (false, None);
                }
            }
            Command::ViewChat(chat) if !chat.as_ref().is_some_and(|chat| self.writes_to(chat)) => {
                self.stop(cx, "paused");
                self.ours = None;
            }
            _ => {}
        }
    }

    fn on_settings(&mut self, cx: &mut Cx) {
        if self.ours.as_ref().is_some_and(|ours| !cx.tells_typing(&ours.chat)) {
            // The last word, so that the one before does not stand.
            self.stop(cx, "active");
        }
    }

    fn on_visible(&mut self, cx: &mut Cx, visible: bool) {
        if !visible {
            self.stop(cx, "paused");
        }
    }

    fn deadline(&self) -> Option<u64> {
        let pause = self.ours.as_ref().filter(|ours| ours.told).map(|ours| ours.touched_at + PAUSE_MS);
        let tell = self.ours.as_ref().and_then(|ours| ours.tell_at);
        let theirs = self.theirs.values().map(|(_, until)| *until).min();
        [pause, tell, theirs].into_iter().flatten().min()
    }

    fn on_tick(&mut self, cx: &mut Cx) {
        let now = cx.now.mono_ms;
        if self.ours.as_ref().is_some_and(|ours| ours.touched_at + PAUSE_MS <= now) {
            self.stop(cx, "paused");
        }
        if self.ours.as_ref().is_some_and(|ours| ours.tell_at.is_some_and(|at| at <= now)) {
            self.tell(cx);
        }
        for (chat, _) in self.theirs.extract(|(_, until)| *until <= now) {
            cx.emit(Event::Typing { chat, typing: false });
        }
    }

    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        let bare = message.from.bare();
        let is_theirs =
            matches!(message.kind.as_str(), "chat" | "normal") && cx.account.as_ref() != Some(bare);
        // What waited on the way is no news of this moment.
        if !is_theirs || !cx.may_know_us(bare) || message.delayed.is_some() {
            return;
        }
        let state = message.element.elements().find(|child| child.ns() == ns::CHAT_STATES);
        let is_text = message.is_direct_text(cx);
        if is_text || state.is_some() {
            self.spoke.insert(bare.clone(), (message.from.clone(), state.is_some()));
        }
        match state.map(Element::name) {
            _ if is_text => self.end(cx, bare, None),
            Some("composing") => {
                let until = cx.now.mono_ms + TRUST_MS;
                if self.theirs.insert(bare.clone(), (message.from.clone(), until)).is_none() {
                    cx.emit(Event::Typing { chat: bare.clone(), typing: true });
                }
            }
            // Another device of theirs may still be at it.
            Some(_) => self.end(cx, bare, Some(&message.from)),
            None => {}
        }
    }

    fn on_message_error(&mut self, _: &mut Cx, message: &Inbound) {
        // Nobody there wants them.
        let bare = message.from.bare();
        let is_it = |ours: &Ours| ours.chat == *bare && message.id.as_ref() == Some(&ours.id);
        if self.ours.as_ref().is_some_and(is_it) {
            self.spoke.insert(bare.clone(), (message.from.clone(), false));
        }
    }

    fn on_presence(&mut self, cx: &mut Cx, presence: &PresenceStanza) {
        if presence.kind.as_deref() != Some("unavailable") {
            return;
        }
        let (from, bare) = (&presence.from, presence.from.bare());
        let all = from.resource().is_none();
        if self.spoke.get(bare).is_some_and(|(device, _)| all || device == from) {
            self.spoke.remove(bare);
        }
        self.end(cx, bare, (!all).then_some(from));
    }

    fn on_send(&mut self, cx: &mut Cx, message: &mut Element) {
        let to = message.get("to").and_then(|to| to.parse().ok());
        // Before they have said anything this is the question whether they understand it (§5.1).
        if to.is_some_and(|to| may_tell(cx, &to) && self.understands(cx, &to) != Some(false)) {
            message.push(Element::new("active", ns::CHAT_STATES));
        }
    }
}

impl ChatStates {
    fn writes_to(&self, chat: &BareJid) -> bool {
        self.ours.as_ref().is_some_and(|ours| ours.chat == *chat)
    }

    /// Whether a contact's program understands chat states; `None` if that is not known.
    fn understands(&self, cx: &Cx, chat: &BareJid) -> Option<bool> {
        if cx.understands_typing.contains(chat) {
            return Some(true);
        }
        self.spoke.get(chat).map(|(_, understands)| *understands)
    }

    /// The person writes on.
    fn touched(&mut self, cx: &mut Cx, chat: &BareJid) {
        if !self.writes_to(chat) {
            self.stop(cx, "paused");
            let id = String::new();
            let (chat, told_at, tell_at) = (chat.clone(), None, None);
            self.ours = Some(Ours { chat, told: false, told_at, tell_at, touched_at: 0, id });
        }
        if let Some(ours) = &mut self.ours {
            ours.touched_at = cx.now.mono_ms;
        }
        self.tell(cx);
    }

    /// Tells that we are writing, now or as soon as it may be told again.
    fn tell(&mut self, cx: &mut Cx) {
        let Some(ours) = &self.ours else { return };
        let understood = cx.bound.is_some() && self.understands(cx, &ours.chat) == Some(true);
        let may_tell = understood && may_tell(cx, &ours.chat);
        let Some(ours) = &mut self.ours else { return };
        let (now, apart) = (cx.now.mono_ms, if ours.told { AGAIN_MS } else { APART_MS });
        // Who writes on says so with the next key; who has stopped may not press another.
        ours.tell_at = ours.told_at.map(|at| at + apart).filter(|at| may_tell && !ours.told && *at > now);
        if may_tell && ours.told_at.is_none_or(|at| at + apart <= now) {
            (ours.told, ours.told_at) = (true, Some(now));
            ours.id = say(cx, &ours.chat, "composing");
        }
    }

    /// Takes back that we are writing, if that was said.
    fn stop(&mut self, cx: &mut Cx, state: &str) {
        let Some(ours) = &mut self.ours else { return };
        ours.tell_at = None;
        if std::mem::take(&mut ours.told) {
            ours.id = say(cx, &ours.chat, state);
        }
    }

    /// A contact, or only this device of theirs, does not write any more.
    fn end(&mut self, cx: &mut Cx, chat: &BareJid, device: Option<&Jid>) {
        let is_it = |(writing, _): &(Jid, u64)| device.is_none_or(|device| device == writing);
        if self.theirs.get(chat).is_some_and(is_it) {
            self.theirs.remove(chat);
            cx.emit(Event::Typing { chat: chat.clone(), typing: false });
        }
    }
}

fn may_tell(cx: &Cx, chat: &BareJid) -> bool {
    cx.tells_typing(chat) && cx.may_know_us(chat)
}

/// Sends a notification of its own; returns its id.
fn say(cx: &mut Cx, chat: &BareJid, state: &str) -> String {
    let id = cx.ids.id();
    let message = Element::new("message", ns::CLIENT)
        .attr("type", "chat")
        .attr("to", chat.as_str())
        .attr("id", id.as_str())
        .with(Element::new(state, ns::CHAT_STATES))
        .with(hints::no_store());
    cx.send(&message);
    id
}
