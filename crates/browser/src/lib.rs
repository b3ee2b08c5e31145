//! The ports on web-sys. The only room besides the app's DOM code that touches the platform.

mod idb;

pub use idb::IdbStore;
