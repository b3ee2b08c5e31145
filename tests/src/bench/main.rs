//! How fluent the app is with large data, in Chromium: `cargo xtask bench [scenario…]` prints one `name: value unit` a line.
//! `docs/performance.md` says what each means and what was measured. The same scenarios are run on Converse.js where it has them.

mod burst;
mod converse;
mod page;
mod store;

use page::Figures;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask bench [scenario…]      all of them, or some:
start    a store with a million messages in 1,000 chats: from the start of the page to a chat list that can be used
open     opening the chat with 100,000 of them
scroll   scrolling that one for ten seconds
search   learning all million for the index, once; then from a text in the field to what is found
send     sending 50 messages, from the key to the screen
burst    receiving 10,000 messages, from a scripted server and from a real one
converse the same for Converse.js, as far as it can, and how the two compare
1x, 4x   at full speed only, or made four times slower only";

/// Every scenario, in order.
const ALL: [&str; 7] = ["start", "open", "scroll", "search", "send", "burst", "converse"];

fn main() -> ExitCode {
    let (speeds, wanted): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|arg| ["1x", "4x"].contains(&arg.as_str()));
    if !wanted.iter().all(|name| ALL.contains(&name.as_str())) {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a tokio runtime");
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let mut figures = Figures::default();
        for name in ALL.into_iter().filter(|name| wanted.is_empty() || wanted.iter().any(|it| it == name)) {
            for (speed, slower) in [("1x", 1), ("4x", 4)] {
                if !speeds.is_empty() && !speeds.iter().any(|wanted| wanted == speed) {
                    continue;
                }
                match name {
                    "start" => store::start(&mut figures, slower).await,
                    "open" => store::open(&mut figures, slower).await,
                    "scroll" => store::scroll(&mut figures, slower).await,
                    "search" => store::search(&mut figures, slower).await,
                    "send" => burst::send(&mut figures, slower).await,
                    "burst" => burst::burst(&mut figures, slower).await,
                    _ => converse::all(&mut figures, slower).await,
                }
            }
        }
    });
    ExitCode::SUCCESS
}
