//! Time as data. Nothing below `driver` reads a clock.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z, as the device's wall clock or a server's stamp told it.
pub type WallMs = i64;

/// One instant on two clocks, passed in with every input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timestamp {
    /// Milliseconds on a clock that never goes backwards; its origin means nothing. It may stand still while
    /// the device sleeps.
    pub mono_ms: u64,
    /// Milliseconds since 1970 on the wall clock; may jump either way.
    pub wall_ms: WallMs,
}
