//! A scripted XMPP server: speaks RFC 7395 and SCRAM-SHA-256 well, until a test tells it not to.

mod connection;
pub mod frames;
mod scram;
mod usual;

pub use usual::{PASSWORD, USER, error, result};

use connection::serve;
use stanza::Element;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::AbortHandle;

/// What the client has just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Connected over TCP, before the WebSocket handshake.
    Connect,
    /// Opened the first stream.
    Open,
    /// Asked for the sign-up form (XEP-0077).
    FormRequest,
    /// Sent the sign-up form.
    FormSubmit,
    /// Named a SASL mechanism.
    Auth,
    /// Sent its SASL proof.
    Proof,
    /// Opened the stream after authentication.
    Reopen,
    /// Asked for a resource.
    Bind,
    /// Asked for its contacts.
    Roster,
    /// Sent another stanza or nonza.
    Other,
    /// Closed the stream.
    Close,
}

/// What the server does about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// What a good server does.
    AsUsual,
    /// What a good server does, then these frames.
    Also(Vec<String>),
    /// These frames instead.
    Say(Vec<String>),
    /// These frames instead, then the socket closes.
    SayAndDrop(Vec<String>),
    /// Nothing at all.
    Silence,
    /// The socket closes without a word.
    Drop,
}

/// Decides what to do about a step; it also sees the frame.
pub(crate) type Script = dyn Fn(Step, &Element) -> Act + Send + Sync;

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) script: Box<Script>,
    pub(crate) received: Mutex<Vec<String>>,
    /// Frames a test pushes to every connection.
    pub(crate) pushed: broadcast::Sender<Push>,
}

/// What a test does to live connections.
#[derive(Clone, Debug)]
pub(crate) enum Push {
    Say(String),
    Drop,
}

/// A running scripted server; gone when dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

impl Server {
    /// Starts one that behaves as `script` says.
    pub async fn start(script: impl Fn(Step, &Element) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port of a listener");
        let shared = Arc::new(Shared {
            script: Box::new(script),
            received: Mutex::default(),
            pushed: broadcast::channel(64).0,
        });
        let for_tasks = Arc::clone(&shared);
        let accepting = tokio::spawn(async move {
            // Dropped with this task, and the connections with it.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&for_tasks)));
            }
        });
        Self { address, shared, accepting: accepting.abort_handle() }
    }

    /// Its WebSocket address.
    pub fn url(&self) -> String {
        format!("ws://{}/xmpp-websocket", self.address)
    }

    /// The operator's `config.json` that points to it.
    pub fn config(&self) -> serde_json::Value {
        crate::world::config(usual::DOMAIN, &self.url())
    }

    /// Everything clients sent so far, a frame each.
    pub fn received(&self) -> Vec<String> {
        self.shared.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a frame to every connection that is bound to an account.
    pub fn say(&self, frame: impl Into<String>) {
        // No receiver means nobody is connected; a test waits for the effect anyway.
        let _ = self.shared.pushed.send(Push::Say(frame.into()));
    }

    /// Closes every connection without a word.
    pub fn drop_connections(&self) {
        let _ = self.shared.pushed.send(Push::Drop);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A WebSocket address where nothing listens.
pub fn nowhere() -> String {
    format!("ws://127.0.0.1:{}/xmpp-websocket", crate::webdriver::free_port())
}
