//! Looking for messages.

use super::relations::{CHAT, edit, relate, said};
use super::{commit, own, quiet, received, state};
use crate::Store;
use model::search::{Found, Query, Search};
use model::{FailReason, LocalId, MessageRow, MessageState, Order, Relation, Write};

fn look(typed: &str) -> Search {
    Search { query: Query::new(typed).expect("a query"), chat: None, before: None, limit: 50 }
}

fn look_in(chat: &str, typed: &str) -> Search {
    Search { chat: Some(super::jid(chat)), ..look(typed) }
}

fn says(row: MessageRow, body: &str) -> MessageRow {
    MessageRow { body: body.to_owned(), ..row }
}

async fn found(store: &impl Store, search: &Search) -> Vec<MessageRow> {
    let Found { rows, partial } = store.find(search).await.expect("the store looks");
    assert!(!partial);
    rows
}

async fn ids(store: &impl Store, search: &Search) -> Vec<String> {
    found(store, search).await.into_iter().map(|row| row.body).collect()
}

/// Lets the store take in what it wants to.
async fn learn(store: &impl Store) {
    while store.index().await.expect("the store learns") {}
}

/// Words from their beginning, signs anywhere, without accents and case, in one chat and in all.
pub async fn what_is_stored_is_found_at_once_newest_first<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("what_is_stored_is_found_at_once_newest_first").await;
    let rows = [
        says(received("a@x.example", 10, "1"), "今天天气很好"),
        says(received("b@x.example", 30, "2"), "Crème brûlée，今天"),
        says(own("a@x.example", 20, "3"), "Hello, 今天 hello"),
        says(own("a@x.example", 40, "4"), "shell"),
    ];
    commit(&store, &rows.iter().map(quiet).collect::<Vec<_>>()).await;
    assert_eq!(found(&store, &look("今天")).await, [rows[1].clone(), rows[2].clone(), rows[0].clone()]);
    assert_eq!(ids(&store, &look_in("a@x.example", "今天")).await, ["Hello, 今天 hello", "今天天气很好"]);
    assert_eq!(ids(&store, &look("天气")).await, ["今天天气很好"]);
    assert_eq!(ids(&store, &look("brul CREME")).await, ["Crème brûlée，今天"]);
    assert_eq!(ids(&store, &look("hel")).await, ["Hello, 今天 hello"]);
    assert_eq!(ids(&store, &look("h")).await, ["Hello, 今天 hello"]);
    assert_eq!(ids(&store, &look_in("b@x.example", "，")).await, ["Crème brûlée，今天"]);
    assert!(found(&store, &look_in("c@x.example", "今天")).await.is_empty());
    assert!(found(&store, &look("moon")).await.is_empty());
}

/// Messages at the same place are told apart by their ids, so that none is left out between two pages.
pub async fn what_is_found_comes_page_by_page<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("what_is_found_comes_page_by_page").await;
    // Some at the same place, of several chats.
    let chats = ["a@x.example", "b@x.example", "c@x.example"];
    let row = |n: u16| {
        let chat = chats[usize::from(n % 3)];
        says(received(chat, i64::from(n / 4), &n.to_string()), &format!("number n{n}"))
    };
    commit(&store, &(0..30).map(|n| quiet(&row(n))).collect::<Vec<_>>()).await;
    let all = found(&store, &look("number")).await;
    assert_eq!(all.len(), 30);
    let mut search = Search { limit: 7, ..look("number") };
    let mut pages = Vec::new();
    while let Some(last) = {
        let page = found(&store, &search).await;
        pages.extend(page.clone());
        page.last().cloned()
    } {
        search.before = Some((last.order, last.id));
    }
    assert_eq!(pages, all);
}

/// Not what it said before, in any stage of learning; and what only came to be said about it makes no difference.
pub async fn a_message_is_found_by_what_it_says_now<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_message_is_found_by_what_it_says_now").await;
    let row = says(received(CHAT, 1, "m1"), "see you on Monday");
    commit(&store, &[quiet(&row), relate(&edit(2, "e1", "m1", "see you on Tuesday"))]).await;
    assert_eq!(ids(&store, &look("see you")).await, ["see you on Tuesday"]);
    assert!(found(&store, &look("monday")).await.is_empty());
    // Enough for an index to be worth it, and for it to know the message before it changes.
    commit(&store, &(100..300).map(|n| quiet(&received(CHAT, n, &n.to_string()))).collect::<Vec<_>>()).await;
    learn(&store).await;
    commit(&store, &[relate(&edit(3, "e2", "m1", "see you on Wednesday"))]).await;
    for _ in 0..2 {
        assert_eq!(ids(&store, &look("wednes")).await, ["see you on Wednesday"]);
        assert_eq!(ids(&store, &look_in(CHAT, "see you")).await, ["see you on Wednesday"]);
        assert!(found(&store, &look("tuesday")).await.is_empty());
        commit(&store, &[relate(&said(CHAT, 4, "r1", "m1", Relation::React(vec!["👍".to_owned()])))]).await;
        learn(&store).await;
    }
    // Said before its message came.
    commit(&store, &[relate(&edit(9, "e3", "m2", "earlier than late"))]).await;
    commit(&store, &[quiet(&says(received(CHAT, 8, "m2"), "late"))]).await;
    assert_eq!(ids(&store, &look("earl")).await, ["earlier than late"]);
}

