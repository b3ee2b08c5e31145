//! `cargo xtask test`: everything that must hold before a change is kept.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::setup::{self, For};
use crate::shell::{find, program, run, step};
use crate::{Error, Result, bundle, size};

const WASM: &str = "wasm32-unknown-unknown";

/// Tests that ran, as their own runner counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    passed: usize,
    failed: usize,
}

/// How one step went.
struct Outcome {
    count: Count,
    error: Option<Error>,
}

type Step = (&'static str, fn() -> Outcome);

/// Cheapest first. `size` and `acceptance` look at what `build` made.
const STEPS: &[Step] = &[
    ("fmt", || plain(&mut cargo(&["fmt", "--all", "--check", "--", "--color=never"]), "fmt")),
    ("clippy", clippy),
    // `--no-fail-fast` everywhere: the summary should name every failure, not the first.
    ("unit", || {
        tests(
            &mut cargo(&[
                "test",
                "--workspace",
                "--exclude=acceptance",
                "--exclude=browser",
                "--no-fail-fast",
            ]),
            "unit",
        )
    }),
    ("worker", || {
        tests(program("node").args(["--test", "--test-reporter=tap", "tests/service-worker/"]), "worker")
    }),
    ("store", store),
    ("build", || done(bundle::build())),
    ("size", || done(size::report())),
    ("acceptance", || tests(&mut cargo(&["test", "-p", "acceptance", "--no-fail-fast"]), "acceptance")),
];

/// Runs every step; an error if anything failed. Among the last lines is `N passed, N failed`.
pub fn all() -> Result<()> {
    setup::ensure(For::Test)?;
    check(STEPS)
}

/// Runs one step, with nothing set up for it.
pub fn one(name: &str) -> Result<()> {
    let step: Vec<Step> = STEPS.iter().filter(|(known, _)| *known == name).copied().collect();
    if step.is_empty() {
        let names: Vec<_> = STEPS.iter().map(|(name, _)| *name).collect();
        return Err(Error::new(format!("no step `{name}`; there are: {}", names.join(" "))));
    }
    check(&step)
}

/// Two people talk while their network breaks; what is printed is the soak's own, its last line the outcome.
pub fn soak(arguments: &[&str]) -> Result<()> {
    setup::ensure(For::Test)?;
    if arguments.contains(&"--browser") {
        step("build", bundle::build)?;
    }
    let mut command = cargo(&["run", "--quiet", "-p", "acceptance", "--bin", "soak", "--"]);
    // In our place, so that nothing is said after its last line.
    Err(Error::new(format!("cannot start cargo: {}", command.args(arguments).exec())))
}

/// Measures how fluent the app is. Everything is built as it ships, and so is what measures.
pub fn bench(scenarios: &[&str]) -> Result<()> {
    setup::ensure(For::Test)?;
    step("build", bundle::build)?;
    if scenarios.is_empty() || scenarios.contains(&"converse") {
        step("converse", || run(program("npm").args(["ci", "--prefix", "bench"]), "converse").map(drop))?;
    }
    let mut command = cargo(&["run", "--quiet", "--release", "-p", "acceptance", "--bin", "bench", "--"]);
    Err(Error::new(format!("cannot start cargo: {}", command.args(scenarios).exec())))
}

/// Writes `docs/xeps.md`: the test that compares it knows how.
pub fn write_xeps() -> Result<()> {
    let mut command = cargo(&["test", "-p", "xtask", "standards_are_listed"]);
    run(command.env("GOLDCREST_WRITE", "1"), "xeps").map(drop)
}

fn check(steps: &[Step]) -> Result<()> {
    let mut total = Count::default();
    let mut failed = Vec::new();
    for (name, work) in steps {
        let mut count = Count::default();
        let result = step(name, || {
            let outcome = work();
            count = outcome.count;
            outcome.error.map_or(Ok(()), Err)
        });
        if let Err(error) = result {
            println!("{error}");
            failed.push(*name);
            // What did not even get as far as counting is one failure.
            count.failed = count.failed.max(1);
        }
        if count.passed + count.failed > 0 {
            println!("    {} passed, {} failed", count.passed, count.failed);
        }
        total.passed += count.passed;
        total.failed += count.failed;
    }
    println!();
    if !failed.is_empty() {
        println!("failed steps: {}", failed.join(" "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if failed.is_empty() { Ok(()) } else { Err(Error::new("not everything holds")) }
}

fn clippy() -> Outcome {
    let native = ["clippy", "--workspace", "--exclude=app", "--exclude=browser", "--all-targets"];
    let wasm = ["clippy", "-p", "app", "-p", "browser", "--all-targets", "--target", WASM];
    for arguments in [&native[..], &wasm[..]] {
        let outcome = plain(cargo(arguments).args(["--", "-D", "warnings"]), "clippy");
        if outcome.error.is_some() {
            return outcome;
        }
    }
    done(Ok(()))
}

/// The store's conformance suite against IndexedDB, in headless Chromium.
fn store() -> Outcome {
    let Some(driver) = find("chromedriver") else {
        return done(Err(Error::new("chromedriver is missing; `cargo xtask setup`")));
    };
    let mut command = cargo(&["test", "-p", "browser", "--target", WASM, "--no-fail-fast"]);
    tests(command.env("CHROMEDRIVER", driver).env("WASM_BINDGEN_TEST_TIMEOUT", "120"), "store")
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = program("cargo");
    command.args(arguments).env("CARGO_TERM_COLOR", "never");
    command
}

fn done(result: Result<()>) -> Outcome {
    Outcome { count: Count::default(), error: result.err() }
}

fn plain(command: &mut Command, log: &str) -> Outcome {
    done(run(command, log).map(drop))
}

fn tests(command: &mut Command, log: &str) -> Outcome {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        // A page of frames of the runtime for each failure hides what failed.
        command.env("RUST_BACKTRACE", "0");
    }
    let result = run(command, log);
    // The log has the counts also when the command failed.
    let path = crate::root().join(format!("target/xtask/{log}.log"));
    let output = std::fs::read_to_string(path).unwrap_or_default();
    let count = counted(&output);
    let error = result.err().map(|error| Error::new(format!("{error}\n\n{}", panics(&output))));
    let error = error.or_else(|| (count.passed == 0).then(|| Error::new("no test ran")));
    Outcome { count, error }
}

/// Lines of a panic's message that are said again.
const SAID: usize = 6;

/// Where each failing test panicked, and the first lines of what it said.
fn panics(output: &str) -> String {
    let mut lines = output.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("thread '") && line.contains("panicked at") {
            found.push(line);
            found.extend(lines.by_ref().take_while(|line| !line.starts_with("note:")).take(SAID));
        }
    }
    found.join("\n")
}

/// Reads what the test harness of Rust (`test result: ok. 3 passed; 1 failed; …`) and node (`# pass 3`) print.
fn counted(output: &str) -> Count {
    let mut count = Count::default();
    for line in output.lines() {
        let words: Vec<_> = line.split([' ', ';', '.']).filter(|word| !word.is_empty()).collect();
        let number = |word: &str| word.parse::<usize>().unwrap_or(0);
        match words[..] {
            ["test", "result:", _, passed, "passed", failed, "failed", ..] => {
                count.passed += number(passed);
                count.failed += number(failed);
            }
            ["#", "pass", passed] => count.passed += number(passed),
            ["#", "fail", failed] => count.failed += number(failed),
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_said_again_at_the_end() {
        let output = "running 2 tests\nthread 'a::b' (7) panicked at tests/a.rs:1:2:\nnot so\nnote: run with\n   9: frame\ntest a::b ... FAILED";
        assert_eq!(panics(output), "thread 'a::b' (7) panicked at tests/a.rs:1:2:\nnot so");
    }

    #[test]
    fn both_harnesses_are_counted() {
        let rust = "running 3 tests\ntest result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\
                    test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(counted(rust), Count { passed: 7, failed: 1 });
        assert_eq!(counted("# tests 4\n# pass 3\n# fail 1\n# cancelled 0"), Count { passed: 3, failed: 1 });
    }
}
