//! The list of chats and the list of contacts.

use model::{
    Availability, BareJid, ChatRow, Direction, LocalId, MessageState, Order, Presence, Preview, RosterItem,
    Subscription,
};
use projection::{ChatItem, ChatList, Contacts};
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

fn jid(text: &str) -> BareJid {
    text.parse().unwrap()
}

fn contact(address: &str, name: Option<&str>) -> RosterItem {
    RosterItem {
        jid: jid(address),
        name: name.map(str::to_owned),
        subscription: Subscription::Both,
        asked: false,
        groups: vec![],
    }
}

fn chat(address: &str, order: i64, unread: u32) -> ChatRow {
    let last = Preview {
        id: LocalId(order.to_string()),
        body: "hi".into(),
        at: order,
        direction: Direction::In,
        state: MessageState::Received,
        retracted: false,
        spoiler: false,
    };
    ChatRow {
        chat: jid(address),
        order: Order(order),
        last: Some(last),
        unread,
        ..ChatRow::empty(jid(address))
    }
}

fn here() -> Presence {
    Presence { availability: Availability::Online, status: None }
}

fn names(items: &[Rc<ChatItem>]) -> Vec<&str> {
    items.iter().map(|item| item.person.name.as_str()).collect()
}

#[test]
fn contacts_are_sorted_by_what_they_are_called() {
    let mut contacts = Contacts::default();
    contacts.reset(vec![
        contact("z@x", Some("anna")),
        contact("b@x", None),
        contact("c@x", Some(" ")),
        contact("x", None),
        contact("a@x", Some("Bob")),
    ]);
    let names = |contacts: &Contacts| -> Vec<String> {
        contacts.items().into_iter().map(|person| person.name).collect()
    };
    assert_eq!(names(&contacts), ["anna", "b", "Bob", "c", "x"]);
    contacts.set_presence(jid("b@x"), here());
    assert_eq!(contacts.items()[1].presence, here());
    contacts.remove(&jid("z@x"));
    assert_eq!(names(&contacts), ["b", "Bob", "c", "x"]);
    assert!(contacts.contains(&jid("b@x")) && !contacts.contains(&jid("z@x")));
}

#[test]
fn of_strangers_only_the_presence_is_known() {
    let mut contacts = Contacts::default();
    contacts.set_presence(jid("stranger@x"), here());
    let stranger = contacts.person(&jid("stranger@x"));
    assert_eq!((stranger.name.as_str(), &stranger.presence), ("stranger", &here()));
    assert_eq!((stranger.subscription, stranger.asked), (Subscription::None, false));
    assert!(contacts.items().is_empty());
    contacts.remove(&jid("stranger@x"));
    assert_eq!(contacts.person(&jid("stranger@x")).presence, Presence::default());
}

#[test]
fn chats_are_sorted_newest_first_and_count_unread() {
    let mut contacts = Contacts::default();
    contacts.reset(vec![contact("a@x", Some("Ann"))]);
    let mut chats = ChatList::default();
    chats.reset(vec![chat("a@x", 1, 2), chat("b@x", 3, 1), ChatRow::empty(jid("empty@x"))]);
    assert_eq!(names(&chats.listed(&contacts, 0).items), ["b", "Ann"]);
    assert_eq!(chats.total_unread(), 3);
    chats.upsert(chat("a@x", 4, 3));
    assert_eq!(names(&chats.listed(&contacts, 0).items), ["Ann", "b"]);
    assert_eq!(chats.total_unread(), 4);
    contacts.upsert(contact("a@x", Some("Anna")));
    assert_eq!(names(&chats.listed(&contacts, 0).items), ["Anna", "b"]);
}

#[test]
fn a_chat_without_messages_is_there_only_while_it_is_open() {
    let contacts = Contacts::default();
    let mut chats = ChatList::default();
    chats.reset(vec![chat("a@x", 1, 0)]);
    chats.set_open(Some(jid("new@x")));
    assert_eq!(names(&chats.listed(&contacts, 0).items), ["a", "new"]);
    chats.set_open(Some(jid("a@x")));
    assert_eq!(names(&chats.listed(&contacts, 0).items), ["a"]);
    chats.set_open(Some(jid("new@x")));
    chats.upsert(chat("new@x", 2, 0));
    chats.set_open(None);
    assert_eq!(names(&chats.listed(&contacts, 0).items), ["new", "a"]);
}

#[derive(Clone, Debug)]
enum Change {
    Chat(u8, i64),
    Contact(u8, Option<String>),
    Gone(u8),
    Presence(u8),
    Open(Option<u8>),
}

fn any_change() -> impl Strategy<Value = Change> {
    let who = 0_u8..8;
    prop_oneof![
        (who.clone(), 0_i64..5).prop_map(|(who, order)| Change::Chat(who, order)),
        (who.clone(), proptest::option::of("[a-c]{0,2}")).prop_map(|(who, name)| Change::Contact(who, name)),
        who.clone().prop_map(Change::Gone),
        who.clone().prop_map(Change::Presence),
        proptest::option::of(who).prop_map(Change::Open),
    ]
}

proptest! {
    #[test]
    fn the_lists_follow_from_the_last_word_on_everybody(changes in proptest::collection::vec(any_change(), 0..40)) {
        let address = |who: u8| jid(&format!("u{who}@x"));
        let (mut contacts, mut chats) = (Contacts::default(), ChatList::default());
        let (mut roster, mut rows, mut present) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        let mut open = None;
        for change in changes {
            match change {
                Change::Chat(who, order) => {
                    let row = chat(address(who).as_str(), order, 1);
                    rows.insert(address(who), row.clone());
                    chats.upsert(row);
                }
                Change::Open(who) => {
                    open = who.map(address);
                    chats.set_open(open.clone());
                }
                Change::Contact(who, name) => {
                    let item = contact(address(who).as_str(), name.as_deref());
                    roster.insert(address(who), item.clone());
                    contacts.upsert(item);
                }
                Change::Gone(who) => {
                    roster.remove(&address(who));
                    present.remove(&address(who));
                    contacts.remove(&address(who));
                }
                Change::Presence(who) => {
                    present.insert(address(who));
                    contacts.set_presence(address(who), here());
                }
            }
        }
        let people = contacts.items();
        prop_assert!(people.is_sorted_by_key(|person| (person.name.clone(), person.jid.clone())));
        let known: BTreeSet<_> = people.iter().map(|person| person.jid.clone()).collect();
        prop_assert!(known.len() == people.len() && known.iter().eq(roster.keys()));
        for person in &people {
            prop_assert_eq!(person.presence == here(), present.contains(&person.jid));
        }

        let shown = chats.listed(&contacts, 0).items;
        let place = |item: &Rc<ChatItem>| (Reverse(item.row.order), item.person.name.clone(), item.person.jid.clone());
        prop_assert!(shown.is_sorted_by_key(place));
        let expected: BTreeSet<_> = rows.keys().cloned().chain(open).collect();
        let found: BTreeSet<_> = shown.iter().map(|item| item.row.chat.clone()).collect();
        prop_assert!(found.len() == shown.len() && found == expected);
        for item in &shown {
            prop_assert_eq!(&item.person, &contacts.person(&item.row.chat));
            prop_assert!(rows.get(&item.row.chat).is_none_or(|row| *row == item.row));
        }

        // What was shown is what a fresh start shows.
        chats.reset(rows.into_values().collect());
        contacts.reset(roster.into_values().rev().collect());
        prop_assert_eq!(chats.listed(&contacts, 0).items, shown);
        prop_assert_eq!(contacts.items(), people);
    }
}
