//! Everything that goes in and comes out.

use model::{Applied, BareJid, Command, Event, Hash, Saved, Write};

/// Names a batch of writes until it is committed. Tokens grow by one per [`Output::Write`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriteToken(pub u64);

/// What the engine is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "inputs come one by one, and the one that is large (on 64 bits) once per log-in"
)]
pub enum Input {
    /// A person asked for something.
    Command(Command),
    /// The answer to [`Output::Discover`]: WebSocket URLs, best first; empty if there are none.
    Discovered(Vec<String>),
    /// The socket is open.
    Opened,
    /// One text frame arrived.
    Frame(String),
    /// The socket closed or never opened.
    Closed,
    /// The answer to [`Output::DeriveKey`]; `None` if the platform gives no cryptography.
    KeyDerived(Option<Vec<u8>>),
    /// The answer to [`Output::OpenStore`]: what the account's store holds.
    StoreOpened(Saved),
    /// This batch and all before it that were not reported yet are on disk, in one transaction or several.
    Committed(WriteToken, Applied),
    /// The page became visible or hidden.
    PageVisible(bool),
    /// The device says that it has or has no network. A hint only.
    NetworkOnline(bool),
    /// The device or the page slept: nothing known about the socket can be trusted.
    Resumed,
    /// Time passed; due deadlines are looked at.
    Tick,
}

/// What the engine wants done.
#[allow(clippy::large_enum_variant)] // Outputs are taken one by one; a box would be an allocation for each event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Find the WebSocket URLs of a domain (XEP-0156); answer with [`Input::Discovered`].
    Discover {
        /// The domain.
        domain: String,
    },
    /// Open a socket to this URL, dropping any other.
    Open {
        /// `ws:` or `wss:` URL.
        url: String,
    },
    /// Send one text frame.
    Send(String),
    /// Drop the socket.
    Close,
    /// Compute PBKDF2; answer with [`Input::KeyDerived`].
    DeriveKey {
        /// Which HMAC.
        hash: Hash,
        /// The password.
        password: String,
        /// The salt.
        salt: Vec<u8>,
        /// The iterations, already checked to be sane.
        iterations: u32,
    },
    /// Open the account's store and load it; answer with [`Input::StoreOpened`].
    OpenStore(BareJid),
    /// The account was left: the next start opens none.
    CloseStore,
    /// Commit these in one transaction; answer with [`Input::Committed`].
    Write(Vec<Write>, WriteToken),
    /// Tell the screen.
    Event(Event),
    /// Nothing more to do. Come back with [`Input::Tick`] at this time on the monotonic clock (milliseconds), and why.
    Idle(Option<(u64, &'static str)>),
}
