//! The start, from what an earlier one left.

#![cfg(target_arch = "wasm32")]

mod support;

use browser::{BrowserPorts, IdbStore, OperatorConfig, boot};
use driver::{Ports, Store};
use futures_util::FutureExt;
use model::{
    BareJid, Direction, Endpoint, LocalId, MessageRow, MessageState, Order, PageAt, Problem, Saved,
    SessionRow, Write,
};
use std::rc::Rc;
use support::Patch;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn account(name: &str) -> BareJid {
    format!("{name}@boot.example").parse().expect("a valid address")
}

fn row(me: &BareJid) -> MessageRow {
    let (chat, id) = (account("friend"), LocalId("m1".to_owned()));
    MessageRow {
        state: MessageState::Sent,
        ..MessageRow::new(Direction::Out, chat, me.clone(), id, Order(1), "hello".to_owned())
    }
}

#[wasm_bindgen_test]
async fn the_last_session_is_found_without_the_network() {
    // No answer ever: a start must not wait for the presets.
    let _no_network = Patch::property("window", "fetch", "() => new Promise(() => {})");
    let me = account("me");
    {
        let store = IdbStore::open(&me).await.expect("the database opens");
        let session = SessionRow::new(me.clone(), Endpoint::Discover);
        let message = Write::Message { row: row(&me), count_unread: false };
        store.commit(&[Write::Session(Some(session)), message]).await.expect("the store commits");
        BrowserPorts.remember_account(Some(&me));
    }
    let found = boot().await;
    assert_eq!(found.account, Some(me.clone()));
    assert_eq!(found.problem, None);
    assert_eq!(found.saved.session.as_ref().map(|session| &session.jid), Some(&me));
    assert_eq!(found.saved.chats.len(), 1);
    assert_eq!(found.config().now_or_never(), None);

    let handle = found.run(Rc::new(|_| {}));
    assert_eq!(handle.page_at(&account("friend"), PageAt::Newest, 10).await, [row(&me)]);
    log_out(&me).await;
}

/// As the engine does it: the session goes before the name.
async fn log_out(me: &BareJid) {
    let store = IdbStore::open(me).await.expect("the database opens");
    store.commit(&[Write::Session(None)]).await.expect("the store commits");
    BrowserPorts.remember_account(None);
}

/// Chromium writes `localStorage` seconds later, and may be killed in between.
#[wasm_bindgen_test]
async fn a_session_whose_name_was_lost_is_found_by_its_database() {
    let (me, past) = (account("killed"), account("past"));
    for (account, session) in [(&past, None), (&me, Some(SessionRow::new(me.clone(), Endpoint::Discover)))] {
        let store = IdbStore::open(account).await.expect("the database opens");
        let message = Write::Message { row: row(account), count_unread: false };
        store.commit(&[Write::Session(session), message]).await.expect("the store commits");
    }
    BrowserPorts.remember_account(None);
    let found = boot().await;
    assert_eq!(found.account, Some(me.clone()));
    drop(found);
    log_out(&me).await;
    assert_eq!(boot().await.account, None, "who has logged out is out");
    let _old = Patch::property("IDBFactory.prototype", "databases", "undefined");
    assert_eq!(boot().await.account, None);
}

#[wasm_bindgen_test]
async fn a_first_start_finds_nobody_and_the_presets() {
    let _presets = Patch::property(
        "window",
        "fetch",
        r#"() => Promise.resolve(new Response('{"domain":"boot.example"}'))"#,
    );
    let found = boot().await;
    assert_eq!(
        (found.account.as_ref(), &found.saved, found.problem.as_ref()),
        (None, &Saved::default(), None)
    );
    let expected = OperatorConfig { domain: Some("boot.example".to_owned()), ..OperatorConfig::default() };
    assert_eq!(found.config().await, expected);
    assert_eq!(found.config().await, expected);
}

#[wasm_bindgen_test]
async fn a_start_without_storage_says_so() {
    let me = account("unlucky");
    BrowserPorts.remember_account(Some(&me));
    {
        let _none = Patch::property("window", "indexedDB", "undefined");
        let found = boot().await;
        assert_eq!((found.account, found.problem), (None, Some(Problem::StorageUnavailable)));
    }
    assert_eq!(boot().await.account, Some(me), "the account is not forgotten");
    BrowserPorts.remember_account(None);
}
