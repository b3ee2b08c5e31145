//! Drafts, and the order of the chat list.

use super::*;
use std::cell::Cell;

fn draft(text: &str, at: WallMs) -> Draft {
    Draft { text: text.into(), at, ..Draft::default() }
}

fn drafted(at: &str, n: i64, draft: Draft) -> ChatRow {
    ChatRow { draft, ..chat(at, n, 0) }
}

fn connected(saved: &Saved) -> (AppState, Rc<Pump>) {
    let (state, pump) = (state(Some("me@x"), saved), Rc::new(Pump::default()));
    state.connect(Rc::new(Rc::clone(&pump)));
    (state, pump)
}

#[test]
fn what_was_begun_is_there_again_and_what_is_typed_is_stored_once() {
    let saved = Saved { chats: vec![drafted("bob@x", 1, draft("half a th", 7))], ..Saved::default() };
    let (state, pump) = connected(&saved);
    let bob = jid("bob@x");
    assert_eq!(untrack(|| state.draft(&bob)), "half a th");
    state.set_draft(&bob, "half a thou");
    state.set_draft(&bob, "half a thought");
    state.keep_drafts();
    state.keep_drafts();
    let kept = Command::Draft { chat: bob.clone(), draft: draft("half a thought", NOON + 1) };
    assert_eq!(pump.0.take(), [kept]);
    // Who goes to another chat leaves nothing behind that is not stored.
    state.timeline().open(Some(bob.clone()));
    state.set_draft(&bob, "!");
    state.view_chat(None);
    assert!(matches!(&pump.0.take()[..], [Command::Draft { .. }, Command::ViewChat(_)]));
}

#[test]
fn what_is_sent_is_no_draft_any_more() {
    let (state, pump) = connected(&Saved::default());
    let bob = jid("bob@x");
    state.set_draft(&bob, "hi");
    state.submit(bob.clone(), "hi", None);
    let sent = Command::SendText { chat: bob.clone(), body: "hi".into(), reply: None, spoiler: None };
    let gone = Command::Draft { chat: bob, draft: draft("", NOON + 1) };
    assert_eq!(pump.0.take(), [sent, gone], "the message first");
}

#[test]
fn of_two_pages_the_one_that_typed_last_is_right() {
    let (state, pump) = connected(&Saved::default());
    let bob = jid("bob@x");
    state.set_draft(&bob, "here");
    state.apply(vec![Event::Chat(drafted("bob@x", 1, draft("there, a while ago", NOON - 1)))]);
    assert_eq!(untrack(|| state.draft(&bob)), "here");
    state.apply(vec![Event::Chat(drafted("bob@x", 1, draft("there, just now", NOON + 9)))]);
    assert_eq!(untrack(|| state.draft(&bob)), "there, just now");
    state.keep_drafts();
    assert!(pump.0.take().is_empty(), "what was typed here is over");
    // The clock of this page may be behind.
    state.set_draft(&bob, "here again");
    state.keep_drafts();
    assert_eq!(pump.0.take(), [Command::Draft { chat: bob, draft: draft("here again", NOON + 10) }]);
}

#[test]
fn news_of_one_chat_leave_the_lines_of_the_others_alone() {
    let saved = Saved { chats: vec![chat("bob@x", 2, 0), chat("eve@x", 1, 0)], ..Saved::default() };
    let state = state(Some("me@x"), &saved);
    let line = |at: &str| state.chats().row(&at.into()).unwrap();
    let (bob, eve) = (line("bob@x"), line("eve@x"));
    let mut news = 0;
    let others = told(
        || bob.get(),
        || news = told(|| eve.get(), || state.apply(vec![Event::Chat(chat("eve@x", 9, 1))])),
    );
    assert_eq!((news, others), (1, 0));
}

fn at(now: fn() -> WallMs, utc_offset: fn(WallMs) -> i32, saved: &Saved) -> AppState {
    AppState::new(Some(jid("me@x")), saved, choices(), Clock { now, utc_offset })
}

#[test]
fn the_morning_is_the_next_one_here() {
    const HOUR: WallMs = 3_600_000;
    let morning = |now, offset| untrack(|| at(now, offset, &Saved::default()).next_morning()) - NOON;
    assert_eq!(morning(|| NOON, |_| 0), 20 * HOUR);
    assert_eq!(morning(|| NOON, |_| 480), 12 * HOUR, "eight in the evening there");
    assert_eq!(morning(|| NOON, |_| -300), HOUR, "seven in the morning there");
    assert_eq!(morning(|| NOON, |_| -240), 24 * HOUR, "just that time");
    // The clocks are put forward in the night.
    assert_eq!(morning(|| NOON, |at| if at < NOON + 10 * HOUR { 0 } else { 60 }), 19 * HOUR);
}

#[test]
fn no_line_moves_while_the_list_is_held() {
    let saved = Saved { chats: vec![chat("bob@x", 2, 0), chat("eve@x", 1, 0)], ..Saved::default() };
    let state = state(Some("me@x"), &saved);
    state.hold_chats(true);
    state.apply(vec![Event::Chat(chat("eve@x", 9, 1))]);
    assert_eq!(chats(state), ["bob@x", "eve@x"]);
    state.hold_chats(false);
    assert_eq!(chats(state), ["eve@x", "bob@x"]);
}

thread_local! {
    static NOW: Cell<WallMs> = const { Cell::new(NOON) };
}

#[test]
fn a_mute_is_over_when_its_time_has_come() {
    let mute = Listing { mute: Mute::Until(NOON + 5), ..Listing::default() };
    let saved = Saved { chats: vec![ChatRow { listing: mute, ..chat("bob@x", 1, 3) }], ..Saved::default() };
    let state = at(|| NOW.get(), |_| 0, &saved);
    assert_eq!(untrack(|| (state.unread(), state.next_unmute())), (0, Some(NOON + 5)));
    NOW.set(NOON + 4);
    state.tick();
    assert_eq!(untrack(|| state.unread()), 0);
    NOW.set(NOON + 5);
    state.tick();
    assert_eq!(untrack(|| (state.unread(), state.next_unmute())), (3, None));
    assert!(!state.chats().row(&"bob@x".into()).unwrap().now().is_muted);
}
