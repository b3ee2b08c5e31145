//! Looking for messages.

use super::App;
use crate::wait::eventually;
use serde::Deserialize;
use serde_json::json;

/// The name of the field.
const FIELD: &str = "Search messages";

/// A message that was found, as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Found {
    /// The contact's bare JID.
    pub chat: String,
    /// The message's key.
    pub id: String,
    /// What it says around what was looked for, that in brackets.
    pub snippet: String,
}

impl App {
    /// Looks for a text in all chats, or goes on looking where the search is; what was found, newest first.
    pub async fn search(&self, text: &str) -> Vec<Found> {
        if !self.route().await.starts_with("/search") {
            self.visit("/search").await;
        }
        self.find("searchbox", FIELD).await;
        self.fill_in("searchbox", FIELD, text).await;
        self.found(text).await
    }

    /// Opens the search in the open chat.
    pub async fn search_in_chat(&self) {
        self.click("link", "Search in this chat").await;
        self.find("searchbox", FIELD).await;
    }

    /// What was found when the search for this text is done, newest first.
    pub async fn found(&self, text: &str) -> Vec<Found> {
        let script = "const status = document.querySelector('[data-query]');
            if (!status || status.dataset.query !== arguments[0]) return null;
            return (items('Results') || []).map(e => ({ chat: e.dataset.jid, id: e.dataset.id,
              snippet: [...e.querySelector('[data-snippet]').childNodes]
                .map(n => n.nodeName === 'MARK' ? '[' + n.textContent + ']' : n.textContent).join('') }))";
        eventually(&format!("what “{text}” finds in {}", self.label()), async || {
            let found: Option<Vec<Found>> = self.eval(script, vec![json!(text)]).await;
            match found {
                Some(found) => Ok(found),
                None => Err(self.outline().await),
            }
        })
        .await
    }

    /// The same when so many are found: the index may still be learning what was there before it.
    pub async fn until_found(&self, text: &str, count: usize) -> Vec<Found> {
        eventually(&format!("{count} messages with “{text}” in {}", self.label()), async || {
            let found = self.found(text).await;
            if found.len() == count { Ok(found) } else { Err(format!("{found:?}")) }
        })
        .await
    }

    /// Opens what was found at this place of the list, the newest being 0.
    pub async fn open_result(&self, n: usize) {
        self.click_in("return (items('Results') || [])[arguments[0]]", vec![json!(n)], "link", "").await;
        self.find("textbox", "Message").await;
    }

    /// What the server found, newest first: the snippets.
    pub async fn found_there(&self) -> Vec<String> {
        let script = "return (items('On the server') || []).map(e => squeeze(e.querySelector('[data-snippet]').textContent))";
        self.eval(script, vec![]).await
    }

    /// Goes to the first message of a day (`2026-11-30`) of the chat that is searched. The browser's own calendar is beyond a test's reach:
    /// the field gets what somebody would pick there, after what it holds while the year is typed.
    pub async fn jump_to_date(&self, day: &str) {
        self.find("searchbox", FIELD).await;
        let script = "const e = one('textbox', 'Jump to date');
            for (const day of ['0002' + arguments[0].slice(4), arguments[0]]) {
              e.value = day;
              e.dispatchEvent(new Event('change', { bubbles: true }));
            }
            return true";
        let _: bool = self.eval(script, vec![json!(day)]).await;
        self.find("textbox", "Message").await;
    }
}
