//! The time during which this machine was too busy for the test, which the library's timeouts cannot take into
//! account.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::{Instant, sleep};

const BEAT: Duration = Duration::from_millis(10);

static LATE_US: AtomicU64 = AtomicU64::new(0);

/// Measures until the runtime ends.
pub(crate) fn watch() {
    tokio::spawn(async {
        loop {
            let began = Instant::now();
            sleep(BEAT).await;
            let late = began.elapsed().saturating_sub(2 * BEAT); // timers are often a millisecond late
            LATE_US.fetch_add(u64::try_from(late.as_micros()).unwrap_or(0), Ordering::Relaxed);
        }
    });
}

/// Returns the total so far.
pub(crate) fn late() -> Duration {
    Duration::from_micros(LATE_US.load(Ordering::Relaxed))
}
