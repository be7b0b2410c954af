//! Exponential back-off after failed refreshes, so that a failing service is not overloaded further.

use std::sync::PoisonError;

use super::{
    clock::{Clock, Moment},
    rng,
};
use crate::{
    Error,
    runtime::sync::{Mutex, MutexGuard},
};

/// The back-off after the first failure. Each further failure doubles it.
const FIRST_PAUSE_NS: u64 = 1_000_000_000;
/// The longest back-off.
const LONGEST_PAUSE_NS: u64 = 30_000_000_000;

/// The failures of one key since its last success.
#[derive(Default)]
pub(super) struct Backoff(Mutex<Option<Failures>>);

struct Failures {
    count: u32,
    last: Error,
    at: Moment,
    pause_ns: u64,
}

impl Failures {
    /// Returns `true` if the back-off is over. An unknown age is longer than any back-off.
    fn is_over(&self, clock: &Clock, now: Moment) -> bool {
        clock.age(self.at, now).as_nanos() >= self.pause_ns
    }
}

impl Backoff {
    /// Returns the last failure while its back-off lasts.
    pub(super) fn current_failure(&self, clock: &Clock, now: Moment) -> Option<Error> {
        self.failures().as_ref().filter(|failures| !failures.is_over(clock, now)).map(|failures| failures.last.clone())
    }

    /// Records a failure. Callers that shared it record it too, but it counts once, because the back-off has begun by
    /// then.
    pub(super) fn note(&self, error: &Error, clock: &Clock, now: Moment) {
        let mut failures = self.failures();
        let count = match &*failures {
            Some(earlier) if !earlier.is_over(clock, now) => return,
            Some(earlier) => earlier.count.saturating_add(1),
            None => 1,
        };
        *failures = Some(Failures { count, last: error.clone(), at: now, pause_ns: pause_ns(count) });
    }

    /// Ends the back-off after a successful fetch or an invalidation.
    pub(super) fn end(&self) {
        *self.failures() = None;
    }

    fn failures(&self) -> MutexGuard<'_, Option<Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns a random duration between half and all of the doubled back-off, so that environments that failed together
/// do not retry together.
fn pause_ns(count: u32) -> u64 {
    let whole = FIRST_PAUSE_NS.saturating_mul(1 << count.saturating_sub(1).min(16)).min(LONGEST_PAUSE_NS);
    let half = whole / 2;
    half + rng::up_to(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_offs_double_up_to_the_longest_and_differ() {
        for (count, whole) in
            [(1, FIRST_PAUSE_NS), (2, 2 * FIRST_PAUSE_NS), (6, LONGEST_PAUSE_NS), (u32::MAX, LONGEST_PAUSE_NS)]
        {
            let pauses: Vec<_> = (0..50).map(|_| pause_ns(count)).collect();
            assert!(pauses.iter().all(|pause| (whole / 2..=whole).contains(pause)), "{count}: {pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]));
        }
    }
}
