//! More pages of the app in the same browser: they share storage, locks and channels.

use super::App;
use crate::webdriver::Engine;
use fantoccini::wd::WindowHandle;
use serde_json::json;

/// One of several pages in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(WindowHandle);

impl App {
    /// The page that everything is done on.
    pub async fn tab(&self) -> Tab {
        Tab(self.client().window().await.unwrap_or_else(|e| panic!("the window in use: {e}")))
    }

    /// Opens the app once more, in a window of its own so that both are visible, and uses that from now on.
    pub async fn open_tab(&mut self) -> Tab {
        // Nobody else needs a browser with so many windows.
        self.lease.spoil();
        let window = self.client().new_window(false).await.unwrap_or_else(|e| panic!("a new window: {e}"));
        let tab = Tab(window.handle);
        self.use_tab(&tab).await;
        self.set_up_window().await;
        self.goto("").await;
        self.started().await;
        tab
    }

    /// Uses this page from now on.
    pub async fn use_tab(&self, tab: &Tab) {
        let switched = self.client().switch_to_window(tab.0.clone()).await;
        switched.unwrap_or_else(|e| panic!("switching to {tab:?}: {e}"));
    }

    /// Closes a page; another one must be chosen before anything else is done.
    pub async fn close_tab(&self, tab: &Tab) {
        self.use_tab(tab).await;
        self.client().close_window().await.unwrap_or_else(|e| panic!("closing {tab:?}: {e}"));
    }

    /// Kills the process of a page, as a lack of memory does: the page is told nothing. Another one must be chosen before anything
    /// else is done. Chromium only.
    pub async fn crash_tab(&self, tab: &Tab) {
        assert_eq!(self.engine, Engine::Chromium, "only Chromium can be told to crash a page");
        self.use_tab(tab).await;
        // The driver complains that the page crashed.
        let _ = self.client().goto("chrome://crash").await;
    }

    /// Stops the page in use as a browser stops one that was not looked at for long, or lets it go on. Chromium only.
    pub async fn set_frozen(&self, frozen: bool) {
        assert_eq!(self.engine, Engine::Chromium, "only Chromium can be told to freeze a page");
        let state = if frozen { "frozen" } else { "active" };
        self.devtools("Page.setWebLifecycleState", json!({ "state": state })).await;
    }
}
