//! XEP-0313: Message Archive Management. What happened while we were away, and what was before.
//!
//! What is missing is data: a [`Gap`] lies between two known messages of the archive, over all chats, and is on disk with the messages
//! around it. A new session opens one between the newest message known and now, and closes it from its new end, page by page, so that
//! the chats in use are right first; a person who looks at a hole in one chat has that closed before all else. A page is one input
//! and one transaction, and moves the gap's edge in it: whatever is cut off goes on where it was.
//!
//! Only our own account's archive is believed, and only what was asked for (§Security: results were forged by anybody in
//! CVE-2020-26547).

mod gaps;
mod place;
mod query;

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::inbound::{Inbound, MAX_ID_BYTES, Via};
use crate::io::WriteToken;
use crate::requests::{IqError, Pending};
use crate::spec::Spec;
use model::{Applied, ArchiveRow, BareJid, Command, Edge, Event, LocalId, Order, Saved, Write};
pub(crate) use query::PAGE;
use query::{Query, Target};
use stanza::{Element, ns};

/// How many pages a session fetches by itself of what was missed. The rest waits until somebody looks at it.
const MISSED_PAGES: u32 = 40;
/// The same of what was before our time, on a new device: enough for a chat list.
const HISTORY_PAGES: u32 = 8;
/// A page that nobody answers is asked for once more, this often.
const TRIES: u8 = 3;

/// The copy on this device, and what is being done about its gaps.
#[derive(Default)]
pub(crate) struct Archive {
    row: ArchiveRow,
    /// The screen knows other gaps.
    untold: bool,
    query: Option<Query>,
    /// Chats in which our own messages have to be looked for before anything is sent, from which message on, and for how many pages
    /// more.
    doubts: Vec<(BareJid, Option<String>, u32)>,
    /// Holes that somebody looks at: chat and upper end.
    wanted: Vec<(BareJid, Order)>,
    /// Pages that this session may still fetch by itself.
    budget: u32,
    trouble: Trouble,
    /// The last gap goes back to the beginning, and was found by this session.
    is_new_here: bool,
    newest: Newest,
    /// A whole page, to be handed on.
    page: Vec<Inbound>,
    /// A page that is on its way to the disk. Until it is there nobody knows for certain where the next one stands.
    turned: Option<Turned>,
}

/// What is known of the newest gap.
#[derive(Default)]
struct Newest {
    /// The newest message known when something was learned of it for the first time: from there on it has to be looked again if more comes
    /// late. `None` if what will be asked for goes up to now.
    reached: Option<Edge>,
    /// A page of it was asked for since it was opened.
    is_asked: bool,
    /// It is only looked into again, and others have a page in between: it may be opened as fast as it is closed.
    is_again: bool,
    /// It had the last page.
    had_turn: bool,
}

/// Why pages do not come.
#[derive(Default)]
struct Trouble {
    /// Ids mean nothing to the server any more: times must do.
    by_time: bool,
    failures: u8,
    /// They can't be had now.
    is_refused: bool,
}

/// A page that is being stored.
struct Turned {
    token: WriteToken,
    /// The message that is the edge now.
    edge: Option<String>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whether there is an archive.
    Support,
    /// The page of this `queryid`.
    Page(String),
}

impl From<Asked> for crate::requests::Pending {
    fn from(asked: Asked) -> Self {
        Self::Archive(asked)
    }
}

impl Feature for Archive {
    type Pending = Asked;
    const SPEC: Spec =
        Spec::xep(313, "Message Archive Management", "1.1.3", "crates/engine/src/features/xep0313_mam.rs");
    const STAGE: Stage = Stage::Unwrap;

    fn on_restore(&mut self, cx: &mut Cx, saved: &Saved) {
        self.row = saved.archive.clone();
        self.newest.reached.clone_from(&self.row.cursor);
        self.budget = MISSED_PAGES;
        self.untold = !self.row.gaps.is_empty();
        self.tell(cx);
        // What is said about messages has places, too, though no chat's line knows them.
        let (newest, cursor) = (self.row.gaps.first().map(|gap| &gap.before), self.row.cursor.as_ref());
        newest.into_iter().chain(cursor).for_each(|edge| cx.order_after(edge.order));
    }

    fn on_online(&mut self, cx: &mut Cx) {
        self.open_gap(cx);
        self.begin(cx);
    }

    fn on_resumed(&mut self, cx: &mut Cx) {
        // The page that began it may be gone.
        if self.doubts.is_empty() {
            self.doubt(cx);
        }
        self.renew_budget();
        if !cx.requests.is_waiting(|asked| matches!(asked, Pending::Archive(_))) {
            self.query = None;
            self.begin(cx);
        }
    }

    fn on_offline(&mut self, _: &mut Cx) {
        (self.query, self.turned) = (None, None);
    }

    fn on_visible(&mut self, cx: &mut Cx, visible: bool) {
        // Somebody looks: what could not be had before, or was too much, is tried again.
        if visible && (self.budget == 0 || self.trouble.is_refused) {
            (self.budget, self.trouble.failures, self.trouble.is_refused) = (MISSED_PAGES, 0, false);
            self.go_on(cx);
        }
    }

