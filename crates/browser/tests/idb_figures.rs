//! How quick `IdbStore` is. Prints figures, so it runs only when asked:
//! `cargo test -p browser --release --target wasm32-unknown-unknown --test idb_figures -- --include-ignored --nocapture`

#![cfg(target_arch = "wasm32")]

use browser::{BrowserPorts, IdbStore};
use driver::{Ports, Store};
use model::{BareJid, Direction, LocalId, MessageRow, MessageState, Order, Write};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const MESSAGES: i64 = 20_000;

fn row(n: i64, direction: Direction) -> MessageRow {
    let chat: BareJid = format!("friend{}@x.example", n % 4).parse().expect("a valid address");
    MessageRow {
        order: Order(1_700_000_000_000_000 + n),
        id: LocalId(format!("0123456789abcdef-{n}")),
        from: chat.clone(),
        direction,
        body: format!("你好这是第{n}条消息，hello world of messages {}", n * 7_919 % 10_007),
        at: 1_700_000_000_000 + n,
        state: if direction == Direction::Out { MessageState::Queued } else { MessageState::Received },
        dedupe: MessageRow::dedupe_key(&chat, &format!("stanza-{n}")),
        stanza_id: None,
        mark: None,
        chat,
        alias: None,
        reply: None,
        format: model::Format::default(),
        starred: false,
        hidden: false,
        relations: model::Relations::default(),
    }
}

async fn fill(store: &IdbStore, from: i64, count: i64, batch: usize, direction: Direction) {
    let writes: Vec<_> =
        (from..from + count).map(|n| Write::Message { row: row(n, direction), count_unread: true }).collect();
    let started = BrowserPorts.now().mono_ms;
    for batch in writes.chunks(batch) {
        store.commit(batch).await.expect("the store commits");
    }
    let ms = (BrowserPorts.now().mono_ms - started).max(1);
    let rate = u64::try_from(count).unwrap_or_default() * 1_000 / ms;
    console_log!("{count} messages, {batch} per batch, {direction:?}: {ms} ms, {rate} per second");
}

#[wasm_bindgen_test]
#[ignore = "prints figures"]
async fn figures() {
    let account = "me@figures.example".parse().expect("a valid address");
    let store = IdbStore::open(&account).await.expect("the database opens");
    fill(&store, 0, MESSAGES, 500, Direction::In).await;
    fill(&store, MESSAGES, 5_000, 50, Direction::In).await;
    fill(&store, 2 * MESSAGES, 500, 1, Direction::In).await;
    fill(&store, 3 * MESSAGES, 500, 1, Direction::Out).await;
    let copies = BrowserPorts.now().mono_ms;
    fill(&store, 0, 5_000, 500, Direction::In).await;
    console_log!("of them copies: {} ms", BrowserPorts.now().mono_ms - copies);

    let chat = row(0, Direction::In).chat;
    for limit in [1, 50, 200, 5_000] {
        let started = BrowserPorts.now().mono_ms;
        for _ in 0..10 {
            store.page(&chat, None, limit).await.expect("the store pages");
        }
        console_log!("page of {limit}: {} ms for ten", BrowserPorts.now().mono_ms - started);
    }
    let started = BrowserPorts.now().mono_ms;
    let store = IdbStore::open(&account).await.expect("the database opens");
    let opened = BrowserPorts.now().mono_ms;
    store.load().await.expect("the store loads");
    console_log!("open: {} ms, load: {} ms", opened - started, BrowserPorts.now().mono_ms - opened);
}
