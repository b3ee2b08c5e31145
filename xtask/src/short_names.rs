//! Short names between the wasm and its glue.
//!
//! Every function that goes from one to the other has a name with a 64-bit hash or a whole Rust type in it, which no
//! compression helps against; there are some 300, and each stands in both files. Binaryen numbers them through, as
//! it does for Emscripten, and says how; this file then renames them in the glue. Worth 4.5 KB, compressed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::shell::{ask, program};
use crate::{Context, Error, Result};

/// What binaryen did, as it prints it.
#[derive(Deserialize)]
struct Renamed {
    /// Module, old name, new name.
    imports: Vec<(String, String, String)>,
    /// Old name, new name.
    exports: Vec<(String, String)>,
}

/// Renames what the wasm file in `folder` and the script beside it (`…_bg.wasm`, `….js`) call each other.
pub fn shorten(folder: &Path) -> Result<()> {
    let (wasm, glue) = files(folder)?;
    let mut command = program("wasm-opt");
    command.arg(&wasm).arg("--minify-imports-and-exports-and-modules").arg("-o").arg(&wasm);
    let printed = ask(&mut command).ok_or_else(|| Error::new("wasm-opt could not shorten the names"))?;
    let renamed: Renamed = serde_json::from_str(&printed).context("the names wasm-opt printed")?;
    let text = fs::read_to_string(&glue).context(glue.display())?;
    fs::write(&glue, rename(&text, &renamed)?).context(glue.display())
}

fn files(folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let entries = fs::read_dir(folder).context(folder.display())?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let stems: Vec<_> = names.filter_map(|name| name.strip_suffix("_bg.wasm").map(str::to_owned)).collect();
    match &stems[..] {
        [stem] => Ok((folder.join(format!("{stem}_bg.wasm")), folder.join(format!("{stem}.js")))),
        _ => Err(Error::new(format!("{} has {} wasm files, not one", folder.display(), stems.len()))),
    }
}

/// The glue with the new names: the keys of the object it hands to the wasm, and what it reads of `wasm`. Every name must
/// have been found, or the page would not start.
fn rename(glue: &str, renamed: &Renamed) -> Result<String> {
    let imports: BTreeMap<_, _> = renamed.imports.iter().map(|(_, old, new)| (old.as_str(), new)).collect();
    let exports: BTreeMap<_, _> = renamed.exports.iter().map(|(old, new)| (old.as_str(), new)).collect();
    let mut missing: Vec<&str> = imports.keys().copied().collect();
    let mut text = String::with_capacity(glue.len());
    let mut rest = glue;
    while let Some(start) = rest.find(is_name_char) {
        let (before, tail) = rest.split_at(start);
        let (name, after) = tail.split_at(tail.find(|c| !is_name_char(c)).unwrap_or(tail.len()));
        text.push_str(before);
        let new = if text.ends_with("wasm.") {
            exports.get(name)
        } else if after.starts_with(": function") {
            missing.retain(|import| *import != name);
            imports.get(name)
        } else {
            None
        };
        text.push_str(new.map_or(name, |new| new.as_str()));
        rest = after;
    }
    text.push_str(rest);
    if !missing.is_empty() {
        return Err(Error::new(format!("the glue has no import called {}", missing.join(", "))));
    }
    // All modules are one now; it is called what the first import would be.
    let module = renamed.imports.first().map_or("", |(module, _, _)| module.as_str());
    let key = format!("{module:?}: import0");
    if text.matches(&key).count() == 1 {
        Ok(text.replace(&key, "a: import0"))
    } else {
        Err(Error::new(format!("the glue has no object for {module}")))
    }
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed() -> Renamed {
        serde_json::from_str(
            r#"{ "imports": [["./app_bg.js", "__wbg_now_12ab", "b"]], "exports": [["memory", "c"], ["__wbindgen_malloc", "d"]] }"#,
        )
        .unwrap()
    }

    #[test]
    fn both_sides_get_the_new_names() {
        let glue = "const import0 = { __wbg_now_12ab: function() { return performance.memory; } };\n\
                    const all = { \"./app_bg.js\": import0 };\n\
                    new Uint8Array(wasm.memory.buffer); wasm.__wbindgen_malloc(1);";
        assert_eq!(
            rename(glue, &renamed()).unwrap(),
            "const import0 = { b: function() { return performance.memory; } };\n\
             const all = { a: import0 };\n\
             new Uint8Array(wasm.c.buffer); wasm.d(1);"
        );
    }

    #[test]
    fn a_name_that_is_not_found_is_an_error() {
        assert!(rename("const all = { \"./app_bg.js\": import0 };", &renamed()).is_err());
        assert!(rename("const import0 = { __wbg_now_12ab: function() {} };", &renamed()).is_err());
    }
}