/// Taken back by its author, or not wanted here any more.
pub async fn nothing_is_found_of_what_was_taken_back<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("nothing_is_found_of_what_was_taken_back").await;
    let row = |n: i64, id: &str, text: &str| says(received(CHAT, n, id), text);
    // The first two stand at the same place: the index knows them by it.
    let rows = [row(1, "m1", "secret one"), row(1, "m2", "secret two"), row(2, "m3", "secret three")];
    commit(&store, &rows.iter().map(quiet).collect::<Vec<_>>()).await;
    commit(&store, &(100..300).map(|n| quiet(&received(CHAT, n, &n.to_string()))).collect::<Vec<_>>()).await;
    learn(&store).await;
    assert_eq!(found(&store, &look("secret")).await.len(), 3);
    let hide = Write::Hide { chat: rows[2].chat.clone(), id: rows[2].id.clone() };
    commit(&store, &[relate(&said(CHAT, 4, "r1", "m1", Relation::Retract)), hide]).await;
    for _ in 0..2 {
        assert_eq!(ids(&store, &look("secret")).await, ["secret two"]);
        assert_eq!(ids(&store, &look_in(CHAT, "se")).await, ["secret two"]);
        learn(&store).await;
    }
}

/// Whatever an index still knows.
pub async fn what_was_deleted_is_not_found<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("what_was_deleted_is_not_found").await;
    let (gone, kept) =
        (says(own("a@x.example", 1, "gone"), "secret plan"), says(own("a@x.example", 2, "kept"), "plan b"));
    let failed = MessageState::Failed(FailReason::Refused);
    commit(&store, &[quiet(&gone), quiet(&kept), state(&gone, failed)]).await;
    learn(&store).await;
    assert_eq!(ids(&store, &look("plan")).await, ["plan b", "secret plan"]);
    commit(&store, &[Write::Delete { chat: gone.chat.clone(), id: gone.id.clone() }]).await;
    assert_eq!(ids(&store, &look("plan")).await, ["plan b"]);
    learn(&store).await;
    assert!(found(&store, &look("secret")).await.is_empty());
}

/// And what is stored afterwards is found.
pub async fn nothing_is_found_after_erase_all<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("nothing_is_found_after_erase_all").await;
    let rows = |from: i64| {
        (from..from + 200).map(|n| quiet(&received("a@x.example", n, &n.to_string()))).collect::<Vec<_>>()
    };
    commit(&store, &rows(0)).await;
    learn(&store).await;
    commit(&store, &[Write::EraseAll, quiet(&says(own("a@x.example", 1, "new"), "body after"))]).await;
    assert_eq!(ids(&store, &look("body")).await, ["body after"]);
    commit(&store, &rows(1_000)).await;
    learn(&store).await;
    assert_eq!(found(&store, &Search { limit: 1_000, ..look("body") }).await.len(), 201);
}

/// The same as a plain look through all rows finds, in any stage of learning.
pub async fn an_index_changes_nothing_about_what_is_found<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("an_index_changes_nothing_about_what_is_found").await;
    let words = ["今天天气很好", "hello world", "我买了iPhone手机", "see you tomorrow", "好的👍", "再见"];
    let chats = ["a@x.example", "b@x.example", "c@x.example"];
    let mut all: Vec<MessageRow> = Vec::new();
    for batch in 0..25_u16 {
        // Newer ones, and older ones as from an archive.
        let rows = (batch * 200..batch * 200 + 200).map(|n| {
            let order = if batch % 3 == 2 { -i64::from(n) } else { i64::from(n) };
            says(
                received(chats[usize::from(n % 3)], order, &n.to_string()),
                &format!("{} n{n}", words[usize::from(n % 6)]),
            )
        });
        let rows: Vec<MessageRow> = rows.collect();
        commit(&store, &rows.iter().map(quiet).collect::<Vec<_>>()).await;
        all.extend(rows);
        if batch % 8 == 3 {
            learn(&store).await;
        }
        if ![4, 12, 24].contains(&batch) {
            continue;
        }
        for typed in
            ["天气", "气", "iphone手", "world hello", "n12", "n4999", "👍 好", "tomo", "moon", "再见 hello"]
        {
            for chat in [None, Some("b@x.example")] {
                for before in [None, Some((Order(150), LocalId("local".to_owned())))] {
                    let chat = chat.map(super::jid);
                    let search = Search { chat, before, limit: 20, ..look(typed) };
                    let mut plain = all.iter().filter(|row| search.finds(row)).cloned().collect();
                    search.sort(&mut plain);
                    assert_eq!(found(&store, &search).await, plain, "{typed} in {:?}", search.chat);
                }
            }
        }
    }
}
