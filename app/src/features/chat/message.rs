//! One message.

use super::body;
use super::related::{self, History};
use super::selection::Selection;
use crate::i18n::{self, Text, formats};
use crate::live::Live;
use crate::parts::message_state::{self, About};
use crate::parts::said;
use crate::router::Router;
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use model::{Direction, MessageRow, MessageState};
use projection::{MessageItem, TimelineItem, emoji, styling};
use std::rc::Rc;

/// `first` is what the row shows now, `item` what it shows later. A row never turns into something else.
pub(super) fn message(
    state: AppState,
    router: Router,
    (about, history, selection): (&About, &History, &Selection),
    first: &MessageItem,
    item: &Live<TimelineItem>,
) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let row = first.row.clone();
    let ours = row.direction == Direction::Out;
    let class = item.part(move |item| item.message().map(|item| class(item, ours)));
    let progress: fn(&TimelineItem) -> Option<MessageState> =
        |item| item.message().map(|item| item.row.state.clone());
    let slug = |item: &TimelineItem| item.message().map(|item| message_state::slug(&item.row.state).into());
    let id = row.id.clone();
    let failed = move |progress: &Option<MessageState>| {
        let Some(MessageState::Failed(reason)) = progress else { return None };
        let (again, gone) = (id.clone(), id.clone());
        let button = |name| el("button").attr("type", "button").class("link-button").text(name);
        Some(el("p failed").with([
            el("span").text(&i18n::fail_words(lang, reason)),
            button(t.retry).on("click", move |_| state.retry(&again)),
            button(t.delete).on("click", move |_| state.delete_failed(&gone)),
        ]))
    };
    let (about, history) = (about.clone(), history.clone());
    let button = move |progress: &Option<MessageState>| progress.as_ref().and_then(|it| about.button(it));
    let time = el("time").attr("title", &formats::full(lang, row.at)).text(&formats::time(lang, row.at));
    let edits = |item: &TimelineItem| item.message().map(|item| Past(Rc::clone(&item.row)));
    let meta = el("span meta")
        .attr("dir", "auto")
        .live(item.part(edits), move |row| row.as_ref().and_then(|row| history.button(&row.0)))
        .live(item.part(starred), move |is| is.then(|| star(t)))
        .with(time)
        .live(item.part(progress), button);
    let text = |item: &TimelineItem| item.message().map(|item| Wording(Rc::clone(&item.row)));
    let says =
        move |row: &Option<Wording>| row.as_ref().map_or_else(Vec::new, |row| says(state, router, &row.0));
    let retracted = |item: &TimelineItem| {
        item.message().filter(|item| item.row.relations.retracted).map(|_| String::new())
    };
    // The log listens for it ([`super::actions`]). By keyboard the message itself is enough.
    let more = el("button more").attr("type", "button").attr("tabindex", "-1").attr("aria-haspopup", "menu");
    el("article")
        .live_attr("class", class)
        .attr("data-id", &row.id.0)
        .attr("data-from", row.from.as_str())
        .live_attr("data-state", item.part(slug))
        .live_attr("data-retracted", item.part(retracted))
        .attr("data-kind", "text")
        .attr_opt("data-selected", selection.has(&row.id).then_some(""))
        .attr("tabindex", "-1")
        .with(el("div bubble").attr("dir", "auto").live(item.part(text), says).with(meta))
        .with(related::reactions(state, &row, item))
        .live(item.part(progress), failed)
        .with(more.attr("aria-label", t.more_about_message).attr("title", t.more_about_message))
}

fn starred(item: &TimelineItem) -> bool {
    item.message().is_some_and(|item| item.row.starred)
}

fn star(t: &Text) -> El {
    el("span starred").attr("role", "img").attr("aria-label", t.starred).with(icon::icon(icon::STAR))
}

/// Rows that say the same are equal.
struct Wording(Rc<MessageRow>);

impl PartialEq for Wording {
    fn eq(&self, other: &Self) -> bool {
        self.0.body == other.0.body
            && self.0.format == other.0.format
            && self.0.relations.retracted == other.0.relations.retracted
    }
}

/// Rows that said the same before are equal.
struct Past(Rc<MessageRow>);

impl PartialEq for Past {
    fn eq(&self, other: &Self) -> bool {
        self.0.relations.edits == other.0.relations.edits
    }
}

/// So many characters are in `/me `.
const ME: u32 = 4;

/// What a message says, and to what.
fn says(state: AppState, router: Router, row: &MessageRow) -> Vec<El> {
    let t = state.text();
    let text = el("span body").attr("data-body", "");
    if row.relations.retracted {
        let words = if row.direction == Direction::Out { t.retracted_ours } else { t.retracted };
        return vec![el("span tombstone").text(words), text];
    }
    let quote = row.reply.as_ref().map(|reply| related::quote(state, reply));
    // "/me laughs" says that they laugh (XEP-0245).
    let (who, body) = match styling::action(&row.body) {
        Some(action) => {
            let name = state.person_part(&row.from, |who| who.name.clone());
            let who = el("span actor").attr("dir", "auto").live_text(name);
            (Some(who), body::add(text.with(el("span fence").text("/me ")), router, action, &row.format, ME))
        }
        None => (None, body::add(text, router, &row.body, &row.format, 0)),
    };
    let said: Vec<El> = who.into_iter().chain([body]).collect();
    let said = match &row.format.spoiler {
        Some(hint) => vec![said::cover(hint, t).with(said)],
        None => said,
    };
    quote.into_iter().chain(said).collect()
}

/// The classes of a message, from its place in its group.
fn class(item: &MessageItem, ours: bool) -> String {
    let mut class = String::from(if ours { "message pressable ours" } else { "message pressable theirs" });
    // Beside a quote nothing is shown large, nor what is not shown at first.
    let jumbo =
        item.row.reply.is_none() && item.row.format.spoiler.is_none() && emoji::is_jumbo(&item.row.body);
    for (is, name) in [(item.first_of_group, " first"), (item.last_of_group, " last"), (jumbo, " jumbo")] {
        if is {
            class.push_str(name);
        }
    }
    class
}
