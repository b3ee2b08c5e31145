//! A chat of any length in bounded memory and on a bounded page.

use super::super::super::timeline::{PAGE, Request};
use super::*;

/// The most messages that may be loaded, and shown.
const LOADED: usize = 600;
const SHOWN: usize = 180;

/// A chat on disk, and the state that shows it.
struct Disk {
    state: AppState,
    rows: Vec<MessageRow>,
}

impl Disk {
    fn new(count: i64) -> Self {
        let disk =
            Self { state: inside(), rows: (0..count).map(|n| message("bob@x", n, Direction::In)).collect() };
        disk.state.timeline().open(Some(jid("bob@x")));
        disk.answer(disk.state.timeline().begin(PageAt::Newest));
        disk
    }

    fn answer(&self, request: Option<Request>) {
        let Some(request) = request else { return };
        let at = match &request.at {
            PageAt::Message(id) => {
                self.rows.iter().find(|row| row.id == *id).map(|row| PageAt::Around(row.order))
            }
            at => Some(at.clone()),
        };
        let (place, before, after) = at.as_ref().unwrap_or(&request.at).sides(request.limit());
        let middle = self.rows.partition_point(|row| row.order < place);
        let end = self.rows.len().min(middle.saturating_add(after));
        let page = self.rows[middle.saturating_sub(before)..end].to_vec();
        assert!(!self.state.timeline().end_page(&request, page));
    }

    /// What the view does: it shows more at one end, and less at the other.
    fn scroll(&self, reach: Reach) {
        self.state.timeline().reach(reach).into_iter().for_each(|request| self.answer(request));
    }

    fn up(&self) {
        self.scroll(Reach { above: 20, far_below: 1_000, ..Reach::default() });
    }

    fn down(&self) {
        self.scroll(Reach { below: 20, far_above: 1_000, ..Reach::default() });
    }

    /// The numbers of the first and the last message shown; all between are shown, too.
    fn shown(&self) -> (usize, usize) {
        let shown: Vec<usize> = shown(self.state).iter().map(|id| id[1..].parse().unwrap()).collect();
        let (first, last) = (shown[0], shown[shown.len() - 1]);
        assert_eq!(shown, (first..=last).collect::<Vec<_>>());
        assert!(shown.len() <= SHOWN, "{} shown", shown.len());
        (first, last)
    }

    fn loaded(&self) -> usize {
        self.rows.iter().filter(|row| self.state.timeline().row(&row.id).is_some()).count()
    }

    fn goal(&self) -> Option<Goal> {
        untrack(|| self.state.timeline().jump()).map(|jump| jump.goal)
    }

    fn ends(&self) -> (bool, bool) {
        untrack(|| (self.state.timeline().has_older(), self.state.timeline().has_newer()))
    }
}

fn id(n: usize) -> LocalId {
    LocalId(format!("m{n}"))
}

#[test]
fn a_long_chat_is_scrolled_through_in_bounded_memory() {
    let disk = Disk::new(3_000);
    assert_eq!((disk.goal(), disk.ends()), (Some(Goal::End), (true, false)));
    let mut first = disk.shown().0;
    assert_eq!(disk.shown().1, 2_999);
    disk.state.scrolled(false);
    while first > 0 {
        disk.up();
        let before = std::mem::replace(&mut first, disk.shown().0);
        assert!(first < before, "it goes on");
    }
    assert_eq!(disk.ends(), (false, true));
    assert!(disk.loaded() <= LOADED, "{} loaded", disk.loaded());
    let mut last = disk.shown().1;
    while last < 2_999 {
        disk.down();
        let before = std::mem::replace(&mut last, disk.shown().1);
        assert!(last > before, "it goes on");
    }
    assert!(disk.loaded() <= LOADED, "{} loaded", disk.loaded());
    assert_eq!(disk.ends(), (true, false));
}

#[test]
fn a_jump_leads_anywhere_and_back() {
    let disk = Disk::new(5_000);
    let timeline = disk.state.timeline();
    disk.state.scrolled(false);
    timeline.set_in_view(Some("m4980".into()));
    disk.answer(timeline.to_message(PageAt::Message(id(700))));
    assert_eq!(disk.goal(), Some(Goal::Message { id: id(700), mark: true }));
    let (first, last) = disk.shown();
    assert!(first < 700 && 700 < last && last - first < 60, "{first} to {last}");
    assert_eq!(disk.ends(), (true, true));
    // From there on one scrolls as from anywhere else.
    disk.up();
    disk.down();
    assert!(disk.shown().0 < first && disk.shown().1 > last);
    // What is near is gone to without the store.
    assert!(timeline.to_message(PageAt::Around(Order(720))).is_none());
    assert_eq!(disk.goal(), Some(Goal::Message { id: id(720), mark: true }));

    timeline.set_in_view(Some("m700".into()));
    disk.answer(timeline.to_message(PageAt::Around(Order(9_999))));
    assert_eq!(
        disk.goal(),
        Some(Goal::Message { id: id(4_999), mark: true }),
        "the last one before that place"
    );
    assert!(untrack(|| timeline.can_go_back()));
    disk.answer(timeline.to_back());
    assert_eq!(disk.goal(), Some(Goal::Message { id: id(700), mark: false }));
    assert!(!untrack(|| timeline.can_go_back()));
    disk.answer(timeline.to_end());
    assert_eq!((disk.goal(), disk.shown().1), (Some(Goal::End), 4_999));
}

