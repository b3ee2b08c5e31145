//! Days, groups, and the same items for any order of arrival.

use model::{Direction, LocalId, MessageRow, MessageState, Order, WallMs};
use projection::{Hole, MessageItem, Timeline, TimelineItem, Unread};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn utc(_: WallMs) -> i32 {
    0
}

/// Two hours ahead from day 10 on, one hour before: a change to summer time.
fn summer(at: WallMs) -> i32 {
    if at >= 10 * DAY { 120 } else { 60 }
}

fn row(id: &str, order: i64, from: &str, at: WallMs) -> MessageRow {
    let direction = if from == "a@x" { Direction::In } else { Direction::Out };
    let (chat, from, body) = ("a@x".parse().unwrap(), from.parse().unwrap(), format!("body of {id}"));
    let plain = MessageRow::new(direction, chat, from, LocalId(id.to_owned()), Order(order), body);
    // Any of them may climb.
    MessageRow { at, state: MessageState::Queued, ..plain }
}

/// `|3` for a day, `[` and `]` where groups begin and end, `~` for a hole (with its lower end), `!` for unread ones.
fn drawn(items: &[TimelineItem]) -> String {
    let draw = |item: &TimelineItem| match item {
        TimelineItem::Day { day, nth: 0 } => format!("|{day}"),
        TimelineItem::Day { day, nth } => format!("|{day}.{nth}"),
        TimelineItem::Hole(hole) => format!("~{}", hole.floor.0),
        TimelineItem::Unread { count } => format!("!{count}"),
        TimelineItem::Message(MessageItem { row, first_of_group, last_of_group }) => {
            format!(
                "{}{}{}",
                if *first_of_group { "[" } else { "" },
                row.id.0,
                if *last_of_group { "]" } else { "" }
            )
        }
    };
    items.iter().map(draw).collect::<Vec<_>>().join(" ")
}

#[test]
fn days_and_groups_are_marked() {
    let mut timeline = Timeline::new(utc);
    let rows = vec![
        row("a", 1, "a@x", 0),
        row("b", 2, "a@x", 5 * MINUTE),
        row("c", 3, "a@x", 10 * MINUTE + 1),
        row("d", 4, "me@x", 11 * MINUTE),
        row("e", 5, "me@x", DAY - 1),
        row("f", 6, "me@x", DAY),
        row("g", 7, "a@x", -1),
        row("h", 8, "a@x", DAY + 1),
    ];
    timeline.page(rows);
    assert_eq!(drawn(&timeline.items()), "|0 [a b] [c] [d] [e] |1 [f] |-1 [g] |1.1 [h]");
    assert_eq!(timeline.oldest(), Some(Order(1)));
    let ids: Vec<_> = timeline.messages().map(|row| row.id.0.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "d", "e", "f", "g", "h"]);
    let keys: BTreeSet<_> = timeline.items().iter().map(TimelineItem::key).collect();
    assert_eq!(keys.len(), timeline.items().len());
}

#[test]
fn the_day_is_the_local_one_of_its_season() {
    let mut timeline = Timeline::new(summer);
    timeline.page(vec![
        row("winter before midnight", 1, "a@x", 5 * DAY - HOUR - 1),
        row("winter after midnight", 2, "a@x", 5 * DAY - HOUR),
        row("summer before midnight", 3, "a@x", 20 * DAY - 2 * HOUR - 1),
        row("summer after midnight", 4, "a@x", 20 * DAY - 2 * HOUR),
    ]);
    let days: Vec<_> = timeline
        .items()
        .iter()
        .filter_map(|item| if let TimelineItem::Day { day, .. } = item { Some(*day) } else { None })
        .collect();
    assert_eq!(days, [4, 5, 19, 20]);
}

/// The places at which two lists of the same length differ.
fn differences(before: &[TimelineItem], after: &[TimelineItem]) -> Vec<usize> {
    (0..after.len()).filter(|at| before.get(*at) != after.get(*at)).collect()
}

