//! Rules about how far messages got.

use super::{commit, history, jid, line, load, me, own, quiet, received, state, unread, with_state};
use crate::Store;
use model::{Applied, FailReason, LocalId, MessageRow, MessageState, Reached, Write};

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
        assert_eq!(applied, Applied { chats: vec![line(&[(&moved, false)])], ..Applied::default() });
        let store = open(name).await;
        let saved = load(&store).await;
        assert_eq!(saved.chats, [line(&[(&moved, false)])]);
        assert_eq!(saved.outbox.len(), usize::from(step == MessageState::Queued));
        assert_eq!(history(&store, "a@x.example").await, [moved]);
    }
    assert_eq!(commit(&open(name).await, &[state(&row, MessageState::Sent)]).await, Applied::default());
}

/// When it got how far is kept, as far as the batch says what time it is; another try begins anew.
pub async fn when_a_state_was_reached_is_kept<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "when_a_state_was_reached_is_kept";
    let row = own("a@x.example", 1, "m1");
    let chat = row.chat.clone();
    let (told, looked) = (
        Write::Delivered { chat: chat.clone(), key: row.dedupe.clone() },
        Write::ReadUpTo { chat: chat.clone(), key: row.dedupe.clone() },
    );
    let failed = state(&row, MessageState::Failed(FailReason::Refused));
    let reached = async || history(&open(name).await, "a@x.example").await[0].reached;
    commit(&open(name).await, &[quiet(&row), Write::Clock(1_000), state(&row, MessageState::Sent)]).await;
    assert_eq!(reached().await, Reached { sent: Some(1_000), ..Reached::default() });
    commit(&open(name).await, &[Write::Clock(1_500), failed]).await;
    commit(&open(name).await, &[Write::Clock(2_000), state(&row, MessageState::Queued)]).await;
    assert_eq!(reached().await, Reached::default());
    commit(&open(name).await, &[state(&row, MessageState::Sent)]).await;
    assert_eq!(reached().await, Reached::default(), "nobody said when");
    commit(&open(name).await, &[Write::Clock(3_000), told.clone()]).await;
    // What is told again is no news.
    commit(&open(name).await, &[Write::Clock(4_000), told, Write::Clock(5_000), looked]).await;
    assert_eq!(reached().await, Reached { sent: None, delivered: Some(3_000), read: Some(5_000) });
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
        MessageState::Delivered,
        MessageState::Read,
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
        if wanted == MessageState::Received {
            continue; // An own message never becomes one.
        }
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

/// News come in any order; only the furthest counts.
pub async fn a_state_climbs_and_never_falls<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_state_climbs_and_never_falls";
    let row = own("a@x.example", 1, "m1");
    commit(&open(name).await, &[quiet(&row)]).await;
    let (chat, id, key) = (row.chat.clone(), row.id.clone(), row.dedupe.clone());
    let delivered = Write::Delivered { chat: chat.clone(), key: key.clone() };
    let applied = commit(&open(name).await, std::slice::from_ref(&delivered)).await;
    assert_eq!(applied.moved, [(chat.clone(), id.clone(), MessageState::Delivered)]);
    assert_eq!(load(&open(name).await).await.outbox, [], "who has it need not be sent it");
    let later = [
        state(&row, MessageState::Sent),
        state(&row, MessageState::Failed(FailReason::Refused)),
        state(&row, MessageState::Queued),
        delivered.clone(),
    ];
    assert_eq!(commit(&open(name).await, &later).await, Applied::default());
    let read = Write::ReadUpTo { chat: chat.clone(), key: key.clone() };
    let applied = commit(&open(name).await, &[read.clone(), delivered, read]).await;
    assert_eq!(applied.moved, [(chat, id, MessageState::Read)]);
    let read = with_state(&row, MessageState::Read);
    assert_eq!(applied.chats, [line(&[(&read, false)])]);
    assert_eq!(history(&open(name).await, "a@x.example").await, [read]);
}

