//! Waiting is polling a condition with a deadline, never a bare sleep.

use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. Generous: a loaded machine with two cores runs three browsers.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Pause between two looks.
const POLL: Duration = Duration::from_millis(40);

/// Polls `probe` until it gives a value. Its error says what it saw instead; the last one is in the panic when
/// [`DEADLINE`] is over.
pub async fn eventually<T>(what: &str, probe: impl AsyncFnMut() -> Result<T, String>) -> T {
    match within(DEADLINE, probe).await {
        Ok(value) => value,
        Err(seen) => panic!("{what}: not within {} s; saw {seen}", DEADLINE.as_secs()),
    }
}

/// Polls `probe` until it gives a value or `limit` is over; then the last thing it saw.
pub(crate) async fn within<T>(
    limit: Duration,
    mut probe: impl AsyncFnMut() -> Result<T, String>,
) -> Result<T, String> {
    let end = Instant::now() + limit;
    loop {
        match probe().await {
            Ok(value) => return Ok(value),
            Err(seen) if Instant::now() >= end => return Err(seen),
            Err(_) => tokio::time::sleep(POLL).await,
        }
    }
}

/// Watches that a condition stays true for `span`: for things that must *not* happen. Give the thing every chance
/// first (wait for something that comes after it), then keep `span` short.
pub async fn holds(what: &str, span: Duration, mut probe: impl AsyncFnMut() -> Result<(), String>) {
    let end = Instant::now() + span;
    while Instant::now() < end {
        if let Err(seen) = probe().await {
            panic!("{what}: did not stay so; saw {seen}");
        }
        tokio::time::sleep(POLL).await;
    }
}
