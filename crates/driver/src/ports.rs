//! What the driver needs from the platform. `browser` implements it on web-sys, `tests/` on tokio.

use crate::Inbox;
use model::search::{Found, Search};
use model::{
    Applied, BareJid, Hash, LocalId, MessageRow, Order, PageAt, Saved, StoreError, Timestamp, Write,
};
use serde::Deserialize;
use std::future::Future;
use std::rc::Rc;

/// The rows of one account. Two dozen verbs at most; not a key-value layer.
///
/// Every implementation passes `driver::conformance`. Futures need not be `Send`: everything runs on one thread.
#[allow(async_fn_in_trait)]
pub trait Store {
    /// Everything a start needs; bounded: no message bodies but the outbox's and one line per chat.
    async fn load(&self) -> Result<Saved, StoreError>;

    /// Stores a batch in one transaction: when it returns `Ok`, all of it is on disk; otherwise none of it is.
    async fn commit(&self, batch: &[Write]) -> Result<Applied, StoreError>;

    /// Up to `limit` messages of a chat that are older than `before` (or the newest ones), oldest first.
    async fn page(
        &self,
        chat: &BareJid,
        before: Option<Order>,
        limit: usize,
    ) -> Result<Vec<MessageRow>, StoreError> {
        self.page_at(chat, &before.map_or(PageAt::Newest, PageAt::Before), limit).await
    }

    /// Up to `limit` messages of a chat, those next to the place that is asked for ([`PageAt::sides`]), oldest first.
    async fn page_at(&self, chat: &BareJid, at: &PageAt, limit: usize)
    -> Result<Vec<MessageRow>, StoreError>;

    /// The message with this key, if it is to be shown.
    async fn message(&self, id: &LocalId) -> Result<Option<MessageRow>, StoreError>;

    /// Every message that the person wants to find again, the newest first.
    async fn starred(&self) -> Result<Vec<MessageRow>, StoreError>;

    /// The message of a name ([`MessageRow::name`]), if it is here and to be shown.
    async fn named(&self, name: &str) -> Result<Option<MessageRow>, StoreError>;

    /// The newest messages that somebody looks for. What is stored is found at once.
    async fn find(&self, search: &Search) -> Result<Found, StoreError>;

    /// Takes some of what was stored into the index that makes [`Store::find`] quick, for no longer than a frame allows. True if it is
    /// worth going on; never of a store that looks through all it has.
    async fn index(&self) -> Result<bool, StoreError> {
        Ok(false)
    }
}

/// An open or opening WebSocket with the subprotocol `xmpp` (RFC 7395 §3.1). Dropping it closes it without a word;
/// a dropped socket puts nothing more into the inbox.
pub trait Socket {
    /// Sends one text frame. Ignored while the socket is not open.
    fn send(&self, text: &str);
}

/// The links of a XEP-0156 host-meta document, JSON form (RFC 6415 appendix A).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct HostMeta {
    /// Its links.
    #[serde(default)]
    pub links: Vec<HostMetaLink>,
}

/// One link of a host-meta document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct HostMetaLink {
    /// What the link is for; `urn:xmpp:alt-connections:websocket` is ours.
    #[serde(default)]
    pub rel: String,
    /// Where it leads.
    #[serde(default)]
    pub href: String,
}

/// The platform.
#[allow(async_fn_in_trait)]
pub trait Ports: 'static {
    /// Its store.
    type Store: Store + 'static;
    /// Its socket.
    type Socket: Socket + 'static;

    /// Both clocks, now.
    fn now(&self) -> Timestamp;
    /// Completes after `ms` milliseconds or (a throttled tab) later.
    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static;
    /// Runs a future on this thread.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);
    /// 32 bytes nobody can guess.
    fn entropy(&self) -> [u8; 32];

    /// Opens (or makes) the store of an account.
    async fn open_store(&self, account: &BareJid) -> Result<Self::Store, StoreError>;
    /// Makes this page the one that keeps the account's stream, for as long as it lives or until another account is claimed; false if
    /// another page is that.
    async fn claim(&self, account: &BareJid) -> bool;
    /// Notes which account the next start opens; `None` after a log-out.
    fn remember_account(&self, account: Option<&BareJid>);

    /// Starts to open a socket. `Input::Opened`, `Input::Frame` and `Input::Closed` go to the inbox.
    fn open_socket(&self, url: &str, inbox: Inbox) -> Self::Socket;
    /// GETs a host-meta JSON document. `None` for every kind of failure.
    async fn host_meta_json(&self, url: &str) -> Option<HostMeta>;
    /// GETs a text of at most 64 KiB. `None` for every kind of failure.
    async fn fetch_text(&self, url: &str) -> Option<String>;
    /// The origin that served the page (`https://chat.example:8443`), if there is a page.
    fn page_origin(&self) -> Option<String>;
    /// PBKDF2-HMAC (RFC 8018) with the hash's own output length, off the thread that paints where the platform
    /// can. `None` if it gives no cryptography (a page without HTTPS).
    async fn derive_key(&self, hash: Hash, password: &str, salt: &[u8], iterations: u32) -> Option<Vec<u8>>;
}

/// Called with everything that happened in one turn of the pump, in order.
pub type OnEvents = Rc<dyn Fn(Vec<model::Event>)>;
