//! Rules about what messages say about other messages.

use super::{commit, history, jid, line, load, me, own, page, quiet, received, state, unread, with_state};
use crate::Store;
use model::{
    Applied, Format, LocalId, MAX_EDITS, MAX_ORPHANS, Mention, MessageRow, MessageState, Order, Relation,
    RelationRow, Reply, Source, Write,
};

pub(super) const CHAT: &str = "a@x.example";

/// What somebody says about the message of an id in the chat with `a@x.example`, whoever wrote that.
pub(super) fn said(from: &str, order: i64, id: &str, of: &str, relation: Relation) -> RelationRow {
    RelationRow {
        chat: jid(CHAT),
        order: Order(order),
        source: Source::Archive,
        id: LocalId(format!("said-{id}")),
        from: jid(from),
        at: 1_700_000_000_000 + order,
        key: MessageRow::dedupe_key(&jid(from), id),
        targets: [jid(CHAT), me()].iter().map(|author| MessageRow::dedupe_key(author, of)).collect(),
        relation,
        queued: false,
    }
}

pub(super) fn edit(order: i64, id: &str, of: &str, body: &str) -> RelationRow {
    said(
        CHAT,
        order,
        id,
        of,
        Relation::Edit { body: body.to_owned(), reply: None, format: Format::default() },
    )
}

fn react(from: &str, order: i64, id: &str, of: &str, all: &[&str]) -> RelationRow {
    said(from, order, id, of, Relation::React(all.iter().map(|one| (*one).to_owned()).collect()))
}

/// The author takes this message back.
pub(super) fn retracted(row: &MessageRow) -> Write {
    let said = said(row.from.as_str(), row.order.0 + 1, "gone", row.sender_id(), Relation::Retract);
    relate(&RelationRow { chat: row.chat.clone(), targets: vec![row.name()], ..said })
}

pub(super) fn relate(said: &RelationRow) -> Write {
    Write::Relate { said: said.clone(), alone: None }
}

/// What a correction is as long as its message is not here.
fn alone(said: &RelationRow) -> Write {
    let Relation::Edit { body, .. } = &said.relation else { panic!("no text: {said:?}") };
    let row = MessageRow {
        id: said.id.clone(),
        body: body.clone(),
        dedupe: said.key.clone(),
        ..received(CHAT, said.order.0, "any")
    };
    Write::Relate { said: said.clone(), alone: Some((row, true)) }
}

fn with(row: &MessageRow, all: &[&RelationRow]) -> MessageRow {
    let mut row = row.clone();
    for said in all {
        row.relate(said);
    }
    row
}

/// Of a message and of what takes its place, whichever of them comes first.
pub async fn how_a_text_is_to_be_shown_is_kept<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "how_a_text_is_to_be_shown_is_kept";
    let format = |hint: &str| Format {
        spoiler: Some(hint.to_owned()),
        unstyled: true,
        mentions: vec![Mention { begin: 2, end: 5, who: "me@example.org".parse().expect("a valid address") }],
        mentions_me: true,
    };
    let (first, last) = (received(CHAT, 1, "m1"), received(CHAT, 2, "m2"));
    let (first, last) =
        (MessageRow { format: format(""), ..first }, MessageRow { format: format("end"), ..last });
    let to = |order, id: &str, of: &str, format| {
        said(CHAT, order, id, of, Relation::Edit { body: "corrected".to_owned(), format, reply: None })
    };
    let early = to(3, "e1", "m1", format("corrected"));
    commit(&open(name).await, &[relate(&early)]).await;
    commit(&open(name).await, &[unread(&first), unread(&last)]).await;
    let first = with(&first, &[&early]);
    assert_eq!(first.format, format("corrected"));
    assert_eq!(history(&open(name).await, CHAT).await, [first.clone(), last.clone()]);
    let chats = load(&open(name).await).await.chats;
    let preview = chats[0].last.clone().expect("a message");
    assert_eq!((preview.body.as_str(), preview.spoiler), ("end", true));
    assert!(chats[0].mentioned);
    let late = to(4, "e2", "m2", Format::default());
    commit(&open(name).await, &[relate(&late)]).await;
    let last = with(&last, &[&late]);
    assert_eq!((last.open_text(), &last.relations.original_format), ("corrected", &format("end")));
    assert_eq!(history(&open(name).await, CHAT).await, [first, last]);
}

