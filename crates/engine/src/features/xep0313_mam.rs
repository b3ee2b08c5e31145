//! XEP-0313: Message Archive Management. What happened while we were away, and what was before.
//!
//! What is missing is data: a [`Gap`] lies between two known messages of the archive, over all chats, and is on disk with the messages
//! around it. A new session opens one between the newest message known and now, and closes it from its new end, page by page, so that
//! the chats in use are right first; a person who looks at a hole in one chat has that closed before all else. A page is one input
//! and one transaction, and moves the gap's edge in it: whatever is cut off goes on where it was.
//!
//! Only our own account's archive is believed, and only what was asked for (§Security: results were forged by anybody in
//! CVE-2020-26547).

mod place;
mod query;

use crate::cx::Cx;
use crate::feature::{Feature, Stage};
use crate::inbound::{Inbound, MAX_ID_BYTES, Via};
use crate::io::WriteToken;
use crate::requests::IqError;
use crate::spec::Spec;
use model::{Applied, ArchiveRow, BareJid, Command, Edge, Event, Gap, Order, Saved, Write};
use query::Query;
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
    /// Holes that somebody looks at: chat and upper end.
    wanted: Vec<(BareJid, Order)>,
    /// Pages that this session may still fetch by itself.
    budget: u32,
    /// The last gap goes back to the beginning, and was found by this session.
    is_new_here: bool,
    /// Ids mean nothing to the server any more: times must do.
    by_time: bool,
    failures: u8,
    /// A whole page, to be handed on.
    page: Vec<Inbound>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whether there is an archive.
    Support,
    /// A page of it.
    Page,
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
        self.budget = MISSED_PAGES;
        self.untold = !self.row.gaps.is_empty();
        self.tell(cx);
        if let Some(gap) = self.row.gaps.first() {
            cx.order_after(gap.before.order);
        }
    }

    fn on_online(&mut self, cx: &mut Cx) {
        self.open_gap(cx);
        match self.row.extended {
            Some(_) => self.go_on(cx),
            None => {
                let account = cx.account.clone();
                cx.iq("get", account.as_ref(), Element::new("query", ns::DISCO_INFO), Asked::Support);
                self.hold(cx, true);
            }
        }
    }

    fn on_resumed(&mut self, cx: &mut Cx) {
        self.go_on(cx);
    }

    fn on_offline(&mut self, _: &mut Cx) {
        self.query = None;
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
        // While something of ours is under way it may stand before this one in the archive, unknown to us.
        if !cx.outbox.has_doubts() {
            let order = cx.last_order();
            self.row.cursor = Some(Edge { id: Some(id.to_owned()), at: cx.now.wall_ms, order });
            cx.write(Write::Archive(self.row.clone()));
        }
    }

    fn on_reply(&mut self, cx: &mut Cx, asked: Asked, reply: Result<&Element, IqError>) {
        match asked {
            Asked::Support => self.found_out(cx, reply),
            Asked::Page => {
                let Some(query) = self.query.take() else { return };
                match reply {
                    Ok(result) => self.turn(cx, &query, result),
                    Err(error) => self.failed(cx, &error),
                }
            }
        }
        self.go_on(cx);
    }

    fn on_committed(&mut self, cx: &mut Cx, _: WriteToken, _: &Applied) {
        self.tell(cx);
    }
}

