//! Virtual time: Tokio's paused clock, and the clock of each environment, which its cache reads.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use lambda_cache::__binding::engine::{Clock, ManualClock};
use tokio::time::{Instant, sleep_until};

const NS_PER_MS: i64 = 1_000_000;

/// The time of one environment, in milliseconds since the fleet started. All times are whole milliseconds, as Tokio's
/// timers are.
///
/// The environment's clock may be ahead of Tokio's while nothing happens that affects other environments. This skips
/// the millions of invocations that find everything fresh.
#[derive(Debug)]
pub struct Timeline {
    began: Instant,
    clock: ManualClock,
    at_ms: AtomicU64,
}

impl Timeline {
    /// Creates a timeline of the fleet that started at this time.
    #[must_use]
    pub fn new(began: Instant) -> Self {
        Self { began, clock: ManualClock::default(), at_ms: AtomicU64::new(0) }
    }

    /// Returns the clock for the environment's cache.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::Manual(self.clock.clone())
    }

    /// Returns the environment's time.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.at_ms.load(Ordering::Relaxed)
    }

    /// Advances the environment's clock alone. It never goes back, because several calls of one environment may end
    /// in any order.
    pub fn move_to(&self, at_ms: u64) {
        let was_ms = self.at_ms.fetch_max(at_ms, Ordering::Relaxed);
        self.clock.advance(i64::try_from(at_ms.saturating_sub(was_ms)).unwrap_or(0) * NS_PER_MS);
    }

    /// Waits until this time, while the rest of the fleet continues.
    pub async fn until(&self, at_ms: u64) {
        sleep_until(self.began + Duration::from_millis(at_ms)).await;
        self.move_to(at_ms);
    }

    /// Waits for this long.
    pub async fn wait(&self, ms: u64) {
        self.until(self.now_ms() + ms).await;
    }
}