/// Text, history and the chat's line; unread messages stay as many.
pub async fn a_correction_changes_message_and_line<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_correction_changes_message_and_line";
    let (first, last) = (received(CHAT, 1, "m1"), received(CHAT, 2, "m2"));
    commit(&open(name).await, &[unread(&first), unread(&last)]).await;
    let of_first = edit(3, "e1", "m1", "first, corrected");
    let applied = commit(&open(name).await, &[relate(&of_first)]).await;
    let first = with(&first, &[&of_first]);
    assert_eq!(first.body, "first, corrected");
    assert_eq!(applied, Applied { changed: vec![first.clone()], ..Applied::default() });
    let of_last = edit(4, "e2", "m2", "last, corrected");
    let applied = commit(&open(name).await, &[relate(&of_last)]).await;
    let (before, last) = (line(&[(&first, true), (&last, true)]), with(&last, &[&of_last]));
    let after = line(&[(&first, true), (&last, true)]);
    assert_ne!(before, after);
    assert_eq!(applied.chats, std::slice::from_ref(&after));
    assert_eq!(history(&open(name).await, CHAT).await, [first, last]);
    assert_eq!(load(&open(name).await).await.chats, [after]);
    assert_eq!(commit(&open(name).await, &[relate(&of_last)]).await, Applied::default(), "a copy is no news");
}

/// Only the author corrects and retracts; whoever else tries is not heard of, and nothing of it waits.
pub async fn only_the_author_corrects_and_retracts<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "only_the_author_corrects_and_retracts";
    let (theirs, ours) = (received(CHAT, 1, "m1"), with_state(&own(CHAT, 2, "m2"), MessageState::Sent));
    commit(&open(name).await, &[unread(&theirs), quiet(&ours)]).await;
    let forged = [
        edit(3, "e1", "m2", "forged"),
        said(CHAT, 4, "e2", "m2", Relation::Retract),
        said("me@example.org", 5, "e3", "m1", Relation::Retract),
        RelationRow { chat: jid("b@x.example"), ..edit(6, "e4", "m1", "forged") },
    ];
    for said in &forged[..3] {
        assert_eq!(commit(&open(name).await, &[relate(said)]).await, Applied::default());
    }
    assert_eq!(commit(&open(name).await, &[alone(&forged[0])]).await, Applied::default());
    assert_eq!(commit(&open(name).await, &[relate(&forged[3])]).await, Applied::default(), "another chat");
    assert_eq!(history(&open(name).await, CHAT).await, [theirs, ours]);
}

/// Nothing of it is left, whatever comes later.
pub async fn what_was_retracted_stays_so<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_was_retracted_stays_so";
    let row = received(CHAT, 1, "m1");
    let corrected = edit(2, "e1", "m1", "secret");
    let retracted = said(CHAT, 3, "e2", "m1", Relation::Retract);
    commit(&open(name).await, &[unread(&row), relate(&corrected)]).await;
    let applied = commit(&open(name).await, &[relate(&retracted)]).await;
    let gone = with(&row, &[&retracted]);
    assert!(gone.relations.retracted && gone.body.is_empty());
    assert_eq!(applied.changed, std::slice::from_ref(&gone));
    assert!(applied.chats.iter().all(|line| line.last.as_ref().is_some_and(|last| last.retracted)));
    let later = [relate(&edit(4, "e3", "m1", "again")), relate(&react(CHAT, 5, "r1", "m1", &["👍"]))];
    assert_eq!(commit(&open(name).await, &later).await, Applied::default());
    assert_eq!(history(&open(name).await, CHAT).await, [gone]);
}

