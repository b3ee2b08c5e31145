//! The ports on web-sys. The only room besides the app's DOM code that touches the platform.

mod boot;
pub mod config;
mod crypto;
pub mod drafts;
mod http;
mod idb;
mod indexing;
mod js;
pub mod keeping;
mod life;
mod listener;
mod ports;
pub mod prefs;
mod socket;
mod tabs;
mod wait;

pub use boot::{Boot, boot};
pub use config::{OperatorConfig, OperatorLink};
pub use idb::IdbStore;
pub use life::Life;
pub use ports::BrowserPorts;
pub use socket::BrowserSocket;
pub use tabs::Handle;
