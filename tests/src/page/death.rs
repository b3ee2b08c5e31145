//! How a page ends without a word, and what it leaves on the device.

use super::App;
use crate::soak::Kept;
use crate::wait::eventually;
use crate::webdriver::cdp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A row of `messages`, as far as it matters here: other fields come and go with versions.
#[derive(Deserialize)]
struct Row {
    chat: String,
    order: f64,
    direction: String,
    body: String,
    state: Value,
    dedupe: String,
}

impl App {
    /// Crashes the page's process, and opens the app in another tab of the same browser. Chromium only.
    pub async fn kill_tab(&mut self) {
        self.lease.spoil();
        let client = self.client();
        let old = client.window().await.unwrap_or_else(|e| panic!("the window: {e}"));
        let route = self.route().await;
        let new = client.new_window(true).await.unwrap_or_else(|e| panic!("another tab: {e}"));
        // The answer to it is that nobody is there any more.
        let _ = cdp::try_send(client, "Page.crash", json!({})).await;
        client.switch_to_window(new.handle).await.unwrap_or_else(|e| panic!("the other tab: {e}"));
        let target = json!({ "targetId": String::from(old) });
        let _ = cdp::try_send(client, "Target.closeTarget", target).await;
        self.set_up_window().await;
        self.goto(&format!("#{route}")).await;
        self.started().await;
    }

    /// `kill -9` for the browser with this profile. The next [`App::open`] finds what was on disk.
    pub async fn kill_browser(self, profile: &Path) {
        let ours = |pid: &str| {
            let words = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            words.split('\0').any(|word| {
                word.strip_prefix("--user-data-dir=").is_some_and(|dir| Path::new(dir) == profile)
            })
        };
        let pids = || -> Vec<String> {
            let all = fs::read_dir("/proc").into_iter().flatten().flatten();
            let names = all.filter_map(|entry| entry.file_name().into_string().ok());
            names.filter(|name| name.bytes().all(|b| b.is_ascii_digit()) && ours(name)).collect()
        };
        // The driver, too, has the profile among its words, or it has not: it is ended with its lease.
        let status = Command::new("kill").arg("-KILL").args(pids()).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "no browser with the profile {}",
            profile.display()
        );
        eventually("the browser to be gone", async || match pids() {
            gone if gone.is_empty() => Ok(()),
            left => Err(format!("{left:?}")),
        })
        .await;
        drop(self);
    }

    /// What this device keeps of a chat, in its order.
    pub async fn stored_messages(&self, account: &str, chat: &str) -> Vec<Kept> {
        let script = "
            const done = arguments[arguments.length - 1];
            const open = indexedDB.open('goldcrest/' + arguments[0]);
            open.onerror = () => done([]);
            open.onsuccess = () => {
              const all = open.result.transaction('messages').objectStore('messages').getAll();
              all.onsuccess = () => { open.result.close(); done(all.result); };
              all.onerror = () => done([]);
            };";
        let rows = self.client().execute_async(script, vec![json!(account)]).await;
        let rows = rows.unwrap_or_else(|e| panic!("reading the storage: {e}"));
        let mut rows: Vec<Row> =
            serde_json::from_value(rows).unwrap_or_else(|e| panic!("rows of another kind: {e}"));
        rows.retain(|row| row.chat == chat);
        rows.sort_by(|a, b| a.order.total_cmp(&b.order));
        let kept = |row: Row| Kept {
            place: String::new(),
            own: row.direction == "Out",
            body: row.body,
            state: row.state.as_str().unwrap_or("Failed").to_owned(),
            key: row.dedupe,
        };
        rows.into_iter().map(kept).collect()
    }
}