/// All of one person's at a time.
pub async fn reactions_are_kept_by_person<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "reactions_are_kept_by_person";
    let row = received(CHAT, 1, "m1");
    let all = [
        react(CHAT, 2, "r1", "m1", &["👍"]),
        react("me@example.org", 3, "r2", "m1", &["👍", "❤️"]),
        react(CHAT, 4, "r3", "m1", &["🎉"]),
    ];
    commit(&open(name).await, &[unread(&row)]).await;
    for said in &all {
        assert_eq!(commit(&open(name).await, &[relate(said)]).await.changed.len(), 1);
    }
    let [row] = &history(&open(name).await, CHAT).await[..] else { panic!("one message") };
    let (me, they) = (me(), jid(CHAT));
    assert_eq!(row.relations.reactions(), [("👍", vec![&me]), ("❤️", vec![&me]), ("🎉", vec![&they])]);
}

/// Whatever came before its message is there with it, also after a restart.
pub async fn what_is_said_waits_for_its_message<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_is_said_waits_for_its_message";
    let row = received(CHAT, 1, "m1");
    let corrected = edit(2, "e1", "m1", "corrected");
    let liked = react("me@example.org", 3, "r1", "m1", &["👍"]);
    assert_eq!(commit(&open(name).await, &[relate(&liked), relate(&corrected)]).await, Applied::default());
    let whole = with(&row, &[&corrected, &liked]);
    let applied = commit(&open(name).await, &[unread(&row)]).await;
    assert_eq!(applied.changed, std::slice::from_ref(&whole), "the screen never sees it otherwise");
    assert_eq!(applied.chats, [line(&[(&whole, true)])]);
    assert_eq!(history(&open(name).await, CHAT).await, [whole]);
    // On a page of the archive, and within one batch.
    let (two, three) = (received(CHAT, 10, "m2"), received(CHAT, 20, "m3"));
    let (of_two, of_three) = (edit(11, "e2", "m2", "two"), edit(21, "e3", "m3", "three"));
    commit(&open(name).await, &[relate(&of_two)]).await;
    let batch = [relate(&of_three), Write::Page(vec![(two.clone(), true), (three.clone(), true)])];
    assert_eq!(commit(&open(name).await, &batch).await.changed.len(), 2);
    let texts: Vec<_> = history(&open(name).await, CHAT).await.into_iter().map(|row| row.body).collect();
    assert_eq!(texts, ["corrected", "two", "three"]);
}

/// A chat can't be filled with what nobody sees, and what waits is the newest.
pub async fn what_waits_is_bounded<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_waits_is_bounded";
    let count = i64::try_from(MAX_ORPHANS).expect("a small number");
    let edits: Vec<_> = (0..count + 5).map(|n| edit(n, &format!("e{n}"), &format!("m{n}"), "new")).collect();
    commit(&open(name).await, &edits.iter().rev().map(relate).collect::<Vec<_>>()).await;
    let rows: Vec<_> = (0..count + 5).map(|n| received(CHAT, 1_000 + n, &format!("m{n}"))).collect();
    commit(&open(name).await, &rows.iter().map(unread).collect::<Vec<_>>()).await;
    let texts: Vec<_> = history(&open(name).await, CHAT).await.into_iter().map(|row| row.body).collect();
    let (old, new): (Vec<_>, Vec<_>) = texts.into_iter().partition(|text| text.starts_with("body of"));
    assert_eq!((old.len(), new.len()), (5, MAX_ORPHANS));
    // So is what a message was.
    let many = MAX_EDITS + 5;
    let edits: Vec<_> =
        (0..many).map(|n| edit(5_000, &format!("f{n:03}"), "m0", &format!("text {n}"))).collect();
    commit(&open(name).await, &edits.iter().rev().map(relate).collect::<Vec<_>>()).await;
    let row = history(&open(name).await, CHAT).await.remove(0);
    assert_eq!((row.body, row.relations.edits.len()), (format!("text {}", many - 1), MAX_EDITS));
    assert_eq!(row.relations.original.as_deref(), Some("body of m0"));
}

