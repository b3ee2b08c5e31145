//! One message.

use super::body;
use super::selection::Selection;
use crate::i18n::{self, formats};
use crate::live::Live;
use crate::parts::message_state::{self, About};
use crate::router::Router;
use crate::state::AppState;
use crate::ui::el::{El, el};
use model::{Direction, MessageState};
use projection::{MessageItem, TimelineItem, emoji, styling};

/// `first` is what the row shows now, `item` what it shows later. A row never turns into something else.
pub(super) fn message(
    state: AppState,
    router: Router,
    about: &About,
    selection: &Selection,
    first: &MessageItem,
    item: &Live<TimelineItem>,
) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let row = first.row.clone();
    let (ours, jumbo) = (row.direction == Direction::Out, emoji::is_jumbo(&row.body));
    let class = item.part(move |item| item.message().map(|item| class(item, ours, jumbo)));
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
    let about = about.clone();
    let icon = move |progress: &Option<MessageState>| progress.as_ref().and_then(|it| about.button(it));
    let text = el("span body").attr("data-body", "");
    // "/me laughs" says that they laugh (XEP-0245).
    let (who, body) = match styling::action(&row.body) {
        Some(action) => {
            let who = el("span actor")
                .attr("dir", "auto")
                .live_text(state.person_part(&row.from, |who| who.name.clone()));
            (Some(who), body::add(text.with(el("span fence").text("/me ")), router, action))
        }
        None => (None, body::add(text, router, &row.body)),
    };
    let time = el("time").attr("title", &formats::full(lang, row.at)).text(&formats::time(lang, row.at));
    let meta = el("span meta").attr("dir", "auto").with(time);
    // The log listens for it ([`super::actions`]). By keyboard the message itself is enough.
    let more = el("button more").attr("type", "button").attr("tabindex", "-1").attr("aria-haspopup", "menu");
    el("article")
        .live_attr("class", class)
        .attr("data-id", &row.id.0)
        .attr("data-from", row.from.as_str())
        .live_attr("data-state", item.part(slug))
        .attr("data-kind", "text")
        .attr_opt("data-selected", selection.has(&row.id).then_some(""))
        .attr("tabindex", "-1")
        .with(
            el("div bubble").attr("dir", "auto").with(who).with([body, meta.live(item.part(progress), icon)]),
        )
        .live(item.part(progress), failed)
        .with(more.attr("aria-label", t.more_about_message).attr("title", t.more_about_message))
}

/// The classes of a message, from its place in its group.
fn class(item: &MessageItem, ours: bool, jumbo: bool) -> String {
    let mut class = String::from(if ours { "message pressable ours" } else { "message pressable theirs" });
    for (is, name) in [(item.first_of_group, " first"), (item.last_of_group, " last"), (jumbo, " jumbo")] {
        if is {
            class.push_str(name);
        }
    }
    class
}
