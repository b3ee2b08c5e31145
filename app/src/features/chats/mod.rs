//! The chat list.

mod hold;
mod line;
mod menu;
mod search;
mod swipe;

use self::menu::ChatMenu;
use crate::dom;
use crate::i18n::Text;
use crate::live::{Live, effect};
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::el::{El, Key, View, el, set_attribute};
use crate::ui::{bar, copy, empty, finder, icon};
use projection::Wanted;
use web_sys::Element;

/// So many lines are made at a time: those further down come when somebody scrolls there, and thousands hold nobody up.
const AT_ONCE: usize = 50;
/// No line is less high (CSS pixels); `.line` says the same.
const LINE_HEIGHT: i32 = 72;

/// What the list shows.
#[derive(Clone)]
struct Shown {
    state: AppState,
    /// What is looked for, in all chats.
    wanted: Live<Wanted>,
    /// Or the archive.
    archive: Live<bool>,
    /// The keys of the lines.
    keys: Live<Vec<Key>>,
    /// How many of them are made.
    made: Live<usize>,
}

impl Shown {
    fn new(state: AppState, router: Router) -> Self {
        let (archive, keys, made) = (Live::default(), Live::default(), Live::new(AT_ONCE));
        let shown = Self { state, wanted: Live::default(), archive, keys, made };
        let (at, listed) = (shown.archive.clone(), shown.clone());
        // A chat opened from the archive leaves it where it is.
        effect(move || match router.route() {
            Route::Archived => at.set_if_new(true),
            Route::Chats => at.set_if_new(false),
            _ => {}
        });
        effect(move || listed.keys.set_if_new(listed.list()));
        shown
    }

    fn list(&self) -> Vec<Key> {
        let chats = self.state.chats();
        let mut keys = chats.keys();
        let archive = keys.len().saturating_sub(self.state.archived());
        let fits = |wanted: &Wanted, key: &Key| {
            chats.row(key).is_some_and(|chat| chat.peek(|chat| wanted.fits(&chat.person)))
        };
        self.wanted.with(|wanted| match (wanted.is_empty(), self.archive.get()) {
            (false, _) => keys.retain(|key| fits(wanted, key)),
            (true, true) => drop(keys.drain(..archive)),
            (true, false) => keys.truncate(archive),
        });
        keys
    }

    fn made(&self) -> Vec<Key> {
        let made = self.made.get();
        self.keys.with(|keys| keys.iter().take(made).cloned().collect())
    }

    /// The list was scrolled: what comes into view, or may soon, is made.
    fn look(&self, scroller: &Element) {
        let end = scroller.scroll_top() + 3 * scroller.client_height();
        let wanted = usize::try_from(end / LINE_HEIGHT).unwrap_or_default().next_multiple_of(AT_ONCE);
        let (all, made) = (self.keys.peek(Vec::len), self.made.now());
        // When all are made there is room for new ones, so that the last one need not go for a moment.
        let wanted = if wanted < all { wanted } else { wanted.max(all + AT_ONCE) };
        if wanted > made {
            self.made.set(wanted);
        }
    }

    /// Leaves the place free that lines take that are not made yet.
    fn leave_room(self, list: Element) {
        effect(move || {
            let rest = self.keys.with(Vec::len).saturating_sub(self.made.get());
            let room = i32::try_from(rest).unwrap_or_default().saturating_mul(LINE_HEIGHT);
            dom::set_style(&list, "margin-block-end", &dom::px(room.into()));
            set_attribute(&list, "data-more", (rest > 0).then_some(""));
        });
    }

    /// How many are in the archive, where the way to it is shown.
    fn archived(&self) -> usize {
        let is_list = self.wanted.with(Wanted::is_empty) && !self.archive.get();
        if is_list { self.state.archived() } else { 0 }
    }
}

/// The screen.
pub(crate) fn screen(state: AppState, router: Router) -> View {
    let t: &'static Text = state.text();
    let shown = Shown::new(state, router);
    let menu = ChatMenu::new(state, router);
    let (made, name) =
        (shown.clone(), shown.archive.part(|archive| if *archive { t.archived } else { t.chats }));
    let list = el("ul list")
        .live_attr("aria-label", move || Some(name().into()))
        .live_flag("hidden", shown.keys.part(Vec::is_empty))
        .on("keydown", move |event| finder::step(&event, search::FIELD))
        .each(
            move || made.made(),
            move |key| state.chats().row(key).map(|chat| line::line(state, router, &chat)),
        );
    shown.clone().leave_room(list.node());
    let (chats, archived, archive, looking) =
        (state.chats(), shown.clone(), shown.archive.clone(), shown.clone());
    let scroller = el("div scroll");
    let scrolled = scroller.node();
    View::from([
        el("div").live(shown.archive.part(|archive| *archive), move |archive| bar(*archive, t)),
        search::field(state, t, &shown.wanted, shown.keys.part(Vec::len)),
        scroller
            .on("scroll", move |_| looking.look(&scrolled))
            .live(move || archived.archived(), move |count| (*count > 0).then(|| archive_link(*count, t)))
            .with(swipe::swiping(state, router, hold::hold(state, menu.listen(list))))
            .live(
                move || archive.get() && state.archived() == 0,
                move |none| none.then(|| el("p archive-none").text(t.nothing_archived)),
            )
            .live(move || chats.is_empty(), move |none| none.then(|| no_chats(state, t))),
        menu.view(),
    ])
}

fn bar(archive: bool, t: &'static Text) -> El {
    if !archive {
        let starred = el("a icon-button to-starred").attr("href", "#/starred").with(icon::icon(icon::STAR));
        let starred = starred.attr("aria-label", t.starred_messages).attr("title", t.starred_messages);
        return el("header bar").with([el("h1 bar-title").text(t.chats), starred]);
    }
    bar::with_way_back(t.back, t.archived)
}

/// The way to the archive.
fn archive_link(count: usize, t: &'static Text) -> El {
    let count = el("span archive-count").attr("aria-hidden", "true").text(&count.to_string());
    let name = el("span archive-name").text(t.archived);
    el("a archive-link").attr("href", "#/archived").with([icon::icon(icon::ARCHIVE), name, count])
}

/// Shown until there is a first chat: what to do now.
fn no_chats(state: AppState, t: &'static Text) -> El {
    let address = state.account_now().map(|jid| jid.to_string()).unwrap_or_default();
    let add = el("a button primary").attr("href", "#/contacts");
    empty::empty(
        icon::CHATS,
        t.no_chats,
        [
            el("p").text(t.no_chats_text),
            add.with(icon::icon(icon::ADD_CONTACT)).text(t.add_a_contact),
            copy::copy_field(t.your_address, address, t.copy, t.copied),
        ],
    )
}