/// Some speak of a message by another id than others.
pub async fn a_message_may_have_two_names<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_message_may_have_two_names";
    let alias = MessageRow::dedupe_key(&jid(CHAT), "other");
    let answered = Some(Reply { author: me(), id: "q".to_owned(), quote: "what?".to_owned() });
    let row = MessageRow { alias: Some(alias.clone()), reply: answered, ..received(CHAT, 1, "m1") };
    commit(&open(name).await, &[relate(&edit(2, "e1", "other", "one")), unread(&row)]).await;
    commit(&open(name).await, &[relate(&edit(3, "e2", "m1", "two"))]).await;
    commit(&open(name).await, &[relate(&edit(4, "e3", "other", "three"))]).await;
    let store = open(name).await;
    let row = history(&store, CHAT).await.remove(0);
    assert_eq!((row.body.as_str(), row.relations.edits.len()), ("three", 3));
    for known in [row.name(), alias] {
        assert_eq!(store.named(&known).await.expect("it answers").as_ref(), Some(&row));
    }
    assert_eq!(store.named("a@x.example\nnobody").await.expect("it answers"), None);
}

/// It goes out once, whatever happens, and is no message.
pub async fn an_own_relation_is_kept_until_the_server_has_it<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "an_own_relation_is_kept_until_the_server_has_it";
    let row = with_state(&own(CHAT, 1, "m1"), MessageState::Sent);
    let queued = |order, id: &str, relation| RelationRow {
        queued: true,
        targets: vec![row.name()],
        ..said("me@example.org", order, id, "m1", relation)
    };
    let reply = Some(Reply { author: jid(CHAT), id: "q".to_owned(), quote: "what?".to_owned() });
    let first = queued(2, "e1", Relation::Edit { body: "one".to_owned(), reply, format: Format::default() });
    let second = queued(3, "e2", Relation::React(vec!["👍".to_owned(), "❤️".to_owned()]));
    let third = queued(4, "e3", Relation::Retract);
    commit(&open(name).await, &[quiet(&row), relate(&first), relate(&second)]).await;
    let saved = load(&open(name).await).await;
    assert_eq!((saved.relations, saved.outbox), (vec![first.clone(), second.clone()], vec![]));
    assert_eq!(history(&open(name).await, CHAT).await, [with(&row, &[&first, &second])]);
    commit(&open(name).await, &[Write::RelationSent(first.clone()), relate(&third)]).await;
    assert_eq!(load(&open(name).await).await.relations, [second.clone(), third.clone()]);
    commit(&open(name).await, &[Write::RelationSent(second), Write::RelationSent(third)]).await;
    assert_eq!(load(&open(name).await).await.relations, []);
}

/// What nobody took counts no more, and what was before counts again.
pub async fn a_relation_that_came_back_is_undone<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_relation_that_came_back_is_undone";
    let row = with_state(&own(CHAT, 1, "m1"), MessageState::Sent);
    let by_me = |order, id: &str, relation| RelationRow {
        queued: true,
        ..said("me@example.org", order, id, "m1", relation)
    };
    let edit = |order, id: &str| {
        by_me(order, id, Relation::Edit { body: id.to_owned(), reply: None, format: Format::default() })
    };
    let (one, two) = (edit(2, "e1"), edit(3, "e2"));
    commit(&open(name).await, &[quiet(&row), relate(&one), relate(&two)]).await;
    let applied = commit(&open(name).await, &[Write::Unrelate(two)]).await;
    let corrected = with(&row, &[&one]);
    assert_eq!(applied.changed, std::slice::from_ref(&corrected));
    assert_eq!(applied.chats, [line(&[(&corrected, false)])]);
    assert_eq!(load(&open(name).await).await.relations, std::slice::from_ref(&one));
    commit(&open(name).await, &[Write::Unrelate(one)]).await;
    assert_eq!(history(&open(name).await, CHAT).await, [row]);
}

