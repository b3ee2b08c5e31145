//! Texts that are shown only to whoever asks for them.

use super::App;
use crate::wait::eventually;
use serde_json::json;

impl App {
    /// Sends a text as a spoiler in the open chat; gives the message's key.
    pub async fn send_spoiler(&self, text: &str, hint: &str) -> String {
        self.choose_for_composer("Send as a spoiler").await;
        self.fill("Hint, if you like", hint).await;
        self.send(text).await
    }

    /// Chooses from the menu of the composer.
    pub async fn choose_for_composer(&self, item: &str) {
        self.click("button", "Add to the message").await;
        self.until_menu().await;
        self.choose_in_menu(item).await;
    }

    /// What covers a spoiler of the open chat is called, and whether its text can be seen.
    pub async fn spoiler(&self, id: &str) -> Option<(String, bool)> {
        let script =
            "const e = all('article', null, one('log', 'Messages')).find(e => e.dataset.id === arguments[0]);
            const cover = e && all('button', null, e).find(b => name(b).startsWith('Spoiler'));
            return cover ? [name(cover), shown(e.querySelector('[data-body]'))] : null";
        self.eval(script, vec![json!(id)]).await
    }

    /// Waits until a message of the open chat is a spoiler with this hint, and its text can or can't be seen.
    pub async fn until_spoiler(&self, id: &str, hint: &str, seen: bool) {
        let wanted = if hint.is_empty() { "Spoiler".to_owned() } else { format!("Spoiler: {hint}") };
        eventually(&format!("the spoiler {id} in {}", self.label()), async || {
            let spoiler = self.spoiler(id).await;
            if spoiler == Some((wanted.clone(), seen)) { Ok(()) } else { Err(format!("{spoiler:?}")) }
        })
        .await;
    }

    /// Presses what covers a spoiler: its text is seen, or no longer.
    pub async fn uncover(&self, id: &str, hint: &str) {
        self.press_in_message(id, &format!("Spoiler: {hint}")).await;
    }
}
