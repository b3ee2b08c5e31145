//! The one loop: it moves inputs into the engine and outputs out of it.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod discovery;
mod handle;
mod inbox;
mod memory_store;
mod pace;
mod ports;
mod pump;
mod shelf;

/// What the platform tells the engine, for ports and tests.
pub use engine::Input;
pub use handle::Handle;
pub use inbox::Inbox;
pub use memory_store::MemoryStore;
pub use ports::{HostMeta, HostMetaLink, OnEvents, Ports, Socket, Store};
pub use pump::start;
