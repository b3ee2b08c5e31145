//! What the operator of the page presets: `config.json` beside it.

use crate::{http, js};
use model::BareJid;
use wasm_bindgen::JsValue;

/// How long the file may take (milliseconds); without it the defaults hold.
const DEADLINE_MS: u32 = 3_000;

/// The presets. A missing file, a broken file and a broken field all mean the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorConfig {
    /// The domain that is added to a bare name at log-in and sign-up.
    pub domain: Option<String>,
    /// Where that domain's server listens; a `ws:` or `wss:` URL.
    pub websocket: Option<String>,
    /// Whether the page offers to make accounts.
    pub signup: bool,
    /// Links to show at log-in: terms, privacy, help. `https:` only.
    pub links: Vec<OperatorLink>,
}

/// A link to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorLink {
    /// Its words.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

impl Default for OperatorConfig {
    fn default() -> Self {
        Self { domain: None, websocket: None, signup: true, links: Vec::new() }
    }
}

/// Nothing in the file is believed: a field counts as absent if it is of another type or makes no sense.
fn read(file: &JsValue) -> OperatorConfig {
    OperatorConfig {
        domain: js::text(file, "domain")
            .and_then(|domain| BareJid::new(None, domain.trim()).ok())
            .map(String::from),
        websocket: js::text(file, "websocket").filter(|url| has_scheme(url, &["wss://", "ws://"])),
        signup: js::get(file, "signup").as_bool().unwrap_or(true),
        links: js::list(file, "links").iter().filter_map(read_link).collect(),
    }
}

fn read_link(link: &JsValue) -> Option<OperatorLink> {
    let link = OperatorLink { label: js::text(link, "label")?, url: js::text(link, "url")? };
    (!link.label.trim().is_empty() && has_scheme(&link.url, &["https://"])).then_some(link)
}

/// True if the URL begins with one of these and goes on.
fn has_scheme(url: &str, schemes: &[&str]) -> bool {
    schemes.iter().any(|scheme| {
        url.strip_prefix(scheme).is_some_and(|rest| {
            !rest.is_empty()
                && !rest.starts_with('/')
                && !url.contains(|c: char| c.is_whitespace() || c.is_control())
        })
    })
}

/// Fetches the presets.
pub async fn fetch() -> OperatorConfig {
    match http::get_json("config.json", DEADLINE_MS).await {
        Some(file) => read(&file),
        None => OperatorConfig::default(),
    }
}
