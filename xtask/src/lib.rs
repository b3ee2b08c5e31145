//! Every command of the house: set-up, build, serve, run, test, size. The library half is what `tests/` starts
//! servers with.

pub mod bundle;
pub mod check;
pub mod ejabberd;
mod emoji;
mod error;
mod pack;
pub mod precache;
pub mod prosody;
pub mod serve;
pub mod setup;
pub mod shell;
pub mod size;
#[cfg(test)]
mod tidy;
mod watchdog;

pub use error::{Context, Error, Result};

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    // Known when compiled: xtask always runs from the checkout it was built in.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// A TCP port on loopback that is free right now.
pub fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).context("no free port on loopback")?;
    Ok(listener.local_addr().context("no free port on loopback")?.port())
}
