//! Days, groups, and the same items for any order of arrival.

use model::{Direction, LocalId, MessageRow, MessageState, Order, WallMs};
use projection::{ListDiff, MessageItem, Timeline, TimelineItem};
use proptest::prelude::*;

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
    MessageRow {
        chat: "a@x".parse().unwrap(),
        order: Order(order),
        id: LocalId(id.to_owned()),
        from: from.parse().unwrap(),
        direction: if from == "a@x" { Direction::In } else { Direction::Out },
        body: format!("body of {id}"),
        at,
        state: MessageState::Received,
        dedupe: id.to_owned(),
    }
}

/// `|3` for a day, `[` and `]` where groups begin and end.
fn drawn(items: &[TimelineItem]) -> String {
    let draw = |item: &TimelineItem| match item {
        TimelineItem::Day { day, nth: 0 } => format!("|{day}"),
        TimelineItem::Day { day, nth } => format!("|{day}.{nth}"),
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
    timeline.reset(rows);
    assert_eq!(drawn(timeline.items()), "|0 [a b] [c] [d] [e] |1 [f] |-1 [g] |1.1 [h]");
    assert_eq!(
        (timeline.oldest(), timeline.newest().map(|row| row.id.0.as_str())),
        (Some(Order(1)), Some("h"))
    );
    let keys: std::collections::BTreeSet<_> = timeline.items().iter().map(TimelineItem::key).collect();
    assert_eq!(keys.len(), timeline.items().len());
}

#[test]
fn the_day_is_the_local_one_of_its_season() {
    let mut timeline = Timeline::new(summer);
    timeline.reset(vec![
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

#[test]
fn a_live_message_touches_only_its_neighbours() {
    let mut timeline = Timeline::new(utc);
    timeline.reset((0..100).map(|i| row(&i.to_string(), i, "a@x", i)).collect());
    let steps = timeline.upsert(row("new", 100, "a@x", 100));
    assert!(
        matches!(
            steps.as_slice(),
            [ListDiff::Update { index: 100, .. }, ListDiff::Insert { index: 101, .. }]
        ),
        "{steps:?}"
    );
    assert_eq!(timeline.upsert(row("new", 100, "a@x", 100)), []);
    let steps = timeline.set_state(&LocalId("50".into()), &MessageState::Sent);
    assert!(
        matches!(steps.as_slice(), [ListDiff::Update { index: 51, item: TimelineItem::Message(m) }] if m.row.state == MessageState::Sent)
    );
    assert_eq!(timeline.set_state(&LocalId("50".into()), &MessageState::Sent), []);
    assert_eq!(timeline.set_state(&LocalId("none".into()), &MessageState::Sent), []);
}

#[test]
fn an_older_page_goes_in_above_and_changes_nothing_that_is_known() {
    let mut timeline = Timeline::new(utc);
    timeline.reset(vec![row("c", 3, "a@x", 3)]);
    timeline.set_state(&LocalId("c".into()), &MessageState::Sent);
    let steps = timeline.prepend(vec![row("a", 1, "a@x", 1), row("b", 2, "a@x", 2), row("c", 3, "a@x", 3)]);
    assert_eq!(drawn(timeline.items()), "|0 [a b c]");
    assert!(
        !steps.iter().any(|step| matches!(step, ListDiff::Reset(_) | ListDiff::Remove { .. })),
        "{steps:?}"
    );
    assert!(matches!(&timeline.items()[3], TimelineItem::Message(m) if m.row.state == MessageState::Sent));
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

fn follow(mirror: &mut Vec<TimelineItem>, steps: Vec<ListDiff<TimelineItem>>) {
    for step in steps {
        step.apply(mirror);
    }
}

proptest! {
    #[test]
    fn any_order_and_repetition_gives_the_same_items(
        (rows, arrivals) in any_rows().prop_flat_map(|rows| {
            let twice: Vec<_> = rows.iter().chain(&rows).cloned().collect();
            (Just(rows), Just(twice).prop_shuffle())
        }),
        paged in 0_usize..25,
    ) {
        let mut at_once = Timeline::new(summer);
        at_once.reset(rows.clone());

        let mut live = Timeline::new(summer);
        let mut mirror = Vec::new();
        for row in arrivals {
            follow(&mut mirror, live.upsert(row));
            prop_assert_eq!(mirror.as_slice(), live.items());
        }
        prop_assert_eq!(live.items(), at_once.items());

        let (old, new) = rows.split_at(paged.min(rows.len()));
        let mut pages = Timeline::new(summer);
        let mut mirror = Vec::new();
        follow(&mut mirror, pages.reset(new.to_vec()));
        follow(&mut mirror, pages.prepend(old.to_vec()));
        follow(&mut mirror, pages.prepend(rows));
        prop_assert_eq!(mirror.as_slice(), pages.items());
        prop_assert_eq!(pages.items(), at_once.items());
    }

    #[test]
    fn steps_mirror_every_change(
        rows in any_rows(),
        changes in proptest::collection::vec((0_u8..40, 0_i64..30, any::<bool>()), 0..20),
    ) {
        let mut timeline = Timeline::new(utc);
        let mut mirror = Vec::new();
        follow(&mut mirror, timeline.reset(rows));
        for (id, order, state) in changes {
            let id = id.to_string();
            let steps = if state {
                timeline.set_state(&LocalId(id), &MessageState::Sent)
            } else {
                timeline.upsert(row(&id, order, "a@x", order * DAY / 7))
            };
            follow(&mut mirror, steps);
            prop_assert_eq!(mirror.as_slice(), timeline.items());
            let keys: std::collections::BTreeSet<_> = mirror.iter().map(TimelineItem::key).collect();
            prop_assert_eq!(keys.len(), mirror.len());
        }
    }
}
