//! XML elements with limits, and the building blocks that several XEPs share.
//!
//! RFC 7395 puts one whole element into each WebSocket frame, so a small tree is all that is needed: [`Element::parse`]
//! takes a frame in, [`Element::to_xml`] gives one out. Everything is pure: no IO, no clock.

mod chars;
mod element;
mod error;
mod parse;
mod write;

pub mod base64;
pub mod datetime;
pub mod delay;
pub mod form;
pub mod host_meta;
pub mod ns;
pub mod stanza_error;

pub use element::{Element, Node};
pub use error::ParseError;
pub use form::DataForm;
pub use parse::Limits;
pub use stanza_error::{ErrorKind, StanzaError};
