//! A picker of emoji: groups, skin tones, the ones used last, search. Whoever opens it is told what was picked. The list comes from the
//! network, or from the service worker, when it is first wanted.

use crate::dom;
use crate::i18n::{Lang, Text};
use crate::live::Live;
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
use crate::ui::popup::{At, Popup};
use browser::prefs;
use leptos::task::spawn_local;
use projection::emoji_list::{Emoji, EmojiList, TONES};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, KeyboardEvent, Response};

const FILE: &str = "emoji.txt";
/// Of the ones used last so many are kept, in three or four lines.
const RECENT: usize = 32;
/// A search shows no more.
const FOUND: usize = 96;
/// A picture of each group of Unicode's that is shown.
const GROUPS: [&str; 9] = ["😀", "👋", "🐻", "🍔", "🚗", "⚽", "💡", "🔣", "🏳️"];
/// What shows the skin tones.
const HAND: &str = "✋";

thread_local! {
    static LIST: RefCell<Option<Rc<EmojiList>>> = const { RefCell::new(None) };
}

/// Who is told what was picked.
type Pick = Box<dyn Fn(&str)>;

/// A picker of one screen; a clone is a second handle to the same one.
#[derive(Clone)]
pub(crate) struct Picker(Rc<Inner>);

struct Inner {
    t: &'static Text,
    chinese: bool,
    popup: Popup,
    grid: El,
    field: El,
    search: Live<String>,
    /// A group, or none for the ones used last.
    group: Live<Option<usize>>,
    tone: Live<u8>,
    list: Live<Loaded>,
    pick: RefCell<Option<Pick>>,
}

#[derive(Clone, Default)]
enum Loaded {
    #[default]
    Not,
    Failed,
    Here(Rc<EmojiList>),
}

impl Picker {
    /// A closed one, not on the page yet.
    pub(crate) fn new(state: AppState) -> Self {
        let picker = Inner {
            t: state.text(),
            chinese: state.lang_now() == Lang::Zh,
            popup: Popup::new("emoji-picker"),
            grid: el("div emoji-grid"),
            field: el("input"),
            search: Live::default(),
            group: Live::default(),
            tone: Live::new(prefs::emoji_tone()),
            list: Live::default(),
            pick: RefCell::default(),
        };
        Self(Rc::new(picker))
    }

    /// Opens it; `pick` is told what was picked, and it is closed by then.
    pub(crate) fn open(&self, at: &At, pick: impl Fn(&str) + 'static) {
        let this = &self.0;
        this.pick.replace(Some(Box::new(pick)));
        this.search.set(String::new());
        this.group.set(Some(0).filter(|_| prefs::recent_emoji().is_empty()));
        self.load();
        this.popup.open(this.t.emoji, at);
        // A phone's keyboard would cover what there is to pick from.
        if !dom::media("(pointer: coarse)") {
            dom::focus(&this.field.node());
        }
    }

    fn load(&self) {
        if let Some(list) = LIST.with_borrow(Clone::clone) {
            return self.0.list.set(Loaded::Here(list));
        }
        let this = self.clone();
        spawn_local(async move {
            let loaded = match fetch().await {
                Some(text) => {
                    let list = Rc::new(EmojiList::new(text));
                    LIST.set(Some(list.clone()));
                    Loaded::Here(list)
                }
                None => Loaded::Failed,
            };
            this.0.list.set(loaded);
        });
    }

    /// Puts it on the page.
    pub(crate) fn view(&self) -> El {
        let (this, t) = (&self.0, self.0.t);
        let (drawn, clicked, pressed, down) = (self.clone(), self.clone(), self.clone(), self.clone());
        let search = this
            .field
            .clone()
            .attr("type", "search")
            .attr("aria-label", t.emoji_search)
            .attr("placeholder", t.emoji_search)
            .attr("autocomplete", "off")
            .attr("enterkeyhint", "done")
            // Of no form, wherever the picker is: Enter sends nothing.
            .attr("form", "")
            .bind(&this.search)
            .on("keydown", move |event| down.on_search_key(&event));
        let what = {
            let (list, search, group, tone) =
                (this.list.clone(), this.search.clone(), this.group.clone(), this.tone.clone());
            move || (list.with(Loaded::turn), search.get(), group.get(), tone.get())
        };
        let grid = this
            .grid
            .clone()
            .attr("role", "group")
            .attr("aria-label", t.emoji)
            .live(what, move |(_, search, group, tone)| drawn.shown(search, *group, *tone))
            .on("click", move |event| clicked.on_click(&event))
            .on("keydown", move |event| pressed.on_grid_key(&event));
        let closed = self.clone();
        let head = el("div emoji-head").with([search, self.tones()]);
        this.popup.view([head, self.tabs(), grid], move || drop(closed.0.pick.take()))
    }

    fn tabs(&self) -> El {
        let names = [
            self.0.t.emoji_smileys,
            self.0.t.emoji_people,
            self.0.t.emoji_nature,
            self.0.t.emoji_food,
            self.0.t.emoji_travel,
            self.0.t.emoji_activities,
            self.0.t.emoji_objects,
            self.0.t.emoji_symbols,
            self.0.t.emoji_flags,
        ];
        let recent = self.tab(None, self.0.t.emoji_recent).with(icon::icon(icon::CLOCK));
        let groups = GROUPS.into_iter().zip(names).enumerate();
        let groups = groups.map(|(at, (emoji, name))| {
            self.tab(Some(at), name).with(el("span").attr("aria-hidden", "true").text(emoji))
        });
        el("div emoji-tabs").with(std::iter::once(recent).chain(groups).collect::<Vec<_>>())
    }

