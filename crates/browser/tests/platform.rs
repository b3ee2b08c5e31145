//! The smaller ports: cryptography, small documents, presets, choices, page life.

#![cfg(target_arch = "wasm32")]

mod support;

use browser::prefs::{self, Lang, Theme};
use browser::{BrowserPorts, Life, OperatorConfig, OperatorLink, config, keeping};
use driver::{Input, Ports};
use futures_util::{FutureExt, StreamExt};
use model::Hash;
use support::{Patch, eval};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| char::from_digit(nibble.into(), 16))
        .collect()
}

#[wasm_bindgen_test]
async fn keys_are_derived_as_the_rfcs_say() {
    // RFC 6070 (SHA-1) and RFC 7914 §11 (SHA-256, first block).
    for (hash, password, salt, iterations, expected) in [
        (Hash::Sha1, "password", "salt", 4_096, "4b007901b765489abead49d926f721d065a429c1"),
        (
            Hash::Sha256,
            "Password",
            "NaCl",
            80_000,
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56",
        ),
    ] {
        let key = BrowserPorts.derive_key(hash, password, salt.as_bytes(), iterations).await;
        assert_eq!(key.as_deref().map(hex).as_deref(), Some(expected));
    }
}

#[wasm_bindgen_test]
async fn a_page_without_cryptography_derives_nothing() {
    let _insecure = Patch::property("crypto", "subtle", "undefined");
    assert_eq!(BrowserPorts.derive_key(Hash::Sha1, "password", b"salt", 4_096).await, None);
}

#[wasm_bindgen_test]
fn entropy_differs() {
    let (one, two) = (BrowserPorts.entropy(), BrowserPorts.entropy());
    assert_ne!(one, two);
    assert_ne!(one, [0; 32]);
}

#[wasm_bindgen_test]
async fn clocks_go_on() {
    let before = BrowserPorts.now();
    BrowserPorts.sleep(50).await;
    let after = BrowserPorts.now();
    assert!(after.mono_ms >= before.mono_ms + 49, "{before:?} {after:?}");
    assert!(before.wall_ms > 1_700_000_000_000);
}

/// The page's `fetch` gives this answer; `init` and `url` are in `window.asked`.
fn answer(response: &str) -> Patch {
    Patch::property(
        "window",
        "fetch",
        &format!(
            "(url, init) => {{ window.asked = {{ url, ...init }}; return Promise.resolve({response}); }}"
        ),
    )
}

#[wasm_bindgen_test]
async fn small_documents_are_fetched_without_cookies() {
    let _answer = answer("new Response('\\u4f60\\u597d')");
    let text = BrowserPorts.fetch_text("https://x.example/.well-known/host-meta").await;
    assert_eq!(text.as_deref(), Some("你好"));
    assert_eq!(
        eval("return asked.credentials + ' ' + asked.url").as_string().as_deref(),
        Some("omit https://x.example/.well-known/host-meta")
    );
}

#[wasm_bindgen_test]
async fn a_document_that_is_not_right_is_none() {
    for response in [
        "new Response('x', { status: 404 })",
        "new Response('x'.repeat(65537))",
        "new Response(new Uint8Array([255, 254]))",
        "Object.defineProperties(new Response('x'), { redirected: { value: true }, url: { value: 'http://x.example/' } })",
        "new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1000)); } }))",
        "new Response(new ReadableStream({ pull(c) { c.error(new Error('cut')); } }))",
        "Promise.reject(new TypeError('no network'))",
        "null",
    ] {
        let _answer = answer(response);
        assert_eq!(BrowserPorts.fetch_text("https://x.example/").await, None, "{response}");
        assert_eq!(eval("return asked.signal.aborted").as_bool(), Some(true), "{response}");
    }
    let _answer = answer(
        "Object.defineProperties(new Response('x'.repeat(65536)), { redirected: { value: true }, url: { value: 'https://y.example/' } })",
    );
    assert!(BrowserPorts.fetch_text("https://x.example/").await.is_some(), "neither limit is reached");
}

#[wasm_bindgen_test]
async fn a_server_that_takes_its_time_is_not_waited_for() {
    let _quick = Patch::short_deadlines();
    for response in ["new Promise(() => {})", "new Response(new ReadableStream({}))"] {
        let _answer = answer(response);
        assert_eq!(BrowserPorts.fetch_text("https://x.example/").await, None);
        assert_eq!(eval("return asked.signal.aborted").as_bool(), Some(true));
    }
}

