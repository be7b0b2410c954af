//! SSM as seen by the fleet: one account and Region.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Stage, limit::Limit, random::Random, tally::Tally, timeline::Timeline};

/// The range of latencies of an answer, throttled or not.
const LEAST_LATENCY_MS: u64 = 10;
const MOST_LATENCY_MS: u64 = 20;

/// The state shared by all environments of a fleet.
#[derive(Debug)]
pub struct Account(Mutex<Shared>);

/// The content of an account.
#[derive(Debug)]
pub struct Shared {
    limit: Limit,
    /// The random numbers.
    pub random: Random,
    /// The counters.
    pub tally: Tally,
}

impl Account {
    /// Creates an account with a limit of this many requests per second, and random numbers from this seed.
    #[must_use]
    pub fn new(per_second: u64, seed: u64) -> Self {
        Self(Mutex::new(Shared { limit: Limit::new(per_second), random: Random::new(seed), tally: Tally::default() }))
    }

    /// Locks the shared state. The lock must not be held while waiting.
    pub fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes one request. Returns, after its latency, whether it was accepted.
    pub async fn answers(&self, time: &Timeline, stage: Stage) -> bool {
        let (is_allowed, latency_ms) = {
            let mut shared = self.shared();
            let is_allowed = shared.limit.allows(time.now_ms());
            shared.tally.request(time.now_ms(), stage, is_allowed);
            (is_allowed, LEAST_LATENCY_MS + shared.random.below(MOST_LATENCY_MS - LEAST_LATENCY_MS + 1))
        };
        time.wait(latency_ms).await;
        is_allowed
    }
}
