//! Rules about reading the history.

use super::{commit, history, jid, line, load, page, quiet, received, unread};
use crate::Store;
use model::{LocalId, MessageRow, Order, PageAt, Write};

/// `before` is exclusive, `limit` cuts off the oldest, the answer runs from old to new.
pub async fn a_page_ends_before_its_limit_line<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_page_ends_before_its_limit_line").await;
    // Stored in another order than they are in, and orders of different digit counts.
    let orders: [i64; 5] = [1_000_000, 5, 1_700_000_000_000_000, 40, 9];
    let rows: Vec<_> =
        orders.iter().map(|order| received("a@x.example", *order, &order.to_string())).collect();
    commit(&store, &rows.iter().map(unread).collect::<Vec<_>>()).await;
    let orders_of = async |before, limit| -> Vec<i64> {
        page(&store, "a@x.example", before, limit).await.into_iter().map(|row| row.order.0).collect()
    };
    assert_eq!(orders_of(None, 10).await, [5, 9, 40, 1_000_000, 1_700_000_000_000_000]);
    assert_eq!(orders_of(None, 5).await, [5, 9, 40, 1_000_000, 1_700_000_000_000_000]);
    assert_eq!(orders_of(None, 2).await, [1_000_000, 1_700_000_000_000_000]);
    assert_eq!(orders_of(None, 1).await, [1_700_000_000_000_000]);
    assert_eq!(orders_of(None, 0).await, []);
    assert_eq!(orders_of(Some(1_000_000), 2).await, [9, 40]);
    assert_eq!(orders_of(Some(1_000_001), 2).await, [40, 1_000_000]);
    assert_eq!(orders_of(Some(41), 10).await, [5, 9, 40]);
    assert_eq!(orders_of(Some(9), 1).await, [5]);
    assert_eq!(orders_of(Some(5), 10).await, []);
    assert_eq!(orders_of(Some(i64::MIN), 10).await, []);
}

/// A page may lie after a place, on both sides of one, or of a message; each side has its own share of the limit.
pub async fn a_page_may_lie_anywhere<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_page_may_lie_anywhere").await;
    let rows: Vec<_> = (1..=20i64).map(|n| received("a@x.example", n * 10, &n.to_string())).collect();
    let other = received("b@x.example", 101, "other");
    let writes: Vec<Write> = rows.iter().chain([&other]).map(quiet).collect();
    commit(&store, &writes).await;
    let read = async |at: PageAt, limit| -> Vec<i64> {
        let rows = store.page_at(&jid("a@x.example"), &at, limit).await.expect("the store pages");
        rows.into_iter().map(|row| row.order.0).collect()
    };
    assert_eq!(read(PageAt::Newest, 2).await, [190, 200]);
    assert_eq!(read(PageAt::Before(Order(30)), 9).await, [10, 20]);
    assert_eq!(read(PageAt::After(Order(30)), 3).await, [40, 50, 60]);
    assert_eq!(read(PageAt::After(Order(25)), 2).await, [30, 40]);
    assert_eq!(read(PageAt::After(Order(180)), 10).await, [190, 200]);
    assert_eq!(read(PageAt::After(Order(200)), 10).await, []);
    assert_eq!(read(PageAt::After(Order(i64::MAX)), 10).await, []);
    assert_eq!(read(PageAt::Around(Order(100)), 4).await, [80, 90, 100, 110]);
    assert_eq!(read(PageAt::Around(Order(101)), 4).await, [90, 100, 110, 120]);
    assert_eq!(read(PageAt::Around(Order(10)), 4).await, [10, 20]);
    assert_eq!(read(PageAt::Around(Order(201)), 4).await, [190, 200]);
    assert_eq!(read(PageAt::Message(rows[9].id.clone()), 4).await, [80, 90, 100, 110]);
    assert_eq!(read(PageAt::Message(other.id), 4).await, [], "it is in another chat");
    assert_eq!(read(PageAt::Message(LocalId("nobody".into())), 4).await, []);
}

