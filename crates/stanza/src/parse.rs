//! Elements in: quick-xml finds the markup, this file says what of it XMPP allows.

use crate::chars::{is_char, is_nc_name, is_space};
use crate::{Element, ParseError, ns};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::sync::Arc;

/// How much a text may ask of us. Everything over a limit is refused, nothing is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub bytes: usize,
    /// Levels of elements; the root is the first.
    pub depth: usize,
    /// Attributes of one element, namespace declarations counted; also prefixes in scope.
    pub attributes: usize,
    /// Elements and texts in all.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 64, attributes: 64, nodes: 65_536 }
    }
}

const MAX_NS_BYTES: usize = 1024;

/// What else than one element may stand in the text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An XMPP frame: it begins with `<`, and comments and processing instructions are refused.
    Frame,
    /// A document from the web: those are skipped.
    Document,
}

impl Element {
    /// Parses one frame with the default [`Limits`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_with(text, &Limits::default())
    }

    /// Parses one frame: exactly one element (RFC 7395 §3.3.3), before it at most an XML declaration, after it at
    /// most white space. What RFC 6120 §11.1 forbids is refused.
    pub fn parse_with(text: &str, limits: &Limits) -> Result<Self, ParseError> {
        parse(text, limits, Kind::Frame)
    }
}

pub(crate) fn parse(text: &str, limits: &Limits, kind: Kind) -> Result<Element, ParseError> {
    if text.len() > limits.bytes {
        return Err(ParseError::TooLong);
    }
    if kind == Kind::Frame && !text.starts_with('<') {
        return Err(ParseError::NoElement);
    }
    let text = if kind == Kind::Document { text.trim_start_matches('\u{feff}').trim_start() } else { text };
    if !text.chars().all(is_char) {
        return Err(ParseError::BadCharacter);
    }
    let mut reader = Reader::from_str(text);
    let mut builder = Builder::new(*limits);
    loop {
        let at_start = reader.buffer_position() == 0;
        // Every syntax error of quick-xml is "something is not closed", every other one a mismatch.
        let event = reader.read_event().map_err(|error| match error {
            quick_xml::Error::Syntax(_) => ParseError::UnexpectedEnd,
            _ => ParseError::Malformed,
        })?;
        match event {
            Event::Start(start) => builder.open(&start)?,
            Event::Empty(start) => {
                builder.open(&start)?;
                builder.close()?;
            }
            Event::End(_) => builder.close()?,
            Event::Text(text) => builder.text(&text.into_inner())?,
            Event::CData(text) => builder.cdata(&text.into_inner())?,
            Event::GeneralRef(name) => builder.reference(&name.into_inner())?,
            Event::Decl(decl) if at_start => check_declaration(&decl)?,
            Event::Comment(_) | Event::PI(_) if kind == Kind::Document => {}
            Event::Comment(_) => return Err(ParseError::Comment),
            Event::Decl(_) | Event::PI(_) => return Err(ParseError::ProcessingInstruction),
            Event::DocType(_) => return Err(ParseError::Doctype),
            Event::Eof => return builder.finish(),
        }
    }
}

/// An element whose end has not come yet.
struct Open {
    element: Element,
    /// How many bindings were in scope before it.
    bindings: usize,
}

struct Builder {
    limits: Limits,
    nodes: usize,
    open: Vec<Open>,
    /// Prefixes in scope, innermost last; the default namespace has an empty one.
    bindings: Vec<(String, Arc<str>)>,
    root: Option<Element>,
}

impl Builder {
    fn new(limits: Limits) -> Self {
        Self { limits, nodes: 0, open: Vec::new(), bindings: Vec::new(), root: None }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), ParseError> {
        if self.root.is_some() {
            return Err(ParseError::TrailingData);
        }
        if self.open.len() >= self.limits.depth {
            return Err(ParseError::TooDeep);
        }
        self.count_node()?;
        let attrs = attributes(start.attributes_raw(), self.limits.attributes)?;
        let bindings = self.bindings.len();
        self.bind(&attrs)?;
        let (prefix, local) = split_name(start.name().into_inner())?;
        if matches!(prefix, "xml" | "xmlns") {
            return Err(ParseError::BadNamespace);
        }
        let mut element = Element::with_shared_ns(local, self.lookup(prefix)?);
        element.attrs = self.own_attributes(attrs)?;
        self.open.push(Open { element, bindings });
        Ok(())
    }

