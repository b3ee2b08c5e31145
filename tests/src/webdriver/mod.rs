//! The three browser engines, each behind its WebDriver.

mod browser;
pub(crate) mod cdp;
mod pool;

pub(crate) use browser::{Browser, Start, free_port};
pub use cdp::Network;
pub(crate) use pool::{Lease, on_runtime, wait_on_runtime};

use serde_json::{Value, json};
use std::fmt;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// Chromium by chromedriver. The only one with the DevTools protocol.
    Chromium,
    /// Firefox ESR by geckodriver.
    Firefox,
    /// WebKitGTK's `MiniBrowser` by `WebKitWebDriver`, the nearest thing to Safari that runs here.
    WebKit,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// The driver's command line on this port.
    fn driver(self, port: u16) -> (&'static str, Vec<String>) {
        let words: Vec<String> = match self {
            Self::Chromium => vec![format!("--port={port}")],
            Self::Firefox => vec![format!("--port={port}"), "--websocket-port=0".into()],
            // WebKitGTK has no headless mode: a virtual screen and a session bus of its own.
            Self::WebKit => {
                ["-a", "-s", "-screen 0 1600x1200x24", "dbus-run-session", "--", "WebKitWebDriver"]
                    .into_iter()
                    .map(str::to_owned)
                    .chain([format!("--port={port}")])
                    .collect()
            }
        };
        let program = match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
            Self::WebKit => "xvfb-run",
        };
        (program, words)
    }

    /// What to ask the driver for.
    fn capabilities(self, start: &Start) -> Value {
        match self {
            Self::Chromium => {
                let mut args: Vec<String> = [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-quic",
                    "--no-first-run",
                    "--window-size=1280,800",
                ]
                .map(str::to_owned)
                .to_vec();
                args.push(format!("--lang={}", start.locale));
                if let Some(dir) = &start.profile_dir {
                    args.push(format!("--user-data-dir={}", dir.display()));
                }
                json!({
                    "browserName": "chrome",
                    "goog:chromeOptions": {
                        "binary": "/usr/bin/chromium",
                        "args": args,
                        "prefs": { "intl.accept_languages": start.locale },
                    },
                    "goog:loggingPrefs": { "browser": "ALL" },
                })
            }
            Self::Firefox => {
                let mut args = vec!["-headless".to_owned()];
                if let Some(dir) = &start.profile_dir {
                    args.extend(["-profile".to_owned(), dir.display().to_string()]);
                }
                json!({
                    "browserName": "firefox",
                    "moz:firefoxOptions": {
                        "binary": "/usr/bin/firefox-esr",
                        "args": args,
                        "prefs": {
                            "intl.accept_languages": start.locale,
                            "devtools.console.stdout.content": true,
                        },
                    },
                })
            }
            Self::WebKit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": {
                    "binary": "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
                    "args": ["--automation"],
                },
            }),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        })
    }
}
