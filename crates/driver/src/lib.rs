//! The one loop: it moves inputs into the engine and outputs out of it.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod inbox;
mod memory_store;
mod ports;

pub use inbox::Inbox;
pub use memory_store::MemoryStore;
pub use ports::{HostMeta, HostMetaLink, OnEvents, Ports, Socket, Store};
