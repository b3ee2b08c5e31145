//! Elements out.

use crate::Element;
use crate::chars::is_char;
use crate::element::Node;
use std::fmt;

impl Element {
    /// This element as a standalone document: every namespace is declared, and characters that XML 1.0 does not
    /// allow are left out.
    pub fn to_xml(&self) -> String {
        let mut out = String::with_capacity(128);
        write_element(self, "", &mut out);
        out
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_xml())
    }
}

fn write_element(element: &Element, parent_ns: &str, out: &mut String) {
    out.push('<');
    out.push_str(&element.name);
    if *element.ns != *parent_ns {
        write_attr("xmlns", &element.ns, out);
    }
    for (name, value) in &element.attrs {
        // A foreign prefix has lost its declaration; written, it would make the document ill-formed.
        if name != "xmlns" && name.split_once(':').is_none_or(|(prefix, _)| prefix == "xml") {
            write_attr(name, value, out);
        }
    }
    if element.nodes.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    for node in &element.nodes {
        match node {
            Node::Element(child) => write_element(child, &element.ns, out),
            Node::Text(text) => escape(text, false, out),
        }
    }
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
}

fn write_attr(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(value, true, out);
    out.push('"');
}

fn escape(text: &str, in_attr: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // Only `]]>` needs it, but nobody is harmed.
            '>' => out.push_str("&gt;"),
            '"' if in_attr => out.push_str("&quot;"),
            // As they are, these would be changed by the reader's normalisation (XML 1.0 §2.11, §3.3.3).
            '\r' => out.push_str("&#13;"),
            '\n' if in_attr => out.push_str("&#10;"),
            '\t' if in_attr => out.push_str("&#9;"),
            c if is_char(c) => out.push(c),
            _ => {}
        }
    }
}
