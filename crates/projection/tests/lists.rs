//! The list of chats and the list of contacts.

use model::{
    Availability, BareJid, ChatRow, Direction, LocalId, MessageState, Order, Presence, Preview, RosterItem,
    Subscription,
};
use projection::{ChatItem, ChatList, ContactItem, Contacts, ListDiff};
use proptest::prelude::*;

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
    };
    ChatRow { chat: jid(address), order: Order(order), last: Some(last), unread }
}

fn here() -> Presence {
    Presence { availability: Availability::Online, status: None }
}

fn names<'a>(items: impl IntoIterator<Item = &'a ChatItem>) -> Vec<&'a str> {
    items.into_iter().map(|item| item.name.as_str()).collect()
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
    let names: Vec<_> = contacts.items().iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["anna", "b", "Bob", "c", "x"]);
    let steps = contacts.set_presence(&jid("b@x"), here());
    assert!(
        matches!(steps.as_slice(), [ListDiff::Update { index: 1, item }] if item.presence == here()),
        "{steps:?}"
    );
    assert_eq!(contacts.set_presence(&jid("b@x"), here()), []);
    assert_eq!(contacts.set_presence(&jid("stranger@x"), here()), []);
    assert_eq!(contacts.presence_of(&jid("stranger@x")), here());
    assert_eq!(contacts.remove(&jid("z@x")), [ListDiff::Remove { index: 0 }]);
    assert_eq!(contacts.remove(&jid("z@x")), []);
    assert!(contacts.set_requests(vec![jid("r@x")]) && !contacts.set_requests(vec![jid("r@x")]));
    assert_eq!(contacts.requests(), [jid("r@x")]);
}

#[test]
fn chats_are_sorted_newest_first_and_count_unread() {
    let mut contacts = Contacts::default();
    contacts.reset(vec![contact("a@x", Some("Ann"))]);
    let mut chats = ChatList::default();
    chats.reset(vec![chat("a@x", 1, 2), chat("b@x", 3, 1), ChatRow::empty(jid("empty@x"))], &contacts);
    assert_eq!((names(chats.items()), chats.total_unread()), (vec!["b", "Ann"], 3));
    let steps = chats.upsert(chat("a@x", 4, 3), &contacts);
    assert_eq!(steps.len(), 2, "a move: {steps:?}");
    assert_eq!((names(chats.items()), chats.total_unread()), (vec!["Ann", "b"], 4));
    contacts.upsert(contact("a@x", Some("Anna")));
    assert!(
        matches!(chats.refresh(&contacts).as_slice(), [ListDiff::Update { index: 0, item }] if item.name == "Anna")
    );
}

#[test]
fn a_chat_without_messages_is_there_only_while_it_is_open() {
    let contacts = Contacts::default();
    let mut chats = ChatList::default();
    chats.reset(vec![chat("a@x", 1, 0)], &contacts);
    chats.set_open(Some(jid("new@x")), &contacts);
    assert_eq!(names(chats.items()), ["a", "new"]);
    chats.set_open(Some(jid("a@x")), &contacts);
    assert_eq!(names(chats.items()), ["a"]);
    chats.set_open(Some(jid("new@x")), &contacts);
    chats.upsert(chat("new@x", 2, 0), &contacts);
    chats.set_open(None, &contacts);
    assert_eq!(names(chats.items()), ["new", "a"]);
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
    fn steps_mirror_every_change(changes in proptest::collection::vec(any_change(), 0..40)) {
        let address = |who: u8| format!("u{who}@x");
        let (mut contacts, mut chats) = (Contacts::default(), ChatList::default());
        let (mut contact_mirror, mut chat_mirror): (Vec<ContactItem>, Vec<ChatItem>) = (vec![], vec![]);
        for change in changes {
            let mut contact_steps = vec![];
            let mut chat_steps = match &change {
                Change::Chat(who, order) => chats.upsert(chat(&address(*who), *order, 1), &contacts),
                Change::Open(who) => chats.set_open(who.map(|who| jid(&address(who))), &contacts),
                _ => vec![],
            };
            match change {
                Change::Contact(who, name) => contact_steps = contacts.upsert(contact(&address(who), name.as_deref())),
                Change::Gone(who) => contact_steps = contacts.remove(&jid(&address(who))),
                Change::Presence(who) => contact_steps = contacts.set_presence(&jid(&address(who)), here()),
                Change::Chat(..) | Change::Open(_) => {}
            }
            chat_steps.extend(chats.refresh(&contacts));
            for step in contact_steps {
 step.apply(&mut contact_mirror);
}
            for step in chat_steps {
 step.apply(&mut chat_mirror);
}
            prop_assert_eq!(contact_mirror.as_slice(), contacts.items());
            prop_assert_eq!(chat_mirror.as_slice(), chats.items());
        }
        prop_assert!(chats.items().is_sorted_by_key(|item| std::cmp::Reverse(item.row.order)));
        let fresh: Vec<_> = chats.items().iter().map(|item| item.row.clone()).collect();
        let before = chats.items().to_vec();
        chats.reset(fresh, &contacts);
        prop_assert_eq!(chats.items(), before);
    }
}