    fn close(&mut self) -> Result<(), ParseError> {
        let Open { element, bindings } = self.open.pop().ok_or(ParseError::Malformed)?;
        self.bindings.truncate(bindings);
        match self.open.last_mut() {
            Some(parent) => parent.element.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, ParseError> {
        if self.open.is_empty() {
            self.root.ok_or(ParseError::NoElement)
        } else {
            Err(ParseError::UnexpectedEnd)
        }
    }

    fn text(&mut self, raw: &str) -> Result<(), ParseError> {
        if self.open.is_empty() {
            return if raw.chars().all(is_space) { Ok(()) } else { Err(self.stray()) };
        }
        if raw.contains("]]>") {
            return Err(ParseError::Malformed);
        }
        self.append(&normal_lines(raw))
    }

    fn cdata(&mut self, raw: &str) -> Result<(), ParseError> {
        self.append(&normal_lines(raw))
    }

    fn reference(&mut self, name: &str) -> Result<(), ParseError> {
        let mut buffer = [0; 4];
        self.append(resolve(name)?.encode_utf8(&mut buffer))
    }

    fn append(&mut self, text: &str) -> Result<(), ParseError> {
        let stray = self.stray();
        let current = self.open.last_mut().ok_or(stray)?;
        let before = current.element.nodes.len();
        current.element.push_text(text);
        if current.element.nodes.len() > before { self.count_node() } else { Ok(()) }
    }

    fn stray(&self) -> ParseError {
        if self.root.is_some() { ParseError::TrailingData } else { ParseError::Malformed }
    }

    fn count_node(&mut self) -> Result<(), ParseError> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes { Err(ParseError::TooManyNodes) } else { Ok(()) }
    }

    /// Takes the namespace declarations among the attributes into scope.
    fn bind(&mut self, attrs: &[(&str, String)]) -> Result<(), ParseError> {
        for (name, value) in attrs {
            let Some(prefix) = declared_prefix(name) else { continue };
            let known = value == ns::XML || value == ns::XMLNS;
            let allowed = match prefix {
                "xmlns" => false,
                "xml" => value == ns::XML,
                // Only the default namespace can be undeclared (Namespaces in XML 1.0 §6.1).
                "" => !known,
                _ => !known && !value.is_empty(),
            };
            if !allowed || value.len() > MAX_NS_BYTES {
                return Err(ParseError::BadNamespace);
            }
            self.bindings.push((prefix.to_owned(), value.as_str().into()));
        }
        if self.bindings.len() > self.limits.attributes { Err(ParseError::TooManyAttributes) } else { Ok(()) }
    }

    fn lookup(&self, prefix: &str) -> Result<Arc<str>, ParseError> {
        match self.bindings.iter().rev().find(|(known, _)| known == prefix) {
            Some((_, ns)) => Ok(Arc::clone(ns)),
            None if prefix.is_empty() => Ok("".into()),
            None => Err(ParseError::UnboundPrefix),
        }
    }

    /// What remains of the attributes without the declarations.
    fn own_attributes(&self, attrs: Vec<(&str, String)>) -> Result<Vec<(String, String)>, ParseError> {
        let mut own = Vec::new();
        let mut expanded: Vec<(Arc<str>, &str)> = Vec::new();
        for (name, value) in attrs {
            if declared_prefix(name).is_some() {
                continue;
            }
            let (prefix, local) = split_name(name)?;
            // An attribute without a prefix is in no namespace (§6.2); `xml` needs no declaration.
            if !matches!(prefix, "" | "xml") {
                let key = (self.lookup(prefix)?, local);
                if expanded.contains(&key) {
                    return Err(ParseError::DuplicateAttribute);
                }
                expanded.push(key);
            }
            own.push((name.to_owned(), value));
        }
        Ok(own)
    }
}

/// `Some("")` for `xmlns`, `Some("p")` for `xmlns:p`.
fn declared_prefix(name: &str) -> Option<&str> {
    if name == "xmlns" { Some("") } else { name.strip_prefix("xmlns:") }
}

fn split_name(name: &str) -> Result<(&str, &str), ParseError> {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let good = is_nc_name(local) && (is_nc_name(prefix) || prefix.is_empty() && !name.starts_with(':'));
    if good { Ok((prefix, local)) } else { Err(ParseError::Malformed) }
}

/// Splits the inside of a tag. Stricter than quick-xml's own iterator: white space before every name, no `<` in a
/// value, and no more names compared than the limit allows.
fn attributes(raw: &str, limit: usize) -> Result<Vec<(&str, String)>, ParseError> {
    let mut attrs: Vec<(&str, String)> = Vec::new();
    let mut rest = raw;
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        if trimmed.is_empty() {
            return Ok(attrs);
        }
        if trimmed.len() == rest.len() {
            return Err(ParseError::Malformed);
        }
        if attrs.len() >= limit {
            return Err(ParseError::TooManyAttributes);
        }
        let (name, after) = trimmed.split_once('=').ok_or(ParseError::Malformed)?;
        let name = name.trim_end_matches(is_space);
        split_name(name)?;
        if attrs.iter().any(|(known, _)| *known == name) {
            return Err(ParseError::DuplicateAttribute);
        }
        let after = after.trim_start_matches(is_space);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or(ParseError::Malformed)?;
        let (value, tail) = after.get(1..).and_then(|s| s.split_once(quote)).ok_or(ParseError::Malformed)?;
        attrs.push((name, attribute_value(value)?));
        rest = tail;
    }
}

