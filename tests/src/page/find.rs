//! Finding and using things by role and accessible name.

use super::App;
use crate::wait::{eventually, within};
use fantoccini::elements::{Element, ElementRef};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

/// The key under which WebDriver returns an element (W3C WebDriver §12.1).
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long typed text may take to arrive in its field.
const TYPING: Duration = Duration::from_secs(2);

/// Functions every script may use.
pub(super) const DOM: &str = include_str!("dom.js");

impl App {
    /// Runs a script in the page, after `dom.js`; `return` gives its value.
    pub async fn eval<T: DeserializeOwned>(&self, script: &str, args: Vec<Value>) -> T {
        let value = self.client().execute(&format!("{DOM}\n{script}"), args).await;
        let value = value.unwrap_or_else(|e| panic!("{script}: {e}"));
        serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{script} gave {value}: {e}"))
    }

    /// What a script gives; nothing if the page is too busy to answer.
    pub async fn ask(&self, script: &str) -> Option<Value> {
        self.client().execute(script, vec![]).await.ok().filter(|value| !value.is_null())
    }

    /// The shown element with this role and name, waiting for it.
    pub(crate) async fn find(&self, role: &str, name: &str) -> Element {
        self.find_in("return document", vec![], role, name).await
    }

    /// The same within what `scope` (a script that returns an element) finds; an empty name is any name.
    pub(crate) async fn find_in(&self, scope: &str, args: Vec<Value>, role: &str, name: &str) -> Element {
        eventually(&format!("{role} “{name}” in {}", self.label()), async || {
            let script = format!(
                "{DOM}\nconst scope = (function () {{ {scope} }}).apply(null, arguments[2]);
                 return scope && one(arguments[0], arguments[1] || null, scope);"
            );
            let args = vec![json!(role), json!(name), json!(args)];
            match self.client().execute(&script, args).await {
                Ok(found) => match found[ELEMENT_KEY].as_str() {
                    Some(id) => {
                        Ok(Element::from_element_id(self.client().clone(), ElementRef::from(id.to_owned())))
                    }
                    None => Err(self.outline().await),
                },
                Err(e) => Err(e.to_string()),
            }
        })
        .await
    }

    /// Waits until a dialog is open.
    pub async fn until_dialog(&self) {
        eventually(&format!("a dialog in {}", self.label()), async || {
            let open: bool = self.eval("return one('dialog', null) !== null", vec![]).await;
            if open { Ok(()) } else { Err(self.outline().await) }
        })
        .await;
    }

    /// Waits for the text box of this name.
    pub async fn find_textbox(&self, name: &str) {
        self.find("textbox", name).await;
    }

    /// Waits for a link with this name that leads to this address.
    pub async fn until_link(&self, name: &str, href: &str) {
        let link = self.find("link", name).await;
        let found = link.attr("href").await.unwrap_or_else(|e| panic!("reading a link: {e}"));
        assert_eq!(found.as_deref(), Some(href));
    }

    /// True if something with this role and name is shown now.
    pub async fn shows(&self, role: &str, name: &str) -> bool {
        self.eval("return one(arguments[0], arguments[1]) !== null", vec![json!(role), json!(name)]).await
    }

    /// Clicks what has this role and name, waiting for it; again if the page moved under the pointer.
    pub async fn click(&self, role: &str, name: &str) {
        self.click_in("return document", vec![], role, name).await;
    }

    /// The same within what `scope` finds.
    pub(crate) async fn click_in(&self, scope: &str, args: Vec<Value>, role: &str, name: &str) {
        eventually(&format!("clicking {role} “{name}” in {}", self.label()), async || {
            let element = self.find_in(scope, args.clone(), role, name).await;
            element.click().await.map_err(|e| e.to_string())
        })
        .await;
    }

    /// Replaces what is in the text box of this name.
    ///
    /// Plain ASCII is typed by real key presses. Everything else goes through the editing command a keyboard app
    /// would use: chromedriver can't type what lies outside the BMP, and a typed line end would be the Enter key.
    pub async fn fill(&self, name: &str, text: &str) {
        self.fill_in("textbox", name, text).await;
    }

    /// The same for a field of another role.
    pub(crate) async fn fill_in(&self, role: &str, name: &str, text: &str) {
        eventually(&format!("“{name}” of {} to hold what was typed", self.label()), async || {
            self.type_into(role, name, text).await?;
            // The page may move the focus while we type (to the field of an error): then we type again, as people do.
            within(TYPING, async || {
                let script = "const e = one(arguments[0], arguments[1]); return e && e.value";
                let value: Option<String> = self.eval(script, vec![json!(role), json!(name)]).await;
                if value.as_deref() == Some(text) { Ok(()) } else { Err(format!("{value:?}")) }
            })
            .await
        })
        .await;
    }

