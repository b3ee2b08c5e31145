//! Rules about drafts, and about what the person does with the lines of the chat list.

use super::{commit, jid, line, load, own, quiet, received, unread};
use crate::Store;
use model::{Applied, Arrange, ChatRow, Draft, Listing, Mute, WallMs, Write};

fn draft(text: &str, at: WallMs) -> Write {
    Write::Draft { chat: jid("a@x.example"), draft: Draft { text: text.to_owned(), at, ..Draft::default() } }
}

fn arrange(change: Arrange) -> Write {
    Write::Arrange { chat: jid("a@x.example"), change }
}

/// A draft is there after a restart, with and without messages in the chat, and is gone when it was sent.
pub async fn a_draft_survives<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_draft_survives";
    let known = Draft {
        text: "你好\n".to_owned(),
        spoiler: Some("hint".to_owned()),
        answers: Some("b@x.example\nm0".to_owned()),
        at: 10,
    };
    let begun = Write::Draft { chat: jid("a@x.example"), draft: known.clone() };
    let applied = commit(&open(name).await, &[begun]).await;
    let empty = ChatRow { draft: known.clone(), ..ChatRow::empty(jid("a@x.example")) };
    assert_eq!(applied, Applied { chats: vec![empty.clone()], ..Applied::default() });
    assert_eq!(load(&open(name).await).await.chats, [empty]);

    let row = received("a@x.example", 1, "m1");
    commit(&open(name).await, &[unread(&row)]).await;
    let written = ChatRow { draft: known, ..line(&[(&row, true)]) };
    assert_eq!(load(&open(name).await).await.chats, [written]);

    let sent = own("a@x.example", 2, "m2");
    commit(&open(name).await, &[quiet(&sent), draft("", 11)]).await;
    let gone = Draft { at: 11, ..Draft::default() };
    let done = ChatRow { draft: gone, ..line(&[(&row, true), (&sent, false)]) };
    assert_eq!(load(&open(name).await).await.chats, [done]);
}

/// Of several pages the one that touched a draft last is right, however late the others tell of theirs.
pub async fn an_older_draft_does_not_take_the_place_of_a_newer_one<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("an_older_draft_does_not_take_the_place_of_a_newer_one").await;
    commit(&store, &[draft("newer", 20)]).await;
    assert_eq!(commit(&store, &[draft("older", 19), draft("newer", 20)]).await, Applied::default());
    let text = |chats: &[ChatRow]| chats.first().map(|line| line.draft.text.clone());
    assert_eq!(text(&load(&store).await.chats).as_deref(), Some("newer"));
    // What was sent stays sent.
    commit(&store, &[draft("", 21), draft("newer", 20)]).await;
    assert_eq!(text(&load(&store).await.chats).as_deref(), Some(""));
}

/// What the person did with a line is there after a restart.
pub async fn a_line_stays_as_it_was_arranged<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_line_stays_as_it_was_arranged";
    let (row, end) = (received("a@x.example", 1, "m1"), 1_800_000_000_000);
    commit(&open(name).await, &[quiet(&row)]).await;
    let pinned = Listing { pinned: true, ..Listing::default() };
    let archived = Listing { archived: true, ..Listing::default() };
    let steps = [
        (Arrange::Pin(true), pinned),
        (Arrange::Mute(Mute::Until(end)), Listing { mute: Mute::Until(end), ..pinned }),
        (Arrange::Mute(Mute::Always), Listing { mute: Mute::Always, ..pinned }),
        (Arrange::Mute(Mute::Off), pinned),
        (Arrange::Archive(true), archived),
        (Arrange::MarkUnread(true), Listing { unread: true, ..archived }),
        (Arrange::Archive(false), Listing { unread: true, ..Listing::default() }),
        (Arrange::MarkUnread(false), Listing::default()),
    ];
    for (change, listing) in steps {
        let applied = commit(&open(name).await, &[arrange(change)]).await;
        let wanted = ChatRow { listing, ..line(&[(&row, false)]) };
        assert_eq!(applied.chats, std::slice::from_ref(&wanted), "{change:?}");
        assert_eq!(load(&open(name).await).await.chats, [wanted], "{change:?}");
        let again = commit(&open(name).await, &[arrange(change)]).await;
        assert_eq!(again, Applied::default(), "twice is once: {change:?}");
    }
}

/// A new message takes a chat out of the archive, unless the chat was quiet when it was written. What is fetched of the past does not.
pub async fn a_new_message_takes_a_chat_out_of_the_archive_unless_it_is_muted<S: Store>(
    open: impl AsyncFn(&str) -> S,
) {
    let store = open("a_new_message_takes_a_chat_out_of_the_archive").await;
    let archived = async || load(&store).await.chats.iter().all(|line| line.listing.archived);
    let (first, second) = (received("a@x.example", 10, "m1"), received("a@x.example", 20, "m2"));
    commit(&store, &[quiet(&first), arrange(Arrange::Archive(true))]).await;
    commit(&store, &[Write::Page(vec![(received("a@x.example", 5, "m0"), false)])]).await;
    assert!(archived().await, "an old message is no news");
    commit(&store, &[unread(&second)]).await;
    assert!(!archived().await);

    let (while_quiet, after) = (received("a@x.example", 30, "m3"), received("a@x.example", 40, "m4"));
    let mute = Arrange::Mute(Mute::Until(after.at));
    commit(&store, &[arrange(Arrange::Archive(true)), arrange(mute), unread(&while_quiet)]).await;
    assert!(archived().await, "it is quiet");
    commit(&store, &[unread(&after)]).await;
    assert!(!archived().await, "the mute is over");
    commit(&store, &[arrange(Arrange::Mute(Mute::Always)), arrange(Arrange::Archive(true))]).await;
    commit(&store, &[quiet(&own("a@x.example", 50, "m5"))]).await;
    assert!(archived().await);
}

/// Whoever looks at a chat that was to be taken for unread has looked at it.
pub async fn looking_ends_what_was_marked_unread<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("looking_ends_what_was_marked_unread").await;
    let row = received("a@x.example", 1, "m1");
    commit(&store, &[quiet(&row), arrange(Arrange::MarkUnread(true))]).await;
    assert!(load(&store).await.chats[0].listing.unread);
    let applied = commit(&store, &[Write::ChatRead(row.chat.clone())]).await;
    assert_eq!(applied.chats, [line(&[(&row, false)])]);
    // What is unread needs no mark.
    let next = received("a@x.example", 2, "m2");
    commit(&store, &[unread(&next)]).await;
    assert_eq!(commit(&store, &[arrange(Arrange::MarkUnread(true))]).await, Applied::default());
    let looked = commit(&store, &[arrange(Arrange::MarkUnread(false))]).await;
    assert_eq!(looked.chats[0].unread, 0);
}
