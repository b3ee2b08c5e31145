//! What the person did with the lines of the chat list, and what stands in them.

use model::{
    Arrange, BareJid, ChatRow, Direction, Draft, LocalId, MessageState, Mute, Order, Preview, RosterItem,
    Subscription, WallMs,
};
use projection::{ChatList, Contacts, Wanted};
use proptest::prelude::*;
use std::rc::Rc;

fn jid(text: &str) -> BareJid {
    text.parse().unwrap()
}

fn chat(address: &str, order: i64) -> ChatRow {
    let last = Preview {
        id: LocalId(order.to_string()),
        body: "hi".into(),
        at: order,
        direction: Direction::In,
        state: MessageState::Received,
        retracted: false,
        spoiler: false,
    };
    ChatRow { order: Order(order), last: Some(last), ..ChatRow::empty(jid(address)) }
}

fn arranged(row: ChatRow, changes: &[Arrange]) -> ChatRow {
    let mut row = row;
    for change in changes {
        row.arrange(*change);
    }
    row
}

/// Addresses in the list, and in the archive.
fn shown(chats: &mut ChatList, now: WallMs) -> (Vec<String>, Vec<String>) {
    let listed = chats.listed(&Contacts::default(), now);
    let mut list: Vec<_> =
        listed.items.iter().map(|item| item.row.chat.local().unwrap().to_owned()).collect();
    let archive = list.split_off(list.len() - listed.archived);
    (list, archive)
}

fn list(chats: &mut ChatList) -> Vec<String> {
    shown(chats, 0).0
}

fn with(rows: Vec<ChatRow>) -> ChatList {
    let mut chats = ChatList::default();
    chats.reset(rows);
    chats
}

#[test]
fn pinned_chats_come_first_and_archived_ones_stand_apart() {
    let mut chats = with((0..5).map(|n| chat(&format!("{n}@x"), n)).collect());
    assert_eq!(list(&mut chats), ["4", "3", "2", "1", "0"]);
    chats.upsert(arranged(chat("1@x", 1), &[Arrange::Pin(true)]));
    chats.upsert(arranged(chat("0@x", 0), &[Arrange::Pin(true)]));
    chats.upsert(arranged(chat("3@x", 3), &[Arrange::Archive(true)]));
    assert_eq!(
        shown(&mut chats, 0),
        (vec!["1".into(), "0".into(), "4".into(), "2".into()], vec!["3".into()])
    );
    // What is archived is not pinned, and the other way round.
    chats.upsert(arranged(chat("1@x", 1), &[Arrange::Pin(true), Arrange::Archive(true)]));
    chats.upsert(arranged(chat("3@x", 3), &[Arrange::Archive(true), Arrange::Pin(true)]));
    assert_eq!(
        shown(&mut chats, 0),
        (vec!["3".into(), "0".into(), "4".into(), "2".into()], vec!["1".into()])
    );
}

#[test]
fn a_mute_ends_by_itself_and_what_is_muted_is_not_counted() {
    let unread = |address, n, mute| {
        arranged(ChatRow { unread: n, ..chat(address, i64::from(n)) }, &[Arrange::Mute(mute)])
    };
    let mut chats = with(vec![
        unread("a@x", 1, Mute::Off),
        unread("b@x", 10, Mute::Until(50)),
        unread("c@x", 100, Mute::Always),
    ]);
    let muted = |chats: &mut ChatList, now| {
        let items = chats.listed(&Contacts::default(), now).items;
        let muted: Vec<_> = items.iter().filter(|item| item.is_muted).map(|item| item.row.unread).collect();
        (muted, chats.total_unread(), chats.next_unmute(now))
    };
    assert_eq!(muted(&mut chats, 49), (vec![100, 10], 1, Some(50)));
    assert_eq!(muted(&mut chats, 50), (vec![100], 11, None));
}

#[test]
fn what_is_to_be_taken_for_unread_counts_once() {
    let mut chats = with(vec![arranged(chat("a@x", 1), &[Arrange::MarkUnread(true)]), chat("b@x", 2)]);
    list(&mut chats);
    assert_eq!(chats.total_unread(), 1);
    let with_unread = arranged(ChatRow { unread: 3, ..chat("a@x", 1) }, &[Arrange::MarkUnread(true)]);
    chats.upsert(with_unread);
    list(&mut chats);
    assert_eq!(chats.total_unread(), 3);
}

#[test]
fn a_draft_alone_puts_a_chat_into_the_list() {
    let draft = |text: &str, at| Draft { text: text.into(), at, ..Draft::default() };
    let mut chats = with(vec![chat("a@x", 1_000_000), chat("b@x", 3_000_000)]);
    chats.upsert(ChatRow { draft: draft("hello", 2_000), ..ChatRow::empty(jid("new@x")) });
    assert_eq!(list(&mut chats), ["b", "new", "a"], "where it was written");
    chats.upsert(ChatRow { draft: draft("more", 4_000), ..chat("a@x", 1_000_000) });
    assert_eq!(list(&mut chats), ["b", "new", "a"], "a draft moves no chat that has messages");
    chats.upsert(ChatRow { draft: draft(" ", 5_000), ..ChatRow::empty(jid("new@x")) });
    assert_eq!(list(&mut chats), ["b", "a"]);
}