#[test]
fn a_live_message_touches_only_its_neighbours() {
    let mut timeline = Timeline::new(utc);
    timeline.page((0..100).map(|i| row(&i.to_string(), i, "a@x", i)).collect());
    let before = timeline.items();
    timeline.upsert(row("new", 100, "a@x", 100));
    let after = timeline.items();
    assert_eq!(differences(&before, &after), [100, 101], "the last one no longer ends its group");
    timeline.upsert(row("new", 100, "a@x", 100));
    assert_eq!(timeline.items(), after);
    timeline.set_state(&LocalId("50".into()), &MessageState::Sent);
    assert_eq!(differences(&after, &timeline.items()), [51]);
    assert_eq!(timeline.message(&LocalId("50".into())).map(|row| &row.state), Some(&MessageState::Sent));
    let before = timeline.items();
    timeline.set_state(&LocalId("50".into()), &MessageState::Sent);
    timeline.set_state(&LocalId("none".into()), &MessageState::Sent);
    assert_eq!(timeline.items(), before);
    timeline.set_state(&LocalId("50".into()), &MessageState::Read);
    let before = timeline.items();
    for late in [MessageState::Delivered, MessageState::Sent] {
        timeline.set_state(&LocalId("50".into()), &late);
    }
    assert_eq!(timeline.items(), before, "news that come late change nothing");
    timeline.remove(&LocalId("50".into()));
    assert_eq!(timeline.messages().len(), before.len() - 2, "one gone, one divider");
}

#[test]
fn an_older_page_goes_in_above_and_changes_nothing_that_is_known() {
    let mut timeline = Timeline::new(utc);
    timeline.page(vec![row("c", 3, "a@x", 3)]);
    timeline.set_state(&LocalId("c".into()), &MessageState::Sent);
    timeline.page(vec![row("a", 1, "a@x", 1), row("b", 2, "a@x", 2), row("c", 3, "a@x", 3)]);
    assert_eq!(drawn(&timeline.items()), "|0 [a b c]");
    assert!(matches!(&timeline.items()[3], TimelineItem::Message(m) if m.row.state == MessageState::Sent));
}

fn hole(floor: i64, upper: i64) -> Hole {
    Hole { floor: Order(floor), upper: Order(upper) }
}

#[test]
fn holes_stand_where_messages_are_missing() {
    let mut timeline = Timeline::new(utc);
    timeline.set_holes(vec![hole(0, 10), hole(20, 30)]);
    assert_eq!(drawn(&timeline.items()), "~20", "nothing is here, so the newest hole is to be closed first");
    timeline.page(vec![row("a", 10, "a@x", 1), row("b", 20, "a@x", 2), row("c", 30, "a@x", DAY)]);
    assert_eq!(drawn(&timeline.items()), "~0 |0 [a b] ~20 |1 [c]");
    timeline.set_has_older(true);
    assert_eq!(drawn(&timeline.items()), "|0 [a b] ~20 |1 [c]", "what is above is not known yet");
    timeline.set_has_older(false);
    // A page of the upper one came; what was written here meanwhile stands inside.
    timeline.set_holes(vec![hole(20, 28), hole(0, 10)]);
    timeline.upsert(row("q", 25, "me@x", DAY));
    timeline.upsert(row("y", 28, "a@x", DAY));
    assert_eq!(drawn(&timeline.items()), "~0 |0 [a b] |1 [q] ~20 [y c]");
    timeline.set_holes(vec![hole(28, 40)]);
    assert_eq!(drawn(&timeline.items()), "|0 [a b] |1 [q] [y c] ~28", "the newest ones are missing");
}

#[test]
fn the_unread_ones_begin_with_the_first_received_one() {
    let mut timeline = Timeline::new(utc);
    timeline.set_unread(Some(Unread { read: Order(1), count: 2 }));
    timeline.page(vec![row("b", 2, "me@x", 2), row("c", 3, "a@x", 3), row("d", 4, "a@x", 4)]);
    timeline.set_has_older(true);
    assert_eq!(drawn(&timeline.items()), "|0 [b] [c d]", "there may be others before");
    timeline.page(vec![row("a", 1, "a@x", 1)]);
    assert_eq!(drawn(&timeline.items()), "|0 [a] [b] !2 [c d]");
    timeline.upsert(row("e", 5, "a@x", 5));
    assert_eq!(drawn(&timeline.items()), "|0 [a] [b] !2 [c d e]");
    timeline.set_unread(Some(Unread { read: Order(4), count: 1 }));
    assert_eq!(drawn(&timeline.items()), "|0 [a] [b] [c d] !1 [e]");
    timeline.set_unread(Some(Unread { read: Order(5), count: 1 }));
    assert_eq!(drawn(&timeline.items()), "|0 [a] [b] [c d e]");
}

