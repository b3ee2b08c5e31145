//! Rules about storing messages.

use super::{commit, contact, history, jid, line, load, own, quiet, received, unread};
use crate::Store;
use futures_util::future::join;
use model::{Applied, ChatRow, LocalId, MessageRow, Tells, Write};

/// A message is stored and its chat appears in the list, unread or not, as `ChatRow::absorb` says.
pub async fn a_message_fills_its_chat_line<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_message_fills_its_chat_line";
    let store = open(name).await;
    let (first, second) = (received("a@x.example", 1, "m1"), received("a@x.example", 2, "m2"));
    let after_one = line(&[(&first, true)]);
    assert_eq!(
        commit(&store, &[unread(&first)]).await,
        Applied {
            moved: vec![],
            placed: vec![],
            floor: None,
            changed: vec![],
            hidden: vec![],
            inserted: vec![first.id.clone()],
            chats: vec![after_one.clone()]
        }
    );
    assert_eq!(load(&open(name).await).await.chats, [after_one]);

    let reply = own("a@x.example", 3, "m3");
    let after_all = line(&[(&first, true), (&second, true), (&reply, false)]);
    assert_eq!(
        commit(&store, &[unread(&second), quiet(&reply)]).await,
        Applied {
            moved: vec![],
            placed: vec![],
            floor: None,
            changed: vec![],
            hidden: vec![],
            inserted: vec![second.id.clone(), reply.id.clone()],
            chats: vec![after_all.clone()]
        }
    );
    let store = open(name).await;
    assert_eq!(load(&store).await.chats, [after_all]);
    assert_eq!(history(&store, "a@x.example").await, [first, second, reply]);
}

/// A message that arrives late (an archive) takes its place in the history, not in the chat list.
pub async fn an_older_message_does_not_become_the_preview<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("an_older_message_does_not_become_the_preview").await;
    let (old, new) = (received("a@x.example", 1, "old"), received("a@x.example", 9, "new"));
    commit(&store, &[unread(&new)]).await;
    let expected = line(&[(&new, true), (&old, true)]);
    assert_eq!(commit(&store, &[unread(&old)]).await.chats, std::slice::from_ref(&expected));
    assert_eq!(expected.last.map(|last| last.id), Some(new.id.clone()));
    assert_eq!(history(&store, "a@x.example").await, [old, new]);
}

/// The same message again (other local id, other place) changes nothing at all.
pub async fn a_copy_is_ignored<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_copy_is_ignored";
    let first = received("a@x.example", 1, "m1");
    let copy = MessageRow {
        id: LocalId("another".to_owned()),
        order: model::Order(7),
        body: "changed on the way".to_owned(),
        ..first.clone()
    };
    commit(&open(name).await, &[unread(&first)]).await;
    let store = open(name).await;
    assert_eq!(commit(&store, &[unread(&first)]).await, Applied::default());
    assert_eq!(commit(&store, &[unread(&copy)]).await, Applied::default());
    assert_eq!(load(&store).await.chats, [line(&[(&first, true)])]);
    assert_eq!(history(&store, "a@x.example").await, [first]);
}

/// The same holds when original and copy come in one batch; the first one wins.
pub async fn a_copy_within_a_batch_is_ignored<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_copy_within_a_batch_is_ignored").await;
    let (first, next) = (received("a@x.example", 1, "m1"), received("a@x.example", 3, "m2"));
    let copy = MessageRow { id: LocalId("another".to_owned()), order: model::Order(2), ..first.clone() };
    assert_eq!(
        commit(&store, &[unread(&first), unread(&copy), unread(&next), unread(&first)]).await,
        Applied {
            moved: vec![],
            placed: vec![],
            floor: None,
            changed: vec![],
            hidden: vec![],
            inserted: vec![first.id.clone(), next.id.clone()],
            chats: vec![line(&[(&first, true), (&next, true)])],
        }
    );
    assert_eq!(history(&store, "a@x.example").await, [first, next]);
}

/// Ids belong to their senders: two people may use the same one.
pub async fn equal_ids_of_two_senders_are_two_messages<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("equal_ids_of_two_senders_are_two_messages").await;
    let (a, b) = (received("a@x.example", 1, "1"), received("b@x.example", 2, "1"));
    let ours = own("a@x.example", 3, "1");
    assert_eq!(
        commit(&store, &[unread(&a), unread(&b), quiet(&ours)]).await.inserted,
        [a.id.clone(), b.id.clone(), ours.id.clone()]
    );
    assert_eq!(history(&store, "a@x.example").await, [a, ours]);
    assert_eq!(history(&store, "b@x.example").await, [b]);
}