impl Archive {
    /// Takes a result of the page being fetched. True if the message is one of the archive's, ours or not.
    pub(crate) fn collect(&mut self, cx: &mut Cx, message: &Element) -> bool {
        let Some(result) = message.find("result", ns::MAM) else { return false };
        if let (Some(query), Some(account)) = (&mut self.query, &cx.account)
            && message.get("from") == Some(account.as_str())
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

    /// From here on down to what we know there may be messages that we don't.
    fn open_gap(&mut self, cx: &mut Cx) {
        let before = Edge { id: None, at: cx.now.wall_ms, order: cx.reserve_order() };
        let doubt = cx.outbox.has_doubts();
        match self.row.gaps.first_mut() {
            // Nothing was learned since the last one was opened: it has grown.
            Some(top) if self.row.cursor.is_none() => {
                top.before = before;
                top.doubt |= doubt;
            }
            _ => {
                let after = self.row.cursor.take();
                self.row.gaps.insert(0, Gap { after, before, chats: Vec::new(), doubt });
            }
        }
        self.is_new_here = self.row.gaps.iter().all(|gap| gap.after.is_none());
        self.budget = if self.is_new_here { HISTORY_PAGES } else { MISSED_PAGES };
        (self.query, self.failures, self.by_time) = (None, 0, false);
        self.write(cx);
    }

    fn found_out(&mut self, cx: &mut Cx, reply: Result<&Element, IqError>) {
        let Ok(info) = reply else {
            return self.hold(cx, false);
        };
        let query = info.find("query", ns::DISCO_INFO);
        let has = |var| query.is_some_and(|q| q.find_all("feature", ns::DISCO_INFO).any(|f| f.get("var") == Some(var)));
        if has(ns::MAM) {
            self.row.extended = Some(has(ns::MAM_EXTENDED));
        } else {
            self.row = ArchiveRow::default();
        }
        self.write(cx);
        self.hold(cx, false);
    }

    /// Asks for the next page, if there is one to ask for.
    fn go_on(&mut self, cx: &mut Cx) {
        let doubts = self.row.gaps.iter().any(|gap| gap.doubt);
        if self.row.extended.is_some() {
            self.hold(cx, doubts);
        }
        if self.query.is_some() || cx.bound.is_none() || self.row.extended.is_none() {
            return;
        }
        let Some(query) = self.next_query() else { return };
        self.query = query.send(cx, &self.row, self.by_time);
    }

    fn next_query(&mut self) -> Option<Query> {
        let Self { row, wanted, budget, is_new_here, .. } = self;
        let gaps = &row.gaps;
        // Before all else: our own messages wait for it.
        if let Some(gap) = gaps.iter().position(|gap| gap.doubt) {
            *budget = budget.saturating_sub(1);
            return Some(Query::new(gap, None));
        }
        while !wanted.is_empty() {
            let (chat, before) = wanted.remove(0);
            let is_meant = |gap: &Gap| gap.hole(&chat).is_some_and(|(floor, upper)| floor < before && before <= upper.order);
            if let Some(gap) = gaps.iter().position(is_meant) {
                return Some(Query::new(gap, Some(chat)));
            }
        }
        let gap = gaps.iter().position(|gap| *is_new_here || gap.after.is_some())?;
        *budget = budget.checked_sub(1)?;
        Some(Query::new(gap, None))
    }

    /// A page is whole: its messages get their places, and the gap its new edge.
    fn turn(&mut self, cx: &mut Cx, query: &Query, result: &Element) {
        self.failures = 0;
        let Some(gap) = self.row.gaps.get_mut(query.gap) else { return };
        let missed = gap.after.is_some();
        let page = place::page(gap, query, result);
        if self.row.cursor.is_none() && query.chat.is_none() {
            // The end of the archive, as it was a moment ago. Of an empty one we know the time.
            let end = page.items.last().map(|item| Edge { id: Some(item.id.clone()), at: item.at, order: gap.before.order });
            self.row.cursor = Some(end.unwrap_or_else(|| gap.before.clone()));
        }
        if place::shrink(gap, query.chat.as_ref(), page.edge) {
            self.row.gaps.remove(query.gap);
            self.by_time = false;
        }
        // Nothing of ours is older than this device's first session.
        if self.budget == 0 {
            self.row.gaps.iter_mut().filter(|gap| gap.after.is_none()).for_each(|gap| gap.doubt = false);
        }
        self.write(cx);
        for item in page.items {
            let via = Via::Archive { order: item.order, missed };
            if let Some(mut message) = Inbound::read(cx, &item.message, via) {
                message.stanza_id = Some(item.id);
                message.delayed = Some(item.at);
                self.page.push(message);
            }
        }
    }

    fn failed(&mut self, cx: &mut Cx, error: &IqError) {
        self.failures += 1;
        let forgotten = matches!(error, IqError::Refused(error) if error.condition == "item-not-found");
        if forgotten && !self.by_time {
            self.by_time = true;
        } else if matches!(error, IqError::Refused(_)) || self.failures >= TRIES {
            // It can't be had now. Our own messages wait no longer, and the hole stays for whoever looks at it.
            self.budget = 0;
            self.wanted.clear();
            for gap in &mut self.row.gaps {
                gap.doubt = false;
            }
            self.write(cx);
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

    /// Whether our own messages have to wait until it is known which of them the server has.
    fn hold(&mut self, cx: &mut Cx, doubts: bool) {
        cx.hold = doubts && cx.outbox.has_doubts();
    }
}