#[test]
fn what_stands_apart_from_the_rest_is_forgotten() {
    let mut timeline = Timeline::new(utc);
    timeline.page(vec![row("a", 1, "a@x", 1), row("c", 3, "a@x", 3)]);
    timeline.forget_before(Order(3));
    assert_eq!(drawn(&timeline.items()), "|0 [c]");
}

/// Holes that don't overlap, newest first.
fn any_holes() -> impl Strategy<Value = Vec<Hole>> {
    proptest::collection::btree_set(0_i64..32, 0..8).prop_map(|ends| {
        let ends: Vec<_> = ends.into_iter().rev().collect();
        ends.chunks_exact(2).map(|ends| hole(ends[1], ends[0])).collect()
    })
}

fn any_rows() -> impl Strategy<Value = Vec<MessageRow>> {
    let one = (0_i64..30, 0_i64..4 * DAY / MINUTE, any::<bool>());
    proptest::collection::btree_map(0_u8..40, one, 0..25).prop_map(|rows| {
        rows.into_iter()
            .map(|(id, (order, minute, me))| {
                row(&id.to_string(), order, if me { "me@x" } else { "a@x" }, minute * MINUTE)
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn any_order_and_repetition_gives_the_same_items(
        (rows, arrivals) in any_rows().prop_flat_map(|rows| {
            let twice: Vec<_> = rows.iter().chain(&rows).cloned().collect();
            (Just(rows), Just(twice).prop_shuffle())
        }),
        paged in 0_usize..25,
        holes in any_holes(),
        told in 0_usize..50,
        unread in proptest::option::of((0_i64..30).prop_map(|read| Unread { read: Order(read), count: 3 })),
    ) {
        let mut at_once = Timeline::new(summer);
        at_once.page(rows.clone());
        at_once.set_holes(holes.clone());
        at_once.set_unread(unread);

        let mut live = Timeline::new(summer);
        live.set_unread(unread);
        live.set_holes(holes.iter().take(1).copied().collect());
        for (at, row) in arrivals.into_iter().enumerate() {
            if at == told {
                live.set_holes(holes.iter().rev().copied().collect());
            }
            live.upsert(row);
        }
        live.set_holes(holes.iter().rev().copied().collect());
        let items = live.items();
        prop_assert_eq!(&items, &at_once.items());
        let keys: BTreeSet<_> = items.iter().map(TimelineItem::key).collect();
        prop_assert_eq!(keys.len(), items.len());
        for (at, item) in items.iter().enumerate() {
            if let TimelineItem::Hole(hole) = item {
                let order = |item: &TimelineItem| item.message().map(|message| message.row.order);
                prop_assert!(items[..at].iter().filter_map(order).all(|order| order < hole.upper));
                prop_assert!(items[at..].iter().filter_map(order).all(|order| order >= hole.upper));
            }
        }

        let (old, new) = rows.split_at(paged.min(rows.len()));
        let mut pages = Timeline::new(summer);
        pages.set_unread(unread);
        pages.set_holes(holes);
        pages.page(new.to_vec());
        pages.page(old.to_vec());
        pages.page(rows);
        prop_assert_eq!(pages.items(), at_once.items());
    }

    #[test]
    fn every_message_has_one_row_and_its_last_state(
        rows in any_rows(),
        changes in proptest::collection::vec((0_u8..40, 0_i64..30, any::<bool>()), 0..20),
    ) {
        let mut timeline = Timeline::new(utc);
        let mut known: BTreeMap<LocalId, MessageRow> =
            rows.iter().map(|row| (row.id.clone(), row.clone())).collect();
        timeline.page(rows);
        for (id, order, state) in changes {
            let id = id.to_string();
            if state {
                timeline.set_state(&LocalId(id.clone()), &MessageState::Sent);
                if let Some(row) = known.get_mut(&LocalId(id)) {
                    row.state = MessageState::Sent;
                }
            } else {
                let row = row(&id, order, "a@x", order * DAY / 7);
                timeline.upsert(row.clone());
                known.insert(row.id.clone(), row);
            }
            let items = timeline.items();
            let keys: BTreeSet<_> = items.iter().map(TimelineItem::key).collect();
            prop_assert_eq!(keys.len(), items.len());
            let shown: Vec<_> = items.iter().filter_map(TimelineItem::message).collect();
            prop_assert!(shown.is_sorted_by_key(|item| (item.row.order, item.row.id.clone())));
            prop_assert_eq!(shown.len(), known.len());
            for item in shown {
                prop_assert_eq!(known.get(&item.row.id), Some(&*item.row));
            }
        }
    }
}
