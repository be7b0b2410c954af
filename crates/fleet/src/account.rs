//! SSM, as an account and Region has it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Stage, limit::Limit, random::Random, tally::Tally, timeline::Timeline};

/// What an answer takes, throttled or not: from here to there.
const LEAST_LATENCY_MS: u64 = 10;
const MOST_LATENCY_MS: u64 = 20;

/// What all environments of a fleet share.
#[derive(Debug)]
pub struct Account(Mutex<Shared>);

/// What they share.
#[derive(Debug)]
pub struct Shared {
    limit: Limit,
    /// Random numbers.
    pub random: Random,
    /// What is counted.
    pub tally: Tally,
}

impl Account {
    /// An account with so many requests a second, and the numbers of this seed.
    #[must_use]
    pub fn new(per_second: u64, seed: u64) -> Self {
        Self(Mutex::new(Shared { limit: Limit::new(per_second), random: Random::new(seed), tally: Tally::default() }))
    }

    /// What is shared. Nobody keeps it while he waits.
    pub fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request: whether it was let through, once the answer is there.
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