/// Resolves references and white space (XML 1.0 §3.3.3).
fn attribute_value(raw: &str) -> Result<String, ParseError> {
    let mut value = String::with_capacity(raw.len());
    let lines = normal_lines(raw);
    let mut rest = lines.as_ref();
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '<' => return Err(ParseError::Malformed),
            '&' => {
                let (name, tail) = rest.split_once(';').ok_or(ParseError::Malformed)?;
                value.push(resolve(name)?);
                rest = tail;
            }
            c if is_space(c) => value.push(' '),
            c => value.push(c),
        }
    }
    Ok(value)
}

/// The character a reference (without `&` and `;`) stands for.
fn resolve(name: &str) -> Result<char, ParseError> {
    let Some(number) = name.strip_prefix('#') else {
        return match name {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            name if is_nc_name(name) => Err(ParseError::Entity),
            _ => Err(ParseError::Malformed),
        };
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(ParseError::Malformed);
    }
    // Digits only, so an error means that the number is too large.
    let code = u32::from_str_radix(digits, radix).map_err(|_| ParseError::BadCharacter)?;
    char::from_u32(code).filter(|c| is_char(*c)).ok_or(ParseError::BadCharacter)
}

/// Line ends as `\n` (XML 1.0 §2.11).
fn normal_lines(raw: &str) -> std::borrow::Cow<'_, str> {
    if raw.contains('\r') { raw.replace("\r\n", "\n").replace('\r', "\n").into() } else { raw.into() }
}

fn check_declaration(raw: &str) -> Result<(), ParseError> {
    let attrs = attributes(raw.strip_prefix("xml").unwrap_or(raw), 3)?;
    let version = attrs.first().is_some_and(|(name, value)| *name == "version" && value.starts_with("1."));
    let utf8 = attrs.iter().all(|(name, value)| *name != "encoding" || value.eq_ignore_ascii_case("utf-8"));
    if version && utf8 { Ok(()) } else { Err(ParseError::Malformed) }
}