#[test]
fn no_line_moves_while_the_list_is_held_but_by_the_person() {
    let mut chats = with((0..4).map(|n| chat(&format!("{n}@x"), n)).collect());
    assert_eq!(list(&mut chats), ["3", "2", "1", "0"]);
    chats.hold(true);
    chats.upsert(chat("0@x", 10));
    chats.upsert(chat("new@x", 11));
    assert_eq!(list(&mut chats), ["3", "2", "1", "0", "new"]);
    chats.upsert(chat("1@x", 12));
    assert_eq!(list(&mut chats), ["3", "2", "1", "0", "new"]);
    chats.upsert(arranged(chat("2@x", 2), &[Arrange::Archive(true)]));
    assert_eq!(list(&mut chats), ["3", "1", "0", "new"]);
    chats.hold(false);
    assert_eq!(list(&mut chats), ["1", "new", "0", "3"], "it settles when they have left");
    chats.hold(true);
    chats.upsert(arranged(chat("3@x", 3), &[Arrange::Pin(true)]));
    assert_eq!(list(&mut chats), ["3", "1", "new", "0"], "who pins a chat looks for it at its new place");
}

#[test]
fn a_line_that_says_the_same_is_the_same() {
    let mut contacts = Contacts::default();
    let mut chats = with((0..3).map(|n| chat(&format!("{n}@x"), n)).collect());
    let before = chats.listed(&contacts, 0).items;
    chats.upsert(chat("2@x", 2));
    chats.upsert(chat("1@x", 5));
    let name = Some("Nobody".to_owned());
    contacts.upsert(RosterItem {
        jid: jid("0@x"),
        name,
        subscription: Subscription::Both,
        asked: false,
        groups: vec![],
    });
    let after = chats.listed(&contacts, 0).items;
    let same = |n: &str| {
        let find = |items: &[Rc<projection::ChatItem>]| {
            items.iter().find(|i| i.row.chat == jid(n)).cloned().unwrap()
        };
        Rc::ptr_eq(&find(&before), &find(&after))
    };
    assert!(same("2@x") && !same("1@x") && !same("0@x"));
}

#[test]
fn people_are_found_by_any_part_of_name_or_address() {
    let fits = |query: &str, name: &str, address: &str| {
        let mut contacts = Contacts::default();
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        contacts.upsert(RosterItem {
            jid: jid(address),
            name,
            subscription: Subscription::Both,
            asked: false,
            groups: vec![],
        });
        Wanted::new(query).fits(&contacts.person(&jid(address)))
    };
    assert!(fits("小明", "王小明", "ming@x") && fits("明", "王小明", "ming@x"), "Chinese has no word breaks");
    assert!(fits("zoe", "Zoë Müller", "z@x") && fits("ZOË MUL", "Zoë Müller", "z@x"));
    assert!(fits("muller zoe", "Zoë Müller", "z@x"), "in any order");
    assert!(fits("ex.org", "", "a@ex.org") && fits("zoe ex.org", "Zoë", "a@ex.org"), "address and name");
    assert!(!fits("zoe miller", "Zoë Müller", "z@x"), "all of the words");
    assert!(Wanted::new("  ").is_empty() && fits("", "Zoë", "z@x"));
}

proptest! {
    /// However a held list came about, letting go gives what a fresh start shows.
    #[test]
    fn a_list_let_go_is_what_a_fresh_start_shows(
        changes in proptest::collection::vec((0_u8..6, 0_i64..8, 0_u8..6, proptest::bool::ANY), 0..40),
    ) {
        let mut chats = ChatList::default();
        let mut rows = std::collections::BTreeMap::<BareJid, ChatRow>::new();
        for (who, order, what, held) in changes {
            let address = format!("{who}@x");
            let known = rows.get(&jid(&address)).cloned();
            let change = match what {
                0 | 1 => Some(Arrange::Pin(what == 0)),
                2 | 3 => Some(Arrange::Archive(what == 2)),
                _ => None,
            };
            let row = match (known, change) {
                (Some(known), Some(change)) => arranged(known, &[change]),
                (Some(known), None) => ChatRow { listing: known.listing, ..chat(&address, order) },
                (None, _) => chat(&address, order),
            };
            rows.insert(row.chat.clone(), row.clone());
            chats.upsert(row);
            chats.hold(held);
            let (mut held, archive) = shown(&mut chats, 0);
            held.extend(archive);
            held.sort();
            let all = rows.keys().map(|jid| jid.local().unwrap());
            prop_assert!(held.iter().map(String::as_str).eq(all));
        }
        chats.hold(false);
        let mut fresh = with(rows.into_values().collect());
        prop_assert_eq!(shown(&mut chats, 0), shown(&mut fresh, 0));
    }
}
