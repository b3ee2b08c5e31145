//! Rules about how far messages got.

use super::{commit, history, line, load, own, quiet, received, state, unread, with_state};
use crate::Store;
use model::{Applied, FailReason, LocalId, MessageState, Write};

/// A message that gets further does so in the history, in the chat list and in the outbox.
pub async fn a_state_moves_row_preview_and_outbox<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_state_moves_row_preview_and_outbox";
    let row = own("a@x.example", 1, "m1");
    commit(&open(name).await, &[quiet(&row)]).await;
    assert_eq!(load(&open(name).await).await.outbox, std::slice::from_ref(&row));

    let steps = [
        MessageState::Sent,
        MessageState::Failed(FailReason::NoSuchAddress),
        MessageState::Queued, // Retry.
        MessageState::Sent,
    ];
    for step in steps {
        let moved = with_state(&row, step.clone());
        let applied = commit(&open(name).await, &[state(&row, step.clone())]).await;
        assert_eq!(applied, Applied { inserted: vec![], chats: vec![line(&[(&moved, false)])] });
        let store = open(name).await;
        let saved = load(&store).await;
        assert_eq!(saved.chats, [line(&[(&moved, false)])]);
        assert_eq!(saved.outbox.len(), usize::from(step == MessageState::Queued));
        assert_eq!(history(&store, "a@x.example").await, [moved]);
    }
    assert_eq!(commit(&open(name).await, &[state(&row, MessageState::Sent)]).await, Applied::default());
}

/// A message that is not the last of its chat changes alone.
pub async fn a_state_of_an_old_message_leaves_the_preview<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_state_of_an_old_message_leaves_the_preview").await;
    let (ours, theirs) = (own("a@x.example", 1, "m1"), received("a@x.example", 2, "m2"));
    commit(&store, &[quiet(&ours), unread(&theirs)]).await;
    assert_eq!(commit(&store, &[state(&ours, MessageState::Sent)]).await, Applied::default());
    assert_eq!(load(&store).await.chats, [line(&[(&ours, false), (&theirs, true)])]);
    assert_eq!(history(&store, "a@x.example").await, [with_state(&ours, MessageState::Sent), theirs]);
}

/// The message may be in the very same batch, and may move more than once in it.
pub async fn a_state_reaches_a_message_of_the_same_batch<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_state_reaches_a_message_of_the_same_batch").await;
    let (one, two) = (own("a@x.example", 1, "m1"), own("a@x.example", 2, "m2"));
    let failed = MessageState::Failed(FailReason::Refused);
    let applied = commit(
        &store,
        &[
            quiet(&one),
            state(&one, failed.clone()),
            state(&one, MessageState::Queued),
            quiet(&two),
            state(&two, MessageState::Sent),
            state(&two, failed.clone()),
        ],
    )
    .await;
    let two = with_state(&two, failed);
    assert_eq!(applied.inserted, [one.id.clone(), two.id.clone()]);
    assert_eq!(applied.chats, [line(&[(&one, false), (&two, false)])]);
    assert_eq!(load(&store).await.outbox, std::slice::from_ref(&one));
    assert_eq!(history(&store, "a@x.example").await, [one, two]);
}

/// An id nobody knows, or known in another chat, changes nothing.
pub async fn a_state_of_an_unknown_message_is_ignored<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_state_of_an_unknown_message_is_ignored").await;
    let row = own("a@x.example", 1, "m1");
    commit(&store, &[quiet(&row)]).await;
    let sent = |chat: &str, id: &str| Write::MessageState {
        chat: super::jid(chat),
        id: LocalId(id.to_owned()),
        state: MessageState::Sent,
    };
    let applied = commit(&store, &[sent("a@x.example", "m2"), sent("b@x.example", "m1")]).await;
    assert_eq!(applied, Applied::default());
    let saved = load(&store).await;
    assert_eq!(saved.chats, [line(&[(&row, false)])]);
    assert_eq!(saved.outbox, std::slice::from_ref(&row));
    assert_eq!(history(&store, "a@x.example").await, [row]);
}

/// No state is lost in translation, neither stored with the row nor set later.
pub async fn every_state_comes_back_as_it_was<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "every_state_comes_back_as_it_was";
    let states = [
        MessageState::Queued,
        MessageState::Sent,
        MessageState::Received,
        MessageState::Failed(FailReason::NoSuchAddress),
        MessageState::Failed(FailReason::ServerUnreachable),
        MessageState::Failed(FailReason::Refused),
        MessageState::Failed(FailReason::Other("没有这样的地址".to_owned())),
    ];
    let (mut batch, mut expected) = (Vec::new(), Vec::new());
    for (order, wanted) in (0i64..).zip(states) {
        let stored = with_state(&own("a@x.example", order, &format!("m{order}")), wanted.clone());
        batch.push(quiet(&stored));
        expected.push(stored);
        let set = own("a@x.example", 100 + order, &format!("n{order}"));
        batch.extend([quiet(&set), state(&set, wanted.clone())]);
        expected.push(with_state(&set, wanted));
    }
    expected.sort_by_key(|row| row.order);
    commit(&open(name).await, &batch).await;
    assert_eq!(history(&open(name).await, "a@x.example").await, expected);
}

/// What was not sent yet is found again in the order it was written, across chats, with its text.
pub async fn outbox_holds_own_queued_messages_oldest_first<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "outbox_holds_own_queued_messages_oldest_first";
    let rows = [
        own("b@x.example", 10, "m1"),
        own("a@x.example", 9, "m2"),
        own("b@x.example", 2, "m3"),
        own("a@x.example", 100, "m4"),
    ];
    let mut theirs = received("a@x.example", 1, "t");
    theirs.state = MessageState::Queued; // Not ours, whatever it says.
    let sent = with_state(&own("a@x.example", 3, "s"), MessageState::Sent);
    let mut batch: Vec<_> = rows.iter().map(quiet).collect();
    batch.extend([quiet(&theirs), quiet(&sent)]);
    commit(&open(name).await, &batch).await;
    let [first, second, third, fourth] = rows;
    assert_eq!(load(&open(name).await).await.outbox, [third, second.clone(), first.clone(), fourth.clone()]);

    let store = open(name).await;
    commit(&store, &[state(&own("b@x.example", 2, "m3"), MessageState::Sent)]).await;
    assert_eq!(load(&store).await.outbox, [second, first, fourth]);
}
