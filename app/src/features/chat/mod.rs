//! A chat: who it is with, and what was said.

mod actions;
mod body;
mod deleting;
mod details;
mod forward;
mod hold;
mod marks;
mod message;
mod options;
mod related;
mod resize;
mod scroll;
mod selection;
mod swipe;

use self::actions::Actions;
use crate::i18n::{self, Text, formats};
use crate::parts::message_state::About;
use crate::parts::{person, said};
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::el::{El, Key, el};
use crate::ui::{empty, icon};
use hold::Hold;
use model::BareJid;
use projection::{Person, TimelineItem, styling};
use scroll::Follow;

/// The head: the way back, who it is, whether they are here.
pub(crate) fn header(state: AppState, router: Router, chat: &BareJid) -> El {
    let t = state.text();
    let name: fn(&Person) -> String = |who| who.name.clone();
    let presence = move |who: &Person| {
        // Of somebody whose presence we may not see we know nothing, not even that they are away.
        if who.subscription.sees_them() { person::words(&who.presence, t) } else { String::new() }
    };
    let (who, presence) = (chat.clone(), state.person_part(chat, presence));
    let about = move || if state.is_writing(&who) { t.writing.to_owned() } else { presence() };
    let who = chat.clone();
    let writing = move || state.is_writing(&who).then(String::new);
    let here = |who: &Person| Some(person::slug(who.presence.availability).into());
    let picture = el("span avatar-box small").with(person::avatar(chat, state.person_part(chat, name)));
    let back = el("a icon-button back").attr("href", "#/").attr("aria-label", t.back).attr("title", t.back);
    let back = back.on("click", move |event| {
        event.prevent_default();
        router.back();
    });
    let about_line = el("p chat-about")
        .live_attr("data-presence", state.person_part(chat, here))
        .live_attr("data-typing", writing);
    let search = el("a icon-button chat-search").attr("href", &Route::Search(Some(chat.clone())).hash());
    let search = search.attr("aria-label", t.search_this_chat).attr("title", t.search_this_chat);
    el("header bar chat-bar")
        .with([
            back.with([
                el("span back-arrow").with(icon::icon(icon::BACK)),
                el("span back-cross").with(icon::icon(icon::CLOSE)),
            ]),
            picture.live(state.person_part(chat, |who| who.presence.availability), |is| person::dot(*is)),
            el("div chat-who").with([
                el("h1 chat-name").attr("dir", "auto").live_text(state.person_part(chat, name)),
                about_line.with([
                    el("span chat-presence").attr("dir", "auto").live_text(about),
                    el("span chat-address").attr("dir", "ltr").text(chat.as_str()),
                ]),
            ]),
        ])
        .with(search.with(icon::icon(icon::SEARCH)))
        .with(options::options(state, chat))
}

/// The messages.
pub(crate) fn timeline(state: AppState, router: Router, chat: &BareJid) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let timeline = state.timeline();
    let about = About::new(t);
    let history = related::History::new(state);
    let (meaning, earlier) = (about.view(), history.view());
    let actions = Actions::new(state);
    let polite = || el("div visually-hidden").attr("aria-live", "polite");
    let (arrived, felt) = (polite().live_text(announcement(state)), polite().live_text(reaction(state)));
    let name = state.person_part(chat, |who| who.name.clone());
    let nothing = move |name: &Option<String>| {
        let text = el("p").text(&i18n::fill(t.chat_empty_text, &[name.as_deref()?]));
        Some(empty::empty(icon::CHATS, t.chat_empty, text))
    };
    let day = move |day: i64| {
        el("div day").with(el("span").live_text(move || formats::day(lang, day, state.today())))
    };
    // It keeps its place when nothing older is left: all would jump for whoever is at the very top.
    let older = el("div older").attr("aria-hidden", "true").with(el("i"));
    let older = older.live_attr("data-more", move || timeline.has_older().then(String::new));
    let loading = |loaded: &bool| (!loaded).then(|| el("p chat-loading").text(t.loading));
    let chosen = actions.selection();
    let row = move |key: &Key| {
        let item = timeline.rows().row(key)?;
        Some(match item.now() {
            TimelineItem::Day { day: number, .. } => day(number),
            TimelineItem::Hole(_) => marks::hole(state, key, &item),
            TimelineItem::Unread { .. } => marks::unread(state, &item),
            TimelineItem::Message(first) => {
                message::message(state, router, (&about, &history, &chosen), &first, &item)
            }
        })
    };
    let bare = move || timeline.is_empty() || !timeline.is_loaded();
    let rows = el("div messages-inner")
        .live_attr("data-bare", move || bare().then(String::new))
        .with(older)
        .each(move || timeline.rows().keys(), row)
        .live(move || timeline.is_empty().then(&name), nothing)
        .live(move || timeline.is_loaded(), loading);
    // Live changes are announced one by one below the log; the log itself would read out every older page.
    let log = el("section messages")
        .attr("role", "log")
        .attr("aria-label", t.messages)
        .attr("aria-live", "off")
        .attr("tabindex", "0");
    let log = swipe::swiping(state, actions.selection(), actions.listen(log));
    // What comes first in the scroller is its lower end.
    let runway = el("div runway").attr("aria-hidden", "true");
    let (scroller, to_unread, to_back) = (log.node(), log.node(), log.node());
    let follow = Follow::new(state, Hold::new(scroller, rows.node(), runway.node()));
    let (looking, away) = (follow.clone(), follow.clone());
    let unread =
        move |count: &Option<u32>| count.map(|count| scroll::unread_button(state, &to_unread, count));
    let back = move |is: &bool| is.then(|| scroll::back_button(state, &to_back));
    let end = move |unseen: &Option<u32>| unseen.map(|unseen| scroll::end_button(state, unseen));
    let (selecting, bar) = (actions.selecting(), actions.selecting());
    el("div timeline")
        .live_attr("data-selecting", move || selecting().then(String::new))
        .on("keydown", actions.escape())
        .with(log.with([runway, rows]).on("scroll", move |_| looking.look_soon()))
        .live(move || away.unread_away(), unread)
        .with(el("div ways").live(move || timeline.can_go_back(), back).live(move || follow.unseen(), end))
        .with([arrived, felt])
        .with([meaning, earlier])
        .with(actions.view())
        .live(bar, actions.bar())
}

/// What came in, for those who listen.
fn announcement(state: AppState) -> impl Fn() -> String {
    move || {
        let Some(row) = state.timeline().arrived() else { return String::new() };
        let name = state.person_now(&row.from).name;
        styling::spoken(&name, &said::of(&row, state.text()))
    }
}

/// What somebody feels about a message of ours now.
fn reaction(state: AppState) -> impl Fn() -> String {
    move || {
        let Some((who, emoji, row)) = state.felt() else { return String::new() };
        let said = said::one_line(&said::of(&row, state.text()));
        i18n::fill(state.text().reacted, &[&state.person_now(&who).name, &emoji, &said])
    }
}

/// Shown beside the list while no chat is open.
pub(crate) fn placeholder(t: &'static Text) -> El {
    let text = el("p").text(t.pick_chat_text);
    el("div placeholder").with(empty::empty(icon::CHATS, t.pick_chat, text))
}