/// Looking at a chat clears its count, once; a chat that is not there does not appear by it.
pub async fn reading_a_chat_clears_unread<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "reading_a_chat_clears_unread";
    let store = open(name).await;
    let (one, two) = (received("a@x.example", 1, "m1"), received("b@x.example", 2, "m2"));
    commit(&store, &[unread(&one), unread(&two)]).await;
    let read = Write::ChatRead(one.chat.clone());
    let mut seen = line(&[(&one, true)]);
    assert!(seen.look());
    assert_eq!(
        commit(&store, std::slice::from_ref(&read)).await,
        Applied { chats: vec![seen.clone()], ..Applied::default() }
    );
    assert_eq!(load(&open(name).await).await.chats, [line(&[(&two, true)]), seen]);
    assert_eq!(commit(&store, &[read]).await, Applied::default());
    assert_eq!(commit(&store, &[Write::ChatRead(super::jid("c@x.example"))]).await, Applied::default());
    assert_eq!(load(&store).await.chats.len(), 2);

    let three = received("a@x.example", 3, "m3");
    let applied = commit(&store, &[Write::ChatRead(three.chat.clone()), unread(&three)]).await;
    assert_eq!(applied.chats.iter().map(|chat| chat.unread).collect::<Vec<_>>(), [1]);
}

/// One batch of every kind: after a restart all of it is there.
pub async fn a_batch_is_stored_as_a_whole<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_batch_is_stored_as_a_whole";
    let (theirs, ours) = (received("a@x.example", 1, "m1"), own("b@x.example", 2, "m2"));
    let applied = commit(
        &open(name).await,
        &[
            unread(&theirs),
            Write::Contact { version: Some("v1".to_owned()), item: contact("a@x.example") },
            quiet(&ours),
            Write::ChatRead(theirs.chat.clone()),
        ],
    )
    .await;
    let mut read = line(&[(&theirs, true)]);
    read.look();
    assert_eq!(applied.inserted, [theirs.id.clone(), ours.id.clone()]);
    let mut chats = applied.chats;
    chats.sort_by(|a, b| a.chat.cmp(&b.chat));
    assert_eq!(chats, [read.clone(), line(&[(&ours, false)])]);
    let store = open(name).await;
    let saved = load(&store).await;
    assert_eq!(saved.roster, [contact("a@x.example")]);
    assert_eq!(saved.roster_version, "v1");
    assert_eq!(saved.chats, [line(&[(&ours, false)]), read]);
    assert_eq!(saved.outbox, [ours]);
    assert_eq!(history(&store, "a@x.example").await, [theirs]);
}

/// Commits that overlap in time behave as if one came after the other.
pub async fn commits_at_the_same_time_lose_nothing<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("commits_at_the_same_time_lose_nothing").await;
    let (one, two) = (received("a@x.example", 1, "m1"), received("a@x.example", 2, "m2"));
    let (batch_one, batch_two) = ([unread(&one)], [unread(&two), unread(&one)]);
    let (first, second) = join(commit(&store, &batch_one), commit(&store, &batch_two)).await;
    let mut inserted = [first.inserted, second.inserted].concat();
    inserted.sort();
    assert_eq!(inserted, [one.id.clone(), two.id.clone()]);
    assert_eq!(load(&store).await.chats, [line(&[(&one, true), (&two, true)])]);
    assert_eq!(history(&store, "a@x.example").await, [one, two]);
}

/// Text is text, whatever it holds.
pub async fn any_text_comes_back_as_it_was<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "any_text_comes_back_as_it_was";
    let texts = [
        String::new(),
        "你好，世界。繁體字也可以 — 𠮷野家".to_owned(),
        "👩‍👩‍👧‍👦 🏳️‍🌈 e\u{301} \u{202e}abc\u{202c} שלום مرحبا".to_owned(),
        (1..32u8).chain([127]).map(char::from).collect(),
        "\u{feff}\u{fffd}\u{fffe}\u{10ffff}".to_owned(),
        "<b>&amp;</b> \" ' \\ \r\n\t null undefined".to_owned(),
        "漢字 and more ".repeat(7_000),
    ];
    let rows: Vec<_> = (0i64..)
        .zip(&texts)
        .map(|(order, text)| MessageRow {
            body: text.clone(),
            ..received("ä.陈@例え.example", order, &format!("id 😀 {order}\n\"'"))
        })
        .collect();
    assert!(rows.iter().any(|row| row.body.len() > 100_000));
    commit(&open(name).await, &rows.iter().map(unread).collect::<Vec<_>>()).await;
    let store = open(name).await;
    assert_eq!(history(&store, "ä.陈@例え.example").await, rows);
    let expected = line(&rows.iter().map(|row| (row, true)).collect::<Vec<_>>());
    assert_eq!(load(&store).await.chats, [expected]);
}

