//! `IdbStore` on rows it did not write itself.

#![cfg(target_arch = "wasm32")]

mod support;

use browser::IdbStore;
use driver::Store;
use js_sys::Promise;
use model::search::{Found, Query, Search};
use model::{
    BareJid, ChatRow, Direction, Draft, Endpoint, FailReason, Hash, Listing, LocalId, Looked, MessageRow,
    MessageState, Order, Preview, Relation, RelationRow, RosterItem, SaltedKey, Saved, SessionRow, Source,
    Subscription, Tells, Write,
};
use support::eval;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn jid(text: &str) -> BareJid {
    text.parse().expect("a valid address")
}

/// A fresh store with rows that somebody else put there: `(store, key, row)` as JavaScript; `undefined` where the key
/// is in the row.
async fn with_rows(name: &str, rows: &[(&str, &str, &str)]) -> IdbStore {
    let account = jid(&format!("{name}@rows.example"));
    let store = IdbStore::open(&account).await.expect("the database opens");
    let put =
        |(store, key, row): &(&str, &str, &str)| format!("tx.objectStore('{store}').put({row}, {key});");
    let puts = rows.iter().map(put).collect::<Vec<_>>().concat();
    let put: Promise = eval(&format!(
        "return new Promise((resolve, reject) => {{
             const open = indexedDB.open('goldcrest/{account}');
             open.onsuccess = () => {{
                 const db = open.result;
                 const tx = db.transaction([...db.objectStoreNames], 'readwrite');
                 tx.oncomplete = () => {{ db.close(); resolve(); }};
                 tx.onabort = () => reject(tx.error);
                 {puts}
             }};
         }});"
    ))
    .unchecked_into();
    JsFuture::from(put).await.expect("the rows are there");
    store
}

fn message(order: i64, direction: Direction, state: MessageState) -> MessageRow {
    let (chat, from, id) = (jid("a@x.example"), jid("b@x.example"), LocalId(format!("m{order}")));
    MessageRow {
        at: 1_700_000_000_000,
        state,
        dedupe: format!("d{order}"),
        ..MessageRow::new(direction, chat, from, id, Order(order), "hello".to_owned())
    }
}

fn message_js(order: i64, direction: &str, state: &str) -> String {
    format!(
        "{{ chat: 'a@x.example', order: {order}, id: 'm{order}', from: 'b@x.example', direction: '{direction}',
            body: 'hello', at: 1700000000000, state: {state}, dedupe: 'd{order}' }}"
    )
}

/// The first versions stored what serde made of the model's types.
#[wasm_bindgen_test]
async fn rows_of_the_first_versions_are_read() {
    let states = [
        ("'Queued'", MessageState::Queued),
        ("'Sent'", MessageState::Sent),
        ("{ Failed: 'Refused' }", MessageState::Failed(FailReason::Refused)),
        ("{ Failed: { Other: 'no' } }", MessageState::Failed(FailReason::Other("no".to_owned()))),
    ];
    let messages: Vec<_> = (1..).zip(&states).map(|(order, (js, _))| message_js(order, "Out", js)).collect();
    let mut rows = vec![
        ("meta", "'roster_version'", "'v7'"),
        (
            "meta",
            "'session'",
            "{ jid: 'me@x.example', endpoint: { Url: 'wss://x.example/ws' },
               key: { hash: 'Sha256', salt: [1, 2, 255], iterations: 4096, key: [0, 9] } }",
        ),
        (
            "roster",
            "undefined",
            "{ jid: 'a@x.example', name: undefined, subscription: 'Both', asked: true, groups: ['g', 'h'] }",
        ),
        (
            "chats",
            "undefined",
            "{ chat: 'a@x.example', order: 4, unread: 3,
               last: { id: 'm4', body: 'hello', at: 1700000000000, direction: 'In', state: 'Received' } }",
        ),
        ("chats", "undefined", "{ chat: 'b@x.example', order: 1, unread: 0, last: undefined }"),
        ("outbox", "undefined", &messages[0]),
    ];
    rows.extend(messages.iter().map(|row| ("messages", "undefined", row.as_str())));
    let store = with_rows("serde", &rows).await;

    let expected = Saved {
        session: Some(SessionRow {
            key: Some(SaltedKey {
                hash: Hash::Sha256,
                salt: vec![1, 2, 255],
                iterations: 4_096,
                key: vec![0, 9],
            }),
            ..SessionRow::new(jid("me@x.example"), Endpoint::Url("wss://x.example/ws".to_owned()))
        }),
        roster_version: "v7".to_owned(),
        roster: vec![RosterItem {
            jid: jid("a@x.example"),
            name: None,
            subscription: Subscription::Both,
            asked: true,
            groups: vec!["g".to_owned(), "h".to_owned()],
        }],
        chats: vec![
            ChatRow {
                chat: jid("a@x.example"),
                order: Order(4),
                last: Some(Preview {
                    id: LocalId("m4".to_owned()),
                    body: "hello".to_owned(),
                    at: 1_700_000_000_000,
                    direction: Direction::In,
                    state: MessageState::Received,
                    retracted: false,
                    spoiler: false,
                }),
                unread: 3,
                mentioned: false,
                received: Order(4),
                read: Order(4),
                read_ahead: None,
                mark: None,
                looked: Looked::default(),
                tells: Tells::default(),
                draft: Draft::default(),
                listing: Listing::default(),
            },
            ChatRow {
                order: Order(1),
                received: Order(1),
                read: Order(1),
                ..ChatRow::empty(jid("b@x.example"))
            },
        ],
        outbox: vec![message(1, Direction::Out, MessageState::Queued)],
        ..Saved::default()
    };
    assert_eq!(store.load().await, Ok(expected));
    let history: Vec<_> =
        (1..).zip(states).map(|(order, (_, state))| message(order, Direction::Out, state)).collect();
    assert_eq!(store.page(&jid("a@x.example"), None, 100).await, Ok(history));
}

