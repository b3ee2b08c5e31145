//! Messages to find again.

use super::App;
use crate::wait::eventually;
use serde_json::json;

impl App {
    /// Marks a message of the open chat as one to find again.
    pub async fn star(&self, id: &str) {
        self.choose(id, "Star").await;
        self.until_changed(id, |m| m.is_starred).await;
    }

    /// It is none any more.
    pub async fn unstar(&self, id: &str) {
        self.choose(id, "Remove star").await;
        self.until_changed(id, |m| !m.is_starred).await;
    }

    /// Opens the list of them.
    pub async fn go_to_starred(&self) {
        self.go_to_chats().await;
        self.click("link", "Starred messages").await;
        self.at("/starred").await;
    }

    /// Waits until the list holds these, as (key, all that its line says contains this).
    pub async fn until_starred(&self, wanted: &[(&str, &str)]) {
        eventually(&format!("the starred messages of {}", self.label()), async || {
            let script =
                "return (items('Starred messages') || []).map(e => [e.dataset.id, squeeze(e.textContent)])";
            let lines: Vec<(String, String)> = self.eval(script, vec![]).await;
            let fits = lines.len() == wanted.len()
                && lines.iter().zip(wanted).all(|(line, (id, says))| line.0 == *id && line.1.contains(says));
            if fits { Ok(()) } else { Err(format!("{lines:?}")) }
        })
        .await;
    }

    /// Follows one of them to its place.
    pub async fn follow_star(&self, id: &str) {
        let line = "return items('Starred messages').find(e => e.dataset.id === arguments[0])";
        self.click_in(line, vec![json!(id)], "link", "").await;
    }
}
