//! Looking for messages, in one chat or in all.

use crate::dom;
use crate::i18n::{self, Text};
use crate::live::{Live, effect, give, keep};
use crate::parts::line;
use crate::router::{Route, Router};
use crate::state::{AppState, Asking, FoundItem, Looking};
use crate::ui::el::{El, Key, View, el};
use crate::ui::{empty, finder, icon};
use model::BareJid;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

/// The field's `id`.
const FIELD: &str = "search-messages";

/// The screen, as long as it is there.
struct Open(AppState);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.leave_search();
    }
}

/// The result that was opened last.
type Opened = Rc<RefCell<Option<HtmlElement>>>;

/// The screen. It stays beside (on a phone: behind) the chat that a result leads to; `leave` leaves it.
pub(crate) fn screen(state: AppState, router: Router, chat: Option<&BareJid>, leave: Rc<dyn Fn()>) -> View {
    let t: &'static Text = state.text();
    let searching = state.searching();
    let scope = chat.cloned();
    effect(move || state.search(&searching.typed.get(), scope.clone()));
    keep(Box::new(Open(state)));
    // Who comes back from a result reads on; others type.
    let opened = Opened::default();
    let back_from = Opened::clone(&opened);
    effect(move || {
        if matches!(router.route(), Route::Search(_)) {
            match back_from.take() {
                Some(link) => dom::next_frame(move || drop(link.focus())),
                None => dom::focus_soon(FIELD),
            }
        }
    });
    state.ask_for_offer();
    let on_back = Rc::clone(&leave);
    let arrows = [
        el("span back-arrow").with(icon::icon(icon::BACK)),
        el("span back-cross").with(icon::icon(icon::CLOSE)),
    ];
    let title = el("h1 bar-title").text(t.search);
    let back = el("a icon-button back").attr("href", "#/").attr("aria-label", t.back).attr("title", t.back);
    let back = back.on("click", move |event| {
        event.prevent_default();
        on_back();
    });
    let whose = chat.map(|chat| {
        let words = move |name: String| i18n::fill(t.search_in, &[&name]);
        let name = state.person_part(chat, |who| who.name.clone());
        let all = el("button").attr("type", "button").class("link-button").text(t.search_everywhere);
        let (whose, date) = (chat.clone(), el("input search-date").attr("type", "date"));
        let go = move |event: Event| {
            // Midnight of that day in UTC. Nothing if no day was picked; while a year is typed it is one before 1000.
            let picked = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(at) = picked.map(|input| input.value_as_number()).filter(|at| *at > 0.0) {
                state.jump_to_day(&whose, at);
                router.push(Route::Chat(whose.clone()));
            }
        };
        let date = el("label").text(t.jump_to_date).with(date.on("change", go));
        el("div search-scope").with([
            el("span").attr("dir", "auto").live_text(move || words(name())),
            all.on("click", move |_| router.replace(Route::Search(None))),
            date,
        ])
    });
    let list = list(state, t.search_results, &searching.found, &opened);
    let more = move |looking: &Looking| {
        let more = el("button").attr("type", "button").class("button search-more").text(t.search_more);
        matches!(looking, Looking::Found { more: true, .. })
            .then(|| more.on("click", move |_| state.search_more()))
    };
    let nothing = move || searching.found.with(Vec::is_empty).then(|| searching.looking());
    View::from([
        el("header bar search-bar").with([back.with(arrows), title]),
        el("div search")
            .with([finder::field(
                FIELD,
                t.search_messages,
                t.clear_search,
                &searching.typed,
                give(move || leave()),
            )])
            .with(whose)
            .with([
                // Said as well as shown.
                el("p search-found")
                    .attr("role", "status")
                    .live_attr("data-query", move || searching.is_settled().then(|| searching.typed.get()))
                    .live_text(move || count(t, searching.looking())),
            ]),
        el("div scroll")
            .with(list)
            .live(move || searching.looking(), more)
            .live(nothing, move |looking| looking.and_then(|looking| instead(t, looking)))
            .with(there(state, t, &opened)),
    ])
}

/// What the server finds, where it can look.
fn there(state: AppState, t: &'static Text, opened: &Opened) -> El {
    let said = move |asking: &Asking| {
        let words = |words: &str| el("p list-title").attr("role", "status").text(words);
        Some(match asking {
            Asking::Nothing => return None,
            Asking::Offered => {
                let ask =
                    el("button").attr("type", "button").class("button search-more").text(t.search_there);
                ask.on("click", move |_| state.search_there())
            }
            Asking::UnderWay => words(t.search_there_now),
            Asking::Found(0) => words(t.search_there_none),
            Asking::Found(_) => words(t.search_there_found),
            Asking::Failed => words(t.search_there_failed),
        })
    };
    let list = list(state, t.search_there_found, &state.searching().found_there, opened);
    el("div search-there").live(move || state.asking(), said).with(list)
}

/// How many were found.
fn count(t: &Text, looking: Looking) -> String {
    match looking {
        Looking::Found { count: 0, .. } => t.search_none.to_owned(),
        Looking::Found { count, more: true, .. } => i18n::fill(t.search_newest, &[&count.to_string()]),
        Looking::Found { count, .. } => i18n::count(count, t.search_one, t.search_other),
        _ => String::new(),
    }
}

/// What stands where nothing was found.
fn instead(t: &Text, looking: Looking) -> Option<El> {
    let (title, text) = match looking {
        Looking::Nothing => (t.search_messages, t.search_text),
        Looking::Vague => (t.search_messages, t.search_vague),
        Looking::UnderWay => return None,
        Looking::Found { partial: true, .. } => (t.search_none, t.search_partial),
        Looking::Found { .. } => (t.search_none, t.search_none_text),
    };
    Some(empty::empty(icon::SEARCH, title, el("p").text(text)))
}

/// What was found.
fn list(state: AppState, name: &str, found: &Live<Vec<FoundItem>>, opened: &Opened) -> El {
    let line = {
        let (found, opened) = (found.clone(), Opened::clone(opened));
        move |key: &Key| {
            found.peek(|items| Some(result(state, items.iter().find(|item| item.key == *key)?, &opened)))
        }
    };
    el("ul list")
        .attr("aria-label", name)
        .live_flag("hidden", found.part(Vec::is_empty))
        .on("keydown", |event| finder::step(&event, FIELD))
        .each(found.part(|items| items.iter().map(|item| Key::clone(&item.key)).collect()), line)
}

fn result(state: AppState, item: &FoundItem, opened: &Opened) -> El {
    let t = state.text();
    let part = |(text, is_match): &(String, bool)| el(if *is_match { "mark" } else { "span" }).text(text);
    let said = el("span").attr("data-snippet", "").with(item.snippet.iter().map(part).collect::<Vec<_>>());
    let said = el("span found-text").attr("dir", "auto").text(if item.ours { t.you } else { "" }).with(said);
    let (opened, to) = (Opened::clone(opened), item.clone());
    let link = line::of_message(state, &item.chat, item.at, said).class("line found");
    // The shell follows the link when it has heard of the click.
    let link = link.on("click", move |event| {
        opened.replace(event.current_target().and_then(|link| link.dyn_into().ok()));
        state.open_found(&to);
    });
    el("li").attr("data-jid", item.chat.as_str()).attr("data-id", &item.id.0).with(link)
}
