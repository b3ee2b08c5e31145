//! How quick `IdbStore` is. Prints figures, so it runs only when asked:
//! `cargo test -p browser --release --target wasm32-unknown-unknown --test idb_figures -- --include-ignored --nocapture`

#![cfg(target_arch = "wasm32")]

use browser::{BrowserPorts, IdbStore};
use driver::{Ports, Store};
use model::search::{Query, Search};
use model::{BareJid, Direction, LocalId, MessageRow, Order, Write};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const MESSAGES: i64 = 20_000;

fn row(n: i64, direction: Direction) -> MessageRow {
    let chat: BareJid = format!("friend{}@x.example", n % 4).parse().expect("a valid address");
    let body = format!("你好这是第{n}条消息，hello world of messages {}", n * 7_919 % 10_007);
    let (id, order) = (LocalId(format!("0123456789abcdef-{n}")), Order(1_700_000_000_000_000 + n));
    MessageRow {
        at: 1_700_000_000_000 + n,
        dedupe: MessageRow::dedupe_key(&chat, &format!("stanza-{n}")),
        ..MessageRow::new(direction, chat.clone(), chat, id, order, body)
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

/// What a person says: no two of the longer words alike, and few of them often.
fn words(n: i64) -> String {
    let zh = [
        "今天", "天气", "我们", "吃饭", "手机", "明天", "会议", "地铁", "好的", "谢谢", "没有", "什么",
        "时候", "回家", "周末", "电影",
    ];
    let en = [
        "the", "meeting", "tomorrow", "please", "train", "coffee", "see", "you", "photo", "weekend",
        "thanks", "where",
    ];
    // A generator of its own, so that the texts are the same everywhere.
    let mut seed = n.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut draw = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).unwrap_or_default() % below
    };
    let mut text = String::new();
    for _ in 0..4 + draw(10) {
        match draw(4) {
            0 => text.push_str(zh[draw(zh.len())]),
            1 => text.extend(char::from_u32(0x4e00 + u32::try_from(draw(3_000)).unwrap_or_default())),
            2 => text.extend([" ", en[draw(en.len())], " "]),
            _ => text.extend(
                (0..3 + draw(6)).map(|_| char::from(b'a' + u8::try_from(draw(26)).unwrap_or_default())),
            ),
        }
    }
    text
}

async fn used() -> f64 {
    let estimate = js_sys::eval("navigator.storage.estimate()").expect("an estimate");
    let estimate =
        wasm_bindgen_futures::JsFuture::from(js_sys::Promise::from(estimate)).await.expect("an estimate");
    js_sys::Reflect::get(&estimate, &"usage".into()).ok().and_then(|usage| usage.as_f64()).unwrap_or_default()
        / 1e6
}

/// Searching: `GOLDCREST_SEARCH=1000000` in the environment of the build says how many messages.
#[wasm_bindgen_test]
#[ignore = "prints figures"]
async fn search_figures() {
    let count: i64 = option_env!("GOLDCREST_SEARCH").and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let account = "me@search-figures.example".parse().expect("a valid address");
    let store = IdbStore::open(&account).await.expect("the database opens");
    let now = || BrowserPorts.now().mono_ms;
    let started = now();
    for from in (0..count).step_by(500) {
        let batch = (from..from + 500).map(|n| {
            let chat: BareJid =
                format!("friend{}@x.example", n * 7_919 % 1_000).parse().expect("a valid address");
            let row = MessageRow { from: chat.clone(), chat, body: words(n), ..row(n, Direction::In) };
            Write::Message { row, count_unread: false }
        });
        store.commit(&batch.collect::<Vec<_>>()).await.expect("the store commits");
    }
    console_log!("{count} messages stored: {} ms, {:.1} MB", now() - started, used().await);
    let (started, mut longest, mut steps) = (now(), 0, 0_u64);
    loop {
        let step = now();
        if !store.index().await.expect("the store learns") {
            break;
        }
        longest = longest.max(now() - step);
        steps += 1;
    }
    let took = now() - started;
    console_log!(
        "learnt in {steps} steps: {took} ms, {} a step, {longest} the longest, {:.1} MB",
        took / steps.max(1),
        used().await
    );
    for typed in ["今天", "好", "天气 meeting", "tomo", "qzx", "谢谢没有", "the see coffee", "龘龘", "h"]
    {
        for chat in [None, Some("friend7@x.example".parse::<BareJid>().expect("a valid address"))] {
            let of = if chat.is_some() { "one chat" } else { "all" };
            let search = Search { query: Query::new(typed).expect("a query"), chat, before: None, limit: 50 };
            let started = now();
            let found = store.find(&search).await.expect("the store looks");
            console_log!("{typed} in {of}: {} found in {} ms", found.rows.len(), now() - started);
        }
    }
}
