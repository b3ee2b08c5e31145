//! Makes what Trunk has staged as small as it gets. Trunk could run an optimizer and a minifier, too, but each would
//! see one file only; the most is to be had between them: exports that the script does not use are code that nobody
//! calls, and names that only wasm and script know can be of one letter.

mod glue;
mod order;
mod page;
mod wasm;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::shell::{program, run};
use crate::{Context, Error, Result, root};
use glue::Glue;

/// What every browser since 2022 knows, and rustc uses.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What makes the smallest download, which is not what makes the smallest file: `-Oz` and the search for common
/// expressions save bytes, but make code less alike.
const OPTIMIZE: [&str; 5] = [
    "-Os",
    "--skip-pass=local-cse",
    // Of functions with one caller.
    "--one-caller-inline-max-function-size=50",
    // The last bytes of the stack are there, the first ones of the memory: no valid address is below 1024.
    "--low-memory-unused",
    "--strip-debug",
];

/// Optimises nothing, but writes functions as `OPTIMIZE` does.
const REORDER: [&str; 3] = ["--optimize-level=2", "--shrink-level=1", "--reorder-functions-by-name"];

/// A kind of script, as terser has to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// The glue: nothing in it looks at `this`, or at how many arguments a function has.
    Glue,
    /// The service worker.
    Worker,
    /// The page's own script must run in browsers that are too old for the app: it says so to them.
    Page,
}

impl Script {
    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Glue => &[
                "--module",
                "--compress",
                "passes=3,ecma=2020,unsafe_arrows,unsafe_methods,keep_fargs=false",
            ],
            Self::Worker => &["--toplevel", "--compress", "passes=3,ecma=2020"],
            Self::Page => &["--compress", "passes=3"],
        }
    }
}

/// Works on the files in `staging`, in place.
pub(crate) fn pack(staging: &Path) -> Result<()> {
    let page_file = staging.join("index.html");
    let html = fs::read_to_string(&page_file).context(page_file.display())?;
    let old = page::app(&html)?;
    let (old_script, old_wasm) = (staging.join(format!("{old}.js")), staging.join(format!("{old}_bg.wasm")));
    let source = fs::read_to_string(&old_script).context(old_script.display())?;
    let glue = Glue::read(&source)?;
    let module = optimized(&glue, &old_wasm)?;

    let names = wasm::names(&module)?;
    let exports: BTreeMap<_, _> = names.exports.into_iter().zip(short_names()).collect();
    let places = glue.places(&names.imports)?;
    let place = |name: &str| places.get(name).map(usize::to_string);
    let module = wasm::rewrite(
        &module,
        |name| place(name).ok_or_else(|| Error::new(format!("no place for {name}"))),
        |name| exports.get(name).cloned().ok_or_else(|| Error::new(format!("no name for {name}"))),
    )?;
    // New content needs a new name: caches take what has a hash in its name for unchangeable.
    let wasm_name = format!("app-{}_bg.wasm", hash(&module));
    let script = glue.write(&names.imports, &exports, &wasm_name)?;
    let script = minified(&script, Script::Glue)?;
    let script_name = format!("app-{}.js", hash(script.as_bytes()));

    let mut css = String::new();
    for name in page::styles(&html) {
        let path = staging.join(name);
        css += &fs::read_to_string(&path).context(path.display())?;
        fs::remove_file(&path).context(path.display())?;
    }
    let html = page::packed(&html, &css, &script_name, &wasm_name, |text| minified(text, Script::Page))?;
    for old in [old_script, old_wasm] {
        fs::remove_file(&old).context(old.display())?;
    }
    fs::write(staging.join(&wasm_name), module).context(wasm_name)?;
    fs::write(staging.join(&script_name), script).context(script_name)?;
    fs::write(&page_file, html).context(page_file.display())
}

/// The script as terser says it.
pub(crate) fn minified(script: &str, kind: Script) -> Result<String> {
    let folder = root().join("target/xtask");
    fs::create_dir_all(&folder).context(folder.display())?;
    // One for each process: tests run side by side.
    let file = |end| folder.join(format!("terser-{}-{kind:?}-{end}", std::process::id()));
    let (before, after) = (file("in.js"), file("out.js"));
    fs::write(&before, script).context(before.display())?;
    let mut terser = program("terser");
    terser.arg(&before).arg("--output").arg(&after).args(kind.arguments()).arg("--mangle");
    run(&mut terser, "terser").context("the scripts cannot be minified (`cargo xtask setup`?)")?;
    let result = fs::read_to_string(&after).context(after.display());
    for file in [before, after] {
        fs::remove_file(file).ok();
    }
    Ok(result?.trim_end().to_owned())
}

/// The wasm with only those exports that the glue uses, through binaryen's optimizer.
fn optimized(glue: &Glue, file: &Path) -> Result<Vec<u8>> {
    let exports = glue.exports();
    let mut graph = vec![serde_json::json!({ "name": "glue", "root": true, "reaches": exports })];
    graph.extend(exports.iter().map(|name| serde_json::json!({ "name": name, "export": name })));
    let graph_file = file.with_extension("graph.json");
    fs::write(&graph_file, serde_json::Value::from(graph).to_string()).context(graph_file.display())?;
    let mut metadce = program("wasm-metadce");
    metadce.arg(file).arg("--output").arg(file).arg("--graph-file").arg(&graph_file).args(FEATURES);
    let done = run(&mut metadce, "wasm-metadce");
    fs::remove_file(&graph_file).ok();
    done?;
    // Imports that do the same are one to the optimizer when they have one name.
    let module = fs::read(file).context(file.display())?;
    let module = wasm::rewrite(&module, |name| glue.twin(name), |name| Ok(name.to_owned()))?;
    fs::write(file, module).context(file.display())?;
    wasm_opt(file, &OPTIMIZE)?;
    let module = fs::read(file).context(file.display())?;
    let order = order::by_likeness(&wasm::bodies(&module)?);
    fs::write(file, wasm::with_names(&module, &order)?).context(file.display())?;
    wasm_opt(file, &REORDER)?;
    fs::read(file).context(file.display())
}

fn wasm_opt(file: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = program("wasm-opt");
    run(command.arg(file).arg("--output").arg(file).args(arguments).args(FEATURES), "wasm-opt").map(drop)
}

/// a, b, … z, aa, ab, …
fn short_names() -> impl Iterator<Item = String> {
    (0_u32..).map(|mut number| {
        let mut name = String::new();
        loop {
            name.extend(char::from_digit(number % 26 + 10, 36));
            number /= 26;
            if number == 0 {
                return name;
            }
            number -= 1;
        }
    })
}

fn hash(content: &[u8]) -> String {
    hex(&Sha256::digest(content), 8)
}

/// The first `count` bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8], count: usize) -> String {
    bytes.iter().take(count).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn short_names_differ() {
        let names: Vec<_> = short_names().take(1000).collect();
        assert_eq!(names[..2], ["a", "b"]);
        assert!(names[26].len() == 2 && names[999].len() == 3);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 1000);
    }
}
