//! The part of a timeline that is shown.

use model::{BareJid, Direction, LocalId, MessageRow, Order};
use projection::{Side, Timeline, TimelineItem, Unread};
use proptest::prelude::*;

const DAY: i64 = 86_400_000;

fn row(n: i64) -> MessageRow {
    let chat: BareJid = "a@x".parse().unwrap();
    let plain =
        MessageRow::new(Direction::In, chat.clone(), chat, LocalId(n.to_string()), Order(n), n.to_string());
    MessageRow { at: n * DAY / 10, ..plain }
}

fn timeline(numbers: impl IntoIterator<Item = i64>) -> Timeline {
    let mut timeline = Timeline::new(|_| 0);
    timeline.page(numbers.into_iter().map(row).collect());
    timeline
}

fn numbers(timeline: &Timeline) -> Vec<i64> {
    timeline.items().iter().filter_map(TimelineItem::message).map(|item| item.row.order.0).collect()
}

#[test]
fn what_comes_in_between_is_shown_and_what_comes_beside_is_not() {
    let mut timeline = timeline([10, 20, 30, 40]);
    timeline.show(1..3);
    for n in [15, 25, 35] {
        timeline.upsert(row(n));
    }
    assert_eq!((numbers(&timeline), timeline.hidden()), (vec![20, 25, 30], (2, 2)));
    timeline.remove(&LocalId("20".into()));
    assert_eq!(numbers(&timeline), [25, 30], "an end that is gone ends it all the same");
    timeline.show_more(1, 0);
    assert_eq!(numbers(&timeline), [15, 25, 30]);
    timeline.show_more(usize::MAX, usize::MAX);
    assert_eq!(numbers(&timeline), [10, 15, 25, 30, 35, 40]);
}

#[test]
fn what_is_far_from_what_is_shown_is_forgotten() {
    let mut timeline = timeline(0..100);
    timeline.show_around(50, 10);
    timeline.forget_beyond(5, 7);
    assert_eq!((timeline.oldest(), timeline.newest()), (Some(Order(40)), Some(Order(61))));
    assert_eq!((timeline.has_more(), timeline.hidden()), ((true, true), (5, 7)));
    timeline.show_newest(3);
    assert_eq!(numbers(&timeline), [59, 60, 61]);
}

#[test]
fn it_is_known_where_the_unread_ones_begin() {
    let mut timeline = timeline(0..100);
    assert_eq!(timeline.unread_side(), None);
    timeline.set_unread(Some(Unread { read: Order(49), count: 50 }));
    timeline.show(0..50);
    assert_eq!(timeline.unread_side(), Some(Side::Below));
    timeline.show(50..60);
    assert_eq!(timeline.unread_side(), Some(Side::Here));
    timeline.show(60..70);
    assert_eq!(timeline.unread_side(), Some(Side::Above));
    timeline.forget_beyond(0, 10);
    assert_eq!(timeline.unread_side(), Some(Side::Above), "nor is it loaded");
    timeline.set_unread(Some(Unread { read: Order(90), count: 9 }));
    assert_eq!(timeline.unread_side(), Some(Side::Below));
}

#[derive(Clone, Debug)]
enum Step {
    More(usize, usize),
    Less(usize, usize),
    Newest(usize),
    Around(usize, usize),
    Forget(usize, usize),
    Upsert(i64),
    Remove(i64),
}

fn any_step() -> impl Strategy<Value = Step> {
    let some = || 0_usize..12;
    prop_oneof![
        (some(), some()).prop_map(|(above, below)| Step::More(above, below)),
        (some(), some()).prop_map(|(above, below)| Step::Less(above, below)),
        (1_usize..12).prop_map(Step::Newest),
        (0_usize..60, 1_usize..12).prop_map(|(at, count)| Step::Around(at, count)),
        (some(), some()).prop_map(|(above, below)| Step::Forget(above, below)),
        (0_i64..60).prop_map(Step::Upsert),
        (0_i64..60).prop_map(Step::Remove),
    ]
}

proptest! {
    /// Whatever is done, what is shown is a stretch of what there is, and each message looks as it does in the whole.
    #[test]
    fn what_is_shown_is_a_stretch_of_the_whole(
        known in proptest::collection::btree_set(0_i64..60, 1..40),
        steps in proptest::collection::vec(any_step(), 0..20),
    ) {
        let mut timeline = timeline(known);
        for step in steps {
            let (shown, loaded) = (timeline.shown(), timeline.messages().len());
            match step {
                Step::More(above, below) => {
                    timeline.show_more(above, below);
                    let after = timeline.shown();
                    prop_assert_eq!(after.start, shown.start.saturating_sub(above));
                    prop_assert_eq!(after.end, (shown.end + below).min(loaded));
                }
                Step::Less(above, below) => {
                    timeline.show_less(above, below);
                    // One is always left, even if all that were shown have been deleted.
                    prop_assert!(timeline.shown().len() <= shown.len().max(1));
                }
                Step::Newest(count) => timeline.show_newest(count),
                Step::Around(at, count) if at < loaded => {
                    timeline.show_around(at, count);
                    prop_assert!(timeline.shown().contains(&at) && timeline.shown().len() <= count + 1);
                }
                Step::Forget(above, below) => {
                    let before = numbers(&timeline);
                    timeline.forget_beyond(above, below);
                    prop_assert_eq!(numbers(&timeline), before);
                    let (hidden_above, hidden_below) = timeline.hidden();
                    prop_assert!(hidden_above <= above && hidden_below <= below);
                }
                Step::Upsert(n) => timeline.upsert(row(n)),
                Step::Remove(n) => timeline.remove(&LocalId(n.to_string())),
                Step::Around(..) => {}
            }
            let part = timeline.items();
            let mut whole = timeline.clone();
            whole.show_more(usize::MAX, usize::MAX);
            let whole = whole.items();
            let stretch = part.strip_prefix(part.get(..1).filter(|first| first[0].message().is_none()).unwrap_or_default());
            let stretch = stretch.unwrap_or_default();
            prop_assert!(stretch.is_empty() || whole.windows(stretch.len()).any(|window| window == stretch));
        }
    }
}
