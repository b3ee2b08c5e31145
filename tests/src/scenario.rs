//! One test: its runtime, its turn, its time limit.

use std::future::Future;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Scenarios that run at the same time, whatever the test runner's thread count is: the machine has two cores.
const AT_ONCE: usize = 2;

/// No scenario takes longer; a hanging one is a failed one.
const LIMIT: Duration = Duration::from_mins(3);

static RUNNING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// Runs one scenario on a runtime of its own, when it is its turn, with a time limit. Futures need not be `Send`.
pub fn scenario(test: impl Future<Output = ()>) {
    let _turn = Turn::take();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a tokio runtime");
    let local = tokio::task::LocalSet::new();
    let outcome = local.block_on(&runtime, async { tokio::time::timeout(LIMIT, test).await });
    assert!(outcome.is_ok(), "the scenario took longer than {} s", LIMIT.as_secs());
}

/// A place among the [`AT_ONCE`]; given back on drop, also by a failing test.
struct Turn;

impl Turn {
    fn take() -> Self {
        let (count, freed) = &RUNNING;
        let running = count.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running =
            freed.wait_while(running, |n| *n >= AT_ONCE).unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (count, freed) = &RUNNING;
        *count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        freed.notify_one();
    }
}
