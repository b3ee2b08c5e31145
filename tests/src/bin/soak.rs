//! `cargo xtask soak [--cuts N] [--seed S] [--only FAULT] [--expire] [--burst N]`: two people talk natively, through a real
//! Prosody, while the network breaks and the app is killed. `--only` chooses one kind of fault (cut, truncate, kill, half-open,
//! swallow, ack-lost, refuse, restart); with `--expire` the server forgets a stream as soon as it breaks. The last line says
//! what came of it; anything but clean is a failure.

use acceptance::soak::{self, Fault, Plan};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let Some(plan) = plan(std::env::args().skip(1)) else {
        eprintln!("soak [--cuts N] [--seed S] [--only FAULT] [--expire] [--burst N]");
        return ExitCode::FAILURE;
    };
    println!("seed={}", plan.seed);
    let started = Instant::now();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a tokio runtime");
    let report = tokio::task::LocalSet::new().block_on(&runtime, soak::run(&plan));
    println!("seconds={:.0}", started.elapsed().as_secs_f32());
    println!("{report}");
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn plan(mut arguments: impl Iterator<Item = String>) -> Option<Plan> {
    let mut plan = Plan::new(1, 1_000);
    while let Some(name) = arguments.next() {
        if name == "--expire" {
            soak::EXPIRING.clone_into(&mut plan.server);
            continue;
        }
        let value = arguments.next()?;
        match name.as_str() {
            "--cuts" => plan.cuts = value.parse().ok()?,
            "--seed" => plan.seed = value.parse().ok()?,
            "--burst" => plan.burst = value.parse().ok()?,
            "--only" => plan.faults = Fault::named(&value)?,
            _ => return None,
        }
    }
    Some(plan)
}
