//! `IdbStore` on a platform that fails.

#![cfg(target_arch = "wasm32")]

mod support;

use browser::IdbStore;
use driver::Store;
use js_sys::Promise;
use model::{
    Applied, BareJid, Direction, LocalId, MessageRow, MessageState, Order, RosterItem, Saved, StoreError,
    Subscription, Write,
};
use support::{Patch, eval};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const FULL: &str = "new DOMException('no room', 'QuotaExceededError')";

fn account(name: &str) -> BareJid {
    format!("{name}@faults.example").parse().expect("a valid address")
}

async fn open(name: &str) -> IdbStore {
    IdbStore::open(&account(name)).await.expect("the database opens")
}

fn row(order: i64) -> MessageRow {
    let from: BareJid = "a@x.example".parse().expect("a valid address");
    MessageRow {
        at: order,
        dedupe: MessageRow::dedupe_key(&from, &order.to_string()),
        ..MessageRow::new(
            Direction::In,
            from.clone(),
            from,
            LocalId(format!("m{order}")),
            Order(order),
            "hello".to_owned(),
        )
    }
}

fn message(order: i64) -> Write {
    Write::Message { row: row(order), count_unread: true }
}

fn contact() -> Write {
    Write::Contact {
        version: None,
        item: RosterItem {
            jid: account("contact"),
            name: None,
            subscription: Subscription::Both,
            asked: false,
            groups: vec![],
        },
    }
}

async fn history(store: &IdbStore) -> Vec<MessageRow> {
    store.page(&row(0).chat, None, 100).await.expect("the store pages")
}

#[wasm_bindgen_test]
async fn a_full_disk_leaves_nothing_of_the_batch() {
    let store = open("full").await;
    store.commit(&[message(1)]).await.expect("room for one");
    {
        // Room for two rows, not for the third.
        let _full = Patch::property(
            "IDBObjectStore.prototype",
            "put",
            &format!(
                "(() => {{ let room = 2; return function (...args) {{ if (room-- > 0) return original.apply(this, args); throw {FULL}; }}; }})()"
            ),
        );
        assert_eq!(store.commit(&[message(2), message(3), message(4)]).await, Err(StoreError::Full));
    }
    assert_eq!(history(&store).await, [row(1)]);
    let saved = store.load().await.expect("the store loads");
    assert_eq!(saved.chats.iter().map(|chat| chat.unread).collect::<Vec<_>>(), [1]);
    assert_eq!(store.commit(&[message(2)]).await.map(|applied| applied.inserted), Ok(vec![row(2).id]));
}

#[wasm_bindgen_test]
async fn a_disk_found_full_at_the_end_is_full_too() {
    let store = open("full-at-commit").await;
    {
        let _reason = Patch::new(&format!(
            "const error = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'error');
             Object.defineProperty(IDBTransaction.prototype, 'error', {{ configurable: true, get: () => {FULL} }});
             return () => Object.defineProperty(IDBTransaction.prototype, 'error', error);"
        ));
        let _abort = Patch::property(
            "IDBObjectStore.prototype",
            "put",
            "function (...args) { const put = original.apply(this, args); put.onsuccess = () => this.transaction.abort(); return put; }",
        );
        assert_eq!(store.commit(&[message(1)]).await, Err(StoreError::Full));
    }
    assert_eq!(store.load().await, Ok(Saved::default()));
}

#[wasm_bindgen_test]
async fn a_disk_that_keeps_failing_is_lost() {
    let store = open("failing").await;
    {
        let _failing = Patch::property(
            "IDBObjectStore.prototype",
            "put",
            "() => { throw new DOMException('broken', 'UnknownError'); }",
        );
        assert_eq!(store.commit(&[message(1)]).await, Err(StoreError::Lost));
    }
    assert_eq!(store.load().await, Ok(Saved::default()));
}

