//! Installs what is missing, says one line per step, and does nothing when nothing is missing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::shell::{ask, find, program, run, run_within, step};
use crate::{Context, Error, Result, root};

/// The target's download can stall silently.
const RUSTUP: Duration = Duration::from_mins(4);
/// Equal to `[tools]` of Trunk.toml and to `wasm-bindgen` in Cargo.lock; a test says so.
const WASM_BINDGEN: &str = "0.2.130";
const TRUNK: &str = "0.21.14";
const GECKODRIVER: &str = "0.37.1";
const SLIXMPP: &str = "1.17.0";

/// What is going to be done, and so what must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// `build`: compile and bundle.
    Build,
    /// `run`: also a server to talk to.
    Run,
    /// `test`: also browsers, their drivers and an independent client.
    Test,
}

/// A system package, and the program or file that proves it is there.
struct Package {
    name: &'static str,
    proof: &'static str,
}

const fn package(name: &'static str, proof: &'static str) -> Package {
    Package { name, proof }
}

const BUILD: &[Package] = &[package("npm", "npm"), package("gcc", "cc")];
const RUN: &[Package] = &[
    package("prosody", "prosody"),
    package("prosody-modules", "/usr/lib/prosody/modules/mod_sasl2"),
    package("lua-dbi-sqlite3", "/usr/share/doc/lua-dbi-sqlite3"),
];
const TEST: &[Package] = &[
    package("chromium", "chromium"),
    package("chromium-driver", "chromedriver"),
    package("firefox-esr", "firefox-esr"),
    package("webkit2gtk-driver", "WebKitWebDriver"),
    package("xvfb", "Xvfb"),
    // The second server of the acceptance tests.
    package("ejabberd", "/usr/sbin/ejabberdctl"),
    // xvfb-run needs it and the package only recommends it.
    package("xauth", "xauth"),
    package("dbus", "dbus-run-session"),
    package("fonts-noto-cjk", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    package("fonts-noto-color-emoji", "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"),
];

/// Makes everything there that `goal` needs.
pub fn ensure(goal: For) -> Result<()> {
    let mut packages: Vec<&Package> = BUILD.iter().collect();
    if goal != For::Build {
        packages.extend(RUN);
    }
    if goal == For::Test {
        packages.extend(TEST);
    }
    step("setup: system packages", || system(&packages))?;
    step("setup: rust components", || rust(goal))?;
    step("setup: npm packages", npm)?;
    let wasm_bindgen = format!("wasm-bindgen-cli@{WASM_BINDGEN}");
    // No --locked: its lock file named a version that was not served everywhere.
    step("setup: wasm-bindgen", || cargo_tool("wasm-bindgen", WASM_BINDGEN, &[&wasm_bindgen]))?;
    let trunk = format!("trunk@{TRUNK}");
    // --debug builds in half the time; Trunk itself has little to compute.
    let flags = [&trunk, "--locked", "--debug", "--no-default-features", "--features", "rustls"];
    step("setup: trunk", || cargo_tool("trunk", TRUNK, &flags))?;
    if goal == For::Test {
        let geckodriver = format!("geckodriver@{GECKODRIVER}");
        let flags = [&geckodriver, "--locked", "--debug"];
        step("setup: geckodriver", || cargo_tool("geckodriver", GECKODRIVER, &flags))?;
        step("setup: slixmpp", slixmpp)?;
    }
    Ok(())
}

fn system(packages: &[&Package]) -> Result<()> {
    let is_there =
        |proof: &str| if proof.starts_with('/') { Path::new(proof).exists() } else { find(proof).is_some() };
    let missing: Vec<_> =
        packages.iter().filter(|package| !is_there(package.proof)).map(|p| p.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if find("apt-get").is_none() {
        return Err(Error::new(format!("please install what Debian calls: {names}")));
    }
    let install = || apt(&[&["install", "-y", "--no-install-recommends"], &missing[..]].concat());
    // Package lists that are missing or too old are the usual reason for a failure.
    install()
        .or_else(|_| apt(&["update"]).and_then(|()| install()))
        .context(format_args!("please run `apt-get install {names}` yourself and start again"))
}

/// Runs apt-get, and starts no service that comes with a package: the tests start servers of their own. This is Debian's way to
/// say so; a policy that is there already is somebody's.
const QUIET_APT: &str = r#"
policy=/usr/sbin/policy-rc.d
if ! [ -e $policy ]; then
  trap 'rm -f $policy' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
fi
DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@"
"#;

fn apt(arguments: &[&str]) -> Result<()> {
    let is_root = ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    let mut command = program(if is_root { "env" } else { "sudo" });
    command.args(["sh", "-c", QUIET_APT, "apt-get"]).args(arguments);
    // sudo may ask for a password.
    run(command.stdin(Stdio::inherit()), "apt").map(drop)
}

fn rust(goal: For) -> Result<()> {
    let sysroot = ask(program("rustc").args(["--print", "sysroot"]))
        .map(PathBuf::from)
        .ok_or_else(|| Error::new("rustc does not run; install Rust with rustup first"))?;
    let mut wanted = vec![
        ("target", "wasm32-unknown-unknown", "lib/rustlib/wasm32-unknown-unknown/lib"),
        // The page is built with a standard library of its own.
        ("component", "rust-src", "lib/rustlib/src/rust/library/Cargo.lock"),
    ];
    if goal == For::Test {
        wanted.push(("component", "rustfmt", "bin/rustfmt"));
        wanted.push(("component", "clippy", "bin/cargo-clippy"));
    }
    for (kind, name, proof) in wanted {
        if sysroot.join(proof).exists() {
            continue;
        }
        let add = || run_within(program("rustup").args([kind, "add", name]), "rustup", RUSTUP);
        add().or_else(|_| add()).context(format_args!("please run `rustup {kind} add {name}` yourself"))?;
    }
    Ok(())
}

fn npm() -> Result<()> {
    let locked = fs::read_to_string(root().join("package-lock.json")).context("package-lock.json")?;
    // npm writes down what it installed.
    let installed = fs::read_to_string(root().join("node_modules/.package-lock.json")).unwrap_or_default();
    if has_all(&locked, &installed) {
        return Ok(());
    }
    let mut npm = program("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--prefer-offline"]);
    run(&mut npm, "npm").context("please run `npm ci` yourself; it needs the npm registry").map(drop)
}

/// Whether every package of one lock file is in the other, in the same version.
fn has_all(locked: &str, installed: &str) -> bool {
    let versions = |text: &str| -> Option<BTreeMap<String, String>> {
        let lock: serde_json::Value = serde_json::from_str(text).ok()?;
        // What is for other systems only is optional, and npm leaves it out.
        let packages =
            lock.get("packages")?.as_object()?.iter().filter(|(_, it)| it.get("optional").is_none());
        Some(
            packages
                .filter_map(|(name, it)| Some((name.clone(), it.get("version")?.as_str()?.to_owned())))
                .collect(),
        )
    };
    match (versions(locked), versions(installed)) {
        (Some(locked), Some(installed)) => {
            !locked.is_empty() && locked.iter().all(|(name, version)| installed.get(name) == Some(version))
        }
        _ => false,
    }
}

fn cargo_tool(name: &str, version: &str, arguments: &[&str]) -> Result<()> {
    let found = ask(program(name).arg("--version")).unwrap_or_default();
    if found.split_whitespace().nth(1) == Some(version) {
        return Ok(());
    }
    let mut cargo = program("cargo");
    // A target folder of its own, so that a second attempt goes on where the first one failed.
    cargo.args(["install", "--root", ".tools", "--target-dir", ".tools/target"]).args(arguments);
    run(&mut cargo, name)
        .context(format_args!("please run `cargo install --root .tools {}` yourself", arguments.join(" ")))?;
    // Hundreds of megabytes that nobody needs again.
    fs::remove_dir_all(root().join(".tools/target")).ok();
    Ok(())
}

fn slixmpp() -> Result<()> {
    let venv = root().join(".tools/venv");
    let mark = venv.join(format!("slixmpp-{SLIXMPP}"));
    if mark.exists() {
        return Ok(());
    }
    if ask(program("python3").args(["-c", "import ensurepip, venv"])).is_none() {
        system(&[&package("python3-venv", "/nowhere")])?;
    }
    run(program("python3").args(["-m", "venv", "--clear"]).arg(&venv), "venv")?;
    let mut pip = program(".tools/venv/bin/pip");
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).arg(format!("slixmpp=={SLIXMPP}"));
    run(&mut pip, "pip").context("slixmpp could not be installed; it needs the Python package index")?;
    fs::write(mark, "").context("cannot write into .tools/venv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_and_its_generator_have_one_version() {
        let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
        let locked =
            lock.split("[[package]]").find(|entry| entry.contains("\nname = \"wasm-bindgen\"\n")).unwrap();
        assert!(locked.contains(&format!("version = \"{WASM_BINDGEN}\"")), "{locked}");
        let trunk = fs::read_to_string(root().join("Trunk.toml")).unwrap();
        assert!(trunk.contains(&format!("wasm_bindgen = \"{WASM_BINDGEN}\"")));
    }

    #[test]
    fn packages_are_there_when_all_are_in_their_version() {
        let lock = |packages: &str| format!(r#"{{"packages":{{{packages}}}}}"#);
        let (a, b) = (r#""node_modules/a":{"version":"1.0.0"}"#, r#""node_modules/b":{"version":"2.0.0"}"#);
        // Ours is an entry too, without a version; npm leaves it out.
        let both = lock(&format!(r#""":{{"name":"tools"}},{a},{b}"#));
        assert!(has_all(&both, &lock(&format!("{a},{b}"))));
        assert!(!has_all(&both, &lock(a)), "an older checkout");
        assert!(!has_all(&both, &lock(&format!("{a},{b}").replace("2.0", "2.1"))));
        assert!(!has_all(&both, ""), "a new checkout");
        let real = fs::read_to_string(root().join("package-lock.json")).unwrap();
        assert!(real.contains("node_modules/binaryen") && real.contains("node_modules/terser"));
        assert!(!has_all(&real, &both));
    }
}