    fn on_leave(&mut self) {
        *self = Self::default();
    }

    fn on_command(&mut self, cx: &mut Cx, command: &Command) {
        if let Command::FetchHistory { chat, before } = command {
            let wish = (chat.clone(), *before);
            if !self.wanted.contains(&wish) {
                self.wanted.push(wish);
            }
            self.go_on(cx);
        }
    }

    fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
        if matches!(message.via, Via::Archive { .. }) || self.row.extended.is_none() {
            return;
        }
        let Some(account) = &cx.account else { return };
        // Anybody can write one; a server with an archive removes those that claim to be its own (XEP-0359 §Security).
        let mut ids = message.element.find_all("stanza-id", ns::SID);
        let ours = ids.find(|id| id.get("by") == Some(account.as_str())).and_then(|id| id.get("id"));
        let Some(id) = ours.filter(|id| !id.is_empty() && id.len() <= MAX_ID_BYTES) else { return };
        message.stanza_id = Some(id.to_owned());
        // What an older stream still had comes late and in any order. While something is missing it may belong there: the archive has it
        // in its place.
        let is_late = message.via == Via::Live && stanza::delay::read(&message.element).is_some();
        if is_late && !self.trouble.is_refused && !self.row.gaps.is_empty() {
            message.superseded = true;
            self.look_again(cx);
        }
    }

    fn on_reply(&mut self, cx: &mut Cx, asked: Asked, reply: Result<&Element, IqError>) {
        match asked {
            Asked::Support => self.found_out(cx, reply.ok()),
            Asked::Page(id) => {
                let Some(query) = self.query.take_if(|query| query.id == id) else { return };
                match reply {
                    Ok(result) => self.turn(cx, &query, result),
                    Err(error) => self.failed(cx, &error),
                }
            }
        }
        self.go_on(cx);
    }

    fn on_committed(&mut self, cx: &mut Cx, token: WriteToken, applied: &Applied) {
        self.tell(cx);
        let Some(turned) = self.turned.take_if(|turned| turned.token <= token) else {
            // What stood in the way may have gone out.
            return self.go_on(cx);
        };
        // The store knows best where they stand; what is still missing stands before all of them.
        if let (Some(edge), Some(lowest)) = (self.row.edge_mut(&turned.edge), applied.floor)
            && lowest < edge.order
        {
            edge.order = lowest;
            self.write(cx);
        }
        self.go_on(cx);
    }
}

impl Archive {
    /// Takes a result of the page being fetched. True if the message is one of the archive's, ours or not.
    pub(crate) fn collect(&mut self, cx: &mut Cx, message: &Element) -> bool {
        let Some(result) = message.find("result", ns::MAM) else { return false };
        // Without a `from` our own account speaks (RFC 6120 §8.1.2.1), and Prosody leaves it out.
        if let (Some(query), Some(account)) = (&mut self.query, &cx.account)
            && message.get("from").is_none_or(|from| from == account.as_str())
            && query.collect(result)
        {
            cx.requests.extend(&query.iq, cx.now.mono_ms);
        }
        true
    }

    /// The messages of a page that is whole, oldest first.
    pub(crate) fn take_page(&mut self) -> Vec<Inbound> {
        std::mem::take(&mut self.page)
    }

    /// True if nothing of this chat is missing, as far as it is known.
    pub(crate) fn is_complete(&self, chat: &BareJid) -> bool {
        self.row.gaps.iter().all(|gap| gap.hole(chat).is_none())
    }

    /// A message was handled. If the archive has it, too, that is known up to here.
    pub(crate) fn taken(&mut self, cx: &mut Cx, message: &Inbound) {
        if let Some(id) = &message.stanza_id
            && !message.superseded
            && !matches!(message.via, Via::Archive { .. })
        {
            // What is missing is before it, even if nobody gets to ask before this stream breaks.
            if let Some(top) = self.row.gaps.first_mut().filter(|gap| gap.before.id.is_none()) {
                (top.before.id, top.before.at) = (Some(id.clone()), cx.now.wall_ms);
            }
            self.advance(cx, Edge { id: Some(id.clone()), at: cx.now.wall_ms, order: cx.last_order() });
            cx.write(Write::Archive(self.row.clone()));
        }
    }

    /// What was found of ours is known: the rest may go out.
    pub(crate) fn page_taken(&mut self, cx: &mut Cx) {
        if self.doubts.is_empty() && cx.hold && self.row.extended.is_some() {
            self.settle(cx);
        }
    }

    fn found_out(&mut self, cx: &mut Cx, reply: Option<&Element>) {
        let Some(info) = reply else { return self.settle(cx) };
        let query = info.find("query", ns::DISCO_INFO);
        let has = |var| {
            query.is_some_and(|query| {
                query.find_all("feature", ns::DISCO_INFO).any(|f| f.get("var") == Some(var))
            })
        };
        if has(ns::MAM) {
            self.row.extended = Some(has(ns::MAM_EXTENDED));
        } else {
            self.row = ArchiveRow::default();
            self.settle(cx);
        }
        self.write(cx);
    }