#[wasm_bindgen_test]
async fn no_indexed_db_is_lost() {
    for value in ["undefined", "null"] {
        let _none = Patch::property("window", "indexedDB", value);
        assert_eq!(IdbStore::open(&account("none")).await.err(), Some(StoreError::Lost));
    }
    let _forbidden = Patch::new(
        "const own = Object.getOwnPropertyDescriptor(window, 'indexedDB');
         Object.defineProperty(window, 'indexedDB', {
             configurable: true, get() { throw new DOMException('forbidden', 'SecurityError'); } });
         return () => own ? Object.defineProperty(window, 'indexedDB', own) : delete window.indexedDB;",
    );
    assert_eq!(IdbStore::open(&account("none")).await.err(), Some(StoreError::Lost));
}

#[wasm_bindgen_test]
async fn opening_without_an_answer_is_lost() {
    let _quick = Patch::short_deadlines();
    let _mute = Patch::property("IDBFactory.prototype", "open", "() => new EventTarget()");
    assert_eq!(IdbStore::open(&account("mute")).await.err(), Some(StoreError::Lost));
}

#[wasm_bindgen_test]
async fn a_connection_closed_under_our_feet_is_opened_again() {
    let store = open("closed").await;
    store.commit(&[message(1)]).await.expect("the store commits");
    for order in [2, 3] {
        let _closing = Patch::property(
            "IDBDatabase.prototype",
            "transaction",
            "(() => { let closed = false; return function (...args) { if (!closed) { closed = true; this.close(); } return original.apply(this, args); }; })()",
        );
        let applied = store.commit(&[message(order)]).await.expect("the store commits");
        assert_eq!(applied.inserted, [row(order).id]);
    }
    assert_eq!(history(&store).await, [row(1), row(2), row(3)]);
}

#[wasm_bindgen_test]
async fn a_request_without_an_answer_is_made_again() {
    let store = open("hanging").await;
    store.commit(&[message(1)]).await.expect("the store commits");
    let _quick = Patch::short_deadlines();
    let _mute_once = Patch::property(
        "IDBObjectStore.prototype",
        "getAll",
        "(() => { let mute = true; return function (...args) { if (mute) { mute = false; return Object.assign(new EventTarget(), { readyState: 'pending' }); } return original.apply(this, args); }; })()",
    );
    assert_eq!(history(&store).await, [row(1)]);
}

/// The next transaction commits, but all we hear is that it failed.
fn answer_lost() -> Patch {
    Patch::property(
        "IDBTransaction.prototype",
        "addEventListener",
        "(() => { let lost = false; return function (type, listener, ...rest) {
             if (type === 'complete' && !lost) { lost = true;
                 return original.call(this, type, () => this.dispatchEvent(new Event('abort')), ...rest); }
             return original.call(this, type, listener, ...rest); }; })()",
    )
}

#[wasm_bindgen_test]
async fn what_a_contact_said_is_told_though_the_answer_was_lost() {
    let store = open("word-lost").await;
    let own = |order| MessageRow {
        direction: Direction::Out,
        state: MessageState::Sent,
        from: account("word-lost"),
        ..row(order)
    };
    let sent = |order| Write::Message { row: own(order), count_unread: false };
    store.commit(&[sent(1), sent(2), sent(3)]).await.expect("the store commits");
    let word = [
        Write::ReadUpTo { chat: row(0).chat, key: own(2).dedupe },
        Write::Delivered { chat: row(0).chat, key: own(3).dedupe },
    ];
    let applied = {
        let _lost = answer_lost();
        store.commit(&word).await.expect("the store commits")
    };
    let moved = |order, state| (row(0).chat, own(order).id, state);
    for news in
        [moved(1, MessageState::Read), moved(2, MessageState::Read), moved(3, MessageState::Delivered)]
    {
        assert!(applied.moved.contains(&news), "{news:?} in {applied:?}");
    }
    assert_eq!(applied.chats.len(), 1, "the line, too");
}

