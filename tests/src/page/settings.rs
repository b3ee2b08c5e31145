//! Settings, and getting about.

use super::App;
use crate::wait::eventually;
use serde_json::json;

impl App {
    /// Goes to the settings by the navigation.
    pub async fn go_to_settings(&self) {
        self.go_by_navigation("Settings").await;
        self.at("/settings").await;
    }

    /// Chooses a language in the settings: its name in the list, such as `中文`. `group` is what the page calls the
    /// choice in the language it has now (`Language` in English).
    pub async fn set_language(&self, group: &str, choice: &str) {
        self.choose_radio(group, choice).await;
    }

    /// Waits until the page says that it is in this language.
    pub async fn until_html_lang(&self, tag: &str) {
        eventually(&format!("{} to speak {tag}", self.label()), async || {
            let now: String = self.eval("return document.documentElement.lang", vec![]).await;
            if now == tag { Ok(()) } else { Err(now) }
        })
        .await;
    }

    /// Chooses a theme in the settings: `System`, `Light` or `Dark`.
    pub async fn set_theme(&self, choice: &str) {
        self.choose_radio("Theme", choice).await;
    }

    /// Switches the sending of read receipts in the settings.
    pub async fn toggle_read_receipts(&self) {
        self.click("switch", "Send read receipts").await;
    }

    /// Chooses on the settings screen whether read receipts are sent.
    pub async fn set_read_receipts(&self, on: bool) {
        self.set_switch("Send read receipts", on).await;
    }

    /// Chooses on the settings screen whether contacts are told that we are typing.
    pub async fn set_typing_notes(&self, on: bool) {
        self.set_switch("Send typing notices", on).await;
    }

    /// Whether a switch on the screen is on, waiting for it.
    pub async fn is_switched_on(&self, name: &str) -> bool {
        self.find("switch", name).await;
        self.eval("return one('switch', arguments[0]).checked", vec![json!(name)]).await
    }

    /// Puts a switch where it should be.
    pub async fn set_switch(&self, name: &str, on: bool) {
        if self.is_switched_on(name).await != on {
            self.click("switch", name).await;
        }
        eventually(&format!("{name} to be {on}"), async || {
            if self.is_switched_on(name).await == on { Ok(()) } else { Err("it is not".to_owned()) }
        })
        .await;
    }

    pub(super) async fn choose_radio(&self, group: &str, choice: &str) {
        let scope = "return one('radiogroup', arguments[0])";
        self.click_in(scope, vec![json!(group)], "radio", choice).await;
    }

    /// Presses a link of the main navigation; on a phone a chat covers it, so Back comes first.
    pub(crate) async fn go_by_navigation(&self, name: &str) {
        if !self.shows("navigation", "Main").await && self.shows("link", "Back").await {
            self.click("link", "Back").await;
        }
        self.click_in("return one('navigation', 'Main')", vec![], "link", name).await;
    }
}
