//! wasm-bindgen's glue, taken apart and put together smaller.

use std::collections::BTreeMap;

use crate::{Error, Result};

/// See the file: it says why.
const LOADER: &str = include_str!("loader.js");

/// What calls may throw goes through this. wasm-bindgen's own way makes two functions of each of them.
const GUARD: &str = "function guarded(f) {
    return (...args) => {
        try {
            return f(...args);
        } catch (e) {
            wasm.__wbindgen_exn_store(addToExternrefTable0(e));
        }
    };
}
";

/// The JavaScript between the page and the wasm. Made from what the pinned wasm-bindgen writes, and particular about
/// it: another shape is an error, not a broken page.
pub(super) struct Glue {
    /// Helper functions and what they keep.
    helpers: String,
    /// Name and function of every import.
    imports: BTreeMap<String, String>,
}

impl Glue {
    pub(super) fn read(source: &str) -> Result<Self> {
        let mut helpers = GUARD.to_owned();
        let mut imports = None;
        let mut dropped = Vec::new();
        for item in items(source) {
            let mut words = item.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
            let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            match (first, second) {
                // Nobody here makes such objects from JavaScript, and their exports hold code that nobody calls. What
                // the asynchronous functions do, and the other ones below, the loader does.
                ("export", "class") | ("async", "function") => dropped.extend(words.next()),
                ("function", "initSync" | "handleError" | "__wbg_finalize_init")
                | ("let", "__wbg_init_promise" | "wasmModule") => dropped.push(second),
                // Methods of those classes, what is exported to whoever imports this file, and `encodeInto` for
                // browsers that do not know reference types either.
                ("if", "Symbol" | "encodeInto") | ("export", _) => {}
                // The parts of those classes.
                (_, name) if name.ends_with("Finalization") => dropped.push(name),
                ("function", "__wbg_get_imports") => imports = Some(read_imports(item)?),
                ("function" | "class" | "const" | "let" | "if" | "cachedTextDecoder", _) => {
                    helpers.push_str(item);
                }
                _ => return Err(Error::new(format!("the glue has something unknown in it: {item}"))),
            }
        }
        let imports = imports.ok_or_else(|| Error::new("the glue has no imports"))?;
        let glue = Self { helpers, imports };
        let text = glue.text();
        match dropped.iter().find(|name| words(&text).any(|word| word == **name)) {
            Some(name) => Err(Error::new(format!("the glue needs `{name}`, which is left out"))),
            None => Ok(glue),
        }
    }

    /// The exports of the wasm that are used.
    pub(super) fn exports(&self) -> Vec<String> {
        let mut names = Vec::new();
        renamed(&(self.text() + LOADER), |name| {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
            Ok(name.to_owned())
        })
        .ok();
        names
    }

    /// The name of the first import that does the same: wasm-bindgen makes one for each type that has a `close`, say.
    pub(super) fn twin(&self, name: &str) -> Result<String> {
        let function = self.function(name)?;
        let first = self.imports.iter().find(|(_, other)| *other == function);
        Ok(first.map_or(name, |(first, _)| first).to_owned())
    }

    /// The functions behind these imports, each once.
    fn list(&self, used: &[String]) -> Result<Vec<&str>> {
        let mut list: Vec<_> = used.iter().map(|name| self.function(name)).collect::<Result<_>>()?;
        // What looks alike stands together: it compresses better.
        list.sort_unstable();
        list.dedup();
        Ok(list)
    }

    /// The place of every import in the list that [`write`](Self::write) puts into the script: an index is a name that needs no writing
    /// down.
    pub(super) fn places(&self, used: &[String]) -> Result<BTreeMap<String, usize>> {
        let list = self.list(used)?;
        let place =
            |name: &String| Some((name.clone(), list.binary_search(&self.function(name).ok()?).ok()?));
        Ok(used.iter().filter_map(place).collect())
    }

    /// The script, with the imports of the wasm in a list and its exports under other names; `file` is the wasm.
    pub(super) fn write(
        &self,
        used: &[String],
        exports: &BTreeMap<String, String>,
        file: &str,
    ) -> Result<String> {
        let loader = LOADER.replace("@imports", &self.list(used)?.join(",\n")).replace("@wasm", file);
        renamed(&(self.helpers.clone() + &loader), |name| {
            exports.get(name).cloned().ok_or_else(|| Error::new(format!("the wasm lacks {name}")))
        })
    }

    fn function(&self, name: &str) -> Result<&str> {
        let function = self.imports.get(name).ok_or_else(|| Error::new(format!("the glue lacks {name}")))?;
        Ok(function)
    }

    fn text(&self) -> String {
        self.imports.values().fold(self.helpers.clone(), |text, function| text + function + "\n")
    }
}

