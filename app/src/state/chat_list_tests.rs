//! Drafts, and the order of the chat list.

use super::*;

fn draft(text: &str, at: WallMs) -> Draft {
    Draft { text: text.into(), at }
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
    state.send_text(bob.clone(), "hi");
    let sent = Command::SendText { chat: bob.clone(), body: "hi".into() };
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