    /// Our own messages wait no longer.
    fn settle(&mut self, cx: &mut Cx) {
        self.doubts.clear();
        cx.outbox.settle();
        cx.hold = false;
    }

    /// Asks what there is to ask.
    fn begin(&mut self, cx: &mut Cx) {
        if self.row.extended.is_some() {
            return self.go_on(cx);
        }
        let account = cx.account.clone();
        cx.iq("get", account.as_ref(), Element::new("query", ns::DISCO_INFO), Asked::Support);
    }

    /// Asks for the next page, if there is one to ask for.
    fn go_on(&mut self, cx: &mut Cx) {
        if self.query.is_none()
            && self.turned.is_none()
            && cx.bound.is_some()
            && self.row.extended.is_some()
            && let Some(target) = self.next_target(cx)
        {
            self.newest.is_asked |= matches!(target, Target::Gap(0, _));
            self.query = Query::send(cx, target, &self.row, self.trouble.by_time);
        }
    }

    /// A page of a chat in which our own messages were looked for.
    fn look_for_ours(&mut self, cx: &mut Cx, query: &Query, result: &Element) {
        for found in &query.found {
            let via = Via::Archive { order: cx.last_order(), missed: true };
            let Some(mut message) = Inbound::read(cx, found.message.clone(), via) else { continue };
            let is_ours = |id: &str| cx.outbox.is_doubtful(&LocalId(id.to_owned())).is_some();
            if message.is_own(cx) && message.id.as_deref().is_some_and(is_ours) {
                message.stanza_id = Some(found.id.clone());
                self.page.push(message);
            }
        }
        let oldest = query.found.first().map(|found| found.id.clone());
        if let Some((_, before, pages)) = self.doubts.first_mut() {
            *pages = pages.saturating_sub(1);
            let is_over = place::is_complete(result) || oldest.is_none() || oldest == *before || *pages == 0;
            *before = oldest;
            if is_over {
                self.doubts.remove(0);
            }
        }
    }

    /// A page is whole: its messages get their places, and the gap its new edge.
    fn turn(&mut self, cx: &mut Cx, query: &Query, result: &Element) {
        if !place::is_whole(query, result) {
            return self.failed(cx, &IqError::Unanswered);
        }
        self.trouble.failures = 0;
        let (index, chat) = match &query.target {
            Target::Gap(index, chat) => (*index, chat.as_ref()),
            Target::Doubt(..) => return self.look_for_ours(cx, query, result),
        };
        let Some(gap) = self.row.gaps.get_mut(index) else { return };
        let missed = gap.after.is_some();
        let is_end = gap.before.id.is_none() && chat.is_none();
        if is_end {
            // Up to now: what came by itself since the gap was opened is on this page, too.
            gap.before.order = cx.reserve_page();
        }
        let page = place::page(gap, chat, query, result);
        let edge = page.edge.as_ref().and_then(|edge| edge.id.clone());
        self.turned = Some(Turned { token: cx.token(), edge });
        // The end of the archive, as it was a moment ago: the last message, or if nothing was missed the one before. Of an empty one we
        // know the time.
        let order = gap.before.order;
        let end = match (page.items.last(), &gap.after) {
            (Some(item), _) => Edge { id: Some(item.id.clone()), at: item.at, order },
            (None, Some(after)) if after.id.is_some() => Edge { order, ..after.clone() },
            (None, _) => gap.before.clone(),
        };
        if place::shrink(gap, chat, page.edge) {
            self.row.gaps.remove(index);
            // What is the newest one now was asked for before, or is known as it is.
            if index == 0 {
                (self.newest.is_asked, self.newest.is_again) = (true, false);
            }
            self.trouble.by_time = false;
        }
        if is_end {
            self.advance(cx, end);
        }
        self.write(cx);
        for item in page.items {
            let via = Via::Archive { order: item.order, missed };
            if let Some(mut message) = Inbound::read(cx, item.message, via) {
                message.stanza_id = Some(item.id);
                message.delayed = Some(item.at);
                self.page.push(message);
            }
        }
    }

    fn failed(&mut self, cx: &mut Cx, error: &IqError) {
        self.trouble.failures += 1;
        let forgotten = matches!(error, IqError::Refused(error) if error.condition == "item-not-found");
        if forgotten && !self.trouble.by_time {
            self.trouble.by_time = true;
        } else if matches!(error, IqError::Refused(_)) || self.trouble.failures >= TRIES {
            // It can't be had now. The hole stays for whoever looks at it.
            self.trouble.is_refused = true;
            self.wanted.clear();
            self.settle(cx);
        }
    }

    fn write(&mut self, cx: &mut Cx) {
        cx.write(Write::Archive(self.row.clone()));
        self.untold = true;
    }

    /// Tells the screen what is missing, once that is on disk with what is not.
    fn tell(&mut self, cx: &mut Cx) {
        if std::mem::take(&mut self.untold) {
            cx.emit(Event::Gaps(self.row.gaps.clone()));
        }
    }
}
