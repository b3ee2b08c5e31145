//! How quick the app is, in Chromium: `cargo run -p acceptance --bin figures` prints one `name: value unit` a line, each
//! the median of five. Cold is without any cache, warm is once more with service worker and compiled code in place.
//! Needs `cargo xtask build` first, and a machine that does nothing else.

use acceptance::{App, Engine, Options, World, scenario};

const PASSWORD: &str = "correct horse battery";
const RUNS: usize = 5;

/// What one log-in took, in milliseconds.
#[derive(Clone, Copy)]
struct LogIn {
    /// From navigation to a form that can be typed into.
    form: f64,
    /// From the press on its button to the chat list.
    list: f64,
}

fn main() {
    for slower in [1, 4] {
        let (mut cold, mut warm, mut returns) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..RUNS {
            scenario(async {
                let jid = World::shared().account("figures", PASSWORD);
                let watched = Options { watch: true, ..Options::default() };
                let mut app = App::open(Engine::Chromium, watched).await;
                app.slow_down(slower).await;
                app.forget_caches().await;
                app.reload().await;
                cold.push(log_in(&app, &jid).await);
                app.logout(true).await;
                app.reload().await;
                warm.push(log_in(&app, &jid).await);
                app.reload().await;
                returns.push(app.mark("frame").await);
            });
        }
        for (case, log_ins) in [("cold", &cold), ("warm", &warm)] {
            println!("{case}-{slower}x-navigation-to-form: {:.0} ms", median(log_ins.iter().map(|l| l.form)));
            println!(
                "{case}-{slower}x-log-in-to-chat-list: {:.0} ms",
                median(log_ins.iter().map(|l| l.list))
            );
        }
        println!("warm-{slower}x-navigation-to-chat-list: {:.0} ms", median(returns.into_iter()));
    }
}

async fn log_in(app: &App, jid: &str) -> LogIn {
    let form = app.mark("form").await;
    app.login(jid, PASSWORD).await;
    LogIn { form, list: app.mark("frame").await - app.mark("pressed").await }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
