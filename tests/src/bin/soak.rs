//! `cargo xtask soak [--cuts N] [--seed S]`: two people talk natively, through a real Prosody, while the network breaks
//! and the app is killed. The last line says what came of it; anything but clean is a failure.

use acceptance::native::{Client, Device};
use acceptance::{Proxy, World, soak};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut cuts, mut seed) = (1_000_u32, 1_u64);
    while let Some(name) = arguments.next() {
        let value = arguments.next().and_then(|value| value.parse::<u64>().ok());
        match (name.as_str(), value) {
            ("--cuts", Some(value)) => cuts = value.try_into().unwrap_or(u32::MAX),
            ("--seed", Some(value)) => seed = value,
            _ => {
                eprintln!("soak [--cuts N] [--seed S]");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("seed={seed}");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a tokio runtime");
    let report = tokio::task::LocalSet::new().block_on(&runtime, async {
        let alice = person("alice").await;
        let bob = person("bob").await;
        soak::run(seed, cuts, alice, bob).await
    });
    println!("{report}");
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn person(kind: &str) -> (Client, Device, Proxy, model::BareJid) {
    let proxy = Proxy::start(World::shared().prosody().http_port()).await;
    let device = Device::default();
    let jid = model::BareJid::new(Some(&acceptance::fresh_name(kind)), "localhost").expect("a plain name");
    let client = Client::register(&device, &jid, "pass word", &proxy.ws_url()).await;
    (client, device, proxy, jid)
}
