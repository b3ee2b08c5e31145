//! The start: what is on this device first, then the loop.

use crate::alone;
use crate::config::{self, OperatorConfig};
use crate::idb::IdbStore;
use crate::life::Life;
use crate::ports::BrowserPorts;
use crate::prefs;
use crate::wait::{Later, later};
use driver::{OnEvents, Store};
use model::{BareJid, Problem, Saved, StoreError};
use std::future::Future;
use wasm_bindgen_futures::spawn_local;

/// What the screen holds of the loop.
pub type Handle = driver::Handle<BrowserPorts>;

/// What a start found on this device, before the network was touched.
pub struct Boot {
    /// Who is logged in.
    pub account: Option<BareJid>,
    /// What is stored of them: enough for the first paint.
    pub saved: Saved,
    /// What went wrong while looking; the account then has to log in again.
    pub problem: Option<Problem>,
    store: Option<IdbStore>,
    config: Later<OperatorConfig>,
}

/// Looks who is logged in and opens their store. The operator's presets are fetched meanwhile, and not waited for.
pub async fn boot() -> Boot {
    let (bringer, config) = later();
    spawn_local(async move {
        let _ = bringer.bring(config::fetch().await);
    });
    let mut boot = Boot { account: None, saved: Saved::default(), problem: None, store: None, config };
    if let Some(account) = prefs::account() {
        match open(&account).await {
            Ok((store, saved)) => {
                boot.account = Some(account);
                boot.saved = saved;
                boot.store = Some(store);
            }
            Err(StoreError::Full) => boot.problem = Some(Problem::StorageFull),
            Err(StoreError::Lost) => boot.problem = Some(Problem::StorageUnavailable),
        }
    }
    boot
}

async fn open(account: &BareJid) -> Result<(IdbStore, Saved), StoreError> {
    let store = IdbStore::open(account).await?;
    let mut saved = store.load().await?;
    saved.shared = !alone::claim(account).await;
    Ok((store, saved))
}

impl Boot {
    /// The operator's presets, as soon as they are here; 3 s at most.
    pub fn config(&self) -> impl Future<Output = OperatorConfig> + 'static {
        self.config.clone()
    }

    /// Starts the loop, and with it the connection. It runs for as long as the page.
    pub fn run(self, on_events: OnEvents) -> Handle {
        let account = self.account.zip(self.store).map(|(account, store)| (account, store, self.saved));
        let handle = driver::start(BrowserPorts, account, on_events);
        // Nobody is left to stop watching before the page itself is gone.
        std::mem::forget(Life::watch(handle.inbox()));
        handle
    }
}