#[test]
fn what_is_not_here_is_not_gone_to() {
    let disk = Disk::new(100);
    let before = (disk.goal(), disk.shown());
    let request = disk.state.timeline().to_message(PageAt::Message(id(1_000))).expect("it is not loaded");
    assert!(!disk.state.timeline().end_page(&request, Vec::new()));
    assert_eq!((disk.goal(), disk.shown()), before);
    // In a chat that was just opened the newest messages are shown instead.
    disk.state.timeline().open(Some(jid("bob@x")));
    let request = disk.state.timeline().begin(PageAt::Message(id(1_000))).unwrap();
    assert!(disk.state.timeline().end_page(&request, Vec::new()), "so it is asked for another page");
}

#[test]
fn a_page_of_another_stretch_is_dropped() {
    let disk = Disk::new(5_000);
    let [older, _] = disk.state.timeline().reach(Reach { above: 60, ..Reach::default() });
    disk.answer(disk.state.timeline().to_message(PageAt::Message(id(100))));
    let shown = disk.shown();
    disk.answer(older);
    assert_eq!(disk.shown(), shown);
}

#[test]
fn what_comes_while_one_is_far_away_is_counted_and_read_on_the_way_down() {
    let mut disk = Disk::new(1_000);
    disk.state.scrolled(false);
    disk.answer(disk.state.timeline().to_message(PageAt::Message(id(100))));
    let shown = disk.shown();
    for n in 1_000..3_000 {
        disk.rows.push(message("bob@x", n, Direction::In));
        disk.state.apply(vec![Event::Message(message("bob@x", n, Direction::In))]);
    }
    assert_eq!((disk.shown(), untrack(|| disk.state.timeline().unseen())), (shown, 2_000));
    assert!(disk.loaded() <= LOADED, "{} loaded", disk.loaded());
    while disk.shown().1 < 2_999 {
        disk.down();
    }
    disk.state.scrolled(true);
    assert_eq!(untrack(|| disk.state.timeline().unseen()), 0);
}

#[test]
fn a_burst_shows_no_more_than_the_end_of_it() {
    let disk = Disk::new(100);
    for batch in 1..20 {
        let news = (0..200).map(|n| Event::Message(message("bob@x", batch * 1_000 + n, Direction::In)));
        disk.state.apply(news.collect());
        let shown = shown(disk.state);
        assert_eq!(shown.last(), Some(&format!("m{}", batch * 1_000 + 199)));
        assert!(shown.len() <= SHOWN, "{} shown", shown.len());
    }
    assert_eq!(disk.ends(), (true, false));
}

#[test]
fn what_comes_during_a_jump_is_not_lost() {
    let mut disk = Disk::new(100);
    let request = disk.state.timeline().to_message(PageAt::Message(id(0)));
    assert!(request.is_some(), "it is not loaded");
    // The page was read before this came, and has the end of what was there.
    let page = disk.rows[..100.min(PAGE)].to_vec();
    disk.rows.push(message("bob@x", 100, Direction::In));
    disk.state.apply(vec![Event::Message(message("bob@x", 100, Direction::In))]);
    disk.state.timeline().end_page(&request.unwrap(), page);
    while disk.shown().1 < 100 {
        disk.down();
    }
}

#[test]
fn what_comes_in_above_the_top_is_shown_with_what_makes_room_for_it() {
    let disk = Disk::new(10);
    assert_eq!(disk.shown(), (0, 9));
    // A page of the archive, of which the store had nothing.
    let late = (1..=40).map(|n| Event::Message(message("bob@x", -n, Direction::In))).collect();
    disk.state.apply(late);
    let shown = shown(disk.state);
    assert!(shown.len() > 10 && shown.len() < 50, "some at once: {} shown", shown.len());
    assert_eq!(shown.last().map(String::as_str), Some("m9"));
}

#[test]
fn what_was_shown_before_it_was_on_disk_is_counted_once_and_never_lost() {
    let mut disk = Disk::new(1_000);
    disk.state.scrolled(false);
    let heard = |n: usize| message("bob@x", i64::try_from(n).unwrap(), Direction::In);
    for n in 1_000..3_000 {
        disk.state.apply(vec![Event::Heard(heard(n))]);
    }
    assert_eq!(untrack(|| disk.state.timeline().unseen()), 2_000);
    assert!(disk.loaded() <= LOADED, "{} loaded", disk.loaded());
    // The way down leads to where the disk is by now,
    disk.rows.extend((1_000..1_500).map(heard));
    disk.state.apply((1_000..1_500).map(|n| Event::Message(heard(n))).collect());
    for _ in 0..200 {
        disk.down();
    }
    assert!(disk.shown().1 >= 1_499);
    // and further when that is.
    disk.rows.extend((1_500..3_000).map(heard));
    disk.state.apply((1_500..3_000).map(|n| Event::Message(heard(n))).collect());
    while disk.shown().1 < 2_999 {
        disk.down();
    }
    assert_eq!(untrack(|| disk.state.timeline().unseen()), 2_000);
    disk.state.scrolled(true);
    assert_eq!(untrack(|| disk.state.timeline().unseen()), 0);
}

#[test]
fn a_copy_that_was_shown_goes_again() {
    let disk = Disk::new(100);
    disk.state.apply(vec![Event::Heard(message("bob@x", 100, Direction::In))]);
    assert_eq!(disk.shown().1, 100);
    disk.state.apply(vec![Event::MessageDeleted { chat: jid("bob@x"), id: id(100) }]);
    assert_eq!(disk.shown().1, 99);
}

#[test]
fn a_page_that_does_not_have_what_is_shown_takes_nothing_away() {
    let disk = Disk::new(100);
    let request = disk.state.timeline().begin(PageAt::Newest);
    disk.state.apply(vec![Event::Heard(message("bob@x", 100, Direction::In))]);
    disk.answer(request);
    assert_eq!(disk.shown().1, 100);
}