    async fn type_into(&self, role: &str, name: &str, text: &str) -> Result<(), String> {
        let element = self.find(role, name).await;
        let target = serde_json::to_value(&element).expect("an element reference is JSON");
        let focus = self.client().execute("arguments[0].focus(); arguments[0].select()", vec![target]).await;
        focus.map_err(|e| e.to_string())?;
        if !text.is_empty() && text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
            return element.send_keys(text).await.map_err(|e| e.to_string());
        }
        let script =
            "return document.execCommand(arguments[0] ? 'insertText' : 'delete', false, arguments[0])";
        let _: bool = self.eval(script, vec![json!(text)]).await;
        Ok(())
    }

    /// Presses keys in the text box of this name, as WebDriver spells them (`\u{E007}` is Enter).
    pub async fn press(&self, name: &str, keys: &str) {
        self.press_in("textbox", name, keys).await;
    }

    /// Presses keys where the focus is.
    pub async fn press_focused(&self, keys: &str) {
        let element = self.client().active_element().await.unwrap_or_else(|e| panic!("the focus: {e}"));
        element.send_keys(keys).await.unwrap_or_else(|e| panic!("pressing keys: {e}"));
    }

    /// The message of the list item that has the focus.
    pub async fn focused_id(&self) -> String {
        let script =
            "const item = document.activeElement.closest('[data-id]'); return item ? item.dataset.id : ''";
        self.eval(script, vec![]).await
    }

    /// What stands right above a message of the open chat, if that is no message: a day, or what is missing.
    pub async fn day_above(&self, id: &str) -> Option<String> {
        let script = "const message = document.querySelector(`[data-id='${arguments[0]}']`), above = message.previousElementSibling;
            return above && !above.matches('[data-id]') ? squeeze(above.textContent) : null";
        self.eval(script, vec![json!(id)]).await
    }

    /// Presses keys in a field of another role.
    pub async fn press_in(&self, role: &str, name: &str, keys: &str) {
        let element = self.find(role, name).await;
        element.send_keys(keys).await.unwrap_or_else(|e| panic!("pressing keys in “{name}”: {e}"));
    }

    /// What the text box of this name holds.
    pub async fn value(&self, name: &str) -> String {
        self.find("textbox", name).await;
        self.eval("return one('textbox', arguments[0]).value", vec![json!(name)]).await
    }

    /// Every word a person can see or hear now: texts, names, placeholders, titles; a line each.
    pub async fn words(&self) -> Vec<String> {
        self.eval(
            "const out = new Set([document.title]);
             const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
             for (let n = walk.nextNode(); n; n = walk.nextNode()) {
               if (n.nodeType === 3) { if (squeeze(n.data) && shown(n.parentElement)) out.add(squeeze(n.data)); }
               else if (shown(n)) for (const a of ['aria-label', 'alt', 'title', 'placeholder'])
                 if (squeeze(n.getAttribute(a))) out.add(squeeze(n.getAttribute(a)));
             }
             return [...out]",
            vec![],
        )
        .await
    }

    /// Waits until something that a person can see or hear contains this text.
    pub async fn until_words(&self, part: &str) {
        eventually(&format!("“…{part}…” in {}", self.label()), async || {
            let words = self.words().await;
            if words.iter().any(|line| line.contains(part)) { Ok(()) } else { Err(format!("{words:?}")) }
        })
        .await;
    }

    /// What is on the screen, a line each, for the message of a failing test.
    pub async fn outline(&self) -> String {
        let script = "return all_roles()
            function all_roles() {
              const skip = new Set(['generic', 'none', 'form', 'main', 'listitem', 'img']);
              return [...document.querySelectorAll('*')].filter(e => !skip.has(role(e)) && shown(e))
                .map(e => role(e) + ' “' + (name(e) || squeeze(spoken(e)).slice(0, 80)) + '”').slice(0, 40);
            }";
        match self.client().execute(&format!("{DOM}\n{script}"), vec![]).await {
            Ok(lines) => {
                let lines: Vec<&str> =
                    lines.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                format!("[{}]", lines.join(", "))
            }
            Err(e) => e.to_string(),
        }
    }
}
