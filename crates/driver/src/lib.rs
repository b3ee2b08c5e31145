//! The one loop: it moves inputs into the engine and outputs out of it.

mod inbox;
mod ports;

pub use inbox::Inbox;
pub use ports::{HostMeta, HostMetaLink, OnEvents, Ports, Socket, Store};
