//! `apply` on native signals, with a clock that stands still and a pump that only writes down what it is told.

use super::super::backend::{Backend, Finding, Named, Page};
use super::super::timeline::Jump;
use super::super::{AppState, Choices, Clock, Goal, Reach};
use crate::i18n::Lang;
use crate::live::Live;
use crate::live::tests::told;
use browser::prefs;
use leptos::prelude::untrack;
use model::search::{Found, Search};
use model::*;
use projection::TimelineItem;
use std::cell::RefCell;
use std::rc::Rc;

#[path = "chat_list_tests.rs"]
mod chat_list;
#[path = "history_tests.rs"]
mod history;
#[path = "pages_tests.rs"]
mod pages;

#[path = "related_tests.rs"]
mod related;

const NOON: WallMs = 20_000 * 86_400_000 + 43_200_000;

#[derive(Default)]
struct Pump(RefCell<Vec<Command>>);

impl Backend for Rc<Pump> {
    fn command(&self, command: Command) {
        self.0.borrow_mut().push(command);
    }

    fn page(&self, _: &BareJid, _: PageAt, _: usize) -> Page {
        Box::pin(std::future::ready(Vec::new()))
    }

    fn starred(&self) -> Page {
        Box::pin(async { Vec::new() })
    }

    fn named(&self, _: &str) -> Named {
        Box::pin(std::future::ready(None))
    }

    fn find(&self, _: &Search) -> Finding {
        Box::pin(std::future::ready(Found::default()))
    }
}

fn jid(text: &str) -> BareJid {
    text.parse().unwrap()
}

fn choices() -> Choices {
    Choices {
        text_size: prefs::TextSize::Normal,
        lang: Lang::En,
        lang_choice: prefs::Lang::System,
        theme: prefs::Theme::System,
        markers: true,
        typing: true,
    }
}

fn state(account: Option<&str>, saved: &Saved) -> AppState {
    AppState::new(account.map(jid), saved, choices(), Clock { now: || NOON, utc_offset: |_| 0 })
}

fn inside() -> AppState {
    state(Some("me@x"), &Saved::default())
}

fn contact(at: &str, name: Option<&str>) -> RosterItem {
    let name = name.map(str::to_owned);
    RosterItem { jid: jid(at), name, subscription: Subscription::Both, asked: false, groups: Vec::new() }
}

fn message(chat: &str, n: i64, direction: Direction) -> MessageRow {
    let from = if direction == Direction::Out { jid("me@x") } else { jid(chat) };
    MessageRow {
        at: NOON + n,
        dedupe: format!("m{n}"),
        ..MessageRow::new(direction, jid(chat), from, LocalId(format!("m{n}")), Order(n), format!("text {n}"))
    }
}

fn chat(at: &str, n: i64, unread: u32) -> ChatRow {
    let mut row = ChatRow::empty(jid(at));
    row.absorb(&message(at, n, Direction::In), false);
    row.unread = unread;
    row
}

fn chats(state: AppState) -> Vec<String> {
    untrack(|| state.chats().keys()).iter().map(ToString::to_string).collect()
}

fn rows(state: AppState) -> Vec<Live<TimelineItem>> {
    let rows = state.timeline().rows();
    untrack(|| rows.keys()).iter().filter_map(|key| rows.row(key)).collect()
}

/// Opens a chat of which this is the newest page.
fn open(state: AppState, chat: &str, page: Vec<MessageRow>) {
    state.timeline().open(Some(jid(chat)));
    newest(state, page);
}

/// The newest page of the open chat comes.
fn newest(state: AppState, page: Vec<MessageRow>) {
    let request = state.timeline().begin(PageAt::Newest).unwrap();
    state.timeline().end_page(&request, page);
}

fn shown(state: AppState) -> Vec<String> {
    let items = rows(state).into_iter().map(|row| row.now());
    items.filter_map(|item| item.message().map(|message| message.row.id.0.clone())).collect()
}

#[test]
fn what_was_saved_is_there_before_anything_happened() {
    let saved = Saved {
        roster: vec![contact("bob@x", Some("Bob"))],
        chats: vec![chat("bob@x", 2, 3), chat("eve@x", 1, 4)],
        ..Saved::default()
    };
    let state = state(Some("me@x"), &saved);
    assert_eq!(chats(state), ["bob@x", "eve@x"]);
    assert_eq!(untrack(|| state.unread()), 7);
    assert_eq!(untrack(|| state.person(&jid("bob@x")).name), "Bob");
    assert_eq!(untrack(|| state.person(&jid("eve@x")).name), "eve");
}

