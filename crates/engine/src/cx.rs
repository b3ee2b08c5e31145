//! Everything a feature may do, and all it may know.

mod looks;
mod places;
mod receiving;

use crate::ids::Ids;
use crate::io::{Output, WriteToken};
use crate::outbox::{Outbox, Outgoing};
use crate::owed::{Debt, Owed};
use crate::requests::{Pending, Requests, Responder};
use crate::session::sm::Stream;
use looks::unlooked;
use model::{
    BareJid, ChatRow, Event, FailReason, Jid, LocalId, Map, MessageRow, MessageState, Order, OwedRow,
    Problem, RelationRow, Set, Tells, Timestamp, WallMs, Write,
};
use receiving::{Recent, Unsaved};
use stanza::{Element, ns};
use std::collections::VecDeque;

/// The permission list of features, and the state that is nobody's own.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, not states of one thing")]
pub(crate) struct Cx {
    pub(crate) now: Timestamp,
    pub(crate) ids: Ids,
    pub(crate) requests: Requests,
    pub(crate) outbox: Outbox,
    pub(crate) owed: Owed,
    pub(crate) stream: Stream,
    /// This page alone has the account open: only then may its stream outlive a socket.
    pub(crate) is_alone: bool,
    /// The account in use, from a good log-in or a restored session on.
    pub(crate) account: Option<BareJid>,
    /// What the server offers on an authenticated stream.
    pub(crate) stream_features: Option<Element>,
    /// The server was asked to send carbons when the stream was bound: the feature need not ask again.
    pub(crate) carbons: bool,
    /// Our address on the stream that is up.
    pub(crate) bound: Option<Jid>,
    /// No message of ours goes out before it is known which of them the server has.
    pub(crate) hold: bool,
    /// Contacts who may see our presence; the roster keeps it.
    pub(crate) seen_by: Set<BareJid>,
    /// Contacts with a device here that understands chat states; XEP-0115 keeps it.
    pub(crate) understands_typing: Set<BareJid>,
    /// Since when nobody has looked at us, if that is long enough to be told (XEP-0319).
    pub(crate) idle_since: Option<WallMs>,
    /// What everybody is told, and what some are told instead.
    pub(crate) tells_read: bool,
    pub(crate) tells_typing: bool,
    tells: Map<BareJid, Tells>,
    out: VecDeque<Output>,
    writes: Vec<Write>,
    /// Messages that came in and are not on disk yet, in the order of their batches.
    unsaved_rows: VecDeque<Unsaved>,
    /// The last ones that were shown before they were on disk.
    recent: Recent,
    /// The page of the archive being collected, and before which of the writes it belongs.
    page: Vec<(MessageRow, bool)>,
    page_at: usize,
    next_token: u64,
    /// Batches before this one are of an account that was left.
    first_token: WriteToken,
    last_order: Order,
    settled: Order,
    /// The place of the newest received message of each chat, as far as it is known.
    last_received: Map<BareJid, Order>,
    visible: bool,
    viewed: Option<BareJid>,
    /// Another page of the account is visible.
    visible_elsewhere: bool,
    /// Chats in view on visible pages that have no engine of their own.
    viewed_elsewhere: Vec<BareJid>,
    unread: Map<BareJid, u32>,
}

impl Cx {
    pub(crate) fn new(entropy: [u8; 32]) -> Self {
        Self {
            now: Timestamp::default(),
            ids: Ids::new(entropy),
            requests: Requests::default(),
            outbox: Outbox::default(),
            owed: Owed::default(),
            stream: Stream::default(),
            is_alone: true,
            account: None,
            stream_features: None,
            carbons: false,
            bound: None,
            hold: false,
            seen_by: Set::default(),
            understands_typing: Set::default(),
            idle_since: None,
            tells_read: true,
            tells_typing: true,
            tells: Map::default(),
            out: VecDeque::new(),
            writes: Vec::new(),
            unsaved_rows: VecDeque::new(),
            recent: Recent::default(),
            page: Vec::new(),
            page_at: 0,
            next_token: 0,
            first_token: WriteToken(0),
            last_order: Order::default(),
            settled: Order::default(),
            last_received: Map::default(),
            visible: true,
            visible_elsewhere: false,
            viewed: None,
            viewed_elsewhere: Vec::new(),
            unread: Map::default(),
        }
    }

    /// Tells the screen.
    pub(crate) fn emit(&mut self, event: Event) {
        self.out.push_back(Output::Event(event));
    }

    /// True if the server offers this stream feature.
    pub(crate) fn offers(&self, name: &str, ns: &str) -> bool {
        self.stream_features.as_ref().is_some_and(|features| features.find(name, ns).is_some())
    }

