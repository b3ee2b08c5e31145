//! Why a text was refused.

use std::fmt;

/// Why a text is not an element we accept. Carries nothing of the text, so it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseError {
    /// More bytes than [`Limits::bytes`](crate::Limits::bytes).
    TooLong,
    /// Nested deeper than [`Limits::depth`](crate::Limits::depth).
    TooDeep,
    /// An element with more attributes than [`Limits::attributes`](crate::Limits::attributes), or more prefixes in
    /// scope at once than that.
    TooManyAttributes,
    /// More elements and texts than [`Limits::nodes`](crate::Limits::nodes).
    TooManyNodes,
    /// No element at all, or the first character of a frame is not `<` (RFC 7395 §3.3.3).
    NoElement,
    /// Not well-formed XML.
    Malformed,
    /// The text ends inside the element.
    UnexpectedEnd,
    /// A document type declaration (RFC 6120 §11.1).
    Doctype,
    /// A reference to an entity other than the five predefined ones (RFC 6120 §11.1).
    Entity,
    /// A comment (RFC 6120 §11.1).
    Comment,
    /// A processing instruction (RFC 6120 §11.1).
    ProcessingInstruction,
    /// A prefix that no declaration in scope binds.
    UnboundPrefix,
    /// A namespace declaration that may not be made, or a namespace name over 1 KiB.
    BadNamespace,
    /// The same attribute twice.
    DuplicateAttribute,
    /// Something after the element.
    TrailingData,
    /// A character that XML 1.0 does not allow.
    BadCharacter,
}

impl ParseError {
    /// A short technical word for support and logs, such as `too-deep`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::TooDeep => "too-deep",
            Self::TooManyAttributes => "too-many-attributes",
            Self::TooManyNodes => "too-many-nodes",
            Self::NoElement => "no-element",
            Self::Malformed => "malformed",
            Self::UnexpectedEnd => "unexpected-end",
            Self::Doctype => "doctype",
            Self::Entity => "entity",
            Self::Comment => "comment",
            Self::ProcessingInstruction => "processing-instruction",
            Self::UnboundPrefix => "unbound-prefix",
            Self::BadNamespace => "bad-namespace",
            Self::DuplicateAttribute => "duplicate-attribute",
            Self::TrailingData => "trailing-data",
            Self::BadCharacter => "bad-character",
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("XML refused: ")?;
        f.write_str(self.code())
    }
}

impl std::error::Error for ParseError {}
