//! Browsers are slow to start (Firefox: four seconds), so a session serves one test after the other. Tests stay
//! strangers to each other because each page comes from an origin of its own (a port of its own), so that storage and
//! service workers are never shared.

use super::{Browser, Engine, Start};
use fantoccini::Client;
use std::future::Future;
use std::sync::{LazyLock, Mutex, PoisonError};
use tokio::runtime::Runtime;

/// Sessions outlive the runtime of a single test, so they live on this one.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("webdriver")
        .enable_all()
        .build()
        .expect("a tokio runtime")
});

static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// Runs a future on the runtime of the sessions.
pub(crate) async fn on_runtime<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> T {
    match RUNTIME.spawn(task).await {
        Ok(value) => value,
        Err(e) => std::panic::resume_unwind(e.into_panic()),
    }
}

/// The same from code that can't wait (a `drop`). `None` if the task panicked.
pub(crate) fn wait_on_runtime<T: Send + 'static>(
    task: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let (send, receive) = std::sync::mpsc::channel();
    RUNTIME.spawn(async move { send.send(task.await) });
    receive.recv().ok()
}

/// A browser lent to one page. Goes back on drop, unless it was [spoilt](Lease::spoil).
pub(crate) struct Lease {
    browser: Option<Browser>,
    reusable: bool,
}

impl Lease {
    /// An idle browser that was started the same way, or a new one.
    pub(crate) async fn take(engine: Engine, start: Start) -> Self {
        let idle = {
            let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
            let found = idle.iter().position(|b| b.engine == engine && b.start == start);
            found.map(|at| idle.swap_remove(at))
        };
        let reusable = start.profile_dir.is_none();
        let browser = match idle {
            Some(browser) => browser,
            None => Browser::start(engine, start).await,
        };
        Self { browser: Some(browser), reusable }
    }

    /// The session.
    pub(crate) fn client(&self) -> &Client {
        &self.browser.as_ref().expect("a lease holds its browser until it is dropped").client
    }

    /// Nobody gets this browser after us: its network, clock or scripts were tampered with.
    pub(crate) fn spoil(&mut self) {
        self.reusable = false;
    }

    /// Closes the browser now and waits for it, so that its profile can be opened again.
    pub(crate) async fn close(&mut self) {
        if let Some(browser) = self.browser.take() {
            on_runtime(close(browser)).await;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(browser) = self.browser.take() else { return };
        if !self.reusable || std::thread::panicking() {
            RUNTIME.spawn(close(browser));
            return;
        }
        RUNTIME.spawn(async move {
            if browser.client.goto("about:blank").await.is_ok() {
                IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(browser);
            }
        });
    }
}

async fn close(browser: Browser) {
    // A browser that does not answer any more is ended with its driver.
    let _ = browser.client.clone().close().await;
}
