//! Log-in, sign-up, log-out, and what the app says about the connection.

use super::App;
use crate::wait::eventually;
use serde::Deserialize;
use serde_json::json;

/// What a form led to.
#[derive(Debug, Deserialize)]
struct Outcome {
    connection: String,
    alert: Option<String>,
    frame: bool,
}

impl App {
    /// Makes an account through the form and waits until it is online.
    pub async fn register(&self, jid: &str, password: &str) {
        self.submit_sign_up(jid, password).await;
        self.let_in("sign-up").await;
    }

    /// Logs in through the form and waits until it is online.
    pub async fn login(&self, jid: &str, password: &str) {
        self.submit_login(jid, password).await;
        self.let_in("log-in").await;
    }

    /// Fills in and sends the log-in form, whatever comes of it.
    pub async fn submit_login(&self, jid: &str, password: &str) {
        if self.route().await != "/login" {
            if self.shows("link", "Log in").await {
                self.click("link", "Log in").await;
            }
            self.at("/login").await;
        }
        self.fill("Address", jid).await;
        self.fill("Password", password).await;
        self.click("button", "Log in").await;
    }

    /// Fills in and sends the sign-up form, whatever comes of it.
    pub async fn submit_sign_up(&self, jid: &str, password: &str) {
        if self.route().await != "/signup" {
            self.click("link", "Create account").await;
            self.at("/signup").await;
        }
        self.fill("Address", jid).await;
        self.fill("Password", password).await;
        self.click("button", "Create account").await;
    }

    /// Types a WebSocket address into the form's advanced part.
    pub async fn set_websocket(&self, url: &str) {
        if !self.shows("textbox", "WebSocket address").await {
            self.click("button", "Advanced").await;
        }
        self.fill("WebSocket address", url).await;
    }

    /// Logs out, erasing this device or not, and waits for the log-in form.
    pub async fn logout(&self, erase: bool) {
        self.go_to_settings().await;
        self.click("button", "Log out").await;
        let label = "Erase messages from this device";
        self.find("checkbox", label).await;
        let script = "return one('checkbox', arguments[0]).checked";
        let checked: bool = self.eval(script, vec![json!(label)]).await;
        if checked != erase {
            self.click("checkbox", label).await;
        }
        self.click_in("return one('dialog', null)", vec![], "button", "Log out").await;
        self.at("/login").await;
        self.find("textbox", "Password").await;
    }

    /// The machine word of the connection's state (`idle`, `connecting`, `online`, `waiting`, `stopped`); empty if the
    /// page does not show it.
    pub async fn connection(&self) -> String {
        self.eval(
            "const e = document.querySelector('[data-connection]'); return e ? e.dataset.connection : ''",
            vec![],
        )
        .await
    }

    /// What the page says about the connection, in words.
    pub async fn connection_text(&self) -> String {
        self.eval(
            "const e = document.querySelector('[data-connection]'); return e ? squeeze(e.textContent) : ''",
            vec![],
        )
        .await
    }

    /// Waits until the connection is in this state.
    pub async fn until_connection(&self, state: &str) {
        eventually(&format!("{} to be {state}", self.label()), async || {
            let now = self.connection().await;
            if now == state { Ok(()) } else { Err(format!("{now}, alerts {:?}", self.alerts().await)) }
        })
        .await;
    }

    /// Everything the page says as an alert now.
    pub async fn alerts(&self) -> Vec<String> {
        self.eval("return all('alert').map(e => squeeze(spoken(e))).filter(t => t)", vec![]).await
    }

    /// The text of the alert, waiting for one.
    pub async fn alert_text(&self) -> String {
        eventually(&format!("an alert in {}", self.label()), async || {
            match self.alerts().await.into_iter().next() {
                Some(text) => Ok(text),
                None => Err(format!("{}, {}", self.connection().await, self.outline().await)),
            }
        })
        .await
    }

    /// Waits for an alert that contains this text.
    pub async fn until_alert(&self, part: &str) {
        eventually(&format!("an alert “…{part}…” in {}", self.label()), async || {
            let alerts = self.alerts().await;
            if alerts.iter().any(|a| a.contains(part)) {
                Ok(())
            } else {
                Err(format!("{alerts:?}, {}, {}", self.connection().await, self.outline().await))
            }
        })
        .await;
    }

    /// Waits until the form was accepted; fails at once with what the page says if it was not.
    async fn let_in(&self, what: &str) {
        let refused = eventually(&format!("{what} in {}", self.label()), async || {
            let now: Outcome = self
                .eval(
                    "const c = document.querySelector('[data-connection]'), a = one('alert', null);
                     return { connection: c ? c.dataset.connection : '', alert: a && squeeze(spoken(a)),
                              frame: one('navigation', 'Main') !== null }",
                    vec![],
                )
                .await;
            match now {
                Outcome { alert: Some(text), frame: false, .. } => Ok(Some(text)),
                Outcome { frame: true, ref connection, .. } if connection == "online" => Ok(None),
                other => Err(format!("{other:?}")),
            }
        })
        .await;
        if let Some(text) = refused {
            panic!("{what} in {} was refused: {text}", self.label());
        }
    }
}