/// A message is found by its key, whatever chat it is in.
pub async fn a_message_is_found_by_its_key<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_message_is_found_by_its_key").await;
    let rows = [received("a@x.example", 1, "m"), received("b@x.example", 2, "m")];
    commit(&store, &rows.each_ref().map(quiet)).await;
    for row in rows {
        assert_eq!(store.message(&row.id).await, Ok(Some(row)));
    }
    assert_eq!(store.message(&LocalId("m".into())).await, Ok(None));
}

/// A page holds one chat only, whatever the neighbours are called.
pub async fn pages_of_chats_do_not_mix<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("pages_of_chats_do_not_mix").await;
    let chats = ["a@x.example", "a@x.example.org", "aa@x.example", "b@x.example", "x.example"];
    let rows: Vec<_> = (0i64..).zip(chats).map(|(order, chat)| received(chat, order, "m")).collect();
    commit(&store, &rows.iter().map(unread).collect::<Vec<_>>()).await;
    for (chat, row) in chats.into_iter().zip(rows) {
        assert_eq!(history(&store, chat).await, [row]);
    }
    assert_eq!(history(&store, "c@x.example").await, []);
}

/// Two rows in one place are both kept, in an order that does not depend on when they came.
pub async fn equal_orders_are_sorted_by_id<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("equal_orders_are_sorted_by_id").await;
    let row = |id: &str| MessageRow { id: LocalId(id.to_owned()), ..received("a@x.example", 5, id) };
    let (a, b, c) = (row("a"), row("b"), row("c"));
    commit(&store, &[unread(&c), unread(&a)]).await;
    commit(&store, &[unread(&b)]).await;
    assert_eq!(history(&store, "a@x.example").await, [a, b.clone(), c.clone()]);
    assert_eq!(page(&store, "a@x.example", None, 2).await, [b, c]);
    assert_eq!(page(&store, "a@x.example", Some(5), 2).await, []);
}

/// The chat list comes back sorted by its newest messages.
pub async fn chats_are_loaded_newest_first<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "chats_are_loaded_newest_first";
    let places = [("b@x.example", 20), ("a@x.example", 9), ("d@x.example", 100), ("c@x.example", 3)];
    let rows = places.map(|(chat, order)| received(chat, order, "m"));
    commit(&open(name).await, &rows.iter().map(unread).collect::<Vec<_>>()).await;
    let [b, a, d, c] = &rows;
    let expected = [d, b, a, c].map(|row| line(&[(row, true)]));
    assert_eq!(load(&open(name).await).await.chats, expected);
}

/// 5,000 messages of two chats in batches of 50, then both chats read backwards page by page.
pub async fn thousands_of_messages_are_paged_through<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "thousands_of_messages_are_paged_through";
    let chats = ["a@x.example", "b@x.example"];
    let rows: Vec<_> = (0..2_500i64)
        .flat_map(|n| chats.map(|chat| received(chat, 1_700_000_000_000_000 + n, &format!("m{n}"))))
        .collect();
    let store = open(name).await;
    for batch in rows.chunks(50) {
        let writes: Vec<Write> = batch.iter().map(quiet).collect();
        assert_eq!(commit(&store, &writes).await.inserted.len(), 50);
    }
    let store = open(name).await;
    for chat in chats {
        let expected: Vec<_> = rows.iter().filter(|row| row.chat.as_str() == chat).cloned().collect();
        let (mut pages, mut before) = (Vec::new(), None);
        loop {
            let page = page(&store, chat, before, 60).await;
            let Some(first) = page.first() else { break };
            let Order(order) = first.order;
            assert!(before.is_none_or(|before| order < before), "paging must get on");
            before = Some(order);
            pages.push(page);
        }
        assert_eq!(pages.len(), 42);
        pages.reverse();
        assert!(pages.concat() == expected, "all of {chat}, each once, in order");
    }
}