#[wasm_bindgen_test]
async fn host_meta_is_read_as_json() {
    let _answer = answer(
        r#"new Response('{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://x.example/ws"},{"rel":"other","x":[1]}],"subject":1}')"#,
    );
    let links = BrowserPorts.host_meta_json("https://x.example/").await.expect("a document").links;
    assert_eq!(links.iter().map(|link| link.href.as_str()).collect::<Vec<_>>(), ["wss://x.example/ws", ""]);
    let _answer = answer("new Response('<html></html>')");
    assert_eq!(BrowserPorts.host_meta_json("https://x.example/").await, None);
}

#[wasm_bindgen_test]
async fn presets_are_read_and_checked() {
    let _answer = answer(
        r#"new Response('{"domain":" Chat.Example ","websocket":"wss://chat.example/ws","signup":false,"links":[{"label":"Help","url":"https://help.example/"},{"label":"Evil","url":"javascript:alert(1)"},{"label":"Plain","url":"http://help.example/"},{"label":" ","url":"https://help.example/"},7,{"url":"https://help.example/"}],"more":{}}')"#,
    );
    let expected = OperatorConfig {
        domain: Some("chat.example".to_owned()),
        websocket: Some("wss://chat.example/ws".to_owned()),
        signup: false,
        links: vec![OperatorLink { label: "Help".to_owned(), url: "https://help.example/".to_owned() }],
    };
    assert_eq!(config::fetch().await, expected);
    assert_eq!(eval("return asked.url").as_string().as_deref(), Some("config.json"));
}

#[wasm_bindgen_test]
async fn broken_presets_are_the_defaults() {
    let _quick = Patch::short_deadlines();
    for response in [
        "new Response('', { status: 404 })",
        "new Response('{')",
        "new Response('[]')",
        "new Response('null')",
        "new Response('{}')",
        r#"new Response('{"domain":7,"websocket":"https://x.example/","signup":"no","links":{}}')"#,
        r#"new Response('{"domain":"a b","websocket":"wss:///x","signup":null,"links":[null]}')"#,
        r#"new Response('{"domain":"","websocket":"wss://x .example","links":[{"label":"x","url":"https:x"}]}')"#,
        "new Promise(() => {})",
    ] {
        let _answer = answer(response);
        assert_eq!(config::fetch().await, OperatorConfig::default(), "{response}");
    }
}

#[wasm_bindgen_test]
fn choices_are_kept() {
    assert_eq!((prefs::lang(), prefs::theme()), (Lang::System, Theme::System));
    for lang in [Lang::En, Lang::Zh, Lang::System] {
        prefs::set_lang(lang);
        assert_eq!(prefs::lang(), lang);
    }
    for theme in [Theme::Light, Theme::Dark, Theme::System] {
        prefs::set_theme(theme);
        assert_eq!(prefs::theme(), theme);
    }
    prefs::set_theme(Theme::Dark);
    prefs::set_lang(Lang::Zh);
    assert_eq!(
        eval("return localStorage['goldcrest.theme'] + localStorage['goldcrest.lang']")
            .as_string()
            .as_deref(),
        Some("darkzh")
    );
    eval("localStorage['goldcrest.theme'] = 'pink'; localStorage['goldcrest.lang'] = ''");
    assert_eq!((prefs::lang(), prefs::theme()), (Lang::System, Theme::System));
    eval("localStorage.clear()");
}

#[wasm_bindgen_test]
fn choices_do_not_throw() {
    let account = "me@x.example".parse().expect("a valid address");
    let check = |patch: Patch| {
        prefs::set_theme(Theme::Dark);
        prefs::set_lang(Lang::Zh);
        BrowserPorts.remember_account(Some(&account));
        BrowserPorts.remember_account(None);
        assert_eq!((prefs::lang(), prefs::theme()), (Lang::System, Theme::System));
        drop(patch);
    };
    check(Patch::new(
        "const own = Object.getOwnPropertyDescriptor(window, 'localStorage');
         Object.defineProperty(window, 'localStorage', {
             configurable: true, get() { throw new DOMException('forbidden', 'SecurityError'); } });
         return () => own ? Object.defineProperty(window, 'localStorage', own) : delete window.localStorage;",
    ));
    check(Patch::property("window", "localStorage", "null"));
    check(Patch::property(
        "Storage.prototype",
        "setItem",
        "() => { throw new DOMException('full', 'QuotaExceededError'); }",
    ));
}

