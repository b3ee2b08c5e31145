//! The WebSocket of RFC 7395.

use driver::{Inbox, Input, Socket};
use js_sys::JsString;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, WebSocket};

/// A frame longer than this (UTF-16 units) is not even copied out of the browser.
const MAX_FRAME: u32 = 4 * 1024 * 1024;

/// An open or opening WebSocket.
#[derive(Debug)]
pub struct BrowserSocket {
    /// `None` if the browser refused the URL.
    live: Option<Live>,
}

#[derive(Debug)]
struct Live {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut()>,
}

impl BrowserSocket {
    /// Starts to open a socket. However it ends, `Input::Closed` is put into the inbox once.
    pub(crate) fn open(url: &str, inbox: Inbox) -> Self {
        let Ok(socket) = WebSocket::new_with_str(url, "xmpp") else {
            inbox.push(Input::Closed);
            return Self { live: None };
        };
        let over = Rc::new(Cell::new(false));

        let on_open = Closure::<dyn FnMut()>::new({
            let inbox = inbox.clone();
            move || inbox.push(Input::Opened)
        });
        let on_message = Closure::<dyn FnMut(_)>::new({
            let (inbox, socket, over) = (inbox.clone(), socket.clone(), Rc::clone(&over));
            move |event: MessageEvent| {
                if over.get() {
                    return;
                }
                if let Some(frame) = frame(&event) {
                    inbox.push(Input::Frame(frame));
                } else {
                    // RFC 7395 knows text frames only. The empty one makes the engine see the mistake and say so.
                    over.set(true);
                    inbox.push(Input::Frame(String::new()));
                    inbox.push(Input::Closed);
                    let _ = socket.close();
                }
            }
        });
        // A failure is an `error` event and then a `close` event; where WebKit refuses to try (blocked port, mixed
        // content) the second never comes.
        let on_close = Closure::<dyn FnMut()>::new(move || {
            if !over.replace(true) {
                inbox.push(Input::Closed);
            }
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onerror(Some(on_close.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Self { live: Some(Live { socket, _on_open: on_open, _on_message: on_message, _on_close: on_close }) }
    }
}

fn frame(event: &MessageEvent) -> Option<String> {
    let text: JsString = event.data().dyn_into().ok()?;
    (text.length() <= MAX_FRAME).then(|| text.into())
}

impl Socket for BrowserSocket {
    fn send(&self, text: &str) {
        if let Some(live) = self.live.as_ref().filter(|live| live.socket.ready_state() == WebSocket::OPEN) {
            let _ = live.socket.send_with_str(text);
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onerror(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