/// A message that is not to be shown is on no page and in no line, and its copies find it all the same.
pub async fn a_hidden_message_is_gone_and_stays_so<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_hidden_message_is_gone_and_stays_so";
    let rows: Vec<_> = (1..=100).map(|n| received(CHAT, n, &format!("m{n}"))).collect();
    commit(&open(name).await, &rows.iter().map(unread).collect::<Vec<_>>()).await;
    let hide = |row: &MessageRow| Write::Hide { chat: row.chat.clone(), id: row.id.clone() };
    let applied = commit(&open(name).await, &[hide(&rows[10])]).await;
    let gone = |rows: &[MessageRow]| rows.iter().map(|row| (row.chat.clone(), row.id.clone())).collect();
    assert_eq!(applied, Applied { hidden: gone(&rows[10..11]), ..Applied::default() });
    // More than are looked at in one go, up to the end; they may come in any order.
    let applied = commit(&open(name).await, &rows[40..].iter().map(hide).collect::<Vec<_>>()).await;
    let left: Vec<_> = rows[..10].iter().chain(&rows[11..40]).cloned().collect();
    assert_eq!(applied.chats[0].last.as_ref().map(|last| &last.id), Some(&rows[39].id));
    assert_eq!(history(&open(name).await, CHAT).await, left);
    assert_eq!(page(&open(name).await, CHAT, None, 35).await, left[4..]);
    assert_eq!(page(&open(name).await, CHAT, Some(20), 15).await, left[3..18]);
    let again: Vec<_> = rows.iter().map(unread).collect();
    assert_eq!(commit(&open(name).await, &again).await, Applied::default());
    let later = relate(&edit(500, "e1", "m50", "back again"));
    assert_eq!(commit(&open(name).await, &[later]).await, Applied::default());
    assert_eq!(open(name).await.named(&rows[10].name()).await.expect("it answers"), None);
    let other = Write::Hide { chat: jid("b@x.example"), id: rows[0].id.clone() };
    assert_eq!(commit(&open(name).await, &[other]).await, Applied::default());
    commit(&open(name).await, &left.iter().rev().map(hide).collect::<Vec<_>>()).await;
    assert_eq!(history(&open(name).await, CHAT).await, []);
    assert!(load(&open(name).await).await.chats.iter().all(|line| line.last.is_none()));
}

/// A correction that stood alone is none any more when its message comes.
pub async fn a_correction_stands_alone_until_its_message_comes<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_correction_stands_alone_until_its_message_comes";
    let corrected = edit(5, "e1", "m1", "corrected");
    let applied = commit(&open(name).await, &[alone(&corrected)]).await;
    assert_eq!(applied.inserted, std::slice::from_ref(&corrected.id));
    assert_eq!(commit(&open(name).await, &[alone(&corrected)]).await, Applied::default());
    assert_eq!(history(&open(name).await, CHAT).await.remove(0).body, "corrected");
    let row = received(CHAT, 1, "m1");
    let applied = commit(&open(name).await, &[unread(&row)]).await;
    let whole = with(&row, &[&corrected]);
    assert_eq!(applied.changed, std::slice::from_ref(&whole));
    assert_eq!(applied.hidden, [(jid(CHAT), corrected.id.clone())]);
    assert_eq!(applied.chats[0].last.as_ref().map(|last| &last.id), Some(&row.id));
    assert_eq!(history(&open(name).await, CHAT).await, std::slice::from_ref(&whole));
    assert_eq!(commit(&open(name).await, &[alone(&corrected), relate(&corrected)]).await, Applied::default());
    assert_eq!(history(&open(name).await, CHAT).await, [whole]);
    // All in one batch: the line shows what is the newest then.
    let (newest, late) = (received(CHAT, 50, "m9"), received(CHAT, 2, "m2"));
    commit(&open(name).await, &[unread(&newest)]).await;
    let batch = [alone(&edit(60, "e2", "m2", "late")), unread(&late)];
    let applied = commit(&open(name).await, &batch).await;
    assert_eq!(applied.chats[0].last.as_ref().map(|last| &last.id), Some(&newest.id));
    let texts: Vec<_> = history(&open(name).await, CHAT).await.into_iter().map(|row| row.body).collect();
    assert_eq!(texts, ["corrected", "late", "body of m9"]);
}

