//! What is done with the lines of the chat list.

use super::App;
use crate::wait::eventually;
use serde_json::{Value, json};

impl App {
    /// What the chat list says was begun and not sent; `None` if the line says something else.
    pub async fn draft(&self, jid: &str) -> Option<String> {
        let script = "const line = (items('Chats') || []).find(e => e.dataset.jid === arguments[0]);
            const draft = line && line.querySelector('[data-draft]');
            return draft ? squeeze(draft.textContent).replace(/^Draft: /, '') : null";
        self.eval(script, vec![json!(jid)]).await
    }

    /// Waits until the chat list says that this was begun and not sent.
    pub async fn until_draft(&self, jid: &str, wanted: Option<&str>) {
        eventually(&format!("the draft to {jid} in {}", self.label()), async || {
            let draft = self.draft(jid).await;
            if draft.as_deref() == wanted {
                Ok(())
            } else {
                Err(format!("{draft:?}, {:?}", self.chats().await))
            }
        })
        .await;
    }

    /// Types into the field above the chat list.
    pub async fn search_chats(&self, text: &str) {
        self.fill_in("searchbox", "Search chats", text).await;
    }

    /// Waits until the chat list shows exactly these chats, in this order.
    pub async fn until_chats(&self, wanted: &[&str]) {
        eventually(&format!("the chats of {}", self.label()), async || {
            let chats = self.chats().await;
            let jids: Vec<_> = chats.iter().map(|chat| chat.jid.as_str()).collect();
            if jids == wanted { Ok(()) } else { Err(format!("{jids:?}")) }
        })
        .await;
    }

    /// Puts chats into the database of this account, each with one message, the first one newest, and opens the page again: many chats
    /// in no time.
    pub async fn fill_chats(&self, account: &str, jids: &[String]) {
        let script = "
            const [account, jids, done] = arguments;
            const open = indexedDB.open('goldcrest/' + account);
            open.onerror = () => done('' + open.error);
            open.onsuccess = () => {
              const tx = open.result.transaction('chats', 'readwrite');
              tx.oncomplete = () => { open.result.close(); done('ok'); };
              tx.onabort = () => done('' + tx.error);
              const now = Date.now();
              jids.forEach((chat, n) => {
                const order = (now - n * 60000) * 1000;
                const last = { id: 'm' + n, body: 'message of ' + chat, at: now - n * 60000, direction: 'In', state: 'Received' };
                tx.objectStore('chats').put({ chat, order, last, unread: 0, received: order, read: order });
              });
            };";
        let filled = self.client().execute_async(script, vec![json!(account), json!(jids)]).await;
        assert_eq!(filled.unwrap_or_else(|e| panic!("filling the chats: {e}")), Value::from("ok"));
        self.reload().await;
    }

    /// The address of the line that has the focus.
    pub async fn focused_chat(&self) -> Option<String> {
        let script =
            "const line = document.activeElement.closest('[data-jid]'); return line && line.dataset.jid";
        self.eval(script, vec![]).await
    }

    /// Presses keys wherever the focus is, as WebDriver spells them.
    pub async fn press_keys(&self, keys: &str) {
        let focused = self.client().active_element().await.unwrap_or_else(|e| panic!("the focus: {e}"));
        focused.send_keys(keys).await.unwrap_or_else(|e| panic!("pressing {keys:?}: {e}"));
    }
}
