//! `cargo +nightly fuzz run stanza`: no input panics, and what is accepted obeys the limits and reads back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stanza::{Element, Limits, Node, host_meta};

fn depth(element: &Element) -> usize {
    1 + element.elements().map(depth).max().unwrap_or(0)
}

fn nodes(element: &Element) -> usize {
    let below = |node: &Node| match node {
        Node::Element(child) => nodes(child),
        Node::Text(_) => 1,
    };
    1 + element.nodes().iter().map(below).sum::<usize>()
}

/// Attributes with a foreign prefix are the one thing that is read and not written.
fn has_foreign_attribute(element: &Element) -> bool {
    element.attrs().iter().any(|(name, _)| name.contains(':') && !name.starts_with("xml:"))
        || element.elements().any(has_foreign_attribute)
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let limits = Limits { bytes: 4096, depth: 6, attributes: 8, nodes: 64 };
    if let Ok(element) = Element::parse_with(&text, &limits) {
        assert!(depth(&element) <= limits.depth && nodes(&element) <= limits.nodes);
        let again = Element::parse(&element.to_xml()).expect("what was written is read");
        assert!(has_foreign_attribute(&element) || again == element);
    }
    let _ = host_meta::parse_xrd(&text);
});
