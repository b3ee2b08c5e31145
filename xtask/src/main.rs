//! `cargo xtask <command>`: see [`USAGE`].

use std::process::ExitCode;

use xtask::serve::Config;
use xtask::setup::{self, For};
use xtask::{Error, Result, bundle, check, precache, shell, size};

const USAGE: &str = "\
cargo xtask run                    build, start a server for accounts, and serve the page
cargo xtask test [--only <step>]   everything that must hold; steps: fmt clippy unit worker store build size acceptance
cargo xtask soak [--cuts N] [--seed S] [--browser] …
                                   two people talk while everything breaks; more to choose in tests/src/bin/soak.rs
cargo xtask bench [scenario…]      how fluent the app is with large data, beside Converse.js; docs/performance.md says what is measured
cargo xtask build                  build dist/ as it ships
cargo xtask serve [port]           serve dist/ on loopback, with dist/config.json if there is one
cargo xtask size                   bytes of every shipped file, against size-budget.toml
cargo xtask xeps                   write docs/xeps.md from the sources
cargo xtask setup                  install what is missing
cargo xtask precache               finish a build (Trunk calls this)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match obey(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn obey(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["run"] => setup::ensure(For::Run).and_then(|()| bundle::run_all()),
        ["test"] => check::all(),
        ["test", "--only", name] => check::one(name),
        ["soak", rest @ ..] => check::soak(rest),
        ["bench", rest @ ..] => check::bench(rest),
        ["build"] => setup::ensure(For::Build).and_then(|()| shell::step("build", bundle::build)),
        ["serve"] => bundle::serve(8080, Config::default()),
        ["serve", port] => {
            let port = port.parse().map_err(|_| Error::new(format!("{port} is no port")))?;
            bundle::serve(port, Config::default())
        }
        ["size"] => size::report(),
        ["xeps"] => check::write_xeps(),
        ["setup"] => setup::ensure(For::Test),
        ["precache"] => precache::finish(),
        _ => Err(Error::new(USAGE)),
    }
}
