//! What messages say about other messages.

use super::App;
use super::chats::Message;
use crate::wait::eventually;
use serde::Deserialize;
use serde_json::json;

/// What people feel about a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reaction {
    /// What is felt.
    pub emoji: String,
    /// By how many.
    pub count: u32,
    /// By whom, as a person is told.
    pub who: String,
    /// By this account, too.
    pub mine: bool,
}

impl App {
    /// Begins to answer a message of the open chat.
    pub async fn begin_reply(&self, id: &str) {
        self.pick(id, "Reply").await;
        self.until_about(Some(id)).await;
    }

    /// Answers a message of the open chat; the key of the answer.
    pub async fn reply(&self, id: &str, text: &str) -> String {
        self.begin_reply(id).await;
        let sent = self.send(text).await;
        self.until_about(None).await;
        sent
    }

    /// Corrects an own message of the open chat.
    pub async fn edit(&self, id: &str, text: &str) {
        self.pick(id, "Edit").await;
        self.until_about(Some(id)).await;
        self.fill("Message", text).await;
        self.click("button", "Send").await;
        self.until_about(None).await;
        self.until_changed(id, |m| m.body == text && m.is_edited).await;
    }

    /// Takes back an own message of the open chat, for everybody.
    pub async fn retract(&self, id: &str) {
        self.pick(id, "Delete for everyone").await;
        self.until_dialog().await;
        self.click("button", "Delete for everyone").await;
        self.until_changed(id, |m| m.is_retracted).await;
    }

    /// Takes a message of the open chat away from this device.
    pub async fn delete_for_me(&self, id: &str) {
        self.pick(id, "Delete for me").await;
        self.until_dialog().await;
        self.click("button", "Delete for me").await;
        eventually(&format!("{id} to be gone from {}", self.label()), async || {
            let messages = self.messages().await;
            if messages.iter().all(|m| m.id != id) { Ok(()) } else { Err(format!("{messages:?}")) }
        })
        .await;
    }

    /// Feels this about a message of the open chat, or no longer: by its chip if there is one, else by the menu.
    pub async fn react(&self, id: &str, emoji: &str) {
        let before = self.message(id).await;
        let chip = before.reactions.iter().find(|one| one.emoji == emoji).cloned();
        match &chip {
            Some(chip) => self.press_in_message(id, &format!("{emoji} {}: {}", chip.count, chip.who)).await,
            None => self.pick(id, emoji).await,
        }
        let was_mine = chip.is_some_and(|chip| chip.mine);
        self.until_changed(id, |m| m.reactions.iter().any(|one| one.emoji == emoji && one.mine) != was_mine)
            .await;
    }

    /// Chooses from the menu of a message by keyboard, whatever pointer the device has.
    async fn pick(&self, id: &str, entry: &str) {
        eventually(&format!("the menu of {id} in {}", self.label()), async || {
            let script = "const e = all('article', null, one('log', 'Messages')).find(e => e.dataset.id === arguments[0]);
                if (e) e.focus(); return !!e && document.activeElement === e";
            let focused: bool = self.eval(script, vec![json!(id)]).await;
            if focused { Ok(()) } else { Err(self.outline().await) }
        })
        .await;
        self.keys("\u{E007}").await;
        self.until_menu().await;
        self.choose_in_menu(entry).await;
    }

    /// Goes to the message that this one answers.
    pub async fn follow_quote(&self, id: &str) {
        let quote = "return all('article', null, one('log', 'Messages'))
            .find(e => e.dataset.id === arguments[0])?.querySelector('[data-quote]')";
        eventually(&format!("following the quote of {id} in {}", self.label()), async || {
            let script =
                format!("const e = (function () {{ {quote} }})(arguments[0]); e && e.click(); return !!e");
            let pressed: bool = self.eval(&script, vec![json!(id)]).await;
            if pressed { Ok(()) } else { Err(self.outline().await) }
        })
        .await;
    }

    /// Waits until a message of the open chat stands out, because somebody went to it, and is in view.
    pub async fn until_shown_off(&self, id: &str) {
        eventually(&format!("{id} to stand out in {}", self.label()), async || {
            let script = "const log = one('log', 'Messages'); const e = all('article', null, log).find(e => e.dataset.id === arguments[0]);
                if (!e) return false;
                const [at, frame] = [e.getBoundingClientRect(), log.getBoundingClientRect()];
                return 'found' in e.dataset && at.top < frame.bottom && at.bottom > frame.top";
            let is: bool = self.eval(script, vec![json!(id)]).await;
            if is { Ok(()) } else { Err(format!("{:?}", self.messages().await)) }
        })
        .await;
    }

    /// What a corrected message said before, oldest first.
    pub async fn earlier_texts(&self, id: &str) -> Vec<String> {
        self.press_in_message(id, "edited").await;
        self.until_dialog().await;
        let script = "return [...one('dialog', null).querySelectorAll('li p')].map(e => e.textContent)";
        let texts = self.eval(script, vec![]).await;
        self.click("button", "OK").await;
        texts
    }

    /// What the composer is about: the key of the message that is answered or corrected.
    pub async fn composer_about(&self) -> Option<String> {
        self.eval("const e = document.querySelector('[data-about]'); return e && e.dataset.about", vec![])
            .await
    }

    /// Waits until the composer is about this message, or about none.
    pub async fn until_about(&self, id: Option<&str>) {
        eventually(&format!("the composer of {} to be about {id:?}", self.label()), async || {
            let about = self.composer_about().await;
            if about.as_deref() == id { Ok(()) } else { Err(format!("{about:?}")) }
        })
        .await;
    }

    /// What is in the field where messages are written.
    pub async fn composed(&self) -> String {
        self.eval("return one('textbox', 'Message').value", vec![]).await
    }

    /// Presses a key in the field where messages are written.
    pub async fn press_in_composer(&self, key: &str) {
        let field = self.find("textbox", "Message").await;
        field.send_keys(key).await.unwrap_or_else(|e| panic!("pressing a key: {e}"));
    }

    /// A message of the open chat, waiting for it.
    pub async fn message(&self, id: &str) -> Message {
        self.until_changed(id, |_| true).await
    }

    /// Waits until `good` likes a message of the open chat.
    pub async fn until_changed(&self, id: &str, good: impl Fn(&Message) -> bool) -> Message {
        eventually(&format!("{id} to change in {}", self.label()), async || {
            let messages = self.messages().await;
            let found = messages.iter().find(|m| m.id == id && good(m)).cloned();
            let alerts = self.alerts().await;
            found.ok_or_else(|| format!("{messages:?}, alerts {alerts:?}"))
        })
        .await
    }
}