#[wasm_bindgen_test]
async fn a_commit_whose_answer_was_lost_is_reported_once() {
    let store = open("answer-lost").await;
    let expected = {
        let _lost = answer_lost();
        store.commit(&[message(1), message(2)]).await.expect("the store commits")
    };
    assert_eq!(expected.inserted, [row(1).id, row(2).id]);
    assert_eq!(expected.chats.iter().map(|chat| chat.unread).collect::<Vec<_>>(), [2]);
    assert_eq!(store.load().await.map(|saved| saved.chats), Ok(expected.chats));
    assert_eq!(history(&store).await, [row(1), row(2)]);
    assert_eq!(store.commit(&[message(1)]).await, Ok(Applied::default()));
}

#[wasm_bindgen_test]
async fn another_tab_may_delete_or_upgrade() {
    let store = open("elsewhere").await;
    store.commit(&[message(1)]).await.expect("the store commits");
    let deleted: Promise = eval(
        "return new Promise((resolve, reject) => {
             const request = indexedDB.deleteDatabase('goldcrest/elsewhere@faults.example');
             request.onblocked = () => reject('blocked');
             request.onsuccess = () => resolve('deleted'); });",
    )
    .unchecked_into();
    JsFuture::from(deleted).await.expect("we let go of the database");
    assert_eq!(store.load().await, Ok(Saved::default()));
    assert_eq!(store.commit(&[message(2)]).await.map(|applied| applied.inserted), Ok(vec![row(2).id]));
}

#[wasm_bindgen_test]
async fn a_dropped_store_blocks_nobody() {
    drop(open("dropped").await);
    let deleted: Promise = eval(
        "return new Promise((resolve, reject) => {
             const request = indexedDB.deleteDatabase('goldcrest/dropped@faults.example');
             request.onblocked = () => reject('blocked');
             request.onsuccess = () => resolve('deleted'); });",
    )
    .unchecked_into();
    JsFuture::from(deleted).await.expect("the database is closed");
}

#[wasm_bindgen_test]
async fn messages_survive_a_power_cut() {
    let store = open("durable").await;
    let _spy = Patch::property(
        "IDBDatabase.prototype",
        "transaction",
        "function (...args) { window.durability = args[2]?.durability; return original.apply(this, args); }",
    );
    for (write, expected) in [
        (message(1), "strict"),
        (Write::Session(None), "strict"),
        (Write::EraseAll, "strict"),
        (contact(), "relaxed"),
        (Write::ChatRead(row(1).chat), "relaxed"),
    ] {
        store.commit(&[contact(), write]).await.expect("the store commits");
        assert_eq!(eval("return window.durability").as_string().as_deref(), Some(expected));
    }
}

/// The page sleeps: nothing stays open, nothing is lost, and the next piece of work wakes the database up again.
#[wasm_bindgen_test]
async fn a_sleeping_page_lets_go_of_the_database_and_takes_it_up_again() {
    let store = open("asleep").await;
    for (event, order) in [
        ("document.dispatchEvent(new Event('freeze'))", 1),
        ("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))", 2),
    ] {
        let _count = Patch::new(
            "const { close } = IDBDatabase.prototype, { open } = IDBFactory.prototype;
             window.closes = 0; window.opens = 0;
             IDBDatabase.prototype.close = function () { window.closes++; return close.call(this); };
             IDBFactory.prototype.open = function (...args) { window.opens++; return open.apply(this, args); };
             return () => { IDBDatabase.prototype.close = close; IDBFactory.prototype.open = open; };",
        );
        let counted = || eval("return [window.closes > 0, window.opens].join()").as_string().expect("a text");
        // In the middle of a commit.
        let batch = [message(order)];
        let sleep = async {
            eval(event);
            assert_eq!(counted(), "true,0", "{event}");
        };
        let (committed, ()) = futures_util::future::join(store.commit(&batch), sleep).await;
        assert_eq!(committed.map(|applied| applied.inserted), Ok(vec![row(order).id]), "{event}");
        assert_eq!(history(&store).await.len(), usize::try_from(order).expect("a small number"));
        let opened = counted();
        assert_eq!(opened, "true,1", "{event}: opened once, by whoever came first");
        eval(event);
        assert_eq!(history(&store).await.len(), usize::try_from(order).expect("a small number"));
        assert_eq!(counted(), "true,2", "{event}");
    }
}
