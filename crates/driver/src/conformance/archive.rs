//! Rules about copies that come by other ways, and about what is known of the archive.

use super::{commit, history, jid, line, load, me, own, quiet, received, unread, with_state};
use crate::Store;
use model::{
    Applied, ArchiveRow, ChatRow, Edge, Gap, LocalId, MessageRow, MessageState, Order, ReadMark, Write,
};

fn archived(row: &MessageRow, id: &str) -> MessageRow {
    MessageRow { stanza_id: Some(id.to_owned()), ..row.clone() }
}

/// The same message by another way: under another local id, in another place.
fn again(row: &MessageRow) -> MessageRow {
    MessageRow { id: LocalId(format!("again-{}", row.id.0)), order: Order(row.order.0 + 500), ..row.clone() }
}

/// A copy with a stanza-id is recognised by what the sender wrote, and from then on by that id alone.
pub async fn a_copy_teaches_its_stanza_id<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_copy_teaches_its_stanza_id";
    let row = received("a@x.example", 1, "m1");
    commit(&open(name).await, &[unread(&row)]).await;
    let copy = archived(&again(&row), "s1");
    assert_eq!(commit(&open(name).await, &[unread(&copy)]).await, Applied::default());
    assert_eq!(history(&open(name).await, "a@x.example").await, [archived(&row, "s1")]);
    let other = MessageRow { dedupe: "a@x.example\nanother".to_owned(), ..copy.clone() };
    assert_eq!(commit(&open(name).await, &[unread(&other)]).await, Applied::default());
    // The same within one batch, and for two at once.
    let two = received("a@x.example", 2, "m2");
    let batch = [
        unread(&two),
        unread(&archived(&again(&two), "s2")),
        unread(&MessageRow {
            dedupe: "a@x.example\nthird".to_owned(),
            ..archived(&again(&again(&two)), "s2")
        }),
    ];
    assert_eq!(commit(&open(name).await, &batch).await.inserted, std::slice::from_ref(&two.id));
    assert_eq!(history(&open(name).await, "a@x.example").await, [archived(&row, "s1"), archived(&two, "s2")]);
}

/// A sender that tried once more is in the archive twice; a sender that counts has written twice.
pub async fn two_stanza_ids_are_one_message_only_with_an_origin_id<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("two_stanza_ids_are_one_message_only_with_an_origin_id").await;
    let row = received("a@x.example", 1, "m1");
    let (one, two) = (archived(&row, "s1"), archived(&again(&row), "s2"));
    assert_eq!(commit(&store, &[unread(&one)]).await.inserted.len(), 1);
    assert_eq!(commit(&store, &[unread(&two)]).await.inserted, []);
    let weak = MessageRow::weak_key(&jid("a@x.example"), "1", "phone", "digest");
    let counted = MessageRow { dedupe: weak, ..received("a@x.example", 2, "m2") };
    let (one, two) = (archived(&counted, "s3"), archived(&again(&counted), "s4"));
    assert_eq!(commit(&store, &[unread(&one), unread(&two)]).await.inserted, [one.id.clone(), two.id]);
    let unnamed = again(&again(&counted));
    assert_eq!(commit(&store, &[unread(&unnamed)]).await.inserted, [], "it may be either");
    assert_eq!(commit(&store, &[unread(&again(&one))]).await.inserted, []);
}

/// What the archive has was sent: row, outbox and line hear of it.
pub async fn a_copy_of_an_own_message_says_that_it_was_sent<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_copy_of_an_own_message_says_that_it_was_sent";
    let row = own("a@x.example", 1, "m1");
    commit(&open(name).await, &[quiet(&row)]).await;
    let sent = with_state(&archived(&row, "s1"), MessageState::Sent);
    let applied = commit(&open(name).await, &[quiet(&again(&sent))]).await;
    assert_eq!(applied.moved, [(row.chat.clone(), row.id.clone(), MessageState::Sent)]);
    assert_eq!(applied.chats, [line(&[(&sent, false)])]);
    let saved = load(&open(name).await).await;
    assert_eq!((saved.outbox, saved.chats), (vec![], applied.chats));
    assert_eq!(history(&open(name).await, "a@x.example").await, [sent]);
}

/// Read up to a message, by the sender's id, the archive's or a place; what comes in before that is no news.
pub async fn what_another_device_read_is_read<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_another_device_read_is_read";
    let chat = jid("a@x.example");
    let rows: Vec<_> = (1..100)
        .map(|n| archived(&received("a@x.example", n * 10, &format!("m{n}")), &format!("s{n}")))
        .collect();
    commit(&open(name).await, &rows.iter().map(unread).collect::<Vec<_>>()).await;
    let read = |mark: ReadMark| Write::ReadElsewhere { chat: chat.clone(), mark };
    let named = |id: &str| read(ReadMark::Message(id.to_owned()));
    let left = async |write: Write| {
        let applied = commit(&open(name).await, &[write]).await;
        (!applied.chats.is_empty(), load(&open(name).await).await.chats.first().map_or(0, |line| line.unread))
    };
    assert_eq!(left(named("m10")).await, (true, 89));
    assert_eq!(left(named("s30")).await, (true, 69));
    assert_eq!(left(named("m20")).await, (false, 69), "that was before");
    assert_eq!(left(read(ReadMark::Place(Order(505)))).await, (true, 49));
    let older = received("a@x.example", 15, "late");
    assert_eq!(left(unread(&older)).await, (true, 49), "only the history is longer");
    assert_eq!(left(named("m99")).await, (true, 0));
    let none = Write::ReadElsewhere { chat: jid("b@x.example"), mark: ReadMark::Message("m1".to_owned()) };
    assert_eq!(commit(&open(name).await, &[none]).await, Applied::default());
}

