//! The start: what is on this device first, then the loop.

use crate::config::{self, OperatorConfig};
use crate::drafts;
use crate::idb::{self, IdbStore};
use crate::prefs;
use crate::tabs::{self, Handle, Lock};
use crate::wait::{Later, later};
use driver::{OnEvents, Store};
use model::{BareJid, ChatRow, Command, Draft, Problem, Saved, StoreError};
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// What a start found on this device, before the network was touched.
pub struct Boot {
    /// Who is logged in.
    pub account: Option<BareJid>,
    /// What is stored of them: enough for the first paint.
    pub saved: Saved,
    /// What went wrong while looking; the account then has to log in again.
    pub problem: Option<Problem>,
    store: Option<IdbStore>,
    /// What the last page had no time to store.
    drafts: Vec<(BareJid, Draft)>,
    /// The account's, unless another page holds it.
    lock: Option<Rc<Lock>>,
    config: Later<OperatorConfig>,
}

/// Looks who is logged in and opens their store. The operator's presets are fetched meanwhile, and not waited for.
pub async fn boot() -> Boot {
    let (bringer, config) = later();
    spawn_local(async move {
        let _ = bringer.bring(config::fetch().await);
    });
    let (saved, drafts) = (Saved::default(), Vec::new());
    let mut boot = Boot { account: None, saved, problem: None, store: None, drafts, lock: None, config };
    let remembered = prefs::account();
    // What the browser was killed over before it wrote it down: a database is on disk long before a small choice is.
    let accounts = match &remembered {
        Some(account) => vec![account.clone()],
        None => idb::accounts().await,
    };
    for account in accounts {
        match open(&account).await {
            Ok((_, saved, _)) if remembered.is_none() && saved.session.is_none() => continue,
            Ok((store, saved, lock)) => {
                prefs::set_account(Some(&account));
                boot.lock = lock;
                boot.saved = saved;
                boot.drafts = drafts::noted(&account);
                boot.take_drafts();
                boot.account = Some(account);
                boot.store = Some(store);
            }
            Err(_) if remembered.is_none() => continue,
            Err(StoreError::Full) => boot.problem = Some(Problem::StorageFull),
            Err(StoreError::Lost) => boot.problem = Some(Problem::StorageUnavailable),
        }
        break;
    }
    boot
}

/// The lock comes first: what another page still writes as it goes is on disk when it is ours.
async fn open(account: &BareJid) -> Result<(IdbStore, Saved, Option<Rc<Lock>>), StoreError> {
    let lock = tabs::claim_lock(account);
    let store = IdbStore::open(account).await?;
    let lock = lock.await;
    let saved = store.load().await?;
    Ok((store, saved, lock))
}

impl Boot {
    /// The operator's presets, as soon as they are here; 3 s at most.
    pub fn config(&self) -> impl Future<Output = OperatorConfig> + 'static {
        self.config.clone()
    }

    /// Starts the loop, and with it the connection, or follows the page that has it. It runs for as long as the page.
    pub fn run(self, on_events: OnEvents) -> Handle {
        let account = self.account.zip(self.store).map(|(account, store)| (account, store, self.saved));
        let handle = Handle::start(account, self.lock, on_events);
        for (chat, draft) in self.drafts {
            handle.command(Command::Draft { chat, draft });
        }
        handle
    }

    /// Shows what will be stored in a moment.
    fn take_drafts(&mut self) {
        for (chat, draft) in &self.drafts {
            let chats = &mut self.saved.chats;
            match chats.iter_mut().find(|line| line.chat == *chat) {
                Some(line) => {
                    line.set_draft(draft);
                }
                None => chats.push(ChatRow { draft: draft.clone(), ..ChatRow::empty(chat.clone()) }),
            }
        }
    }
}
