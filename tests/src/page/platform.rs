//! What surrounds the page: window, network, storage, clock speed.

use super::{App, Size, timing};
use crate::wait::eventually;
use crate::webdriver::{Engine, Network, cdp};
use serde_json::{Value, json};
use std::path::Path;

impl App {
    /// Saves a picture of the window.
    pub async fn screenshot(&self, path: &Path) {
        let png = self.client().screenshot().await.unwrap_or_else(|e| panic!("screenshot: {e}"));
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
        }
        std::fs::write(path, png).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }

    /// Changes the window's size.
    pub async fn resize(&self, size: Size) {
        let (width, height) = size.pixels();
        if self.engine == Engine::Chromium {
            let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == Size::Phone });
            self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
            // What makes a pointer coarse, and the app treat the keyboard as a phone's.
            let touch = json!({ "enabled": size == Size::Phone });
            self.devtools("Emulation.setTouchEmulationEnabled", touch).await;
        } else {
            let done = self.client().set_window_rect(0, 0, width, height).await;
            done.unwrap_or_else(|e| panic!("resizing: {e}"));
        }
    }

    /// Makes the system prefer dark colours, or light ones. Chromium only.
    pub async fn set_dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Cuts or restores the network of the page, as far as the browser believes. Chromium only.
    pub async fn set_network(&mut self, network: Network) {
        self.lease.spoil();
        self.devtools("Network.enable", json!({})).await;
        let offline = network == Network::Offline;
        let conditions =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.devtools("Network.emulateNetworkConditions", conditions.clone()).await;
        // What `navigator.onLine` says is a setting of its own in newer versions, and does not survive a reload without it.
        self.devtools("Network.overrideNetworkState", conditions).await;
    }

    /// Makes the processor look this many times slower. Chromium only.
    pub async fn slow_down(&mut self, factor: u32) {
        self.lease.spoil();
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": factor })).await;
    }

    /// Waits until nothing moves any more: pictures and fonts are there, transitions are over.
    pub async fn until_still(&self) {
        eventually("the page to be still", async || {
            let script = "return document.fonts.status === 'loaded' && [...document.images].every(i => i.complete)
                && !document.getAnimations().some(a => a.playState === 'running' && a.effect.getTiming().iterations !== Infinity)";
            let still: bool = self.eval(script, vec![]).await;
            if still { Ok(()) } else { Err("it still moves".to_owned()) }
        })
        .await;
    }

    /// Makes the browser forget every answer it cached, and the service worker of this page. Chromium only.
    pub async fn forget_caches(&self) {
        self.devtools("Network.clearBrowserCache", json!({})).await;
        let kinds = "service_workers,cache_storage,shader_cache";
        let origin = self.url.trim_end_matches('/');
        self.devtools("Storage.clearDataForOrigin", json!({ "origin": origin, "storageTypes": kinds })).await;
    }

    /// What the page wrote to the console since the last call, a line each. Chromium only.
    pub async fn console(&self) -> Vec<String> {
        cdp::console(self.client()).await
    }

    /// One command of the DevTools protocol. Chromium only.
    pub async fn devtools(&self, method: &str, params: Value) -> Value {
        assert_eq!(self.engine, Engine::Chromium, "only Chromium has the DevTools protocol");
        cdp::send(self.client(), method, params).await
    }

    /// Everything the page keeps on this device, as one text: local and session storage, cookies, and every row of
    /// every IndexedDB database, binary values also as text.
    pub async fn storage_dump(&self) -> String {
        let script = r"
            const done = arguments[arguments.length - 1];
            const asked = r => new Promise((ok, no) => { r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error); });
            const plain = (key, v) => {
              const bytes = v instanceof ArrayBuffer ? new Uint8Array(v) : ArrayBuffer.isView(v) ? new Uint8Array(v.buffer) : null;
              return bytes ? { bytes: [...bytes].join(), text: new TextDecoder().decode(bytes) } : v;
            };
            (async () => {
              const out = { local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie, db: {} };
              for (const { name } of await indexedDB.databases()) {
                const db = await asked(indexedDB.open(name));
                out.db[name] = {};
                for (const store of db.objectStoreNames) {
                  const from = db.transaction(store).objectStore(store);
                  out.db[name][store] = { keys: await asked(from.getAllKeys()), rows: await asked(from.getAll()) };
                }
                db.close();
              }
              return JSON.stringify(out, plain);
            })().then(done, e => done('failed: ' + e));";
        let dump = self.client().execute_async(script, vec![]).await.unwrap_or_else(|e| panic!("dump: {e}"));
        let text = dump.as_str().unwrap_or_default().to_owned();
        assert!(text.starts_with('{'), "the storage could not be read: {text}");
        text
    }

    /// Applies the options that are about the browser, before the page is loaded.
    pub(super) async fn set_up_window(&self) {
        self.resize(self.options.size).await;
        if self.engine != Engine::Chromium {
            assert!(!self.options.watch, "only Chromium runs scripts before the page's");
            assert!(!self.options.dark, "only Chromium can pretend a dark system");
            assert!(self.options.before_load.is_empty(), "only Chromium runs scripts before the page's");
            return;
        }
        self.set_dark(self.options.dark).await;
        // What the page before us said is not ours.
        self.console().await;
        let watch = self.options.watch.then_some(timing::WATCH);
        for source in self.options.before_load.iter().map(String::as_str).chain(watch) {
            self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
        }
    }
}
