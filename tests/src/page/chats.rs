//! The chat list and a chat.

use super::App;
use super::relations::Reaction;
use crate::wait::eventually;
use serde::Deserialize;
use serde_json::json;

/// One line of the chat list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Chat {
    /// The contact's bare JID.
    pub jid: String,
    /// Unread messages.
    pub unread: u32,
    /// Everything the line says.
    pub text: String,
}

/// One message on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// Its key for life.
    pub id: String,
    /// The sender's bare JID.
    pub from: String,
    /// Its text.
    pub body: String,
    /// `queued`, `sent`, `delivered`, `read`, `failed` or `received`.
    pub state: String,
    /// `text`.
    pub kind: String,
    /// What it answers, as it is shown: the text without its author.
    pub quote: Option<String>,
    /// It says so.
    pub is_edited: bool,
    /// It is one to find again.
    pub is_starred: bool,
    /// Its author took it back.
    pub is_retracted: bool,
    /// What people feel about it.
    pub reactions: Vec<Reaction>,
}

impl Message {
    /// True from the server's word on, however far the message got since.
    pub fn is_sent(&self) -> bool {
        matches!(self.state.as_str(), "sent" | "delivered" | "read")
    }
}

impl App {
    /// Goes to the chat list by the navigation (on a phone: back from the chat first).
    pub async fn go_to_chats(&self) {
        self.go_by_navigation("Chats").await;
        self.at("/").await;
    }

