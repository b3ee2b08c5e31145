//! The picker of emoji.

use super::App;
use crate::wait::eventually;
use serde_json::json;

const GRID: &str = "const picker = one('dialog', 'Emoji'), grid = picker && one('group', 'Emoji', picker);";

impl App {
    /// Opens the picker beside the composer and waits until it shows something.
    pub async fn open_emoji(&self) {
        self.click("button", "Emoji").await;
        eventually(&format!("emoji in {}", self.label()), async || {
            let shown = self.emoji().await;
            if shown.is_empty() { Err(self.outline().await) } else { Ok(()) }
        })
        .await;
    }

    /// Looks for emoji in the open picker, and waits until it shows some.
    pub async fn type_emoji(&self, text: &str) {
        self.fill("Search emoji", text).await;
        eventually(&format!("emoji of {text:?} in {}", self.label()), async || {
            let shown = self.emoji().await;
            if shown.iter().any(|(_, name)| name.contains(text)) { Ok(()) } else { Err(format!("{shown:?}")) }
        })
        .await;
    }

    /// What the picker shows: emoji and name of each.
    pub async fn emoji(&self) -> Vec<(String, String)> {
        let script =
            format!("{GRID} return grid ? all('button', null, grid).map(e => [e.textContent, name(e)]) : []");
        self.eval(&script, vec![]).await
    }

    /// Waits until the picker shows these first.
    pub async fn until_emoji(&self, wanted: &[&str]) {
        eventually(&format!("{wanted:?} in {}", self.label()), async || {
            let shown: Vec<String> = self.emoji().await.into_iter().map(|(emoji, _)| emoji).collect();
            if shown.iter().take(wanted.len()).eq(wanted) {
                Ok(())
            } else {
                Err(format!("{:?}", shown.get(..8)))
            }
        })
        .await;
    }

    /// Picks an emoji that is shown.
    pub async fn pick_emoji(&self, name: &str) {
        let grid = format!("{GRID} return grid");
        self.click_in(&grid, vec![], "button", name).await;
        eventually(&format!("no picker in {}", self.label()), async || {
            if self.emoji().await.is_empty() { Ok(()) } else { Err(self.outline().await) }
        })
        .await;
    }

    /// The emoji that has the focus, if one has.
    pub async fn focused_emoji(&self) -> Option<String> {
        let script = format!(
            "{GRID} const e = document.activeElement; return grid && grid.contains(e) ? e.textContent : null"
        );
        self.eval(&script, vec![json!(null)]).await
    }
}
