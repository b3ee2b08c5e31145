//! The tree.

use std::sync::Arc;

/// An XML element with its namespace resolved. Prefixes of elements are forgotten; only what they stood for stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub(crate) name: String,
    // Shared with the parent: a long name on the root must not be copied into each of 65,536 children.
    pub(crate) ns: Arc<str>,
    pub(crate) attrs: Vec<(String, String)>,
    pub(crate) nodes: Vec<Node>,
}

/// A child of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Text, unescaped. Never empty and never next to another text.
    Text(String),
}

impl Element {
    /// An empty element. `name` has no prefix; `ns` is empty for none.
    pub fn new(name: &str, ns: &str) -> Self {
        Self::with_shared_ns(name, ns.into())
    }

    pub(crate) fn with_shared_ns(name: &str, ns: Arc<str>) -> Self {
        Self { name: name.to_owned(), ns, attrs: Vec::new(), nodes: Vec::new() }
    }

    /// Sets an attribute (builder).
    #[must_use]
    pub fn attr(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set_attr(name, value);
        self
    }

    /// Sets an attribute if there is a value (builder).
    #[must_use]
    pub fn attr_opt(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Appends text (builder).
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.push_text(text);
        self
    }

    /// Appends a child (builder).
    #[must_use]
    pub fn with(mut self, child: Element) -> Self {
        self.push(child);
        self
    }

    /// Appends a child if there is one (builder).
    #[must_use]
    pub fn with_opt(self, child: Option<Element>) -> Self {
        match child {
            Some(child) => self.with(child),
            None => self,
        }
    }

    /// Appends a child.
    pub fn push(&mut self, child: Element) {
        self.nodes.push(Node::Element(child));
    }

    /// Appends text, joining it to a text that stands last.
    pub fn push_text(&mut self, text: impl Into<String>) {
        let text = text.into();
        if text.is_empty() {
            return;
        }
        match self.nodes.last_mut() {
            Some(Node::Text(last)) => last.push_str(&text),
            _ => self.nodes.push(Node::Text(text)),
        }
    }

    /// Sets an attribute, keeping its place if it is there already.
    ///
    /// Names are plain or begin with `xml:`. Namespace declarations are made by the serialiser, so `xmlns` and names
    /// with another prefix are never written.
    pub fn set_attr(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.attrs.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.attrs.push((name.to_owned(), value)),
        }
    }

    /// Its name, without a prefix.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its namespace name; empty for none.
    pub fn ns(&self) -> &str {
        &self.ns
    }

    /// True if it has this name in this namespace.
    pub fn is(&self, name: &str, ns: &str) -> bool {
        self.name == name && *self.ns == *ns
    }

    /// The value of an attribute, by its name as written (`xml:lang` with its prefix).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Its attributes `(name, value)` in document order, without namespace declarations.
    pub fn attrs(&self) -> &[(String, String)] {
        &self.attrs
    }

    /// All its children in document order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Its child elements in document order.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first direct child with this name and namespace.
    pub fn find(&self, name: &str, ns: &str) -> Option<&Element> {
        self.elements().find(|child| child.is(name, ns))
    }

    /// Every direct child with this name and namespace.
    pub fn find_all<'a>(&'a self, name: &'a str, ns: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |child| child.is(name, ns))
    }

    /// Its own text: all direct text nodes, joined.
    pub fn text(&self) -> String {
        let mut all = String::new();
        for node in &self.nodes {
            if let Node::Text(text) = node {
                all.push_str(text);
            }
        }
        all
    }

    /// The text of the first direct child with this name and namespace.
    pub fn child_text(&self, name: &str, ns: &str) -> Option<String> {
        self.find(name, ns).map(Element::text)
    }
}