/// News of a message that is not here yet are kept until it is.
pub async fn what_another_device_read_may_come_later<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_another_device_read_may_come_later";
    let (one, two, three) = (
        received("a@x.example", 1, "m1"),
        received("a@x.example", 2, "m2"),
        received("a@x.example", 3, "m3"),
    );
    commit(&open(name).await, &[unread(&three)]).await;
    let mark = ReadMark::Message("m2".to_owned());
    commit(&open(name).await, &[Write::ReadElsewhere { chat: one.chat.clone(), mark }]).await;
    let unread_now = async || load(&open(name).await).await.chats.first().map(|line| line.unread);
    assert_eq!(unread_now().await, Some(1));
    commit(&open(name).await, &[unread(&one), unread(&two)]).await;
    assert_eq!(unread_now().await, Some(1));
    // All in one batch.
    let four = received("a@x.example", 4, "m4");
    let mark = ReadMark::Message("m4".to_owned());
    let batch = [Write::ReadElsewhere { chat: one.chat.clone(), mark }, unread(&four)];
    commit(&open(name).await, &batch).await;
    assert_eq!(unread_now().await, Some(0));
    assert!(load(&open(name).await).await.chats.iter().all(|line: &ChatRow| line.read_ahead.is_none()));
}

/// Gaps and edges come back as they were.
pub async fn what_is_known_of_the_archive_is_kept<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_is_known_of_the_archive_is_kept";
    assert_eq!(load(&open(name).await).await.archive, ArchiveRow::default());
    let edge = |id: Option<&str>, order| Edge {
        id: id.map(str::to_owned),
        at: 1_700_000_000_000,
        order: Order(order),
    };
    let archive = ArchiveRow {
        extended: Some(true),
        cursor: Some(edge(Some("c"), 9_007_199_254_740_991)),
        settled: Some(edge(Some("s"), 7)),
        gaps: vec![
            Gap {
                after: Some(edge(Some("a"), 1)),
                before: edge(None, 5),
                chats: vec![(me(), None), (jid("b@x.example"), Some(edge(Some("x"), 3)))],
            },
            Gap { after: None, before: edge(Some("z"), 0), chats: vec![] },
        ],
    };
    for row in [archive, ArchiveRow { extended: Some(false), ..ArchiveRow::default() }] {
        commit(&open(name).await, &[Write::Archive(row.clone())]).await;
        assert_eq!(load(&open(name).await).await.archive, row);
    }
    commit(&open(name).await, &[Write::EraseAll]).await;
    assert_eq!(load(&open(name).await).await.archive, ArchiveRow::default());
}

/// A page stands around those of its messages that are here, and says where.
pub async fn a_page_fits_to_what_is_there<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_page_fits_to_what_is_there";
    let known = archived(&received("a@x.example", 100, "m2"), "s2");
    commit(&open(name).await, &[unread(&known)]).await;
    let (one, three) = (received("a@x.example", 150, "m1"), received("a@x.example", 60, "m3"));
    let other = received("b@x.example", 10, "m1");
    let page = vec![(other.clone(), true), (one.clone(), true), (again(&known), true), (three.clone(), true)];
    let applied = commit(&open(name).await, &[Write::Page(page)]).await;
    assert_eq!(applied.inserted, [other.id.clone(), one.id.clone(), three.id.clone()]);
    assert_eq!(applied.floor, Some(Order(10)));
    assert_eq!(applied.placed, [(other.id, Order(10)), (one.id, Order(99)), (three.id, Order(151))]);
    let bodies: Vec<_> =
        history(&open(name).await, "a@x.example").await.into_iter().map(|row| row.body).collect();
    assert_eq!(bodies, ["body of m1", "body of m2", "body of m3"]);
    let unread: u32 = load(&open(name).await).await.chats.iter().map(|line| line.unread).sum();
    assert_eq!(unread, 4);
}

/// What was looked at here is kept for the other devices until they know, or are further themselves.
pub async fn what_other_devices_are_to_hear_is_kept_until_they_do<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_other_devices_are_to_hear_is_kept_until_they_do";
    let archived = |n: i64| MessageRow {
        stanza_id: Some(format!("s{n}")),
        ..received("a@x.example", n, &format!("m{n}"))
    };
    let chat = archived(1).chat;
    let untold = async || {
        let line = load(&open(name).await).await.chats.into_iter().next().expect("a line");
        line.looked.untold().map(str::to_owned)
    };
    let told = |id: &str| Write::LookTold { chat: chat.clone(), id: id.to_owned() };
    commit(&open(name).await, &[unread(&archived(1)), unread(&archived(3)), unread(&archived(2))]).await;
    assert_eq!(untold().await, None, "nobody looked");
    let applied = commit(&open(name).await, &[Write::ChatRead(chat.clone())]).await;
    assert_eq!(applied.chats.len(), 1);
    assert_eq!(untold().await.as_deref(), Some("s3"));
    commit(&open(name).await, &[told("s2")]).await;
    assert_eq!(untold().await.as_deref(), Some("s3"), "that was another one");
    commit(&open(name).await, &[told("s3")]).await;
    assert_eq!(untold().await, None);
    assert_eq!(commit(&open(name).await, &[Write::ChatRead(chat.clone())]).await.chats, [], "no news");
    commit(&open(name).await, &[unread(&archived(4)), Write::ChatRead(chat.clone()), unread(&archived(5))])
        .await;
    assert_eq!(untold().await.as_deref(), Some("s4"));
    let further = ReadMark::Message("s5".to_owned());
    commit(&open(name).await, &[Write::ReadElsewhere { chat: chat.clone(), mark: further }]).await;
    assert_eq!(untold().await, None, "they are further");
}
