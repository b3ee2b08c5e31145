//! Messages of the past that come now, and those that nobody looked at.

use super::super::super::timeline::Request;
use super::*;

fn edge(id: Option<&str>, order: i64) -> Edge {
    Edge { id: id.map(str::to_owned), at: NOON, order: Order(order) }
}

fn gap(after: i64, before: i64) -> Gap {
    Gap { after: Some(edge(Some("a"), after)), before: edge(Some("b"), before), chats: Vec::new() }
}

/// Messages as numbers, `~` for a hole, `!` for where the unread ones begin.
fn drawn(state: AppState) -> String {
    let draw = |item: Live<TimelineItem>| match item.now() {
        TimelineItem::Message(item) => item.row.order.0.to_string(),
        TimelineItem::Hole(_) => "~".into(),
        TimelineItem::Unread { count } => format!("!{count}"),
        TimelineItem::Day { .. } => String::new(),
    };
    let drawn: Vec<_> = rows(state).into_iter().map(draw).filter(|word| !word.is_empty()).collect();
    drawn.join(" ")
}

/// The person scrolls to the top of what is loaded.
fn reach_up(state: AppState) -> Option<Request> {
    let [older, _] = state.timeline().reach(Reach { above: 1_000, ..Reach::default() });
    older
}

fn page(chat: &str, orders: impl IntoIterator<Item = i64>) -> Vec<MessageRow> {
    orders.into_iter().map(|n| message(chat, n, Direction::In)).collect()
}

#[test]
fn a_hole_is_asked_for_once_per_look_and_change() {
    let saved = Saved {
        archive: ArchiveRow { gaps: vec![gap(10, 20)], ..ArchiveRow::default() },
        ..Saved::default()
    };
    let state = state(Some("me@x"), &saved);
    let pump = Rc::new(Pump::default());
    state.connect(Rc::new(Rc::clone(&pump)));
    let asked = || {
        let commands = pump.0.take().into_iter();
        commands
            .filter_map(|command| {
                if let Command::FetchHistory { before, .. } = command { Some(before.0) } else { None }
            })
            .collect::<Vec<_>>()
    };
    state.timeline().open(Some(jid("bob@x")));
    state.timeline().set_gaps(&saved.archive.gaps);
    newest(state, page("bob@x", [10, 20]));
    assert_eq!(drawn(state), "10 ~ 20", "what was saved says so before anything happened");
    state.look_at_hole(Some("hole:10"));
    assert_eq!(asked(), Vec::<i64>::new(), "nobody is there to ask");
    state.apply(vec![Event::Connection(Connection::Online)]);
    for _ in 0..3 {
        state.look_at_hole(Some("hole:10"));
    }
    assert_eq!(asked(), [20]);
    let hole = projection::Hole { floor: Order(10), upper: Order(20) };
    assert!(untrack(|| state.timeline().is_closing(hole)));
    state.give_up_hole(hole);
    state.look_at_hole(Some("hole:10"));
    assert_eq!((asked(), untrack(|| state.timeline().is_closing(hole))), (vec![], false), "nothing came");
    state.fetch_hole("hole:10");
    assert_eq!(asked(), [20], "the person asks once more");
    state.look_at_hole(None);
    state.look_at_hole(Some("hole:10"));
    assert_eq!(asked(), [20], "a new look");
    let came = [15, 14].map(|n| Event::Message(message("bob@x", n, Direction::In)));
    state.apply([vec![Event::Gaps(vec![gap(10, 14)])], came.into()].concat());
    assert_eq!(drawn(state), "10 ~ 14 15 20");
    state.look_at_hole(Some("hole:10"));
    assert_eq!(asked(), [14], "there is more");
    state.apply(vec![Event::Gaps(Vec::new()), Event::Message(message("bob@x", 12, Direction::In))]);
    assert_eq!(drawn(state), "10 12 14 15 20");
}

