//! `BrowserSocket`, on a scripted `WebSocket` and on the real one where nobody answers.

#![cfg(target_arch = "wasm32")]

mod support;

use browser::{BrowserPorts, BrowserSocket};
use driver::{Input, Ports, Socket};
use futures_util::{FutureExt, Stream, StreamExt};
use support::{Patch, eval};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A `WebSocket` that does what the test says; the newest is `window.peer`.
fn scripted() -> Patch {
    Patch::property(
        "window",
        "WebSocket",
        "class { constructor(url, protocol) {
             Object.assign(this, { url, protocol, readyState: 0, sent: [], closed: 0 }); window.peer = this; }
             send(text) { this.sent.push(text); }
             close() { this.closed += 1; this.readyState = 3; }
             open() { this.readyState = 1; this.onopen?.(new Event('open')); }
             hear(data) { this.onmessage?.(new MessageEvent('message', { data })); }
             end() { this.readyState = 3; this.onerror?.(new Event('error')); this.onclose?.(new Event('close')); } }",
    )
}

fn open(url: &str) -> (BrowserSocket, impl Stream<Item = Input> + Unpin) {
    let (inbox, inputs) = driver::conformance::inbox();
    (BrowserPorts.open_socket(url, inbox), inputs)
}

/// What has arrived until now, in the words of `Debug`.
fn heard(inputs: &mut (impl Stream<Item = Input> + Unpin)) -> Vec<String> {
    std::iter::from_fn(|| inputs.next().now_or_never().flatten()).map(|input| format!("{input:?}")).collect()
}

#[wasm_bindgen_test]
fn frames_go_both_ways_and_the_end_is_told_once() {
    let _scripted = scripted();
    let (socket, mut inputs) = open("wss://x.example/ws");
    assert_eq!(
        eval("return peer.url + ' ' + peer.protocol").as_string().as_deref(),
        Some("wss://x.example/ws xmpp")
    );
    socket.send("too early");
    eval("peer.open(); peer.hear('<a/>'); peer.hear('<b>你好 😀</b>')");
    socket.send("<c/>");
    eval("peer.end(); peer.end(); peer.hear('<late/>')");
    socket.send("too late");
    assert_eq!(heard(&mut inputs), ["Opened", "Frame(\"<a/>\")", "Frame(\"<b>你好 😀</b>\")", "Closed"]);
    assert_eq!(eval("return peer.sent.join()").as_string().as_deref(), Some("<c/>"));
}

#[wasm_bindgen_test]
fn a_dropped_socket_is_silent_and_closed() {
    let _scripted = scripted();
    let (socket, mut inputs) = open("wss://x.example/ws");
    eval("peer.open()");
    drop(socket);
    eval("peer.hear('<a/>'); peer.end()");
    assert_eq!(heard(&mut inputs), ["Opened"]);
    assert_eq!(eval("return peer.closed").as_f64(), Some(1.0));
}

#[wasm_bindgen_test]
fn what_is_no_text_frame_of_sane_size_ends_the_socket() {
    for data in ["new Blob(['<a/>'])", "new ArrayBuffer(4)", "'x'.repeat(4 * 1024 * 1024 + 1)"] {
        let _scripted = scripted();
        let (_socket, mut inputs) = open("wss://x.example/ws");
        eval(&format!("peer.open(); peer.hear({data}); peer.hear('<a/>'); peer.end()"));
        assert_eq!(heard(&mut inputs), ["Opened", "Frame(\"\")", "Closed"], "{data}");
        assert_eq!(eval("return peer.closed").as_f64(), Some(1.0));
    }
    let _scripted = scripted();
    let (_socket, mut inputs) = open("wss://x.example/ws");
    eval("peer.open(); peer.hear('x'.repeat(4 * 1024 * 1024))");
    assert_eq!(heard(&mut inputs).len(), 2, "the limit itself is allowed");
}

#[wasm_bindgen_test]
fn an_address_the_browser_refuses_is_closed() {
    for url in ["ftp://x.example", "wss://", "wss://x.example:port/"] {
        let (socket, mut inputs) = open(url);
        socket.send("nobody hears this");
        assert_eq!(heard(&mut inputs), ["Closed"], "{url}");
    }
}

#[wasm_bindgen_test]
async fn nobody_there_is_closed_once() {
    // Nothing listens on port 47; port 9 is one of those that browsers refuse to try.
    for url in ["ws://127.0.0.1:47/", "ws://127.0.0.1:9/"] {
        let (_socket, mut inputs) = open(url);
        assert!(matches!(inputs.next().await, Some(Input::Closed)), "{url}");
        BrowserPorts.sleep(0).await;
        assert_eq!(heard(&mut inputs), [""; 0], "{url}");
    }
}
