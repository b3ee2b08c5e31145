//! Other names for what a wasm imports and exports. wasm-bindgen's names are long and carry a hash each; nothing
//! compresses those, and every one is downloaded twice, in the wasm and in the script.

use crate::{Error, Result};

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
const CODE: u8 = 10;
const HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// Where wasm-bindgen says that the functions come from; [`rewrite`] says "".
const GLUE: &str = "./app_bg.js";

/// What a module imports and exports, in the module's order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) imports: Vec<String>,
    pub(super) exports: Vec<String>,
}

/// Reads the names.
pub(super) fn names(module: &[u8]) -> Result<Names> {
    let mut names = Names::default();
    rewrite(
        module,
        |name| {
            names.imports.push(name.to_owned());
            Ok(name.to_owned())
        },
        |name| {
            names.exports.push(name.to_owned());
            Ok(name.to_owned())
        },
    )?;
    Ok(names)
}

/// The module with other names and without custom sections: those are for tools. All imports then come from "".
pub(super) fn rewrite(
    module: &[u8],
    mut import: impl FnMut(&str) -> Result<String>,
    mut export: impl FnMut(&str) -> Result<String>,
) -> Result<Vec<u8>> {
    let mut result = HEADER.to_vec();
    for (id, content) in sections(module)? {
        let content = match id {
            CUSTOM => continue,
            IMPORTS => {
                section(content, |entry, new| {
                    if !matches!(entry.text()?, GLUE | "") {
                        return Err(Error::new("the wasm imports something that is not in the glue"));
                    }
                    put_text(new, "");
                    put_text(new, &import(entry.text()?)?);
                    // Tables and memories are longer.
                    if entry.byte()? != 0 {
                        return Err(Error::new("the wasm imports something that is no function"));
                    }
                    new.push(0);
                    put_number(new, entry.number()?);
                    Ok(())
                })?
            }
            EXPORTS => section(content, |entry, new| {
                put_text(new, &export(entry.text()?)?);
                new.push(entry.byte()?);
                put_number(new, entry.number()?);
                Ok(())
            })?,
            _ => content.to_vec(),
        };
        put_section(&mut result, id, &content);
    }
    Ok(result)
}

/// The code of every function.
pub(super) fn bodies(module: &[u8]) -> Result<Vec<&[u8]>> {
    let mut bodies = Vec::new();
    for (id, content) in sections(module)? {
        if id == CODE {
            let mut reader = Reader(content);
            for _ in 0..reader.number()? {
                let length = reader.number()?;
                bodies.push(reader.bytes(length)?);
            }
        }
    }
    Ok(bodies)
}

/// The module with a name for every function, so that the names are in the order of `order`.
pub(super) fn with_names(module: &[u8], order: &[usize]) -> Result<Vec<u8>> {
    let imports = names(module)?.imports.len();
    let mut positions: Vec<_> =
        order.iter().enumerate().map(|(position, function)| (function, position)).collect();
    positions.sort_unstable();
    let mut map = Vec::new();
    put_number(&mut map, positions.len());
    for (function, position) in positions {
        put_number(&mut map, imports + function);
        put_text(&mut map, &format!("{position:08}"));
    }
    let mut section = Vec::new();
    put_text(&mut section, "name");
    // Names of functions, among other kinds.
    put_section(&mut section, 1, &map);
    let mut module = module.to_vec();
    put_section(&mut module, CUSTOM, &section);
    Ok(module)
}

/// Every section: what it is and what is in it.
fn sections(module: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let mut reader = Reader(module);
    if reader.bytes(HEADER.len())? != HEADER {
        return Err(Error::new("this is no wasm"));
    }
    let mut sections = Vec::new();
    while !reader.0.is_empty() {
        let id = reader.byte()?;
        let length = reader.number()?;
        sections.push((id, reader.bytes(length)?));
    }
    Ok(sections)
}

/// A section that is a vector, entry by entry.
fn section(
    content: &[u8],
    mut entry: impl FnMut(&mut Reader<'_>, &mut Vec<u8>) -> Result<()>,
) -> Result<Vec<u8>> {
    let mut reader = Reader(content);
    let count = reader.number()?;
    let mut new = Vec::new();
    put_number(&mut new, count);
    for _ in 0..count {
        entry(&mut reader, &mut new)?;
    }
    Ok(new)
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8]> {
        let (bytes, rest) =
            self.0.split_at_checked(count).ok_or_else(|| Error::new("the wasm ends too early"))?;
        self.0 = rest;
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.bytes(1)?.iter().sum())
    }

    /// LEB128, 32 bits.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Error::new("the wasm has a number that is too long"))
    }

    fn text(&mut self) -> Result<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.bytes(length)?)
            .map_err(|_| Error::new("the wasm has a name that is no text"))
    }
}

fn put_number(to: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            to.push(low);
            return;
        }
        to.push(low | 0x80);
    }
}

/// A section, or a part of one that looks like one.
fn put_section(to: &mut Vec<u8>, id: u8, content: &[u8]) {
    to.push(id);
    put_number(to, content.len());
    to.extend(content);
}

fn put_text(to: &mut Vec<u8>, text: &str) {
    put_number(to, text.len());
    to.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(from: &str, import: &str, export: &str) -> Vec<u8> {
        let mut imports = vec![1];
        put_text(&mut imports, from);
        put_text(&mut imports, import);
        imports.extend([0, 0]);
        let mut exports = vec![1];
        put_text(&mut exports, export);
        exports.extend([0, 0]);
        let mut module = HEADER.to_vec();
        let code = vec![2, 2, 0, 0x0b, 3, 0, 1, 0x0b];
        for (id, content) in [(1, vec![1, 0x60, 0, 0]), (IMPORTS, imports), (EXPORTS, exports), (CODE, code)]
        {
            put_section(&mut module, id, &content);
        }
        module
    }

    #[test]
    fn names_change_and_nothing_else() {
        let long = "a".repeat(300);
        let mut before = module(GLUE, &long, "memory");
        // A custom section.
        before.extend([CUSTOM, 3, 1, b'n', 0]);
        let names = names(&before).unwrap();
        assert_eq!(names, Names { imports: vec![long], exports: vec!["memory".to_owned()] });
        let after = rewrite(&before, |_| Ok("0".to_owned()), |_| Ok("a".to_owned())).unwrap();
        assert_eq!(after, module("", "0", "a"));
    }

    #[test]
    fn functions_can_be_named_by_their_place() {
        let module = module(GLUE, "a", "b");
        assert_eq!(bodies(&module).unwrap(), [&[0, 0x0b][..], &[0, 1, 0x0b]]);
        let named = with_names(&module, &[1, 0]).unwrap();
        assert_eq!(named[..module.len()], module);
        // The first function comes after the one import, and is to be the second.
        assert_eq!(&named[module.len()..], b"\0\x1c\x04name\x01\x15\x02\x01\x0800000001\x02\x0800000000");
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        assert!(names(&module("elsewhere", "a", "b")).is_err());
        let whole = module(GLUE, "a", "b");
        assert!((9..whole.len()).any(|end| names(&whole[..end]).is_err()));
        assert!(names(b"\0asm").is_err());
    }
}
