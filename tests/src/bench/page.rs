//! A page that is measured, and what comes of it.

use acceptance::{App, Engine, Options};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What was measured so far, by name: some figures are set against others.
#[derive(Default)]
pub(crate) struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// Prints a figure and keeps it.
    pub(crate) fn say(&mut self, name: &str, value: f64, unit: &str) {
        let digits = if value.abs() < 10.0 { 2 } else { 0 };
        println!("{name}: {value:.digits$} {unit}");
        self.0.insert(name.to_owned(), value);
    }

    /// Prints what one message of a burst took.
    pub(crate) fn each(&mut self, burst: &str, count: f64) {
        if let Some(painted) = self.0.get(&format!("{burst}-painted")) {
            let each = painted / count;
            self.say(&format!("{burst}-each"), each, "ms");
        }
    }

    /// Prints how many times as much the second figure is as the first, if both were measured.
    pub(crate) fn compare(&mut self, name: &str, ours: &str, theirs: &str) {
        if let (Some(ours), Some(theirs)) = (self.0.get(ours), self.0.get(theirs)) {
            let ratio = theirs / ours;
            self.say(name, ratio, "times");
        }
    }
}

/// Where the things of a page are.
#[derive(Clone, Copy)]
pub(crate) struct Selectors {
    /// The messages of the open chat.
    pub(crate) message: &'static str,
    /// Where one writes.
    pub(crate) input: &'static str,
}

/// Our own.
pub(crate) const OURS: Selectors = Selectors { message: "[role=log] article", input: "main textarea" };

/// How a page is opened to be measured.
pub(crate) fn options(url: Option<String>, config: Option<Value>, profile_dir: Option<PathBuf>) -> Options {
    Options {
        url,
        config,
        profile_dir,
        before_load: vec![include_str!("watch.js").to_owned()],
        ..Options::default()
    }
}

/// Runs a promise of the page to its end, however long that takes, and gives what it gives.
pub(crate) async fn run<T: DeserializeOwned>(app: &App, expression: &str) -> T {
    let begin = format!(
        "window.bench.done = undefined;
         Promise.resolve({expression}).then(value => {{ window.bench.done = {{ value }}; }}, e => {{ window.bench.done = {{ failed: String(e) }}; }});
         return true"
    );
    let _: bool = app.eval(&begin, vec![]).await;
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        // A page that is busy for half a minute does not answer; it is asked again.
        if let Some(done) = app.ask("return window.bench.done ?? null").await {
            assert!(done.get("failed").is_none(), "{expression}: {done}");
            return serde_json::from_value(done["value"].clone())
                .unwrap_or_else(|e| panic!("{expression}: {e}: {done}"));
        }
    }
}

/// Says how much memory a page holds after what was not needed is gone.
pub(crate) async fn say_memory(app: &App, figures: &mut Figures, name: &str) {
    app.devtools("HeapProfiler.collectGarbage", json!({})).await;
    let heap = app.devtools("Runtime.getHeapUsage", json!({})).await;
    let wasm: f64 = app.eval("return window.bench.wasm()", vec![]).await;
    let script = heap["usedSize"].as_f64().unwrap_or(f64::NAN);
    figures.say(&format!("{name}-memory-js"), script / 1e6, "MB");
    figures.say(&format!("{name}-memory-wasm"), wasm / 1e6, "MB");
    figures.say(&format!("{name}-memory"), (script + wasm) / 1e6, "MB");
}

/// The value below which this share of the values is.
pub(crate) fn share(values: &[f64], share: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let at = (values.len().saturating_sub(1) as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

/// What the page saw while messages moved.
#[derive(Deserialize)]
struct Ride {
    took: Vec<f64>,
    moved: f64,
}

/// Scrolls up for ten seconds, and says how even the frames were.
pub(crate) async fn say_scrolled(app: &App, page: &Selectors, figures: &mut Figures, name: &str) {
    let Ride { took, moved } = run(app, &format!("window.bench.scroll('{}', 60, 10)", page.message)).await;
    // A list that does not move has even frames, too.
    figures.say(&format!("{name}-moved"), moved, "px");
    for (word, part) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        figures.say(&format!("{name}-{word}"), share(&took, part), "ms");
    }
    // A frame that took as long as two had no time for one of them.
    let dropped: f64 =
        took.iter().map(|took| (took / (1000.0 / 60.0)).round() - 1.0).filter(|n| *n > 0.0).sum();
    #[allow(clippy::cast_precision_loss)]
    figures.say(&format!("{name}-dropped"), 100.0 * dropped / (took.len() as f64 + dropped), "%");
}

/// A page of our own in Chromium.
pub(crate) async fn open_ours(config: Option<Value>) -> App {
    App::open(Engine::Chromium, options(None, config, None)).await
}