/// The person went back to this version from one that stores more.
#[wasm_bindgen_test]
async fn what_a_later_version_added_is_no_obstacle() {
    let read = message_js(1, "Out", "{ Read: { at: 1 } }");
    let unknown = message_js(2, "In", "'Edited'");
    let failed = message_js(3, "Out", "{ Failed: { Later: 5 } }");
    let rows = [
        (
            "meta",
            "'session'",
            "{ jid: 'me@x.example', endpoint: { Srv: 1 }, key: { hash: 'Sha512' }, more: 1 }",
        ),
        ("messages", "undefined", read.as_str()),
        ("messages", "undefined", unknown.as_str()),
        ("messages", "undefined", failed.as_str()),
    ];
    let store = with_rows("later", &rows).await;
    let session = SessionRow::new(jid("me@x.example"), Endpoint::Discover);
    assert_eq!(store.load().await.map(|saved| saved.session), Ok(Some(session)));
    let history = [
        message(1, Direction::Out, MessageState::Sent),
        message(2, Direction::In, MessageState::Received),
        message(3, Direction::Out, MessageState::Failed(FailReason::Other(String::new()))),
    ];
    assert_eq!(store.page(&jid("a@x.example"), None, 100).await.as_deref(), Ok(&history[..]));
}

#[wasm_bindgen_test]
async fn a_row_that_makes_no_sense_is_left_out() {
    let good = message_js(2, "In", "'Received'");
    let rows = [
        ("meta", "'session'", "7"),
        ("meta", "'roster_version'", "{}"),
        ("roster", "undefined", "{ jid: 'a b c' }"),
        ("roster", "undefined", "{ jid: 'a@x.example', groups: 5, subscription: [] }"),
        ("chats", "undefined", "{ chat: '', last: 'x' }"),
        ("chats", "undefined", "{ chat: 'a@x.example', order: 'x', last: { id: 1 }, unread: -1 }"),
        ("messages", "undefined", "{ chat: 'a@x.example', order: 1, id: 'm1' }"),
        ("messages", "undefined", good.as_str()),
        ("outbox", "undefined", "{ order: 1, id: 'm1' }"),
    ];
    let store = with_rows("broken", &rows).await;
    let saved = store.load().await.expect("the store loads");
    let plain = RosterItem {
        jid: jid("a@x.example"),
        name: None,
        subscription: Subscription::None,
        asked: false,
        groups: vec![],
    };
    let empty = ChatRow::empty(jid("a@x.example"));
    assert_eq!(saved, Saved { roster: vec![plain], chats: vec![empty], ..Saved::default() });
    let good = message(2, Direction::In, MessageState::Received);
    assert_eq!(store.page(&jid("a@x.example"), None, 100).await, Ok(vec![good.clone()]));

    let change =
        Write::MessageState { chat: good.chat, id: LocalId("m1".to_owned()), state: MessageState::Sent };
    assert_eq!(store.commit(&[change]).await, Ok(model::Applied::default()), "as if it were not there");
}

