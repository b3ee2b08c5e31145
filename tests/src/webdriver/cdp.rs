//! The DevTools protocol through chromedriver: what WebDriver can't say.

use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use hyper::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// What Chromium believes about its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// As it is.
    Online,
    /// Gone, and `navigator.onLine` says so.
    Offline,
}

/// A POST to an extension of the driver.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Sends one DevTools command to the page.
pub(crate) async fn send(client: &Client, method: &str, params: Value) -> Value {
    try_send(client, method, params).await.unwrap_or_else(|e| panic!("{method}: {e}"))
}

/// The same for what may end the page.
pub(crate) async fn try_send(client: &Client, method: &str, params: Value) -> Result<Value, String> {
    let body = json!({ "cmd": method, "params": params });
    client.issue_cmd(Extension { path: "goog/cdp/execute", body }).await.map_err(|e| e.to_string())
}

/// What the page wrote to the console since the last call, a line each.
pub(crate) async fn console(client: &Client) -> Vec<String> {
    let body = json!({ "type": "browser" });
    let answer = client.issue_cmd(Extension { path: "se/log", body }).await.unwrap_or_default();
    let entries = answer.as_array().cloned().unwrap_or_default();
    entries.iter().map(|e| format!("{}: {}", text(e, "level"), text(e, "message"))).collect()
}

fn text<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry[key].as_str().unwrap_or_default()
}
