//! What the operator of the page presets: `config.json` beside it.

use crate::http;
use model::BareJid;
use serde::{Deserialize, Deserializer};

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

/// The file as it is: nothing in it is believed yet.
#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    domain: Lenient<String>,
    websocket: Lenient<String>,
    signup: Lenient<bool>,
    links: Lenient<Vec<Lenient<Link>>>,
}

#[derive(Deserialize)]
struct Link {
    label: String,
    url: String,
}

/// A field that counts as absent if it is of another type.
struct Lenient<T>(Option<T>);

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(T::deserialize(deserializer).ok()))
    }
}

impl From<File> for OperatorConfig {
    fn from(file: File) -> Self {
        Self {
            domain: file.domain.0.and_then(|domain| {
                BareJid::new(None, domain.trim()).ok().map(|domain| domain.as_str().to_owned())
            }),
            websocket: file.websocket.0.filter(|url| has_scheme(url, &["wss://", "ws://"])),
            signup: file.signup.0.unwrap_or(true),
            links: file
                .links
                .0
                .unwrap_or_default()
                .into_iter()
                .filter_map(|link| link.0)
                .filter(|link| !link.label.trim().is_empty() && has_scheme(&link.url, &["https://"]))
                .map(|link| OperatorLink { label: link.label, url: link.url })
                .collect(),
        }
    }
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
    http::get_json::<File>("config.json", DEADLINE_MS).await.unwrap_or_default().into()
}
