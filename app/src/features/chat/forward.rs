//! Passing texts on: to whom, and that it was done.

use crate::dom;
use crate::i18n;
use crate::live::Live;
use crate::parts::person;
use crate::state::AppState;
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, el};
use crate::ui::toast::Toast;
use model::{BareJid, MessageRow, Set, fold};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// More are not listed; a search finds the others.
const LISTED: usize = 100;

/// A dialog that asks to whom; one for all messages of a chat.
#[derive(Clone)]
pub(super) struct Forward {
    state: AppState,
    dialog: Dialog,
    toast: Toast,
    rows: Rc<RefCell<Vec<MessageRow>>>,
    search: Live<String>,
    chosen: Live<Vec<BareJid>>,
    /// How often it was opened: the list is made anew then.
    opened: Live<u32>,
}

impl Forward {
    /// A closed one, not on the page yet.
    pub(super) fn new(state: AppState, toast: &Toast) -> Self {
        Self {
            state,
            dialog: Dialog::new(),
            toast: toast.clone(),
            rows: Rc::default(),
            search: Live::default(),
            chosen: Live::default(),
            opened: Live::default(),
        }
    }

    /// Asks to whom these go, in this order.
    pub(super) fn open(&self, rows: Vec<MessageRow>) {
        self.rows.replace(rows);
        self.search.set(String::new());
        self.chosen.set(Vec::new());
        self.opened.update(|opened| *opened += 1);
        self.dialog.open();
    }

    /// Puts it on the page.
    pub(super) fn view(&self) -> El {
        let (state, t) = (self.state, self.state.text());
        let (opened, search) = (self.opened.clone(), self.search.clone());
        let (listed, cancelled, sent, chosen) =
            (self.clone(), self.clone(), self.clone(), self.chosen.clone());
        let field = el("input")
            .attr("type", "search")
            .attr("aria-label", t.forward_search)
            .attr("placeholder", t.forward_search)
            .attr("autocomplete", "off")
            .bind(&self.search);
        // On a phone the keyboard would cover the list.
        let touch = dom::media("(pointer: coarse)").then_some("");
        let list = el("ul forward-list")
            .attr("tabindex", "-1")
            .attr_opt("autofocus", touch)
            .attr("aria-label", t.forward_to)
            // A list of all people is not for every chat that is opened.
            .live(
                move || (opened.get(), search.get()),
                move |(opened, search)| if *opened > 0 { listed.people(search) } else { Vec::new() },
            );
        let cancel = el("button button").attr("type", "button").text(t.cancel);
        let send = el("button button primary").attr("type", "button").text(t.send);
        let actions = [
            cancel.on("click", move |_| cancelled.dialog.close()),
            send.live_flag("disabled", move || chosen.with(Vec::is_empty))
                .on("click", move |_| sent.send(state)),
        ];
        let body = [el("div field").with(field), list];
        self.dialog.view("forward-title", el("h2").text(t.forward_to), body, actions)
    }

    /// Those we talk to, the last ones first, then the other contacts.
    fn people(&self, search: &str) -> Vec<El> {
        let (state, search) = (self.state, fold(search.trim()));
        let mut known = Set::default();
        let keys = state.chats().keys().into_iter().chain(state.contacts().keys());
        let people = keys.filter_map(|key| key.parse::<BareJid>().ok());
        let fits = |jid: &BareJid| {
            fold(&state.person_now(jid).name).contains(&search) || jid.as_str().contains(&search)
        };
        let is_new = |jid: &BareJid| known.insert(jid.clone());
        people.filter(is_new).filter(fits).take(LISTED).map(|jid| self.line(&jid)).collect()
    }

    fn line(&self, jid: &BareJid) -> El {
        let name = self.state.person_now(jid).name;
        let (shown, initial) = (name.clone(), name);
        let input = el("input").attr("type", "checkbox");
        let node = input.node();
        let (is_chosen, chosen, to, of) =
            (self.chosen.clone(), self.chosen.clone(), jid.clone(), jid.clone());
        let input = input.live_checked(move || is_chosen.with(|chosen| chosen.contains(&of))).on(
            "change",
            move |_| {
                let on = node.dyn_ref::<HtmlInputElement>().is_some_and(HtmlInputElement::checked);
                chosen.update(|chosen| {
                    chosen.retain(|other| *other != to);
                    if on {
                        chosen.push(to.clone());
                    }
                });
            },
        );
        let picture = el("span avatar-box small").with(person::avatar(jid, move || initial.clone()));
        let words = el("span forward-who").with([
            el("span").attr("dir", "auto").text(&shown),
            el("span hint").attr("dir", "ltr").text(jid.as_str()),
        ]);
        el("li").attr("data-jid", jid.as_str()).with(el("label forward-line").with([picture, words, input]))
    }

    fn send(&self, state: AppState) {
        self.dialog.close();
        let (rows, to) = (self.rows.take(), self.chosen.now());
        for chat in &to {
            for row in &rows {
                state.forward(chat.clone(), row);
            }
        }
        let t = state.text();
        let said = match to.as_slice() {
            [one] => i18n::fill(t.forwarded, &[&state.person_now(one).name]),
            many => i18n::fill(t.forwarded_many, &[&many.len().to_string()]),
        };
        self.toast.say(&said);
    }
}
