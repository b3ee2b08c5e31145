//! One line of the chat list.

use super::menu;
use crate::i18n::{self, Text, formats};
use crate::live::Live;
use crate::parts::{message_state, person, said};
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use model::{Direction, Preview};
use projection::{ChatItem, styling};
use std::rc::Rc;

/// What the second half of a line says.
#[derive(PartialEq)]
enum Says {
    /// The contact writes to us.
    Writing,
    /// What the person began to write.
    Draft(String),
    /// The newest message.
    Last(Option<Preview>),
}

/// The line.
pub(super) fn line(state: AppState, router: Router, chat: &Live<Rc<ChatItem>>) -> El {
    let (t, lang) = (state.text(), state.lang_now());
    let jid = chat.peek(|chat| chat.person.jid.clone());
    let name: fn(&Rc<ChatItem>) -> String = |chat| chat.person.name.clone();
    let last_at = chat.part(|chat| chat.row.last.as_ref().map(|last| last.at));
    let time = move || last_at().map(|at| formats::brief(lang, at, state.today())).unwrap_or_default();
    let route = Route::Chat(jid.clone());
    let href = route.hash();
    let is_open = move || router.route() == route;
    let current = is_open.clone();
    let current = move || current().then(|| "page".to_owned());
    let picture = el("span avatar-box").with(person::avatar(&jid, chat.part(name)));
    let writer = jid.clone();
    let writing = move || state.is_writing(&writer).then(String::new);
    let writes = writing.clone();
    let begun = chat
        .part(|chat| Some(&chat.row.draft).filter(|draft| draft.is_some()).map(|draft| brief(&draft.text)));
    let last = chat.part(|chat| chat.row.last.clone());
    let (author, account) = (chat.part(name), state.account_now());
    let own = move || account.as_ref().map(|jid| state.person_now(jid).name).unwrap_or_default();
    let says = move || match begun().filter(|_| !is_open()) {
        _ if writing().is_some() => Says::Writing,
        // Where it is being written it is seen already.
        Some(draft) => Says::Draft(draft),
        None => Says::Last(last()),
    };
    let link = el("a line").attr("href", &href).live_attr("aria-current", current).with([
        picture.live(chat.part(|chat| chat.person.presence.availability), |availability| {
            person::dot(*availability)
        }),
        el("span line-top").with([
            el("span line-name").attr("dir", "auto").live_text(chat.part(name)),
            el("span line-marks").live(chat.part(marks), move |marks| {
                marks.iter().flatten().map(|mark| show(*mark, t)).collect::<Vec<_>>()
            }),
            el("span line-time").live_text(time),
        ]),
        el("span line-bottom")
            .live(says, move |says| match says {
                Says::Writing => vec![el("span line-text writing").text(t.writing)],
                Says::Draft(text) => draft(text, t),
                Says::Last(last) => preview(last.as_ref(), &|ours| if ours { own() } else { author() }, t),
            })
            .live(
                chat.part(|chat| (chat.row.unread, menu::has_unread(chat), chat.is_muted)),
                move |unread| badge(*unread, t),
            ),
    ]);
    el("li pressable")
        .attr("data-jid", jid.as_str())
        .live_attr("data-typing", writes)
        .with([link, menu::more(t)])
}

/// What a line is marked as.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Archived,
    Mentioned,
    Muted,
    Pinned,
}

fn marks(chat: &Rc<ChatItem>) -> [Option<Mark>; 4] {
    let listing = &chat.row.listing;
    [
        chat.row.mentioned.then_some(Mark::Mentioned),
        listing.archived.then_some(Mark::Archived),
        chat.is_muted.then_some(Mark::Muted),
        listing.pinned.then_some(Mark::Pinned),
    ]
}

fn show(mark: Mark, t: &'static Text) -> El {
    let (name, label, path) = match mark {
        Mark::Archived => ("archived", t.archived, icon::ARCHIVE),
        Mark::Mentioned => ("mentioned", t.mentioned, icon::AT),
        Mark::Muted => ("muted", t.muted, icon::BELL_OFF),
        Mark::Pinned => ("pinned", t.pinned, icon::PIN),
    };
    el("span line-mark")
        .attr("role", "img")
        .attr("aria-label", label)
        .attr("data-mark", name)
        .with(icon::icon(path))
}

fn draft(text: &str, t: &'static Text) -> Vec<El> {
    let mark = el("span line-draft").text(t.draft);
    vec![el("span line-text").attr("dir", "auto").attr("data-draft", "").with(mark).text(text)]
}

/// `name` says what an author is called, ours or theirs.
fn preview(last: Option<&Preview>, name: &dyn Fn(bool) -> String, t: &'static Text) -> Vec<El> {
    let Some(last) = last else { return vec![el("span line-text").text(t.no_messages_preview)] };
    let ours = last.direction == Direction::Out;
    let mut views: Vec<El> = message_state::icon(&last.state, t).filter(|_| ours).into_iter().collect();
    let text = el("span line-text").attr("dir", "auto");
    views.push(match (last.retracted, ours) {
        (true, true) => text.text(t.retracted_ours),
        (true, false) => text.text(t.retracted),
        (false, _) if last.spoiler => {
            text.text(if ours { t.you } else { "" }).text(&said::spoiler(&last.body, t))
        }
        (false, _) => match styling::action(&last.body) {
            // XEP-0245 §4.
            Some(action) => text.text(&["* ", &name(ours), " ", &brief(action)].concat()),
            None => text.text(if ours { t.you } else { "" }).text(&brief(&last.body)),
        },
    });
    views
}

/// One line: what people wrote below each other stands beside each other.
fn brief(text: &str) -> String {
    let mut brief = String::new();
    for word in text.split_whitespace() {
        if brief.len() > 4 * Preview::MAX_CHARS {
            break;
        }
        brief.push_str(if brief.is_empty() { "" } else { " " });
        brief.extend(word.chars().take(Preview::MAX_CHARS));
    }
    brief
}

/// `unread` messages, whether there is something to read at all, and whether that is to be quiet.
fn badge((unread, any, muted): (u32, bool, bool), t: &'static Text) -> Option<El> {
    if !any {
        return None;
    }
    let badge = el(if muted { "span badge quiet-badge" } else { "span badge" }).attr("role", "img");
    if unread == 0 {
        return Some(badge.attr("aria-label", t.marked_unread).attr("data-mark", "unread"));
    }
    let label = i18n::count(unread, t.unread_one, t.unread_other);
    let badge = badge.attr("aria-label", &label);
    let shown = if unread > 999 { "999+".to_owned() } else { unread.to_string() };
    Some(badge.attr("data-unread", &unread.to_string()).text(&shown))
}