/// What is said of a correction whose message is not here goes with it when that comes.
pub async fn what_is_said_of_a_lone_correction_goes_with_it<S: Store>(open: impl AsyncFn(&str) -> S) {
    let original = received(CHAT, 10, "m1");
    let corrected = edit(20, "e1", "m1", "right");
    let felt = react(CHAT, 30, "r1", "e1", &["👍"]);
    for (n, order) in
        [[alone(&corrected), relate(&felt)], [relate(&felt), alone(&corrected)]].into_iter().enumerate()
    {
        let name = format!("what_is_said_of_a_lone_correction_goes_with_it-{n}");
        for write in order {
            commit(&open(&name).await, &[write]).await;
        }
        let lone = history(&open(&name).await, CHAT).await;
        assert_eq!(lone.iter().map(|row| row.relations.reactions.len()).collect::<Vec<_>>(), [1]);
        commit(&open(&name).await, &[unread(&original)]).await;
        assert_eq!(history(&open(&name).await, CHAT).await, [with(&original, &[&corrected, &felt])]);
    }
}

/// What nobody took is said of no message, neither of one that is here nor of one that comes later.
pub async fn what_came_back_waits_for_nothing<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_came_back_waits_for_nothing";
    let (original, corrected) = (received(CHAT, 10, "m1"), edit(20, "e1", "m1", "right"));
    let felt = |order, id: &str, target: &str| RelationRow {
        queued: true,
        ..react("me@example.org", order, id, target, &["👍"])
    };
    let (of_lone, of_nothing) = (felt(30, "r1", "e1"), felt(40, "r2", "m2"));
    commit(&open(name).await, &[alone(&corrected), relate(&of_lone), relate(&of_nothing)]).await;
    let undone = [Write::Unrelate(of_lone), Write::Unrelate(of_nothing)];
    commit(&open(name).await, &undone).await;
    let lone = history(&open(name).await, CHAT).await;
    assert_eq!(lone.iter().map(|row| row.relations.reactions.len()).collect::<Vec<_>>(), [0]);
    let later = received(CHAT, 50, "m2");
    commit(&open(name).await, &[unread(&original), unread(&later)]).await;
    assert_eq!(history(&open(name).await, CHAT).await, [with(&original, &[&corrected]), later]);
    assert_eq!(load(&open(name).await).await.relations, []);
}

/// The state of a message and what is said about it do not touch each other.
pub async fn states_and_relations_do_not_mix<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "states_and_relations_do_not_mix";
    let row = own(CHAT, 1, "m1");
    let by_me = Relation::Edit { body: "corrected".to_owned(), reply: None, format: Format::default() };
    let corrected = said("me@example.org", 2, "e1", "m1", by_me);
    commit(&open(name).await, &[quiet(&row), relate(&corrected), state(&row, MessageState::Sent)]).await;
    let sent = with_state(&with(&row, &[&corrected]), MessageState::Sent);
    assert_eq!(history(&open(name).await, CHAT).await, std::slice::from_ref(&sent));
    let saved = load(&open(name).await).await;
    assert_eq!((saved.outbox, saved.chats), (vec![], vec![line(&[(&sent, false)])]));
}

/// A message, all that is said about it, and copies of everything, in any order and in any batches: the same rows.
///
/// `dice` is what the order follows; a rule with a few of them runs on every store, a property with many on the one in memory.
pub async fn any_order_ends_in_the_same_rows(
    store: &impl Store,
    mut dice: impl FnMut(usize) -> usize,
) -> (Vec<MessageRow>, Option<LocalId>) {
    let (target, next) = (received(CHAT, 10, "m1"), received(CHAT, 90, "m2"));
    // What comes by itself may come late, and its stamp may be coarse: the archive knows its place better.
    let copy = |said: &RelationRow| RelationRow {
        order: Order(said.order.0 % 7 * 20),
        source: Source::Arrival,
        ..said.clone()
    };
    let mut writes =
        vec![unread(&target), unread(&next), unread(&next), relate(&edit(92, "x", "m2", "next"))];
    // The archive gives the message another place and another key; the first one stays, and is the same one here.
    writes.push(unread(&target));
    for n in 0..4 {
        let said = edit(20 + n * 10, &format!("e{n}"), "m1", &format!("text {n}"));
        writes.extend([relate(&said), relate(&copy(&said)), alone(&said)]);
    }
    for n in 0..3 {
        for from in [CHAT, "me@example.org"] {
            let emoji = ["👍", "❤️", "🎉"];
            // Some name a message by its correction, which may stand alone when they come.
            let of = if n == 1 { "e2" } else { "m1" };
            let said = react(from, 15 + n * 10, &format!("r{n}"), of, &emoji[usize::from(n == 1)..]);
            writes.extend([relate(&said), relate(&copy(&said))]);
        }
    }
    writes.push(relate(&said("me@example.org", 99, "forged", "m1", Relation::Retract)));
    if dice(4) == 0 {
        let retracted = said(CHAT, 70, "gone", "m2", Relation::Retract);
        writes.extend([relate(&retracted), relate(&copy(&retracted))]);
    }
    while !writes.is_empty() {
        let count = 1 + dice(4).min(writes.len() - 1);
        let batch: Vec<_> = (0..count).map(|_| writes.swap_remove(dice(writes.len()))).collect();
        commit(store, &batch).await;
    }
    let last = load(store).await.chats.remove(0).last.map(|last| last.id);
    (history(store, CHAT).await, last)
}