    fn tab(&self, group: Option<usize>, name: &str) -> El {
        let (chosen, search, is_chosen) = (self.0.group.clone(), self.0.search.clone(), self.0.group.clone());
        el("button emoji-tab")
            .attr("type", "button")
            .attr("aria-label", name)
            .attr("title", name)
            .live_attr("aria-pressed", move || Some((is_chosen.get() == group).to_string()))
            .on("click", move |_| {
                search.set(String::new());
                chosen.set(group);
            })
    }

    /// The button that goes from one skin tone to the next.
    fn tones(&self) -> El {
        let (shown, next, t) = (self.0.tone.clone(), self.0.tone.clone(), self.0.t);
        let name = self.0.tone.part(move |tone| Some([t.emoji_tone, ": ", &tone.to_string()].concat()));
        let hand = move || {
            let tone = shown.get();
            let colour = u32::from(tone).checked_sub(1).and_then(|tone| char::from_u32(0x1_f3fb + tone));
            HAND.chars().chain(colour).collect()
        };
        el("button icon-button")
            .attr("type", "button")
            .live_attr("aria-label", name)
            .attr("title", t.emoji_tone)
            .on("click", move |_| {
                let tone = (next.now() + 1) % (TONES + 1);
                prefs::set_emoji_tone(tone);
                next.set(tone);
            })
            .with(el("span emoji").attr("aria-hidden", "true").live_text(hand))
    }

    fn shown(&self, search: &str, group: Option<usize>, tone: u8) -> Vec<El> {
        let t = self.0.t;
        let says = |words| vec![el("p emoji-none").attr("role", "status").text(words)];
        let list = match self.0.list.now() {
            Loaded::Here(list) => list,
            Loaded::Not => return says(t.loading),
            Loaded::Failed => return says(t.emoji_failed),
        };
        let button = |emoji: Emoji<'_>, text: &str| {
            let name = emoji.name(self.0.chinese);
            let button = el("button emoji").attr("type", "button").attr("tabindex", "-1");
            button.attr("aria-label", name).attr("title", name).text(text)
        };
        let with_tone = |emoji: Emoji<'_>| button(emoji, &emoji.with_tone(tone));
        let buttons: Vec<El> = if !search.trim().is_empty() {
            list.find(search, FOUND).into_iter().map(with_tone).collect()
        } else if let Some(group) = group {
            list.group(group).map(with_tone).collect()
        } else {
            let recent = prefs::recent_emoji();
            recent.iter().filter_map(|emoji| Some(button(list.named(emoji)?, emoji))).collect()
        };
        // One of them can be reached by Tab; arrows lead on from there.
        match buttons.first() {
            Some(first) => drop(first.clone().attr("tabindex", "0")),
            None => return says(t.emoji_none),
        }
        buttons
    }

    fn on_click(&self, event: &Event) {
        if let Some(emoji) = dom::closest(event, "button").and_then(|button| button.text_content()) {
            self.picked(&emoji);
        }
    }

    fn picked(&self, emoji: &str) {
        let mut recent = prefs::recent_emoji();
        recent.retain(|other| other != emoji);
        recent.insert(0, emoji.to_owned());
        recent.truncate(RECENT);
        prefs::set_recent_emoji(&recent);
        let pick = self.0.pick.take();
        self.0.popup.close();
        if let Some(pick) = pick {
            pick(emoji);
        }
    }

    fn on_search_key(&self, event: &Event) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|key| !key.is_composing()) else { return };
        let first = self.0.grid.node().query_selector("button").ok().flatten();
        match (key.key().as_str(), first) {
            ("ArrowDown", Some(first)) => dom::focus(&first),
            // Safari's own Escape ends at a field to search in.
            ("Escape", _) if self.0.search.peek(String::is_empty) => self.0.popup.close(),
            ("Enter", Some(first)) => self.picked(&first.text_content().unwrap_or_default()),
            _ => return,
        }
        event.prevent_default();
    }

    fn on_grid_key(&self, event: &Event) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        let buttons = dom::children(&self.0.grid.node());
        let Some(at) =
            dom::closest(event, "button").and_then(|now| buttons.iter().position(|other| *other == now))
        else {
            return;
        };
        let line = columns(&buttons);
        let to = match key.key().as_str() {
            "ArrowLeft" => at.checked_sub(1),
            "ArrowRight" => Some(at + 1),
            "ArrowUp" => at.checked_sub(line),
            "ArrowDown" => Some((at + line).min(buttons.len().saturating_sub(1))),
            "Home" => Some(0),
            "End" => buttons.len().checked_sub(1),
            _ => return,
        };
        event.prevent_default();
        match to.map(|to| buttons.get(to)) {
            Some(Some(button)) => dom::focus(button),
            Some(None) => {}
            None => dom::focus(&self.0.field.node()),
        }
    }
}

impl Loaded {
    fn turn(&self) -> u8 {
        match self {
            Self::Not => 0,
            Self::Failed => 1,
            Self::Here(_) => 2,
        }
    }
}

/// How many stand beside each other.
fn columns(buttons: &[Element]) -> usize {
    let top = |button: &Element| button.get_bounding_client_rect().top();
    let Some(first) = buttons.first().map(top) else { return 1 };
    buttons.iter().take_while(|button| (top(button) - first).abs() < 1.0).count().max(1)
}

async fn fetch() -> Option<String> {
    let response = JsFuture::from(dom::window().fetch_with_str(FILE)).await.ok()?;
    let response = response.dyn_into::<Response>().ok().filter(Response::ok)?;
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}
