//! What a person does with a message.

use super::App;
use crate::wait::eventually;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction};
use serde_json::json;

const MORE: &str = "More about this message";
const MESSAGE: &str =
    "return all('article', null, one('log', 'Messages')).find(e => e.dataset.id === arguments[0])";
impl App {
    /// What the menu of a message of the open chat offers, top first.
    pub async fn message_menu(&self, id: &str) -> Vec<String> {
        self.open_message_menu(id).await;
        let entries = self.menu().await;
        self.keys("\u{E00C}").await;
        self.until_no_menu().await;
        entries
    }

    /// Chooses from the menu of a message of the open chat.
    pub async fn choose(&self, id: &str, entry: &str) {
        self.open_message_menu(id).await;
        self.choose_in_menu(entry).await;
    }

    /// Opens the menu of a message by the button beside it.
    pub async fn open_message_menu(&self, id: &str) {
        self.click_in(MESSAGE, vec![json!(id)], "button", MORE).await;
        self.until_menu().await;
    }

    /// Presses a message with the right button of the mouse.
    pub async fn right_click(&self, id: &str) {
        // What has no role of its own in it: the bubble.
        let message = self.find_in(MESSAGE, vec![json!(id)], "generic", "").await;
        let mouse = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement { element: message, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_RIGHT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_RIGHT });
        self.client().perform_actions(mouse).await.unwrap_or_else(|e| panic!("a right click: {e}"));
    }

    /// Puts a finger on a message; it stays until [`App::lift`]. Chromium on a phone only.
    pub async fn touch(&self, id: &str) {
        self.swipe(id, 0.0, 0.0).await;
    }

    /// The same, and moves it by so many pixels.
    pub async fn swipe(&self, id: &str, right: f64, down: f64) {
        let (x, y): (f64, f64) = self
            .eval(
                "const e = all('article').find(e => e.dataset.id === arguments[0]).querySelector('[data-body]');
                 const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]",
                vec![json!(id)],
            )
            .await;
        self.drag((x, y), (right, down)).await;
    }

    /// Puts a finger here, and moves it by so many pixels.
    pub(super) async fn drag(&self, (x, y): (f64, f64), (right, down): (f64, f64)) {
        let mut steps = vec![("touchStart", 0.0)];
        if (right, down) != (0.0, 0.0) {
            steps.extend([0.25, 0.5, 0.75, 1.0].map(|part| ("touchMove", part)));
        }
        for (kind, part) in steps {
            let point = json!({ "x": x + right * part, "y": y + down * part });
            self.devtools("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": [point] })).await;
        }
    }

    /// Lifts the finger.
    pub async fn lift(&self) {
        self.devtools("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] })).await;
    }

    /// Waits for so many milliseconds of the page's own clock: what was due before has happened then.
    pub async fn pass(&self, ms: u32) {
        let script = "setTimeout(arguments[1], arguments[0])";
        let passed = self.client().execute_async(script, vec![json!(ms)]).await;
        passed.unwrap_or_else(|e| panic!("waiting for the page: {e}"));
    }

    /// Gives the focus to the messages, as Tab does.
    pub async fn focus_messages(&self) {
        self.find("log", "Messages").await;
        let _: Option<bool> = self.eval("one('log', 'Messages').focus()", vec![]).await;
    }

    /// The text of the message that has the focus, if one has.
    pub async fn focused_message(&self) -> Option<String> {
        let script = "const e = document.activeElement; return role(e) === 'article' ? e.querySelector('[data-body]').textContent : null";
        self.eval(script, vec![]).await
    }

    /// What the open menu offers; empty if none is open.
    pub async fn menu(&self) -> Vec<String> {
        self.eval("return all('menuitem').map(name)", vec![]).await
    }

    /// The entry of the open menu that has the focus.
    pub async fn focused_entry(&self) -> Option<String> {
        let script = "const e = document.activeElement; return role(e) === 'menuitem' ? name(e) : null";
        self.eval(script, vec![]).await
    }

    /// Clicks in the corner of the window that the open menu leaves free.
    pub async fn click_beside_menu(&self) {
        let mouse = MouseActions::new("mouse".into())
            .then(PointerAction::MoveTo { duration: None, x: 2.0, y: 2.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client().perform_actions(mouse).await.unwrap_or_else(|e| panic!("a click: {e}"));
    }

    /// Chooses from the open menu.
    pub async fn choose_in_menu(&self, entry: &str) {
        self.click("menuitem", entry).await;
        self.until_no_menu().await;
    }

    /// Waits until a menu is open.
    pub async fn until_menu(&self) {
        eventually(&format!("a menu in {}", self.label()), async || {
            if self.menu().await.is_empty() { Err(self.outline().await) } else { Ok(()) }
        })
        .await;
    }

    /// Waits until no menu is open.
    pub async fn until_no_menu(&self) {
        eventually(&format!("no menu in {}", self.label()), async || {
            let menu = self.menu().await;
            if menu.is_empty() { Ok(()) } else { Err(format!("{menu:?}")) }
        })
        .await;
    }

    /// Passes a message on to these people.
    pub async fn forward(&self, id: &str, to: &[&str]) {
        self.choose(id, "Forward").await;
        self.forward_to(to).await;
    }

    /// Chooses these people in the open dialog that asks to whom.
    pub async fn forward_to(&self, to: &[&str]) {
        self.until_dialog().await;
        for jid in to {
            self.fill("Search people", jid).await;
            let line = "return (items('Forward to') || []).find(e => e.dataset.jid === arguments[0])";
            self.click_in(line, vec![json!(jid)], "checkbox", "").await;
        }
        self.click_in("return one('dialog', 'Forward to')", vec![], "button", "Send").await;
    }

    /// Presses a message, as one does to take it in or out while several are selected.
    pub async fn press_message(&self, id: &str) {
        self.click_in(MESSAGE, vec![json!(id)], "generic", "").await;
    }

    /// Selects messages of the open chat.
    pub async fn select(&self, ids: &[&str]) {
        for (at, id) in ids.iter().enumerate() {
            if at == 0 { self.choose(id, "Select").await } else { self.press_message(id).await }
        }
    }

    /// Asks how the selected messages can be deleted; the question stays open.
    pub async fn ways_to_delete(&self) -> Vec<String> {
        self.click_in("return one('toolbar', 'Select')", vec![], "button", "Delete").await;
        self.until_dialog().await;
        let script =
            "return all('button', null, one('dialog', null)).map(name).filter(n => n.startsWith('Delete'))";
        self.eval(script, vec![]).await
    }

    /// Answers that question.
    pub async fn delete_selected(&self, how: &str) {
        self.click_in("return one('dialog', null)", vec![], "button", how).await;
    }

    /// The texts of the messages that are selected.
    pub async fn selected(&self) -> Vec<String> {
        let script = "return all('article').filter(e => 'selected' in e.dataset).map(e => e.querySelector('[data-body]').textContent)";
        self.eval(script, vec![]).await
    }

    /// The details of a message, as pairs of name and value; closes them again.
    pub async fn details(&self, id: &str) -> Vec<(String, String)> {
        self.choose(id, "Details").await;
        self.until_dialog().await;
        let pairs = "return [...one('dialog', 'Details').querySelectorAll('dt')]
            .map(e => [squeeze(e.textContent), squeeze(e.nextElementSibling.innerText)])";
        let pairs = self.eval(pairs, vec![]).await;
        self.click("button", "OK").await;
        pairs
    }
}
