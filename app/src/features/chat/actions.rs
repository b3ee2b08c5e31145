//! What can be done with a message, and the ways to it: a long press, the right button, the button beside it, the keyboard.

use super::deleting::{Asked, Deleting};
use super::details::Details;
use super::forward::Forward;
use super::selection::{Act, Selection};
use crate::dom;
use crate::i18n::formats;
use crate::parts::emoji::Picker;
use crate::parts::{message_state, said};
use crate::state::AppState;
use crate::ui::el::El;
use crate::ui::icon;
use crate::ui::menu::{At, Item, Menu};
use crate::ui::press;
use crate::ui::toast::Toast;
use browser::prefs;
use leptos::task::spawn_local;
use model::{LocalId, MessageRow, MessageState};
use projection::styling;
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, ShareData};

/// A message in the log.
pub(super) const MESSAGE: &str = ".message";
/// Its button that opens its menu.
const MORE: &str = ".more";

/// What can be done with the messages of one chat.
#[derive(Clone)]
pub(super) struct Actions {
    state: AppState,
    menu: Menu,
    picker: Picker,
    details: Details,
    deleting: Deleting,
    forward: Forward,
    selection: Selection,
    toast: Toast,
    /// The messages, once they are on the page.
    log: Rc<OnceCell<Element>>,
}

/// What is felt most often.
const QUICK: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

impl Actions {
    /// Not on the page yet.
    pub(super) fn new(state: AppState) -> Self {
        let toast = Toast::default();
        Self {
            state,
            menu: Menu::new(),
            picker: Picker::new(state),
            details: Details::new(state),
            deleting: Deleting::new(state),
            forward: Forward::new(state, &toast),
            selection: Selection::new(state),
            toast,
            log: Rc::default(),
        }
    }

    /// Puts menu and dialogs on the page.
    pub(super) fn view(&self) -> [El; 6] {
        [
            self.menu.view(),
            self.picker.view(),
            self.details.view(),
            self.deleting.view(),
            self.forward.view(),
            self.toast.view(),
        ]
    }

    /// Listens in the log.
    pub(super) fn listen(&self, log: El) -> El {
        let (asked, clicked, pressed) = (self.clone(), self.clone(), self.clone());
        // There is one log, made once.
        let _ = self.log.set(log.node());
        press::asking(log, MESSAGE, move |message, at| asked.ask(message, at))
            .on("click", move |event| {
                let Some(message) = dom::closest(&event, MESSAGE) else { return };
                if clicked.selection.is_on() {
                    event.prevent_default();
                    clicked.selection.toggle(&message);
                } else if let Some(more) = dom::closest(&event, MORE) {
                    clicked.open(&message, &At::Under(more));
                }
            })
            .on("keydown", move |event| pressed.on_key(&event))
    }

    fn row(&self, message: &Element) -> Option<MessageRow> {
        self.state.timeline().row(&LocalId(message.get_attribute("data-id")?))
    }

    /// While messages are being selected, all ways to ask for a menu take one in or out.
    fn ask(&self, message: &Element, at: &At) {
        if self.selection.is_on() { self.selection.toggle(message) } else { self.open(message, at) }
    }

    fn open(&self, message: &Element, at: &At) {
        if let Some(row) = self.row(message) {
            self.menu.open(self.state.text().more_about_message, self.items(message, row, at), at);
        }
    }

    /// What can be done with this message, the likeliest first.
    fn items(&self, message: &Element, row: MessageRow, at: &At) -> Vec<Item> {
        let (t, copier, details) = (self.state.text(), self.clone(), self.details.clone());
        let (state, body, failed) =
            (self.state, row.body.clone(), matches!(row.state, MessageState::Failed(_)));
        let (is_there, is_editable) = (row.is_answerable(), row.is_editable());
        let id = || row.id.clone();
        let mut items = Vec::new();
        if is_there {
            // And what was picked last, if that is another one.
            let last = prefs::recent_emoji().into_iter().find(|emoji| !QUICK.contains(&emoji.as_str()));
            items.extend(QUICK.map(str::to_owned).into_iter().chain(last).map(|emoji| {
                let (id, felt) = (id(), emoji.clone());
                Item::short(&emoji, move || state.react(&id, &felt))
            }));
            let (picker, at, felt) = (self.picker.clone(), at.clone(), id());
            items.push(Item::new(t.react_otherwise, icon::SMILE, move || {
                picker.open(&at, move |emoji| state.react(&felt, emoji));
            }));
            let id = id();
            items.push(Item::new(t.reply, icon::REPLY, move || state.reply_to(&id)));
        }
        if is_editable {
            let id = id();
            items.push(Item::new(t.edit, icon::EDIT, move || state.edit(&id)));
        }
        if failed {
            let id = id();
            items.push(Item::new(t.retry, icon::RETRY, move || state.retry(&id)));
        }
        if !row.relations.retracted {
            let (forward, selection, message) =
                (self.forward.clone(), self.selection.clone(), message.clone());
            let (passed_on, shared) = (row.clone(), body.clone());
            items.push(Item::new(t.copy, icon::COPY, move || copier.copy(&body)));
            items.push(Item::new(t.forward, icon::FORWARD, move || forward.open(vec![passed_on])));
            if can_share() {
                items.push(Item::new(t.share, icon::SHARE, move || share(&shared)));
            }
            let (name, path) = if row.starred { (t.unstar, icon::UNSTAR) } else { (t.star, icon::STAR) };
            let id = id();
            items.push(Item::new(name, path, move || state.star(&id)));
            items.push(Item::new(t.select_several, icon::SELECT, move || selection.toggle(&message)));
        }
        let (asked, gone) = (row.clone(), row.id.clone());
        items.push(Item::new(t.message_details, icon::INFO, move || details.open(asked)));
        if failed {
            items.push(Item::danger(t.delete, icon::REMOVE, move || state.delete_failed(&gone)));
        } else {
            let ask = |for_all: bool| {
                let (deleting, ids) = (self.deleting.clone(), vec![id()]);
                move || deleting.ask(Asked { ids, for_me: !for_all, for_all })
            };
            items.push(Item::danger(t.delete_for_me, icon::REMOVE, ask(false)));
            if is_editable {
                items.push(Item::danger(t.delete_for_all, icon::REMOVE, ask(true)));
            }
        }
        items
    }