/// Also in a chat without messages, and through all that happens to its line later.
pub async fn what_a_contact_is_told_stays_with_the_chat<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_a_contact_is_told_stays_with_the_chat";
    let tells = Tells { read: Some(false), typing: Some(true) };
    let tell = |tells| Write::Tells { chat: jid("a@x.example"), tells };
    let applied = commit(&open(name).await, &[tell(tells)]).await;
    let empty = ChatRow { tells, ..ChatRow::empty(jid("a@x.example")) };
    assert_eq!(applied.chats, std::slice::from_ref(&empty));
    assert_eq!(load(&open(name).await).await.chats, [empty]);
    let row = received("a@x.example", 1, "m1");
    commit(&open(name).await, &[unread(&row), Write::ChatRead(jid("a@x.example"))]).await;
    let mut seen = ChatRow { tells, ..line(&[(&row, true)]) };
    seen.look();
    assert_eq!(load(&open(name).await).await.chats, std::slice::from_ref(&seen));
    let back = Tells { read: None, ..tells };
    let applied = commit(&open(name).await, &[tell(back)]).await;
    assert_eq!(applied.chats, [ChatRow { tells: back, ..seen }]);
}

/// In all chats.
pub async fn what_is_starred_is_found_again_until_it_is_gone<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_is_starred_is_found_again_until_it_is_gone";
    let chats = ["a@x.example", "b@x.example"];
    let rows: Vec<_> = (1..=4)
        .map(|n| received(chats[n % 2], 10 * i64::try_from(n).unwrap_or(0), &format!("m{n}")))
        .collect();
    commit(&open(name).await, &rows.iter().map(unread).collect::<Vec<_>>()).await;
    let star = |row: &MessageRow, on| Write::Star { chat: row.chat.clone(), id: row.id.clone(), on };
    let starred = async || {
        let rows = open(name).await.starred().await.expect("it answers");
        rows.iter().map(|row| row.sender_id().to_owned()).collect::<Vec<_>>()
    };
    assert!(starred().await.is_empty());
    let all: Vec<_> = rows.iter().map(|row| star(row, true)).collect();
    let applied = commit(&open(name).await, &all).await;
    assert!(applied.changed.len() == 4 && applied.changed.iter().all(|row| row.starred), "{applied:?}");
    assert_eq!(starred().await, ["m4", "m3", "m2", "m1"]);
    assert_eq!(commit(&open(name).await, &all).await, Applied::default(), "that is no news");
    let elsewhere = Write::Star { chat: rows[1].chat.clone(), id: rows[0].id.clone(), on: false };
    assert_eq!(commit(&open(name).await, &[elsewhere]).await, Applied::default(), "it is in another chat");
    let hide = Write::Hide { chat: rows[1].chat.clone(), id: rows[1].id.clone() };
    let retract = super::relations::retracted(&rows[2]);
    let applied = commit(&open(name).await, &[star(&rows[0], false), hide, retract]).await;
    assert!(applied.changed.iter().all(|row| !row.starred), "{applied:?}");
    assert_eq!(starred().await, ["m4"]);
    commit(&open(name).await, &[star(&rows[1], true), star(&rows[2], true)]).await;
    assert_eq!(starred().await, ["m4"], "there is nothing to find");
    commit(&open(name).await, &[Write::EraseAll]).await;
    assert!(starred().await.is_empty());
}

/// Message, line and what goes out.
pub async fn what_has_not_left_can_say_something_else<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_has_not_left_can_say_something_else";
    let row = own("a@x.example", 1, "m1");
    commit(&open(name).await, &[unread(&row)]).await;
    let row = MessageRow { body: "another text".to_owned(), ..row };
    let applied = commit(&open(name).await, &[Write::Reword(row.clone())]).await;
    assert_eq!(applied.changed, std::slice::from_ref(&row));
    assert_eq!(applied.chats[0].last.as_ref().map(|last| last.body.as_str()), Some("another text"));
    assert_eq!(commit(&open(name).await, &[Write::Reword(row.clone())]).await, Applied::default());
    let saved = load(&open(name).await).await;
    assert_eq!(saved.outbox, std::slice::from_ref(&row));
    let elsewhere = MessageRow { chat: "b@x.example".parse().expect("a valid address"), ..row.clone() };
    let elsewhere = MessageRow { body: "forged".to_owned(), ..elsewhere };
    commit(&open(name).await, &[Write::Reword(elsewhere)]).await;
    assert_eq!(history(&open(name).await, "a@x.example").await, [row]);
}
