//! The engine without a browser: `driver` on tokio.

mod ports;

pub use ports::{Device, NativePorts};