    /// The lines of the chat list, top first; empty while it has none.
    pub async fn chats(&self) -> Vec<Chat> {
        self.make_all_lines().await;
        self.eval(
            "return (items('Chats') || []).map(e => {
               const unread = e.querySelector('[data-unread]');
               return { jid: e.dataset.jid, unread: unread ? Number(unread.dataset.unread) : 0, text: squeeze(e.textContent) };
             })",
            vec![],
        )
        .await
    }

    /// Lines far down a long list are made when somebody scrolls there.
    async fn make_all_lines(&self) {
        let look = "const lines = items('Chats') || [], last = lines.at(-1);
             if (!last) return false;
             const more = 'more' in last.parentElement.dataset;
             if (more) { window.scrolledTo ??= 1; last.scrollIntoView({ block: 'end' }); }
             else if (window.scrolledTo) { delete window.scrolledTo; lines[0].scrollIntoView({ block: 'nearest' }); }
             return more";
        eventually(&format!("all chats of {}", self.label()), async || {
            if self.eval(look, vec![]).await { Err("there are more".to_owned()) } else { Ok(()) }
        })
        .await;
    }

    /// The line of one chat, waiting until `good` likes it.
    pub async fn until_chat(&self, jid: &str, good: impl Fn(&Chat) -> bool) -> Chat {
        eventually(&format!("the chat with {jid} in {}", self.label()), async || {
            let chats = self.chats().await;
            chats.iter().find(|c| c.jid == jid && good(c)).cloned().ok_or_else(|| format!("{chats:?}"))
        })
        .await
    }

    /// Opens the chat with this contact: from the chat list if it has a line, else by its address.
    pub async fn open_chat(&self, jid: &str) {
        let route = format!("/chat/{jid}");
        if self.route().await != route {
            if self.chats().await.iter().any(|c| c.jid == jid) {
                let line = "return items('Chats').find(e => e.dataset.jid === arguments[0])";
                self.click_in(line, vec![json!(jid)], "link", "").await;
            } else {
                self.visit(&route).await;
            }
        }
        self.at(&route).await;
        self.find("textbox", "Message").await;
    }

    /// Sends a text in the open chat and waits for its echo; gives the message's key.
    pub async fn send(&self, text: &str) -> String {
        let before: Vec<String> = self.messages().await.into_iter().map(|m| m.id).collect();
        self.fill("Message", text).await;
        self.click("button", "Send").await;
        eventually(&format!("the echo of {text:?} in {}", self.label()), async || {
            let messages = self.messages().await;
            match messages.iter().find(|m| m.body == text && !before.contains(&m.id)) {
                Some(echo) => Ok(echo.id.clone()),
                None => Err(format!("{messages:?}, alerts {:?}", self.alerts().await)),
            }
        })
        .await
    }

    /// The messages of the open chat, oldest first; empty if no chat is open.
    pub async fn messages(&self) -> Vec<Message> {
        self.eval(
            "const log = one('log', 'Messages');
             if (!log) return [];
             return all('article', null, log)
               .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
               .map(e => {
                 const body = e.querySelector('[data-body]');
                 return { id: e.dataset.id || '', from: e.dataset.from || '', state: e.dataset.state || '',
                          kind: e.dataset.kind || '', body: body ? body.textContent : '', ...related(e) };
               })",
            vec![],
        )
        .await
    }

    /// A message of the open chat with this text that `good` likes, waiting for it.
    pub async fn until_message(&self, body: &str, good: impl Fn(&Message) -> bool) -> Message {
        eventually(&format!("the message {body:?} in {}", self.label()), async || {
            let messages = self.messages().await;
            match messages.iter().find(|m| m.body == body && good(m)) {
                Some(message) => Ok(message.clone()),
                None => Err(format!("{messages:?}, {}", self.connection().await)),
            }
        })
        .await
    }

    /// Presses Retry on a failed message.
    pub async fn retry(&self, id: &str) {
        self.press_in_message(id, "Retry").await;
    }

    /// Presses Delete on a failed message.
    pub async fn delete_failed(&self, id: &str) {
        self.press_in_message(id, "Delete").await;
    }

    /// Asks what the state of an own message means; the sentence. `word` is the name of its icon, such as `Read`.
    pub async fn state_meaning(&self, id: &str, word: &str) -> String {
        self.press_in_message(id, word).await;
        self.until_dialog().await;
        let meaning =
            self.eval("return squeeze(one('dialog', null).querySelector('p').textContent)", vec![]).await;
        self.click("button", "OK").await;
        meaning
    }

    /// Types a text in the open chat and does not send it.
    pub async fn type_text(&self, text: &str) {
        self.fill("Message", text).await;
    }

    /// True if the page shows this contact as typing: in the chat list, or in the head of the open chat.
    pub async fn is_typing(&self, jid: &str) -> bool {
        let route = format!("/chat/{jid}");
        let script = "const line = (items('Chats') || []).find(e => e.dataset.jid === arguments[0]);
            const head = decodeURIComponent(location.hash.slice(1)) === arguments[1] && document.querySelector('main [data-typing]');
            const says = e => e && 'typing' in e.dataset && squeeze(e.textContent).includes('typing…');
            return { list: line ? Boolean(says(line)) : null, head: head === false ? null : Boolean(head && says(head)) }";
        let seen: serde_json::Value = self.eval(script, vec![json!(jid), json!(route)]).await;
        let (list, head) = (seen["list"].as_bool(), seen["head"].as_bool());
        assert!(list.is_none() || head.is_none() || list == head, "list and chat disagree: {seen}");
        list.or(head).unwrap_or(false)
    }

    /// Waits until this contact is shown as typing, or is not.
    pub async fn until_typing(&self, jid: &str, typing: bool) {
        eventually(&format!("{jid} typing to be {typing} in {}", self.label()), async || {
            if self.is_typing(jid).await == typing { Ok(()) } else { Err(self.connection().await) }
        })
        .await;
    }

    /// Chooses in the options of a chat whether this contact gets read receipts; opens the chat.
    pub async fn set_read_receipts_for(&self, jid: &str, on: bool) {
        self.set_for(jid, "Send read receipts", on).await;
    }

    /// Chooses in the options of a chat whether this contact is told that we are typing; opens the chat.
    pub async fn set_typing_notes_for(&self, jid: &str, on: bool) {
        self.set_for(jid, "Send typing notices", on).await;
    }

    /// Lets this contact be told the same as everyone; opens the chat.
    pub async fn tell_as_everyone(&self, jid: &str) {
        self.open_chat(jid).await;
        self.click("button", "Chat options").await;
        self.until_dialog().await;
        if self.shows("button", "Same as for everyone").await {
            self.click("button", "Same as for everyone").await;
        }
        self.click("button", "Done").await;
    }

    /// What the options of a chat say: whether this contact gets read receipts, and is told that we are typing; opens the chat.
    pub async fn told(&self, jid: &str) -> (bool, bool) {
        self.open_chat(jid).await;
        self.click("button", "Chat options").await;
        self.until_dialog().await;
        let read = self.is_switched_on("Send read receipts").await;
        let typing = self.is_switched_on("Send typing notices").await;
        self.click("button", "Done").await;
        (read, typing)
    }

    async fn set_for(&self, jid: &str, switch: &str, on: bool) {
        self.open_chat(jid).await;
        self.click("button", "Chat options").await;
        self.until_dialog().await;
        self.set_switch(switch, on).await;
        self.click("button", "Done").await;
    }

    pub(crate) async fn press_in_message(&self, id: &str, button: &str) {
        let article =
            "return all('article', null, one('log', 'Messages')).find(e => e.dataset.id === arguments[0])";
        self.click_in(article, vec![json!(id)], "button", button).await;
    }
}