    fn copy(&self, text: &str) {
        // The answer is not waited for: a page may be refused the clipboard only without a press, and this follows one.
        let _ = dom::window().navigator().clipboard().write_text(text);
        self.toast.say(self.state.text().copied);
    }

    /// Arrows go from message to message, Enter opens the menu of one.
    fn on_key(&self, event: &Event) {
        let Some((key, log)) = event.dyn_ref::<KeyboardEvent>().zip(self.log.get()) else { return };
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        let message = Some(target.clone()).filter(|target| target.matches(MESSAGE).unwrap_or_default());
        let within = message.is_none() && target != *log;
        if within || key.shift_key() || key.ctrl_key() || key.alt_key() || key.meta_key() {
            return;
        }
        let next = match (key.key().as_str(), message) {
            ("Enter", Some(message)) => {
                event.prevent_default();
                return self.ask(&message, &At::Under(message.clone()));
            }
            ("ArrowUp" | "ArrowDown", None) => lowest_in_view(log),
            ("ArrowUp", Some(message)) => neighbour(message, Element::previous_element_sibling),
            ("ArrowDown", Some(message)) => neighbour(message, Element::next_element_sibling),
            _ => return,
        };
        if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
            event.prevent_default();
            if let Some(row) = self.row(&next) {
                let _ = next.set_attribute("aria-label", &self.words(&row));
            }
            let _ = next.focus();
        }
    }

    /// What the rows are told of.
    pub(super) fn selection(&self) -> Selection {
        self.selection.clone()
    }

    /// A closure that says whether messages are being selected.
    pub(super) fn selecting(&self) -> impl Fn() -> bool + use<> {
        self.selection.watch()
    }

    /// The bar that is shown then.
    pub(super) fn bar(&self) -> impl Fn(&bool) -> Option<El> + use<> {
        let this = self.clone();
        move |on| {
            let acting = this.clone();
            on.then(|| this.selection.bar(move |act| acting.act(act)))
        }
    }

    /// Escape ends it.
    pub(super) fn escape(&self) -> impl Fn(Event) + use<> {
        let this = self.clone();
        move |event| {
            let is_escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape");
            if is_escape && this.selection.is_on() {
                this.act(Act::End);
            }
        }
    }

    fn act(&self, act: Act) {
        let (ids, rows) = (self.selection.ids(), self.selection.rows());
        if let Some(log) = self.log.get() {
            self.selection.end(log);
            // The button goes away, and the keyboard goes on from here.
            dom::focus(log);
        }
        match act {
            Act::Copy => {
                let texts: Vec<&str> = rows.iter().map(|row| row.body.as_str()).collect();
                self.copy(&texts.join("\n"));
            }
            Act::Forward => self.forward.open(rows),
            Act::Delete => {
                // For everybody only what is ours, and here to be told of.
                let for_all = rows.len() == ids.len() && rows.iter().all(MessageRow::is_editable);
                self.deleting.ask(Asked { ids, for_me: true, for_all });
            }
            Act::End => {}
        }
    }

    /// A message in one breath: who, what, when, how far.
    fn words(&self, row: &MessageRow) -> String {
        let name = self.state.person_now(&row.from).name;
        let [state, _] = message_state::words(&row.state, self.state.text());
        let said = said::of(row, self.state.text());
        let time = formats::time(self.state.lang_now(), row.at);
        [styling::spoken(&name, &said).as_str(), ", ", &time, ", ", state].concat()
    }
}

/// Not every browser hands texts to other apps.
fn can_share() -> bool {
    js_sys::Reflect::has(&dom::window().navigator(), &"share".into()).unwrap_or_default()
}

fn share(text: &str) {
    let data = ShareData::new();
    data.set_text(text);
    // Who changes their mind is no error, and nobody else would want to hear of it.
    let shared = JsFuture::from(dom::window().navigator().share_with_data(&data));
    spawn_local(async move { drop(shared.await) });
}

fn neighbour(from: Element, next: fn(&Element) -> Option<Element>) -> Option<Element> {
    let mut at = next(&from);
    while let Some(element) = at {
        if element.matches(MESSAGE).unwrap_or_default() {
            return Some(element);
        }
        at = next(&element);
    }
    None
}

/// The lowest message that is at least partly in view.
fn lowest_in_view(log: &Element) -> Option<Element> {
    let bottom = log.get_bounding_client_rect().bottom();
    let messages = log.query_selector_all(MESSAGE).ok()?;
    (0..messages.length())
        .rev()
        .filter_map(|at| messages.item(at)?.dyn_into::<Element>().ok())
        .find(|message| message.get_bounding_client_rect().top() < bottom)
}
