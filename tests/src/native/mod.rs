//! The engine without a browser: `driver` on tokio.

mod client;
mod disk;
mod ports;
mod seen;

pub use client::{Client, is_sent};
pub use disk::{Disk, Failure, Trouble};
pub use ports::{Device, NativePorts};
pub use seen::Seen;
