//! What a message shows beside its text: what it answers, that it was corrected, and what people feel about it.

use crate::i18n::{Text, formats};
use crate::live::Live;
use crate::parts::said;
use crate::state::AppState;
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, el};
use model::{BareJid, Format, MessageRow, PageAt, Reply};
use projection::TimelineItem;
use std::rc::Rc;

/// The name of somebody in this chat.
fn name(state: AppState, who: &BareJid) -> String {
    if state.account_now().as_ref() == Some(who) {
        state.text().me.to_owned()
    } else {
        state.person(who).name
    }
}

/// The message that this one answers, as it is now, or what is said of it as long as it is not here. It leads there.
pub(super) fn quote(state: AppState, reply: &Reply) -> El {
    let t = state.text();
    let answered = state.answered(reply);
    let said = reply.quote.clone();
    let text = answered.part(move |row| match row {
        Some(row) => said::one_line(&said::of(row, t)),
        None => said::one_line(&said),
    });
    let author = reply.author.clone();
    let button =
        el("button quote").attr("type", "button").attr("title", t.go_to_message).attr("data-quote", "");
    button
        .on("click", move |_| {
            if let Some(row) = answered.now() {
                state.jump_to(&row.chat, PageAt::Message(row.id));
            }
        })
        .with([
            el("span quote-author").attr("dir", "auto").live_text(move || name(state, &author)),
            el("span quote-text").attr("dir", "auto").live_text(text),
        ])
}

/// What people feel about a message. Each can be felt, too, or no longer.
pub(super) fn reactions(state: AppState, first: &MessageRow, item: &Live<TimelineItem>) -> El {
    type All = Vec<(String, Vec<BareJid>)>;
    let t = state.text();
    let all = |item: &TimelineItem| -> All {
        let Some(item) = item.message() else { return Vec::new() };
        let owned =
            |(emoji, who): (&str, Vec<&BareJid>)| (emoji.to_owned(), who.into_iter().cloned().collect());
        item.row.relations.reactions().into_iter().map(owned).collect()
    };
    let id = first.id.clone();
    let chip = move |(emoji, who): &(String, Vec<BareJid>)| {
        let names: Vec<String> = who.iter().map(|who| name(state, who)).collect();
        // What is seen is part of what is said (WCAG 2.5.3).
        let count = who.len().to_string();
        let label = [emoji.as_str(), " ", &count, ": ", &names.join(", ")].concat();
        let is_mine = state.account_now().is_some_and(|account| who.contains(&account));
        let (id, felt) = (id.clone(), emoji.clone());
        let chip =
            el("button reaction").attr("type", "button").attr("aria-label", &label).attr("title", &label);
        chip.attr("data-reaction", emoji)
            .attr("aria-pressed", if is_mine { "true" } else { "false" })
            .on("click", move |_| state.react(&id, &felt))
            .with([el("span").text(emoji), el("span reaction-count").text(&count)])
    };
    el("div reactions")
        .attr("role", "group")
        .attr("aria-label", t.reactions)
        .live(item.part(all), move |all| all.iter().map(&chip).collect::<Vec<El>>())
}

/// When it was written, what it said, and the hint if it was a spoiler.
type Earlier = (String, String, Option<String>);

/// A dialog with the earlier texts of a message; one for all of them.
#[derive(Clone)]
pub(super) struct History {
    state: AppState,
    dialog: Dialog,
    texts: Live<Rc<[Earlier]>>,
}

impl History {
    /// A closed one, not on the page yet.
    pub(super) fn new(state: AppState) -> Self {
        Self { state, dialog: Dialog::new(), texts: Live::new(Rc::new([])) }
    }

    /// The word that a message was corrected, as a button that shows what it said before.
    pub(super) fn button(&self, row: &Rc<MessageRow>) -> Option<El> {
        let shows = row.relations.is_edited() && !row.relations.retracted;
        let (this, row, t) = (self.clone(), Rc::clone(row), self.state.text());
        let button = el("button edited").attr("type", "button").attr("title", t.earlier_texts).text(t.edited);
        shows.then(|| button.on("click", move |_| this.open(&row)))
    }

    fn open(&self, row: &MessageRow) {
        let lang = self.state.lang_now();
        let line = |(at, text, format): (Option<i64>, &str, &Format)| {
            (formats::full(lang, at.unwrap_or(row.at)), text.to_owned(), format.spoiler.clone())
        };
        self.texts.set(row.relations.history().into_iter().map(line).collect());
        self.dialog.open();
    }

    /// Puts it on the page.
    pub(super) fn view(&self) -> El {
        let t: &'static Text = self.state.text();
        let closed = self.dialog.clone();
        let ok = el("button button").attr("type", "button").text(t.ok).on("click", move |_| closed.close());
        let texts = el("ol history").live(self.texts.part(Rc::clone), move |texts| {
            let line = |(at, text, spoiler): &Earlier| {
                let text = el("p").attr("dir", "auto").text(text);
                let text = match spoiler {
                    Some(hint) => said::cover(hint, t).with(text),
                    None => text,
                };
                el("li").with([el("time").text(at), text])
            };
            texts.iter().map(line).collect::<Vec<El>>()
        });
        self.dialog.view("history-title", el("h2").text(t.earlier_texts), texts, ok)
    }
}
