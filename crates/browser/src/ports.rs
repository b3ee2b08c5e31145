//! The driver's ports on the browser.

use crate::idb::IdbStore;
use crate::listener::Listener;
use crate::socket::BrowserSocket;
use crate::wait::later;
use crate::{crypto, http, js, prefs, tabs};
use driver::{HostMeta, HostMetaLink, Inbox, Ports};
use gloo_timers::future::TimeoutFuture;
use model::{BareJid, Hash, StoreError, Timestamp};
use std::future::Future;
use wasm_bindgen::JsValue;
use web_sys::{MessageChannel, Performance};

/// How long host-meta may take (milliseconds).
const HOST_META_MS: u32 = 5_000;

/// The browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserPorts;

/// `performance.now()`, or the wall clock where there is none. Milliseconds.
pub(crate) fn monotonic_ms() -> f64 {
    thread_local! {
        static CLOCK: Option<Performance> = web_sys::window().and_then(|window| window.performance());
    }
    CLOCK.with(|clock| clock.as_ref().map_or_else(js_sys::Date::now, Performance::now))
}

/// Completes when the browser has had its turn. Not a timer: those are slowed down to 4 ms where one follows another.
fn turn() -> Option<impl Future<Output = ()> + 'static> {
    let channel = MessageChannel::new().ok()?;
    let (bringer, heard) = later();
    let port = channel.port1();
    let hear = move |_| {
        let _ = bringer.bring(());
    };
    let listener = Listener::new(&port, "message", Box::new(hear));
    port.start();
    channel.port2().post_message(&JsValue::NULL).ok()?;
    Some(async move {
        heard.await;
        drop(listener);
        port.close();
    })
}

impl Ports for BrowserPorts {
    type Store = IdbStore;
    type Socket = BrowserSocket;

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn now(&self) -> Timestamp {
        Timestamp { mono_ms: monotonic_ms() as u64, wall_ms: js_sys::Date::now() as i64 }
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static {
        let turn = (ms == 0).then(turn);
        // Browsers take longer times for 0.
        let ms = u32::try_from(ms).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs());
        async move {
            match turn.flatten() {
                Some(turn) => turn.await,
                None => TimeoutFuture::new(ms).await,
            }
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        wasm_bindgen_futures::spawn_local(task);
    }

    fn entropy(&self) -> [u8; 32] {
        crypto::entropy()
    }

    async fn open_store(&self, account: &BareJid) -> Result<IdbStore, StoreError> {
        IdbStore::open(account).await
    }

    async fn claim(&self, account: &BareJid) -> bool {
        tabs::claim(account).await
    }

    fn remember_account(&self, account: Option<&BareJid>) {
        prefs::set_account(account);
    }

    fn open_socket(&self, url: &str, inbox: Inbox) -> BrowserSocket {
        BrowserSocket::open(url, inbox)
    }

    async fn host_meta_json(&self, url: &str) -> Option<HostMeta> {
        let document = http::get_json(url, HOST_META_MS).await?;
        let links = js::list(&document, "links");
        let field = |link, key| js::text(link, key).unwrap_or_default();
        Some(HostMeta {
            links: links
                .iter()
                .map(|link| HostMetaLink { rel: field(link, "rel"), href: field(link, "href") })
                .collect(),
        })
    }

    async fn fetch_text(&self, url: &str) -> Option<String> {
        http::get_text(url, HOST_META_MS).await
    }

    fn page_origin(&self) -> Option<String> {
        web_sys::window()?.location().origin().ok().filter(|origin| origin != "null")
    }

    async fn derive_key(&self, hash: Hash, password: &str, salt: &[u8], iterations: u32) -> Option<Vec<u8>> {
        crypto::pbkdf2(hash, password, salt, iterations).await
    }
}