/// See [`any_order_ends_in_the_same_rows`].
pub async fn a_few_orders_end_in_the_same_rows<S: Store>(open: impl AsyncFn(&str) -> S) {
    for round in 0..12usize {
        let store = open(&format!("a_few_orders_end_in_the_same_rows-{round}")).await;
        let mut seed = round.wrapping_mul(7_919) + 1;
        let dice = |sides: usize| {
            seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345) % 2_147_483_648;
            (seed >> 8) % sides
        };
        is_as_it_should_be(&any_order_ends_in_the_same_rows(&store, dice).await);
    }
}

/// # Panics
/// If it is not.
pub fn is_as_it_should_be((rows, last): &(Vec<MessageRow>, Option<LocalId>)) {
    let [first, next] = &rows[..] else { panic!("two messages: {rows:#?}") };
    assert_eq!((first.body.as_str(), first.relations.original.as_deref()), ("text 3", Some("body of m1")));
    let orders = |orders: &mut dyn Iterator<Item = Order>| orders.map(|order| order.0).collect::<Vec<_>>();
    assert_eq!(orders(&mut first.relations.edits.iter().map(|edit| edit.order)), [20, 30, 40, 50]);
    assert_eq!(orders(&mut first.relations.reactions.iter().map(|one| one.order)), [15, 15, 25, 25, 35, 35]);
    let (me, they) = (me(), jid(CHAT));
    let both = vec![&they, &me];
    assert_eq!(first.relations.reactions(), [("👍", both.clone()), ("❤️", both.clone()), ("🎉", both)]);
    let text = if next.relations.retracted { "" } else { "next" };
    assert_eq!((next.body.as_str(), last), (text, &Some(next.id.clone())));
}

/// In any order, and a reply finds it, too.
pub async fn what_is_said_of_a_correction_is_said_of_its_message<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_is_said_of_a_correction_is_said_of_its_message";
    let row = received(CHAT, 1, "m1");
    let corrected = edit(2, "e1", "m1", "corrected");
    let reaction = RelationRow {
        targets: vec![corrected.key.clone()],
        ..said("me@example.org", 3, "r1", "m1", Relation::React(vec!["👍".to_owned()]))
    };
    let writes = [unread(&row), relate(&corrected), relate(&reaction)];
    let wanted = with(&row, &[&corrected, &reaction]);
    assert_eq!(wanted.relations.reactions.len(), 1);
    for (n, order) in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].iter().enumerate() {
        for at_once in [false, true] {
            let name = format!("{name}-{n}-{at_once}");
            let batch: Vec<_> = order.iter().map(|at| writes[*at].clone()).collect();
            for batch in batch.chunks(if at_once { 3 } else { 1 }) {
                commit(&open(&name).await, batch).await;
            }
            assert_eq!(history(&open(&name).await, CHAT).await, std::slice::from_ref(&wanted), "{order:?}");
            let store = open(&name).await;
            assert_eq!(store.named(&corrected.key).await.expect("it answers").as_ref(), Some(&wanted));
        }
    }
}
