//! `cargo xtask soak [--cuts N] [--seed S] [--only FAULT] [--expire] [--burst N] [--lua CONFIG] [--browser]`: two people talk natively, through a real
//! Prosody, while the network breaks and the app is killed. `--only` chooses one kind of fault (cut, truncate, kill, half-open,
//! swallow, ack-lost, refuse, restart); with `--expire` the server forgets a stream as soon as it breaks; `--lua` adds to its configuration. `--browser`: one of them is
//! a page in Chromium that is also reloaded, crashed and killed (100 faults, unless told otherwise). The last line says
//! what came of it; anything but clean is a failure.

use acceptance::soak::{self, Fault, Plan};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let Some((plan, browser)) = plan(std::env::args().skip(1)) else {
        eprintln!(
            "soak [--cuts N] [--seed S] [--only FAULT] [--expire] [--burst N] [--lua CONFIG] [--browser]"
        );
        return ExitCode::FAILURE;
    };
    println!("seed={}", plan.seed);
    let started = Instant::now();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a tokio runtime");
    let report = tokio::task::LocalSet::new().block_on(&runtime, async {
        if browser { soak::run_in_browser(&plan).await } else { soak::run(&plan).await }
    });
    println!("seconds={:.0}", started.elapsed().as_secs_f32());
    println!("{report}");
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn plan(mut arguments: impl Iterator<Item = String>) -> Option<(Plan, bool)> {
    let mut plan = Plan::new(1, 1_000);
    let (mut cuts, mut browser) = (None, false);
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--expire" => soak::EXPIRING.clone_into(&mut plan.server),
            "--lua" => plan.server.push_str(&arguments.next()?.replace("\\n", "\n")),
            "--browser" => browser = true,
            "--cuts" => cuts = Some(arguments.next()?.parse().ok()?),
            "--seed" => plan.seed = arguments.next()?.parse().ok()?,
            "--burst" => plan.burst = arguments.next()?.parse().ok()?,
            "--only" => plan.faults = Fault::named(&arguments.next()?)?,
            _ => return None,
        }
    }
    plan.cuts = cuts.unwrap_or(if browser { 100 } else { 1_000 });
    Some((plan, browser))
}
