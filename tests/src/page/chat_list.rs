//! What is done with the lines of the chat list.

use super::App;
use crate::wait::eventually;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction};
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
        self.fill_in("searchbox", "Search chats and messages", text).await;
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

    /// Opens the menu of a line by its button.
    pub async fn chat_menu(&self, jid: &str) {
        let button = self.find_in(LINE, vec![json!(jid)], "button", "More").await;
        // As a screen reader does: with a finger there is nothing to be seen of it.
        let target = serde_json::to_value(&button).expect("an element reference is JSON");
        let pressed = self.client().execute("arguments[0].click()", vec![target]).await;
        pressed.unwrap_or_else(|e| panic!("opening the menu of a line: {e}"));
        self.until_menu().await;
    }

    /// Chooses this in the menu of a line.
    pub async fn choose_for_chat(&self, jid: &str, item: &str) {
        self.chat_menu(jid).await;
        self.click("menuitem", item).await;
    }

    /// Presses a line with the right button of the mouse.
    pub async fn right_click_chat(&self, jid: &str) {
        let element = self.find_in(LINE, vec![json!(jid)], "link", "").await;
        let mouse = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_RIGHT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_RIGHT });
        self.client().perform_actions(mouse).await.unwrap_or_else(|e| panic!("a right click: {e}"));
    }

    /// Moves the mouse over a line, or (`None`) away from the list.
    pub async fn hover_chat(&self, jid: Option<&str>) {
        let mut mouse = MouseActions::new("mouse".into());
        if let Some(jid) = jid {
            let element = self.find_in(LINE, vec![json!(jid)], "link", "").await;
            // A mouse that is there already moves, too.
            for x in [9.0, 0.0] {
                let element = element.clone();
                mouse = mouse.then(PointerAction::MoveToElement { element, duration: None, x, y: 0.0 });
            }
        } else {
            mouse = mouse.then(PointerAction::MoveTo { duration: None, x: 1.0, y: 1.0 });
        }
        self.client().perform_actions(mouse).await.unwrap_or_else(|e| panic!("moving the mouse: {e}"));
    }

    /// Gives the focus to a line.
    pub async fn focus_chat(&self, jid: &str) {
        let element = self.find_in(LINE, vec![json!(jid)], "link", "").await;
        let target = serde_json::to_value(&element).expect("an element reference is JSON");
        let focus = self.client().execute("arguments[0].focus({ focusVisible: true })", vec![target]).await;
        focus.unwrap_or_else(|e| panic!("focusing a line: {e}"));
    }

    /// Puts a finger on a line and moves it sideways by so many pixels; it stays until [`App::lift`]. Chromium on a phone only.
    pub async fn swipe_chat(&self, jid: &str, right: f64) {
        let script = "const r = (function () { LINE }).apply(null, arguments).getBoundingClientRect();
            return [r.x + r.width / 2, r.y + r.height / 2]";
        let (x, y): (f64, f64) = self.eval(&script.replace("LINE", LINE), vec![json!(jid)]).await;
        self.drag((x, y), (right, 0.0)).await;
    }

    /// Pins a chat.
    pub async fn pin(&self, jid: &str) {
        self.choose_for_chat(jid, "Pin").await;
    }

    /// Mutes a chat: `For 1 hour`, `For 8 hours`, `Until 8 in the morning` or `For good`.
    pub async fn mute(&self, jid: &str, how_long: &str) {
        self.choose_for_chat(jid, "Mute").await;
        self.choose_in_menu(how_long).await;
    }

    /// Puts a chat into the archive.
    pub async fn archive(&self, jid: &str) {
        self.choose_for_chat(jid, "Archive").await;
    }

    /// Marks a chat as unread.
    pub async fn mark_unread(&self, jid: &str) {
        self.choose_for_chat(jid, "Mark as unread").await;
    }

    /// Marks a chat as read.
    pub async fn mark_read(&self, jid: &str) {
        self.choose_for_chat(jid, "Mark as read").await;
    }

    /// Goes to the archive by the link above the list.
    pub async fn go_to_archive(&self) {
        self.click("link", "Archived").await;
        self.at("/archived").await;
    }

    /// The chats of the archive, while that is shown.
    pub async fn archived(&self) -> Vec<String> {
        self.eval("return (items('Archived') || []).map(e => e.dataset.jid)", vec![]).await
    }

    /// What the line of a chat is marked as: `archived`, `muted`, `pinned`, `unread`.
    pub async fn marks(&self, jid: &str) -> Vec<String> {
        let script = "const line = (function () { LINE }).apply(null, arguments);
            return line ? [...line.querySelectorAll('[data-mark]')].map(e => e.dataset.mark) : []";
        self.eval(&script.replace("LINE", LINE), vec![json!(jid)]).await
    }

    /// Waits until the line of a chat is marked as this and nothing else.
    pub async fn until_marks(&self, jid: &str, wanted: &[&str]) {
        eventually(&format!("the marks of {jid} in {}", self.label()), async || {
            let marks = self.marks(jid).await;
            if marks == wanted { Ok(()) } else { Err(format!("{marks:?}")) }
        })
        .await;
    }
}

/// A line of the list or the archive.
const LINE: &str =
    "return (items('Chats') || items('Archived') || []).find(e => e.dataset.jid === arguments[0])";