/// Makes the database as an older version of the app did; `fill` puts rows into it.
async fn older(account: &BareJid, version: u32, fill: &str) {
    let make: Promise = eval(&format!(
        "return new Promise((resolve, reject) => {{
             const open = indexedDB.open('goldcrest/{account}', {version});
             open.onupgradeneeded = () => {{
                 const db = open.result;
                 db.createObjectStore('meta');
                 db.createObjectStore('roster', {{ keyPath: 'jid' }});
                 db.createObjectStore('chats', {{ keyPath: 'chat' }});
                 const messages = db.createObjectStore('messages', {{ keyPath: ['chat', 'order', 'id'] }});
                 for (const name of ['dedupe', 'id', 'stanza_id']) messages.createIndex(name, name);
                 db.createObjectStore('outbox', {{ keyPath: ['order', 'id'] }});
                 db.createObjectStore('devices', {{ keyPath: 'jid' }});
                 if ({version} >= 4) {{
                     db.createObjectStore('orphans', {{ keyPath: ['chat', 'key'] }});
                     messages.createIndex('alias', 'alias');
                 }}
                 {fill}
             }};
             open.onsuccess = () => {{ open.result.close(); resolve(); }};
             open.onerror = () => reject(open.error);
         }});"
    ))
    .unchecked_into();
    JsFuture::from(make).await.expect("an old database");
}

/// What the database was before messages spoke of messages.
#[wasm_bindgen_test]
async fn a_database_of_the_second_version_learns_what_is_said_about_messages() {
    let account = jid("second@rows.example");
    let row = message_js(1, "In", "'Received'").replace("'d1'", "'b@x.example\\nm1'");
    older(&account, 2, &format!("messages.put({row});")).await;
    let store = IdbStore::open(&account).await.expect("it opens");
    let said = |order, id: &str, of: &str, body: &str| Write::Relate {
        said: RelationRow {
            chat: jid("a@x.example"),
            order: Order(order),
            source: Source::Arrival,
            id: LocalId(id.to_owned()),
            from: jid("b@x.example"),
            at: 5,
            key: MessageRow::dedupe_key(&jid("b@x.example"), id),
            targets: vec![MessageRow::dedupe_key(&jid("b@x.example"), of)],
            relation: Relation::Edit { body: body.to_owned(), reply: None, format: model::Format::default() },
            queued: false,
        },
        alone: None,
    };
    let batch = [said(5, "e1", "m1", "corrected"), said(6, "e2", "m2", "waits")];
    let applied = store.commit(&batch).await.expect("it is stored");
    assert_eq!(applied.changed.iter().map(|row| row.body.as_str()).collect::<Vec<_>>(), ["corrected"]);
    let later = MessageRow {
        dedupe: MessageRow::dedupe_key(&jid("b@x.example"), "m2"),
        ..message(7, Direction::In, MessageState::Received)
    };
    store.commit(&[Write::Message { row: later, count_unread: true }]).await.expect("it is stored");
    let page = store.page(&jid("a@x.example"), None, 10).await.expect("a page");
    assert_eq!(page.iter().map(|row| row.body.as_str()).collect::<Vec<_>>(), ["corrected", "waits"]);
}

/// What was stored before there was an index is learnt, a step at a time, and until then it is said that some is not known.
#[wasm_bindgen_test]
async fn a_database_of_the_fourth_version_learns_to_search() {
    let account = jid("fourth@rows.example");
    let row = message_js(1, "In", "'Received'");
    let fill = format!(
        "for (let n = 1; n <= 300; n++) {{
             const id = 'm' + n, chat = n % 2 ? 'a@x.example' : 'b@x.example';
             messages.put({{ ...{row}, chat, order: n, id, dedupe: id, body: 'number ' + n + (n % 100 ? '' : ' 戴菊') }});
         }}"
    );
    older(&account, 4, &fill).await;
    let store = IdbStore::open(&account).await.expect("it opens");
    let find = async |typed: &str| {
        let query = Query::new(typed).expect("a query");
        let found = store.find(&Search { query, chat: None, before: None, limit: 50 }).await;
        let Found { rows, partial } = found.expect("it looks");
        (rows.into_iter().map(|row| row.body).collect::<Vec<_>>(), partial)
    };
    assert_eq!(find("戴").await, (Vec::new(), true), "nothing is known yet, and that is said");
    let new = MessageRow {
        body: "戴菊 is new".to_owned(),
        ..message(500, Direction::In, MessageState::Received)
    };
    store.commit(&[Write::Message { row: new, count_unread: false }]).await.expect("it is stored");
    assert_eq!(find("戴").await, (vec!["戴菊 is new".to_owned()], true), "what is new is found at once");
    let mut steps = 0;
    while store.index().await.expect("it learns") {
        steps += 1;
        assert!(steps < 10, "it comes to an end");
    }
    let all = ["戴菊 is new", "number 300 戴菊", "number 200 戴菊", "number 100 戴菊"].map(str::to_owned);
    assert_eq!(find("戴菊").await, (all.to_vec(), false));
    assert_eq!(find("num 299").await, (vec!["number 299".to_owned()], false));
    store.commit(&[Write::EraseAll]).await.expect("it forgets");
    assert_eq!(find("num").await, (Vec::new(), false));
}
