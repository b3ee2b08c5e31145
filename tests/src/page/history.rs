//! The messages that are not here yet, the unread ones, and where they stand on the screen.

use super::App;
use crate::wait::eventually;
use serde_json::json;

/// What the page shows as unread in the open chat.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Divider {
    /// What the divider says, such as `3 unread`.
    pub words: String,
    /// The text of the first message below it.
    pub first: String,
}

impl App {
    /// Scrolls the open chat to its oldest message shown.
    pub async fn scroll_to_top(&self) {
        let script = "const log = one('log', 'Messages'); log.scrollTop = -log.scrollHeight; return true";
        let _: bool = self.eval(script, vec![]).await;
    }

    /// Scrolls the open chat to the oldest message that says this.
    pub async fn scroll_to_message(&self, body: &str) {
        let script = "const log = one('log', 'Messages');
            const message = all('article', null, log).find(e => e.querySelector('[data-body]').textContent === arguments[0]);
            message.scrollIntoView({ block: 'center' }); return true";
        let _: bool = self.eval(script, vec![json!(body)]).await;
    }

    /// How far below the upper edge of the list this message stands, in CSS pixels.
    pub async fn height_of(&self, id: &str) -> f64 {
        let script = "const log = one('log', 'Messages');
            const message = all('article', null, log).find(e => e.dataset.id === arguments[0]);
            return message.getBoundingClientRect().top - log.getBoundingClientRect().top";
        self.eval(script, vec![json!(id)]).await
    }

    /// The places in the open chat where messages are missing, oldest first: what is above each (the text of a message; empty at the
    /// beginning), and `open`, `closing` or `offline`.
    pub async fn holes(&self) -> Vec<(String, String)> {
        let script = "const log = one('log', 'Messages');
            const bodies = all('article', null, log);
            return [...(log ? log.querySelectorAll('[data-hole]') : [])].map(hole => {
              const above = bodies.filter(e => hole.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING).pop();
              return [above ? above.querySelector('[data-body]').textContent : '', hole.dataset.hole];
            })";
        self.eval(script, vec![]).await
    }

    /// Waits until the open chat has this many places where messages are missing.
    pub async fn until_holes(&self, count: usize) -> Vec<(String, String)> {
        eventually(&format!("{count} holes in {}", self.label()), async || match self.holes().await {
            holes if holes.len() == count => Ok(holes),
            holes => Err(format!("{holes:?}")),
        })
        .await
    }

    /// Where the unread messages begin, if the open chat says so.
    pub async fn divider(&self) -> Option<Divider> {
        let script = "const log = one('log', 'Messages');
            const line = log && all('separator', null, log)[0];
            if (!line) return null;
            const below = all('article', null, log).find(e => line.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
            return { words: name(line), first: below ? below.querySelector('[data-body]').textContent : '' }";
        self.eval(script, vec![]).await
    }

    /// Waits until the unread messages begin here.
    pub async fn until_divider(&self, words: &str, first: &str) {
        let wanted = Divider { words: words.into(), first: first.into() };
        eventually(&format!("the divider of {}", self.label()), async || match self.divider().await {
            Some(divider) if divider == wanted => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
    }

    /// Whether the first unread message is in view.
    pub async fn divider_is_in_view(&self) -> bool {
        let script = "const log = one('log', 'Messages');
            const line = all('separator', null, log)[0];
            if (!line) return false;
            const [outer, inner] = [log.getBoundingClientRect(), line.getBoundingClientRect()];
            return inner.top >= outer.top && inner.bottom <= outer.bottom";
        self.eval(script, vec![]).await
    }

    /// Presses the button that leads to the first of this many unread messages, and waits until it is in view.
    pub async fn jump_to_unread(&self, count: u32) {
        self.click("button", &format!("{count} unread. Jump to the first")).await;
        eventually("the first unread message", async || {
            if self.divider_is_in_view().await { Ok(()) } else { Err(format!("{:?}", self.divider().await)) }
        })
        .await;
    }

    /// What the settings say the server keeps: `Everything`, `Contacts only` or `Nothing`; `None` while they don't say.
    pub async fn kept_on_server(&self) -> Option<String> {
        let script = "const group = one('radiogroup', arguments[0]);
            // What was chosen is not what is kept before the server has said so.
            const settled = group && !group.closest('[aria-busy=true]');
            const chosen = settled && all('radio', null, group).find(e => e.checked);
            return chosen ? name(chosen) : null";
        self.eval(script, vec![json!(KEEP)]).await
    }

    /// Waits until the settings say that the server keeps this.
    pub async fn until_kept_on_server(&self, what: &str) {
        eventually("what the server keeps", async || match self.kept_on_server().await {
            Some(kept) if kept == what => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
    }

    /// Chooses in the settings what the server keeps.
    pub async fn keep_on_server(&self, what: &str) {
        self.choose_radio(KEEP, what).await;
    }
}

/// The name of that choice.
const KEEP: &str = "Keep messages on the server";
