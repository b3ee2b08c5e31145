//! A chat longer than any page: filling it, and looking whether anything jumps.

use super::App;
use crate::wait::eventually;
use serde::Deserialize;
use serde_json::{Value, json};

/// A chat to be written to the page's store ([`App::seed`]).
#[derive(Clone, Debug, serde::Serialize)]
pub struct Seed {
    /// With whom.
    pub chat: String,
    /// How many messages the chat has. Their texts begin with their numbers; every third is ours.
    pub count: u32,
    /// How many of them nobody has looked at.
    pub unread: u32,
    /// When the last one came, in milliseconds since 1970; one a minute before that.
    pub start: u64,
}

impl Seed {
    /// So many messages with somebody, all read.
    pub fn new(chat: &str, count: u32) -> Self {
        Self { chat: chat.into(), count, unread: 0, start: 1_790_000_000_000 }
    }
}

/// What was seen while a chat was scrolled ([`App::ride`]).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Ride {
    /// How many pixels the message in the middle of the view was at most from where it belonged.
    pub drift: f64,
    /// How often it went away.
    pub lost: u32,
    /// The most messages that were on the page.
    pub rows: u32,
    /// The most elements that were on the page.
    pub elements: u32,
    /// How many pixels were scrolled in all.
    pub moved: f64,
}

impl App {
    /// Writes chats straight into the store of this account, which the page must have opened before, and loads the page again.
    pub async fn seed(&self, account: &str, chats: &[Seed]) {
        self.seed_only(account, chats).await;
        self.reload().await;
    }

    /// The same without loading the page again.
    pub async fn seed_only(&self, account: &str, chats: &[Seed]) {
        for seed in chats {
            // A script must end within 30 s, however slow the browser is.
            for from in (0..seed.count).step_by(5_000) {
                let mut part = json!(seed);
                part["from"] = json!(from);
                part["to"] = json!(seed.count.min(from + 5_000));
                let args = vec![json!(account), json!([part])];
                let said = self.client().execute_async(include_str!("seed.js"), args).await;
                assert_eq!(said.unwrap_or_else(|e| panic!("seeding: {e}")), json!("ok"));
            }
        }
    }

    /// Scrolls the open chat by so many pixels, so many times, and says what was seen.
    pub async fn ride(&self, pixels: i32, steps: u32) -> Ride {
        let mut all = Ride { drift: 0.0, lost: 0, rows: 0, elements: 0, moved: 0.0 };
        // A script must end within 30 s, however slow the browser is.
        for done in (0..steps).step_by(20) {
            let part = self.ride_on(pixels, 20.min(steps - done)).await;
            all = Ride {
                drift: all.drift.max(part.drift),
                lost: all.lost + part.lost,
                rows: all.rows.max(part.rows),
                elements: all.elements.max(part.elements),
                moved: all.moved + part.moved,
            };
        }
        all
    }

    async fn ride_on(&self, pixels: i32, steps: u32) -> Ride {
        let args = vec![json!(pixels), json!(steps)];
        let said = self.client().execute_async(include_str!("ride.js"), args).await;
        let said = said.unwrap_or_else(|e| panic!("riding: {e}"));
        let text = said.as_str().unwrap_or_default();
        serde_json::from_str(text).unwrap_or_else(|e| panic!("riding: {e}: {text}"))
    }

    /// The numbers with which the texts on the page begin, oldest first.
    pub async fn numbers(&self) -> Vec<u32> {
        let messages = self.messages().await;
        messages.iter().filter_map(|message| message.body.split(' ').next()?.parse().ok()).collect()
    }

    /// Waits until the message of this number is on the page and in view.
    pub async fn until_in_view(&self, number: u32) {
        eventually(&format!("message {number} in view of {}", self.label()), async || {
            let script = "const log = one('log', 'Messages'), view = log.getBoundingClientRect();
                return all('article', null, log).filter(e => {
                  const r = e.getBoundingClientRect();
                  return r.top < view.bottom && r.bottom > view.top;
                }).map(e => parseInt(e.querySelector('[data-body]').textContent))";
            let seen: Vec<u32> = self.eval(script, vec![]).await;
            if seen.contains(&number) { Ok(()) } else { Err(format!("{seen:?}")) }
        })
        .await;
    }

    /// Makes the message so many before (or after) the one in the middle of the view higher, as a picture would that comes late. The
    /// distance that the one in the middle, or another one in view, moved by it in pixels.
    pub async fn grow_near(&self, messages_away: i32, pixels: u32) -> f64 {
        let script = "const [away, pixels, done] = arguments;
            const log = document.querySelector('[role=log]'), view = log.getBoundingClientRect();
            const articles = [...log.querySelectorAll('article')];
            const at = articles.findIndex(e => e.getBoundingClientRect().bottom > view.top + view.height / 2);
            const before = articles[at].getBoundingClientRect().top;
            articles[at + away].style.paddingBottom = pixels + 'px';
            requestAnimationFrame(() => requestAnimationFrame(() => done(articles[at].getBoundingClientRect().top - before)))";
        let moved = self.client().execute_async(script, vec![json!(messages_away), json!(pixels)]).await;
        moved.unwrap_or_else(|e| panic!("growing: {e}")).as_f64().unwrap_or(f64::NAN)
    }

    /// Makes the list of messages so many pixels lower, as a keyboard does, or narrower; 0 is as it was. How far from the lower edge of
    /// the list the lowest message that was in view as a whole is then, and was before.
    pub async fn squeeze_list(&self, lower: u32, narrower: u32) -> (f64, f64) {
        let script = "const [lower, narrower, done] = arguments;
            const log = document.querySelector('[role=log]'), bottom = () => log.getBoundingClientRect().bottom;
            const row = [...log.querySelectorAll('article')].filter(e => e.getBoundingClientRect().bottom <= bottom()).pop();
            const height = () => bottom() - row.getBoundingClientRect().bottom, before = height();
            log.style.insetBlockEnd = lower + 'px';
            log.style.insetInlineEnd = narrower + 'px';
            requestAnimationFrame(() => requestAnimationFrame(() => done([before, height()])))";
        let seen = self.client().execute_async(script, vec![json!(lower), json!(narrower)]).await;
        let seen: Value = seen.unwrap_or_else(|e| panic!("squeezing: {e}"));
        serde_json::from_value(seen).expect("two numbers")
    }

    /// Presses the button that leads to the newest message, whatever it says.
    pub async fn jump_to_end(&self) {
        self.click("button", "Jump to the newest message").await;
    }
}
