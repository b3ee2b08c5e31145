//! The sans-IO XMPP client.
//!
//! Told, never asking: every clock reading, random byte, frame and finished write comes in through
//! [`Engine::handle`]; everything it wants done goes out through [`Engine::poll`]. The contract is: one input, then
//! poll until `Idle`.

mod io;

pub use io::{Input, Output, WriteToken};