    /// True for our own account and server, and for people who may see our presence anyway: nobody else is to learn that we are here.
    pub(crate) fn may_know_us(&self, who: &BareJid) -> bool {
        let Some(account) = &self.account else { return false };
        let own_server = who.local().is_none() && who.domain() == account.domain();
        who == account || own_server || self.seen_by.contains(who)
    }

    /// True if this contact is to hear that their messages were looked at.
    pub(crate) fn tells_read(&self, who: &BareJid) -> bool {
        self.tells.get(who).and_then(|tells| tells.read).unwrap_or(self.tells_read)
    }

    /// True if this contact is to hear that we are writing to them.
    pub(crate) fn tells_typing(&self, who: &BareJid) -> bool {
        self.tells.get(who).and_then(|tells| tells.typing).unwrap_or(self.tells_typing)
    }

    /// Tells a contact something other than everybody.
    pub(crate) fn tell(&mut self, chat: BareJid, tells: Tells) {
        self.writes.push(Write::Tells { chat: chat.clone(), tells });
        self.tells.insert(chat, tells);
    }

    /// Asks the driver for something.
    pub(crate) fn output(&mut self, output: Output) {
        self.out.push_back(output);
    }

    /// Sends a stanza at the end of this input, if a stream is up; presence and IQs of a dead stream mean nothing on the next one.
    pub(crate) fn send(&mut self, stanza: &Element) {
        if self.bound.is_some() {
            self.stream.push(stanza.to_xml());
        }
    }

    /// Sends a presence to one person: `subscribe`, `subscribed`, … (RFC 6121 §3).
    pub(crate) fn send_presence(&mut self, to: &BareJid, kind: &str) {
        self.send(&Element::new("presence", ns::CLIENT).attr("to", to.as_str()).attr("type", kind));
    }

    /// Sends an IQ to our own account or (`to`) to somebody else, and remembers what its answer means.
    /// Returns the IQ's id.
    pub(crate) fn iq(
        &mut self,
        kind: &str,
        to: Option<&BareJid>,
        payload: Element,
        pending: impl Into<Pending>,
    ) -> String {
        let responder = to.map_or(Responder::Account, |to| Responder::Bare(to.clone()));
        self.request(kind, to.map(BareJid::to_string), responder, payload, pending.into())
    }

    /// Asks one device of somebody; nobody else can answer.
    pub(crate) fn ask_device(&mut self, to: &Jid, payload: Element, pending: impl Into<Pending>) {
        let responder = Responder::Device(to.clone());
        self.request("get", Some(to.to_string()), responder, payload, pending.into());
    }

    fn request(
        &mut self,
        kind: &str,
        to: Option<String>,
        responder: Responder,
        payload: Element,
        pending: Pending,
    ) -> String {
        let id = self.ids.id();
        let iq = Element::new("iq", ns::CLIENT)
            .attr("type", kind)
            .attr("id", id.as_str())
            .attr_opt("to", to)
            .with(payload);
        self.requests.insert(id.clone(), responder, pending, self.now.mono_ms);
        self.send(&iq);
        id
    }

    /// Stores something. All writes of one input are one batch.
    pub(crate) fn write(&mut self, write: Write) {
        self.writes.push(write);
    }

    /// Stores what is true of the stream, if that may be taken up again.
    pub(crate) fn write_for_stream(&mut self, write: Write) {
        if self.stream.is_resumable() {
            self.writes.push(write);
        }
    }

    /// Somebody is to hear that their message is here, when it is; with `if_new` only if that row was new.
    pub(crate) fn owe(&mut self, row: OwedRow, if_new: Option<LocalId>) {
        let (is_new, forgiven) = self.owed.push_receipt(&row, if_new, self.token());
        if is_new {
            self.writes.push(Write::Owe(row));
        }
        self.writes.extend(forgiven.map(Write::Paid));
    }

    /// The contact was told, or is not to be told.
    pub(crate) fn paid(&mut self, debt: Debt) {
        self.writes.push(match debt {
            Debt::Receipt(row) => Write::Paid(row),
            Debt::Marker(chat, id) => Write::Marked { chat, id },
        });
    }

    /// Stores an own message that the screen shows at once, and sends it when it is on disk.
    pub(crate) fn enqueue(&mut self, row: MessageRow) {
        self.emit(Event::Message(row.clone()));
        self.outbox.push(Outgoing::Message(row.clone()), self.token());
        self.writes.push(Write::Message { row, count_unread: false });
    }

    /// Stores what we say about a message, and sends it when it is on disk.
    pub(crate) fn enqueue_relation(&mut self, said: RelationRow) {
        self.outbox.push(Outgoing::Relation(said.clone()), self.token());
        self.writes.push(Write::Relate { said, alone: None });
    }

