//! What a failing test leaves behind.

use super::App;
use crate::webdriver::{Engine, cdp, wait_on_runtime};
use crate::world::artifacts_dir;
use std::time::Duration;

/// A browser that hangs must not hang the report.
const LIMIT: Duration = Duration::from_secs(10);

impl Drop for App {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let test = std::thread::current().name().unwrap_or("main").replace("::", "-");
        let stem = artifacts_dir().join(format!("{test}-{}-{}", self.engine, self.port()));
        let (client, engine, at) = (self.client().clone(), self.engine, stem.clone());
        let save = async move {
            if let Ok(png) = client.screenshot().await {
                let _ = std::fs::write(at.with_extension("png"), png);
            }
            if let Ok(source) = client.source().await {
                let _ = std::fs::write(at.with_extension("html"), source);
            }
            if engine == Engine::Chromium {
                let _ = std::fs::write(at.with_extension("log"), cdp::console(&client).await.join("\n"));
            }
        };
        wait_on_runtime(async move { tokio::time::timeout(LIMIT, save).await.is_ok() });
        eprintln!("{} as it was: {}.{{png,html}}", self.label(), stem.display());
    }
}

impl App {
    /// Tells the pages of one test apart.
    fn port(&self) -> String {
        self.url.chars().filter(char::is_ascii_digit).collect()
    }
}