#[test]
fn a_new_message_moves_its_chat_to_the_top_and_keeps_its_signal() {
    let saved = Saved { chats: vec![chat("bob@x", 2, 0), chat("eve@x", 1, 0)], ..Saved::default() };
    let state = state(Some("me@x"), &saved);
    let eve = state.chats().row(&"eve@x".into()).unwrap();
    state.apply(vec![Event::Chat(chat("eve@x", 9, 1))]);
    assert_eq!(chats(state), ["eve@x", "bob@x"]);
    assert_eq!(eve.now().row.unread, 1, "a row the view already has must hear of the change");
    assert_eq!(untrack(|| state.unread()), 1);
}

#[test]
fn a_new_name_reaches_the_chat_list() {
    let saved = Saved { chats: vec![chat("bob@x", 1, 0)], ..Saved::default() };
    let state = state(Some("me@x"), &saved);
    state.apply(vec![Event::Contact(contact("bob@x", Some("Robert")))]);
    assert_eq!(state.chats().row(&"bob@x".into()).unwrap().now().person.name, "Robert");
}

#[test]
fn messages_are_in_order_and_once_whatever_comes_first() {
    let state = inside();
    state.timeline().open(Some(jid("bob@x")));
    state.apply(vec![Event::Message(message("bob@x", 3, Direction::In))]);
    newest(state, vec![message("bob@x", 1, Direction::In), message("bob@x", 3, Direction::In)]);
    state.apply(vec![
        Event::Message(message("bob@x", 2, Direction::In)),
        Event::Message(message("eve@x", 4, Direction::In)),
    ]);
    assert_eq!(shown(state), ["m1", "m2", "m3"]);
}

#[test]
fn a_page_for_a_chat_that_was_left_is_dropped() {
    let state = inside();
    state.timeline().open(Some(jid("bob@x")));
    let request = state.timeline().begin(PageAt::Newest).unwrap();
    state.timeline().open(Some(jid("eve@x")));
    state.timeline().end_page(&request, vec![message("bob@x", 1, Direction::In)]);
    assert!(shown(state).is_empty());
    assert!(!untrack(|| state.timeline().is_loaded()));
}

#[test]
fn who_reads_further_up_is_not_disturbed() {
    let state = inside();
    open(state, "bob@x", vec![message("bob@x", 1, Direction::In)]);
    state.scrolled(false);
    state.apply(vec![
        Event::Message(message("bob@x", 2, Direction::In)),
        Event::Message(message("bob@x", 3, Direction::In)),
    ]);
    assert_eq!(shown(state), ["m1"]);
    assert_eq!(untrack(|| state.timeline().unseen()), 2);

    // On the way down they come to the page, but only at the end they are seen.
    state.scrolled(true);
    assert_eq!(untrack(|| state.timeline().unseen()), 2);
    state.reach(Reach { below: 20, ..Reach::default() });
    state.scrolled(true);
    assert_eq!(shown(state), ["m1", "m2", "m3"]);
    assert_eq!(untrack(|| state.timeline().unseen()), 0);
}

#[test]
fn an_own_message_shows_at_once_and_leads_to_the_end() {
    let state = inside();
    open(state, "bob@x", vec![message("bob@x", 1, Direction::In)]);
    state.scrolled(false);
    state.apply(vec![Event::Message(message("bob@x", 2, Direction::In))]);
    state.apply(vec![Event::Message(message("bob@x", 3, Direction::Out))]);
    assert_eq!(shown(state), ["m1", "m2", "m3"]);
    assert_eq!(untrack(|| state.timeline().jump()).unwrap(), Jump { count: 2, goal: Goal::End });
}

#[test]
fn a_state_change_writes_one_row_only() {
    let state = inside();
    open(state, "bob@x", vec![message("bob@x", 1, Direction::Out), message("bob@x", 2, Direction::Out)]);
    let before = rows(state);
    let change =
        Event::MessageState { chat: jid("bob@x"), id: LocalId("m2".into()), state: MessageState::Sent };
    let mut tellings = Vec::new();
    let keys_told = told(
        || state.timeline().rows().keys(),
        || {
            let others = told(
                || (before[0].get(), before[1].get()),
                || {
                    tellings.push(told(|| before[2].get(), || state.apply(vec![change])));
                },
            );
            tellings.push(others);
        },
    );
    assert_eq!((tellings.as_slice(), keys_told), ([1, 0].as_slice(), 0), "only the row that was sent");
    let sent = before[2].now().message().map(|message| message.row.state.clone());
    assert_eq!(sent, Some(MessageState::Sent));
}

