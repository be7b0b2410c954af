//! Virtual time: Tokio's paused clock, and an environment's own, from which its cache reads ages.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use lambda_cache::engine::{Clock, ManualClock};
use tokio::time::{Instant, sleep_until};

const NS_PER_MS: i64 = 1_000_000;

/// One environment's time, in milliseconds since the fleet began. All is in whole milliseconds, as Tokio's timers are.
///
/// The cache's clock may run ahead of Tokio's while nothing happens that anybody else would notice: through invocations that
/// find everything fresh, of which there are millions.
#[derive(Debug)]
pub struct Timeline {
    began: Instant,
    clock: ManualClock,
    at_ms: AtomicU64,
}

impl Timeline {
    /// A timeline of the fleet that began then.
    #[must_use]
    pub fn new(began: Instant) -> Self {
        Self { began, clock: ManualClock::default(), at_ms: AtomicU64::new(0) }
    }

    /// What the environment's cache reads.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::Manual(self.clock.clone())
    }

    /// Now, for the environment.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.at_ms.load(Ordering::Relaxed)
    }

    /// Moves the environment's clock alone. It never goes back: several calls of one environment end in any order.
    pub fn move_to(&self, at_ms: u64) {
        let was_ms = self.at_ms.fetch_max(at_ms, Ordering::Relaxed);
        self.clock.advance(i64::try_from(at_ms.saturating_sub(was_ms)).unwrap_or(0) * NS_PER_MS);
    }

    /// Waits for a moment: the rest of the fleet goes on meanwhile.
    pub async fn until(&self, at_ms: u64) {
        sleep_until(self.began + Duration::from_millis(at_ms)).await;
        self.move_to(at_ms);
    }

    /// Waits so long.
    pub async fn wait(&self, ms: u64) {
        self.until(self.now_ms() + ms).await;
    }
}