#[wasm_bindgen_test]
fn the_life_of_the_page_is_told() {
    let (inbox, mut inputs) = driver::conformance::inbox();
    let mut heard = || -> Vec<String> {
        std::iter::from_fn(|| inputs.next().now_or_never().flatten())
            .map(|input: Input| format!("{input:?}"))
            .collect()
    };
    let life = Life::watch(&inbox).expect("there is a page");
    let visible = eval("return document.visibilityState === 'visible'").as_bool().expect("a boolean");
    assert_eq!(heard(), [format!("PageVisible({visible})"), "NetworkOnline(true)".to_owned()]);

    {
        let _hidden = Patch::property("document", "visibilityState", "'hidden'");
        eval("document.dispatchEvent(new Event('visibilitychange'))");
        assert_eq!(heard(), ["PageVisible(false)"]);
    }
    {
        let _visible = Patch::property("document", "visibilityState", "'visible'");
        eval("document.dispatchEvent(new Event('visibilitychange'))");
        assert_eq!(heard(), ["PageVisible(true)"]);
        eval("document.dispatchEvent(new Event('freeze'))");
        assert_eq!(heard(), ["PageVisible(false)"]);
        eval("document.dispatchEvent(new Event('resume'))");
        assert_eq!(heard(), ["Resumed", "PageVisible(true)"]);
    }
    eval("window.dispatchEvent(new Event('offline')); window.dispatchEvent(new Event('online'))");
    assert_eq!(heard(), ["NetworkOnline(false)", "NetworkOnline(true)"]);
    eval("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))");
    assert_eq!(heard(), [""; 0]);
    eval("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    assert_eq!(heard(), ["Resumed".to_owned(), format!("PageVisible({visible})")]);
    eval("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    assert_eq!(heard(), ["PageVisible(false)"]);

    drop(life);
    eval("window.dispatchEvent(new Event('offline')); document.dispatchEvent(new Event('resume'))");
    assert_eq!(heard(), [""; 0]);
}

#[wasm_bindgen_test]
async fn a_jump_of_the_clock_is_a_resume() {
    let (inbox, mut inputs) = driver::conformance::inbox();
    let _often = Patch::property("window", "setInterval", "(callback, ms) => original(callback, ms / 500)");
    let _visible = Patch::property("document", "visibilityState", "'visible'");
    let _life = Life::watch(&inbox).expect("there is a page");
    assert!(matches!(inputs.next().await, Some(Input::PageVisible(true))));
    assert!(matches!(inputs.next().await, Some(Input::NetworkOnline(true))));
    let jumped = Patch::property("Date", "now", "() => original.call(Date) + 60000");
    assert!(matches!(inputs.next().await, Some(Input::Resumed)));
    drop(jumped);
}

/// The clocks are looked at when somebody comes back, not only at the next look.
#[wasm_bindgen_test]
fn a_sleep_is_noticed_when_somebody_looks() {
    let (inbox, mut inputs) = driver::conformance::inbox();
    let _never = Patch::property("window", "setInterval", "() => 0");
    let _visible = Patch::property("document", "visibilityState", "'visible'");
    let _life = Life::watch(&inbox).expect("there is a page");
    let _jumped = Patch::property("Date", "now", "() => original.call(Date) + 60000");
    eval("document.dispatchEvent(new Event('visibilitychange'))");
    let heard: Vec<_> = std::iter::from_fn(|| inputs.next().now_or_never().flatten()).skip(2).collect();
    assert!(matches!(heard[..], [Input::Resumed, Input::PageVisible(true)]), "{heard:?}");
}

#[wasm_bindgen_test]
async fn whether_the_browser_keeps_what_is_stored_is_asked_of_it() {
    let storage = |body: &str| Patch::property("navigator", "storage", body);
    for (value, known) in [("true", Some(true)), ("false", Some(false)), ("Promise.reject(1)", None)] {
        let _storage =
            storage(&format!("{{ persisted: async () => {value}, persist: async () => {value} }}"));
        assert_eq!((keeping::is_kept().await, keeping::ask().await), (known, known), "{value}");
    }
    for body in ["undefined", "{}", "{ persisted() { throw 1; }, persist: 5 }"] {
        let _storage = storage(body);
        assert_eq!((keeping::is_kept().await, keeping::ask().await), (None, None), "{body}");
    }
}
