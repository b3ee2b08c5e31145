//! Stands in for `wasm-streams`, which leptos brings along for server functions.
//!
//! Goldcrest has no server functions, so nothing of that crate is ever called; but it exports JavaScript classes, and what is
//! exported can't be optimised away. Measured: 11 KB of wasm and 4 KB of glue, together 3.4 KB of the compressed download.
//! This is the part of its interface that `server_fn` 0.8 needs in order to compile. Should anything call it after
//! all, it gives an empty stream.
#![forbid(unsafe_code)]

use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen::JsValue;

/// A readable stream.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Takes a stream of the browser.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// An empty stream.
    ///
    /// # Panics
    /// If the browser has no streams; no browser that runs wasm lacks them.
    pub fn from_stream<S>(_: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        Self(web_sys::ReadableStream::new().expect("ReadableStream"))
    }

    /// Gives the stream of the browser back.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// An empty stream.
    pub fn into_stream(self) -> Empty {
        Empty
    }
}

/// A stream that is over.
#[derive(Debug)]
pub struct Empty;

impl Stream for Empty {
    type Item = Result<JsValue, JsValue>;
    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
