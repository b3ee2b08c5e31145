//! The rules of the house that a compiler does not know.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use engine::Series;
use serde_json::Value;

use crate::precache::has_extension;
use crate::root;

/// Arrows only downward: who may depend on whom inside the workspace.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("stanza", &["model"]),
    ("engine", &["model", "stanza"]),
    ("projection", &["model"]),
    ("driver", &["engine", "model", "stanza"]),
    ("browser", &["driver", "model"]),
    ("app", &["browser", "model", "projection"]),
    ("acceptance", &["browser", "driver", "engine", "model", "projection", "stanza", "xtask"]),
    // A dev-dependency: `standards_are_listed` asks what the engine can do.
    ("xtask", &["engine"]),
];

/// Longer files are split.
const MOST_LINES: usize = 500;

#[test]
fn arrows_point_only_downward() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let allowed = ARROWS.iter().find(|(room, _)| *room == name).map(|(_, allowed)| *allowed);
        let allowed =
            allowed.unwrap_or_else(|| panic!("{name} is a new room: say in tidy.rs what it may know"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let to = dependency["name"].as_str().unwrap();
            assert!(!ours.contains(to) || allowed.contains(&to), "{name} → {to} is no arrow of the house");
        }
    }
}

#[test]
fn no_file_is_too_long_and_every_crate_says_what_it_is() {
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines: split it", file.display());
        if lines > 400 {
            println!("{} has {lines} lines: split it soon", file.display());
        }
        if ["lib.rs", "main.rs"].iter().any(|root| file.ends_with(Path::new("src").join(root))) {
            assert!(text.starts_with("//! "), "{} does not say what the crate is", file.display());
        }
    }
}

#[test]
fn the_page_reads_the_choices_where_the_app_writes_them() {
    let prefs = fs::read_to_string(root().join("crates/browser/src/prefs.rs")).unwrap();
    let page = fs::read_to_string(root().join("app/index.html")).unwrap();
    for name in ["THEME", "LANG"] {
        let rest = prefs.split(&format!("const {name}: &str = ")).nth(1).unwrap();
        let key = rest.split(';').next().unwrap();
        assert!(page.contains(&format!("localStorage.getItem({key})")), "{name}");
    }
}

/// Nothing received ever becomes markup: the app has no way to write any.
#[test]
fn text_stays_text() {
    for file in sources().into_iter().filter(|file| file.starts_with(root().join("app"))) {
        let text = fs::read_to_string(&file).unwrap();
        for way in ["inner_html", "innerHTML", "insert_adjacent_html", "outer_html", "srcdoc"] {
            assert!(!text.contains(way), "{} writes markup ({way})", file.display());
        }
    }
}

/// An invariant without its test is a wish: every test that the architecture names exists.
#[test]
fn invariants_name_their_tests() {
    let sources: String = sources().iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let text = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let invariants = text.split("## Invariants").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut named = 0;
    for name in invariants.split('`').skip(1).step_by(2).filter(|name| name.matches('_').count() > 1) {
        // The rules of the stores are generic.
        let is_there = ['(', '<'].iter().any(|next| sources.contains(&format!("fn {name}{next}")));
        assert!(is_there, "no test is called {name}");
        named += 1;
    }
    assert!(named > 20, "{named} names found");
}

/// `docs/xeps.md` says what the sources say. With `GOLDCREST_WRITE=1` (`cargo xtask xeps`) it writes the file.
#[test]
fn standards_are_listed() {
    let mut specs = engine::specs();
    specs.sort_by_key(|spec| (spec.series, spec.number, spec.file));
    let mut text = "# Standards\n\nWritten by `cargo xtask xeps` from the sources; a test compares them.\n\n\
                    | standard | title | version | where |\n|---|---|---|---|\n"
        .to_owned();
    for spec in specs {
        let link = match spec.series {
            Series::Rfc => format!("[RFC {0}](https://www.rfc-editor.org/rfc/rfc{0})", spec.number),
            Series::Xep => format!("[XEP-{0:04}](https://xmpp.org/extensions/xep-{0:04}.html)", spec.number),
        };
        writeln!(text, "| {link} | {} | {} | [`{2}`](../{2}) |", spec.name, spec.version, spec.file).unwrap();
    }
    let path = root().join("docs/xeps.md");
    if std::env::var_os("GOLDCREST_WRITE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/xeps.md is out of step: run `cargo xtask xeps`");
}

/// Every Rust file of ours.
fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["app", "crates", "tests", "xtask"].iter().map(|room| root().join(room)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if has_extension(&path.to_string_lossy(), "rs") {
                files.push(path);
            }
        }
    }
    files
}