#[test]
fn what_is_being_found_out_is_no_hole() {
    let state = inside();
    open(state, "bob@x", page("bob@x", [10]));
    let open = Gap { before: edge(None, 20), ..gap(10, 20) };
    state.apply(vec![Event::Gaps(vec![open])]);
    assert_eq!(drawn(state), "10");
    state.apply(vec![Event::Gaps(vec![Gap { chats: vec![(jid("bob@x"), None)], ..gap(10, 20) }])]);
    assert_eq!(drawn(state), "10", "of this chat all is here");
    state.apply(vec![Event::Gaps(vec![gap(10, 20)])]);
    assert_eq!(drawn(state), "10 ~");
}

#[test]
fn an_old_message_never_stands_beside_one_that_is_not_its_neighbour() {
    let (state, bob) = (inside(), jid("bob@x"));
    let full = i64::try_from(super::super::super::timeline::PAGE).unwrap();
    state.timeline().open(Some(bob.clone()));
    // Before the first page is here, it can't be known what is between.
    state.apply(vec![Event::Message(message("bob@x", 3, Direction::In))]);
    newest(state, page("bob@x", 1000..1000 + full));
    let request = reach_up(state).expect("a page to read");
    assert_eq!(shown(state).len(), usize::try_from(full).unwrap());
    // Nor while older ones are on disk.
    state.apply(vec![Event::Message(message("bob@x", 4, Direction::Out))]);
    assert!(drawn(state).starts_with("1000 1001"), "{}", drawn(state));
    // One that comes while the page before is being read may not be on that page.
    state.apply(vec![Event::Message(message("bob@x", 5, Direction::In))]);
    state.timeline().end_page(&request, page("bob@x", [3, 4, 900]));
    let request = reach_up(state).expect("so the store is asked once more");
    assert!(drawn(state).starts_with("3 4 900 1000"), "{}", drawn(state));
    // With all loaded, it goes where it belongs, and leads nowhere.
    state.timeline().end_page(&request, page("bob@x", []));
    assert!(reach_up(state).is_none());
    let jump = untrack(|| state.timeline().jump());
    state.scrolled(false);
    state.apply(vec![Event::Message(message("bob@x", 950, Direction::Out))]);
    assert!(drawn(state).starts_with("3 4 900 950 1000"), "{}", drawn(state));
    assert_eq!(untrack(|| (state.timeline().jump(), state.timeline().unseen())), (jump, 0));
}

#[test]
fn where_the_unread_ones_began_stays_as_long_as_the_chat_is_open() {
    let line = |read, unread| ChatRow { read: Order(read), ..chat("bob@x", 3, unread) };
    let saved = Saved { chats: vec![line(1, 2)], ..Saved::default() };
    let (state, bob) = (state(Some("me@x"), &saved), jid("bob@x"));
    state.view_chat(Some(bob.clone()));
    newest(state, page("bob@x", [1, 2, 3]));
    assert_eq!(drawn(state), "1 !2 2 3");
    state.apply(vec![Event::Chat(line(3, 0))]);
    state.apply(vec![Event::Message(message("bob@x", 4, Direction::In)), Event::Chat(line(4, 0))]);
    assert_eq!(drawn(state), "1 !2 2 3 4");
    // Nobody looked.
    state.apply(vec![Event::Message(message("bob@x", 5, Direction::In)), Event::Chat(line(4, 1))]);
    state.apply(vec![Event::Message(message("bob@x", 6, Direction::In)), Event::Chat(line(4, 2))]);
    assert_eq!(drawn(state), "1 2 3 4 !2 5 6");
    state.view_chat(None);
    state.apply(vec![Event::Chat(line(6, 0))]);
    state.view_chat(Some(bob.clone()));
    newest(state, page("bob@x", [1, 2, 3, 4, 5, 6]));
    assert_eq!(drawn(state), "1 2 3 4 5 6");
}