/// The statements of the outermost level, each with its line ends.
fn items(source: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        // Whatever belongs to a statement is indented, or closes it.
        if line.starts_with(|c: char| is_word(c) || c == '/') {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([source.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| source.get(*start..end)).collect()
}

/// The functions in `function __wbg_get_imports()`, by name.
fn read_imports(item: &str) -> Result<BTreeMap<String, String>> {
    let list = item
        .split_once("    const import0 = {\n        __proto__: null,\n")
        .and_then(|(_, rest)| rest.split_once("\n    };\n"))
        .filter(|(_, rest)| rest.matches(": import").count() == 1);
    let (list, _) = list.ok_or_else(|| Error::new("the imports of the glue look different"))?;
    let mut imports: BTreeMap<String, String> = BTreeMap::new();
    let mut last = None;
    for line in list.lines() {
        let entry = line.strip_prefix("        ").filter(|rest| rest.starts_with(is_word));
        if let Some((name, start)) = entry.and_then(|entry| entry.split_once(": ")) {
            last = Some(imports.entry(name.to_owned()).or_insert_with(|| start.to_owned()));
        } else if let Some(function) = &mut last {
            function.push('\n');
            function.push_str(line);
        }
    }
    for function in imports.values_mut() {
        let text = function.trim_end().trim_end_matches(',');
        let inner = text
            .strip_prefix("function() { return handleError(")
            .and_then(|text| text.strip_suffix(", arguments); }"));
        *function = inner.map_or_else(|| text.to_owned(), |inner| format!("guarded({inner})"));
        if function.contains("handleError") {
            return Err(Error::new(format!("the glue catches errors in a new way: {function}")));
        }
    }
    Ok(imports)
}

/// `text` with every `wasm.name` under another name.
fn renamed(text: &str, mut rename: impl FnMut(&str) -> Result<String>) -> Result<String> {
    let mut parts = text.split("wasm.");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let whole_word = !result.ends_with(is_word);
        result.push_str("wasm.");
        let end = part.find(|c| !is_word(c)).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        result.push_str(&if whole_word { rename(name)? } else { name.to_owned() });
        result.push_str(rest);
    }
    Ok(result)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_word(c))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"export class Sink {
    free() {
        wasm.__wbg_sink_free(this.ptr);
    }
}
if (Symbol.dispose) Sink.prototype[Symbol.dispose] = Sink.prototype.free;
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_b_1: function(arg0) {
            return text(arg0);
        },
        __wbg_a_2: function() { return handleError(function (arg0) {
            arg0.a();
        }, arguments); },
        __wbg_b_3: function(arg0) {
            return text(arg0);
        },
    };
    return {
        __proto__: null,
        "./app_bg.js": import0,
    };
}
const SinkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_sink_free(ptr, 1));

function handleError(f, args) {
}

function text(pointer) {
    return wasm.memory.buffer[pointer] + mywasm.other;
}

async function __wbg_init() {
}
export { initSync, __wbg_init as default };
"#;

    #[test]
    fn only_what_the_page_needs_is_left() {
        let glue = Glue::read(SOURCE).unwrap();
        assert_eq!(glue.exports(), ["__wbindgen_exn_store", "memory", "__wbindgen_start"]);
        let used = ["__wbg_b_1", "__wbg_a_2", "__wbg_b_3"].map(str::to_owned);
        let names = glue.exports().into_iter().zip(["x", "y", "z"].map(str::to_owned)).collect();
        let script = glue.write(&used, &names, "app_bg.wasm").unwrap();
        let places = glue.places(&used).unwrap();
        assert_eq!(
            places.values().copied().collect::<Vec<_>>(),
            [1, 0, 0],
            "twins have one place: {places:?}"
        );
        assert_eq!(glue.twin("__wbg_b_3").unwrap(), "__wbg_b_1");
        assert!(!script.contains("Sink") && !script.contains("__wbg_"), "{script}");
        assert!(script.contains("wasm.y.buffer") && script.contains("mywasm.other"), "{script}");
        assert!(script.contains("guarded(function (arg0) {\n            arg0.a();\n        })"), "{script}");
        assert!(script.contains(r#"new URL("app_bg.wasm", import.meta.url)"#), "{script}");
        assert!(!glue.write(&used[..1], &names, "").unwrap().contains("arg0.a()"), "nobody calls it");
    }

    #[test]
    fn another_shape_is_an_error() {
        assert!(Glue::read("").is_err(), "no imports");
        assert!(
            Glue::read(&SOURCE.replace("text(arg0)", "Sink.wrap(arg0)")).is_err(),
            "a class that is left out"
        );
        assert!(Glue::read(&SOURCE.replace("async function", "throw")).is_err(), "an unknown statement");
        assert!(Glue::read(&SOURCE.replace("return handleError", "throw handleError")).is_err());
        assert!(Glue::read(SOURCE).unwrap().twin("c").is_err(), "an import without a function");
    }
}
