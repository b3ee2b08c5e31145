use super::*;
use model::{
    ArchiveHit, Availability, ChatRow, Edge, Edit, FailReason, Format, Gap, Listing, MessageRow,
    MessageState, Presence, Preview, Reaction, Relation, Relations, Reply, RosterItem, Source, Subscription,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn jid(name: &str) -> BareJid {
    format!("{name}@wire.example").parse().expect("a valid address")
}

fn row(state: MessageState) -> MessageRow {
    let (id, order) = (LocalId("m1".into()), Order(1_780_000_000_000_001));
    MessageRow {
        state,
        stanza_id: Some("s".into()),
        mark: Some("x".into()),
        ..MessageRow::new(Direction::Out, jid("bob"), jid("alice"), id, order, "你好 <b>\n".into())
    }
}

fn gap() -> Gap {
    let edge = |order| Edge { id: Some("e".into()), at: 5, order: Order(order) };
    Gap {
        after: Some(edge(1)),
        before: edge(9),
        chats: vec![(jid("bob"), Some(edge(5))), (jid("carol"), None)],
    }
}

fn reply() -> Reply {
    Reply { author: jid("bob"), id: "b1".into(), quote: "you\nsaid".into() }
}

/// With all that may be said about it.
fn related() -> MessageRow {
    let edit = |n: i64| Edit {
        order: Order(n),
        source: Source::Archive,
        key: format!("k{n}"),
        at: n,
        body: format!("text {n}"),
        format: Format::of_spoiler(Some(format!("hint {n}"))),
    };
    let reaction = Reaction {
        order: Order(9),
        source: Source::Here,
        key: "r".into(),
        from: jid("bob"),
        emoji: vec!["👍".into(), "❤️".into()],
    };
    MessageRow {
        alias: Some("alice\nother".into()),
        starred: true,
        reply: Some(reply()),
        relations: Relations {
            original: Some("first".into()),
            edits: vec![edit(1), edit(2)],
            reactions: vec![reaction],
            retracted: false,
            original_format: Format { unstyled: true, ..Format::default() },
        },
        format: Format {
            spoiler: Some("the end".into()),
            unstyled: true,
            mentions: vec![model::Mention { begin: 1, end: 4, who: jid("bob") }],
            mentions_me: true,
        },
        ..row(MessageState::Read)
    }
}

fn relate(relation: Relation) -> Command {
    Command::Relate { id: Some(LocalId("r1".into())), row: Box::new(related()), relation }
}

/// What the browser makes of an object on its way to another page.
fn copied(value: &JsValue) -> JsValue {
    let clone = js::get(&js_sys::global(), "structuredClone");
    let clone: js_sys::Function = wasm_bindgen::JsCast::unchecked_into(clone);
    clone.call1(&JsValue::UNDEFINED, value).expect("it can be copied")
}

#[wasm_bindgen_test]
fn events_arrive_as_they_were() {
    let failed = MessageState::Failed(FailReason::Other("no".into()));
    let item = RosterItem {
        jid: jid("bob"),
        name: Some("Bob".into()),
        subscription: Subscription::Both,
        asked: false,
        groups: vec!["friends".into()],
    };
    let last = Preview {
        id: LocalId("m1".into()),
        body: "hi".into(),
        at: 5,
        direction: Direction::Out,
        state: failed.clone(),
        retracted: false,
        spoiler: false,
    };
    let mut events = vec![
        Event::LoggedIn(jid("alice")),
        Event::LoggedOut { erased: true },
        Event::LoggedOut { erased: false },
        Event::Roster(vec![item.clone()]),
        Event::Contact(item),
        Event::ContactRemoved(jid("bob")),
        Event::Requests(vec![jid("carol")]),
        Event::PresenceUnknown,
        Event::Presence {
            jid: jid("bob"),
            presence: Presence { availability: Availability::Away, status: Some("out".into()) },
        },
        Event::Typing { chat: jid("bob"), typing: true },
        Event::Typing { chat: jid("bob"), typing: false },
        Event::Gaps(vec![gap()]),
        Event::ArchivePolicy(Some(ArchivePolicy::Roster)),
        Event::ArchivePolicy(None),
        Event::ArchiveSearch(true),
        Event::ArchiveSearched { text: "天".into(), chat: None, hits: None },
        Event::ArchiveSearched {
            text: "天".into(),
            chat: Some(jid("bob")),
            hits: Some(vec![ArchiveHit {
                chat: jid("bob"),
                id: "s".into(),
                at: 5,
                ours: true,
                body: "天气".into(),
            }]),
        },
        Event::Message(row(MessageState::Queued)),
        Event::MessageChanged(Box::new(related())),
        Event::MessageState { chat: jid("bob"), id: LocalId("m1".into()), state: failed },
        Event::MessageDeleted { chat: jid("bob"), id: LocalId("m1".into()) },
        Event::Chat(ChatRow { order: Order(7), last: Some(last), unread: 3, ..ChatRow::empty(jid("bob")) }),
        Event::Chat(ChatRow {
            draft: Draft {
                text: "你好".into(),
                spoiler: Some("hi".into()),
                answers: Some("bob@wire.example\nm0".into()),
                at: 7,
            },
            listing: Listing { pinned: true, archived: true, mute: Mute::Until(8), unread: true },
            ..ChatRow::empty(jid("bob"))
        }),
    ];
    let waiting = |reason| Connection::Waiting { reason, retry_in_ms: 300_000 };
    let connections = [
        Connection::Idle,
        Connection::Connecting,
        Connection::Online,
        waiting(WaitReason::Backoff),
        waiting(WaitReason::NoNetwork),
        Connection::Stopped,
    ];
    events.extend(connections.map(Event::Connection));
    let words = || Some("words".to_owned());
    let problems = [
        Problem::NoEndpoint { domain: "d".into() },
        Problem::Unreachable { domain: "d".into() },
        Problem::ServerMisbehaves { detail: "malformed-frame".into() },
        Problem::StreamError { condition: "conflict".into(), text: words() },
        Problem::StreamError { condition: "conflict".into(), text: None },
        Problem::ContactRefused { jid: jid("bob"), text: words() },
        Problem::RelationRefused { jid: jid("bob"), text: words() },
    ];
    events
        .extend(problems.into_iter().chain(PLAIN.iter().map(|(_, plain)| plain.clone())).map(Event::Problem));
    let said = js::object(&[("events", from_events(&events))]);
    assert_eq!(to_events(&copied(&said), "events"), events);
}

#[wasm_bindgen_test]
fn commands_arrive_as_they_were() {
    let failed = || row(MessageState::Failed(FailReason::Refused));
    let endpoint = Endpoint::Url("wss://wire.example/ws".into());
    let log_in = |endpoint| Command::LogIn(LogIn { jid: jid("alice"), password: "secret".into(), endpoint });
    let arrange = |change| Command::Arrange { chat: jid("bob"), change };
    let commands = [
        Command::SendAs {
            id: LocalId("m1".into()),
            chat: jid("bob"),
            body: "你好\n".into(),
            reply: None,
            spoiler: None,
        },
        Command::SendAs {
            id: LocalId("m1".into()),
            chat: jid("bob"),
            body: "x".into(),
            reply: Some(reply()),
            spoiler: Some("end".into()),
        },
        relate(Relation::Edit {
            body: "y".into(),
            reply: Some(reply()),
            format: Format { spoiler: Some(String::new()), unstyled: true, ..Format::default() },
        }),
        relate(Relation::Edit { body: "y".into(), reply: None, format: model::Format::default() }),
        relate(Relation::Retract),
        relate(Relation::React(vec!["👍".into(), "❤️".into()])),
        relate(Relation::React(vec![])),
        Command::Star { chat: jid("bob"), id: LocalId("m1".into()), on: true },
        Command::Star { chat: jid("bob"), id: LocalId("m1".into()), on: false },
        Command::DeleteForMe { chat: jid("bob"), id: LocalId("m1".into()) },
        Command::Retry(failed()),
        Command::Delete(failed()),
        Command::AddContact { jid: jid("bob"), name: Some("Bob".into()) },
        Command::AddContact { jid: jid("bob"), name: None },
        Command::AcceptRequest(jid("bob")),
        Command::RefuseRequest(jid("bob")),
        Command::RemoveContact(jid("bob")),
        Command::LogOut { erase: true },
        Command::LogOut { erase: false },
        log_in(endpoint),
        log_in(Endpoint::Discover),
        Command::Cancel,
        Command::SearchArchive { text: String::new(), chat: None },
        Command::SearchArchive { text: "天".into(), chat: Some(jid("bob")) },
        Command::ConnectNow,
        Command::SendMarkers(true),
        Command::SendMarkers(false),
        Command::SendTyping(true),
        Command::SendTyping(false),
        Command::Typing { chat: jid("bob"), empty: true },
        Command::Typing { chat: jid("bob"), empty: false },
        Command::Tell { chat: jid("bob"), tells: Tells { read: Some(true), typing: Some(false) } },
        Command::Tell { chat: jid("bob"), tells: Tells { read: None, typing: Some(true) } },
        Command::ArchivePolicy(None),
        Command::ArchivePolicy(Some(ArchivePolicy::Never)),
        Command::Draft {
            chat: jid("bob"),
            draft: Draft {
                text: "你好\n".into(),
                spoiler: Some(String::new()),
                answers: Some("bob@wire.example\nm0".into()),
                at: 1_780_000_000_001,
            },
        },
        Command::Draft { chat: jid("bob"), draft: Draft { at: 5, ..Draft::default() } },
        arrange(Arrange::Pin(true)),
        arrange(Arrange::Pin(false)),
        arrange(Arrange::Archive(true)),
        arrange(Arrange::MarkUnread(true)),
        arrange(Arrange::MarkUnread(false)),
        arrange(Arrange::Mute(Mute::Off)),
        arrange(Arrange::Mute(Mute::Always)),
        arrange(Arrange::Mute(Mute::Until(1_780_000_000_001))),
        Command::FetchHistory { chat: jid("bob"), before: Order(1_780_000_000_000_001) },
    ];
    for command in commands {
        let said = from_command(&command).map(|said| copied(&said));
        assert_eq!(said.and_then(|said| to_command(&said)), Some(command));
    }
}

#[wasm_bindgen_test]
fn what_is_not_understood_is_not_heard() {
    let broken = [
        JsValue::UNDEFINED,
        JsValue::NULL,
        text("send"),
        js::object(&[("kind", text("send"))]),
        js::object(&[("kind", text("send")), ("a", text("m1")), ("b", text("x")), ("jid", text("@@"))]),
        js::object(&[("kind", text("retry")), ("row", js::object(&[("id", text("m1"))]))]),
        js::object(&[("kind", text("from the future"))]),
        js::object(&[("kind", 5.into())]),
    ];
    for said in &broken {
        assert_eq!(to_command(said), None, "{said:?}");
    }
    let events =
        [kind("message", JsValue::NULL), kind("presence", text("x")), kind("no such", JsValue::NULL)];
    let good = kind("logged-out", JsValue::TRUE);
    let list: Array = events.iter().chain(&broken).chain([&good]).collect();
    let said = js::object(&[("events", list.into())]);
    assert_eq!(to_events(&said, "events"), [Event::LoggedOut { erased: true }]);
    assert!(to_events(&js::object(&[("events", text("no list"))]), "events").is_empty());
}