    /// Says something else in an own message that has never left. False if there is no such one.
    pub(crate) fn reword(&mut self, row: MessageRow) -> bool {
        let is_here = self.outbox.reword(&row, self.token());
        if is_here {
            self.writes.push(Write::Reword(row));
        }
        is_here
    }

    /// Gives a failed message another try, unless another page has done so.
    pub(crate) fn requeue(&mut self, row: MessageRow) {
        if self.outbox.get(&row.id).is_some() {
            return;
        }
        let (chat, id, state) = (row.chat.clone(), row.id.clone(), row.state.clone());
        self.outbox.push(Outgoing::Message(row), self.token());
        self.set_state(chat, id, state);
    }

    /// The server has this own message, or what we say about one.
    pub(crate) fn sent(&mut self, row: Outgoing) {
        self.settled = self.settled.max(row.order());
        match row {
            Outgoing::Message(row) => self.set_state(row.chat, row.id, MessageState::Sent),
            Outgoing::Relation(row) => {
                self.outbox.remember(row.clone());
                self.writes.push(Write::RelationSent(row));
            }
        }
    }

    /// This came back, or can't be sent.
    pub(crate) fn failed(&mut self, row: Outgoing, reason: FailReason) {
        match row {
            Outgoing::Message(row) => self.set_state(row.chat, row.id, MessageState::Failed(reason)),
            Outgoing::Relation(row) => {
                let text = if let FailReason::Other(text) = reason { Some(text) } else { None };
                self.emit(Event::Problem(Problem::RelationRefused { jid: row.chat.clone(), text }));
                let retracted = self.outbox.take_retracted(&row.id);
                self.writes.push(Write::Unrelate(row));
                self.writes.extend(retracted.map(Write::Reword));
            }
        }
    }

    /// Notes how far a message got, on disk and on the screen.
    pub(crate) fn set_state(&mut self, chat: BareJid, id: LocalId, state: MessageState) {
        self.writes.push(Write::MessageState { chat: chat.clone(), id: id.clone(), state: state.clone() });
        self.emit(Event::MessageState { chat, id, state });
    }

    /// The batch that the writes of this input will be part of.
    pub(crate) fn token(&self) -> WriteToken {
        WriteToken(self.next_token)
    }

    /// The next output.
    pub(crate) fn pop(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// Closes the batch of this input.
    pub(crate) fn flush_writes(&mut self) {
        if let Some(row) = self.stream.row(!self.writes.is_empty()) {
            self.writes.push(Write::Stream(Some(row)));
        }
        let token = self.token();
        self.stream.flushed((!self.writes.is_empty()).then_some(token));
        if self.writes.is_empty() {
            return;
        }
        self.next_token += 1;
        let moves = |write: &Write| {
            matches!(write, Write::MessageState { .. } | Write::Delivered { .. } | Write::ReadUpTo { .. })
        };
        if self.writes.iter().any(moves) {
            self.writes.insert(0, Write::Clock(self.now.wall_ms));
        }
        self.out.push_back(Output::Write(std::mem::take(&mut self.writes), token));
    }

    /// What a store held, for the parts nobody else keeps.
    pub(crate) fn restore(&mut self, saved: &model::Saved) {
        self.last_order = saved.chats.iter().map(|chat| chat.order).max().unwrap_or_default();
        let waits =
            |chat: &ChatRow| chat.last.as_ref().is_some_and(|last| last.state == MessageState::Queued);
        let places = saved.chats.iter().map(|chat| if waits(chat) { chat.received } else { chat.order });
        self.settled = places.max().unwrap_or_default();
        self.last_received = saved.chats.iter().map(|chat| (chat.chat.clone(), chat.order)).collect();
        self.unread = saved.chats.iter().map(|chat| (chat.chat.clone(), unlooked(chat))).collect();
        self.tells = saved.chats.iter().map(|chat| (chat.chat.clone(), chat.tells)).collect();
        self.outbox.restore(&saved.outbox, &saved.relations, saved.archive.settled.as_ref());
        self.owed.restore(&saved.owed);
        self.is_alone = !saved.shared;
        if let Some(row) = saved.stream.as_ref().filter(|_| self.is_alone) {
            self.stream.restore(row);
            self.outbox.mark_numbered(&row.unacked);
        }
    }

    /// Forgets the account.
    pub(crate) fn leave(&mut self) {
        self.account = None;
        self.first_token = self.token();
        self.unsaved_rows.clear();
        self.recent = Recent::default();
        self.bound = None;
        self.requests = Requests::default();
        self.outbox = Outbox::default();
        self.owed = Owed::default();
        self.stream.forget();
        self.unread.clear();
        self.seen_by.clear();
        self.understands_typing.clear();
        self.tells.clear();
        self.viewed = None;
        self.viewed_elsewhere.clear();
        self.last_order = Order::default();
        self.settled = Order::default();
        self.last_received.clear();
    }
}