/// However many they are: back to the last one that was read, leaving out what has not left.
pub async fn what_is_looked_at_is_read_with_what_was_before_it<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_is_looked_at_is_read_with_what_was_before_it";
    let old = with_state(&own("a@x.example", 1, "m1"), MessageState::Sent);
    let read = with_state(&own("a@x.example", 2, "m2"), MessageState::Read);
    let failed = with_state(&own("a@x.example", 3, "m3"), MessageState::Failed(FailReason::Refused));
    let queued = own("a@x.example", 4, "m4");
    let elsewhere = with_state(&own("b@x.example", 5, "m5"), MessageState::Sent);
    let mut rows = vec![old.clone(), read.clone(), failed.clone(), queued.clone(), elsewhere];
    rows.extend((10..100).map(|order| {
        let state = if order % 2 == 0 { MessageState::Sent } else { MessageState::Delivered };
        with_state(&own("a@x.example", order, &format!("m{order}")), state)
    }));
    rows.push(received("a@x.example", 100, "theirs"));
    let newer = with_state(&own("a@x.example", 101, "m101"), MessageState::Delivered);
    rows.push(newer.clone());
    commit(&open(name).await, &rows.iter().map(quiet).collect::<Vec<_>>()).await;

    let write = Write::ReadUpTo { chat: jid("a@x.example"), key: MessageRow::dedupe_key(&me(), "m99") };
    let applied = commit(&open(name).await, std::slice::from_ref(&write)).await;
    assert_eq!(applied.moved.len(), 90);
    assert_eq!(applied.chats, [], "the newest message is not among them");
    let after = history(&open(name).await, "a@x.example").await;
    let (first, rest) = after.split_at(4);
    assert_eq!(first, [old, read, failed, queued]);
    assert!(rest.iter().take(90).all(|row| row.state == MessageState::Read), "{rest:?}");
    assert_eq!(rest.last(), Some(&newer));
    assert_eq!(commit(&open(name).await, &[write]).await, Applied::default(), "the same again");
}

/// Nobody speaks for somebody else, and nobody's own message can be delivered to them.
pub async fn a_contacts_word_counts_in_their_chat_only<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_contacts_word_counts_in_their_chat_only").await;
    let sent = with_state(&own("a@x.example", 1, "m1"), MessageState::Sent);
    let theirs = received("a@x.example", 2, "theirs");
    commit(&store, &[quiet(&sent), quiet(&theirs)]).await;
    for (chat, id) in [("b@x.example", "m1"), ("a@x.example", "m9"), ("a@x.example", theirs.id.0.as_str())] {
        let (chat, key, id) = (jid(chat), MessageRow::dedupe_key(&me(), id), LocalId(id.to_owned()));
        let word = [
            Write::Delivered { chat: chat.clone(), key: key.clone() },
            Write::ReadUpTo { chat: chat.clone(), key: key.clone() },
            Write::Delete { chat, id },
        ];
        assert_eq!(commit(&store, &word).await, Applied::default());
    }
    assert_eq!(history(&store, "a@x.example").await, [sent, theirs]);
}

/// The line then shows what is left, and an equal message would be a new one.
pub async fn only_a_failed_message_can_be_deleted<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "only_a_failed_message_can_be_deleted";
    let (first, second, third) =
        (own("a@x.example", 1, "m1"), own("a@x.example", 2, "m2"), own("a@x.example", 3, "m3"));
    commit(&open(name).await, &[quiet(&first), quiet(&second), quiet(&third)]).await;
    let delete = |id: &str| Write::Delete { chat: jid("a@x.example"), id: LocalId(id.to_owned()) };
    assert_eq!(commit(&open(name).await, &[delete("m3")]).await, Applied::default(), "it may be on its way");
    let failed = MessageState::Failed(FailReason::Refused);
    commit(&open(name).await, &[state(&second, failed.clone()), state(&third, failed.clone())]).await;
    let applied = commit(&open(name).await, &[delete("m3"), delete("m2")]).await;
    assert_eq!(applied.chats, [line(&[(&first, false)])]);
    assert_eq!(history(&open(name).await, "a@x.example").await, std::slice::from_ref(&first));
    commit(&open(name).await, &[state(&first, failed)]).await;
    commit(&open(name).await, &[delete("m1")]).await;
    let saved = load(&open(name).await).await;
    assert!(saved.chats.iter().all(|line| line.last.is_none()) && saved.outbox.is_empty(), "{saved:?}");
    assert_eq!(commit(&open(name).await, &[quiet(&first)]).await.inserted, [first.id]);
}

/// The id of the newest message whose sender wants to hear that it was looked at survives a restart.
pub async fn what_is_to_be_marked_is_kept_until_it_is<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_is_to_be_marked_is_kept_until_it_is";
    let with = |order, id: &str| {
        let mut row = received("a@x.example", order, id);
        row.mark = Some(id.to_owned());
        row
    };
    let (one, two) = (with(1, "one"), with(2, "two"));
    let plain = received("a@x.example", 3, "plain");
    commit(&open(name).await, &[unread(&one), unread(&two), unread(&plain)]).await;
    assert_eq!(history(&open(name).await, "a@x.example").await, [one, two, plain]);
    let mark = async || load(&open(name).await).await.chats.first().and_then(|line| line.mark.clone());
    assert_eq!(mark().await.as_deref(), Some("two"));
    let marked = |id: &str| Write::Marked { chat: jid("a@x.example"), id: id.to_owned() };
    assert_eq!(
        commit(&open(name).await, &[marked("one")]).await,
        Applied::default(),
        "there was a newer one"
    );
    assert_eq!(mark().await.as_deref(), Some("two"));
    commit(&open(name).await, &[marked("two")]).await;
    assert_eq!(mark().await, None);
}