#[test]
fn problems_show_where_one_looks() {
    let outside = state(None, &Saved::default());
    outside.apply(vec![Event::Problem(Problem::WrongPassword), Event::Connection(Connection::Idle)]);
    assert_eq!(untrack(|| outside.form_problem()), Some(Problem::WrongPassword));
    assert!(untrack(|| outside.notices()).is_empty());

    let inside = inside();
    let refused = Problem::ContactRefused { jid: jid("bob@x"), text: None };
    let unreachable = Problem::Unreachable { domain: "x".into() };
    inside.apply(vec![
        Event::Problem(refused.clone()),
        Event::Problem(unreachable.clone()),
        Event::Problem(Problem::StorageFull),
        Event::Problem(Problem::StorageFull),
        Event::Problem(Problem::PasswordNeeded),
    ]);
    assert_eq!(untrack(|| inside.contact_problem()), Some(refused));
    assert_eq!(untrack(|| inside.trouble()), Some(unreachable));
    let notices: Vec<_> = untrack(|| inside.notices()).into_iter().map(|notice| notice.problem).collect();
    assert_eq!(notices, [Problem::StorageFull, Problem::PasswordNeeded]);
    assert!(untrack(|| inside.password_needed()));

    inside.apply(vec![Event::Connection(Connection::Online)]);
    assert_eq!(untrack(|| inside.notices()).len(), 1, "a full disk is still full");
    assert!(!untrack(|| inside.password_needed()));
    assert_eq!(untrack(|| inside.trouble()), None);
}

#[test]
fn trouble_lasts_through_the_tries_until_there_is_a_connection() {
    let state = inside();
    let waiting = Connection::Waiting { reason: WaitReason::Backoff, retry_in_ms: 1 };
    state.apply(vec![Event::Connection(Connection::Connecting)]);
    assert!(!untrack(|| state.troubled()), "the first try is no trouble");
    state.apply(vec![Event::Connection(waiting), Event::Connection(Connection::Connecting)]);
    assert!(untrack(|| state.troubled()));
    state.apply(vec![Event::Connection(Connection::Online)]);
    assert!(!untrack(|| state.troubled()));
}

#[test]
fn the_servers_questions_end_with_the_attempt() {
    let state = state(None, &Saved::default());
    let pump = Rc::new(Pump::default());
    state.connect(Rc::new(Rc::clone(&pump)));
    let request = SignUp { jid: jid("me@x"), password: "secret".into(), endpoint: Endpoint::Discover };
    state.sign_up(request);
    assert!(untrack(|| state.busy()));
    state.apply(vec![Event::SignUpForm(SignUpForm::default())]);
    assert!(!untrack(|| state.busy()));
    state.apply(vec![Event::Problem(Problem::NameTaken)]);
    assert_eq!(untrack(|| state.sign_up_form()), None);
    assert_eq!(pump.0.borrow().len(), 1);
}

#[test]
fn nothing_of_an_account_stays_when_it_is_left() {
    let saved =
        Saved { roster: vec![contact("bob@x", None)], chats: vec![chat("bob@x", 1, 2)], ..Saved::default() };
    let state = state(Some("me@x"), &saved);
    open(state, "bob@x", vec![message("bob@x", 1, Direction::In)]);
    state.set_draft(&jid("bob@x"), "half a thought");
    state.apply(vec![Event::Connection(Connection::Idle), Event::LoggedOut { erased: false }]);
    assert_eq!(untrack(|| state.account()), None);
    assert!(chats(state).is_empty() && shown(state).is_empty());
    assert!(untrack(|| state.contacts().is_empty()));
    assert_eq!(untrack(|| state.unread()), 0);
    assert_eq!(untrack(|| state.draft(&jid("bob@x"))), "");
}

#[test]
fn white_space_is_not_sent_and_the_draft_is_done_with() {
    let state = inside();
    let pump = Rc::new(Pump::default());
    state.connect(Rc::new(Rc::clone(&pump)));
    let bob = jid("bob@x");
    state.set_draft(&bob, "hi");
    state.submit(bob.clone(), " \n\t ", None);
    state.submit(bob.clone(), "\n  two\n lines \n", None);
    assert_eq!(untrack(|| state.draft(&bob)), "");
    let sent = pump.0.take().into_iter().filter(|command| !matches!(command, Command::Draft { .. }));
    let wanted = Command::SendText { chat: bob, body: "two\n lines".into(), reply: None, spoiler: None };
    assert_eq!(sent.collect::<Vec<_>>(), [wanted]);
}
