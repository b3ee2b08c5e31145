//! Two people talk natively, through a real Prosody, while the network breaks and the app is killed: `cargo xtask soak`. The last
//! line says what came of it; anything but clean is a failure.

use acceptance::soak::{self, Fault, Plan};
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
soak [options]
--cuts N        faults; 1000 of them, or 100 with --browser
--seed S        what is left to chance follows from it
--burst N       messages from each side between two faults; 5
--only FAULT    cut, truncate, kill, half-open, swallow, ack-lost, refuse or restart
--gentle        cut nothing inside a frame, and let a page store what it shows
--expire        a server that forgets a stream as soon as it breaks
--lua CONFIG    more configuration of the server
--no-archive    it has no archive to compare with
--browser       one of them is a page in Chromium that is also reloaded, crashed and killed";

fn main() -> ExitCode {
    let Some((plan, browser)) = plan(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
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
            "--gentle" => {
                plan.faults = soak::BETWEEN_FRAMES;
                plan.waits_for_disk = true;
            }
            "--no-archive" => plan.has_archive = false,
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
