//! The engine without a browser: `driver` on tokio.

mod client;
mod ports;
mod seen;

pub use client::{Client, is_sent};
pub use ports::{Device, NativePorts};
pub use seen::Seen;
