//! The results of a fleet, computed from its counters.

use serde::Serialize;

use crate::{
    Stage,
    scenario::Scenario,
    tally::{Counts, Tally},
};

/// A fleet with its results.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The name of its scenario.
    pub scenario: &'static str,
    /// The number of execution environments.
    pub environments: u64,
    /// The simulated time in seconds.
    pub seconds: u64,
    /// The number of environments that had all their values at some time.
    pub started: u64,
    /// The time in seconds at which the last of those had them.
    pub last_started: f64,
    /// The figures of all invocations.
    pub all: Figures,
    /// The figures of environments that had all values before, which are refreshes.
    pub later: Figures,
}

/// Figures of some invocations and of their requests.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// The number of requests to SSM.
    pub requests: u64,
    /// The maximum number of requests in one second.
    pub peak_second: u64,
    /// The share of requests that SSM throttled, in percent.
    pub throttled_percent: f64,
    /// The number of invocations.
    pub invocations: u64,
    /// The share of invocations without a value, in percent.
    pub failed_percent: f64,
    /// The share of invocations that waited for SSM, in percent.
    pub waited_percent: f64,
    /// The mean wait of an invocation, in milliseconds.
    pub mean_ms: f64,
    /// The 99th percentile of the waits, in milliseconds.
    pub p99_ms: u64,
    /// The longest wait, in milliseconds.
    pub max_ms: u64,
}

impl Outcome {
    /// Computes the results from these counters.
    #[must_use]
    pub fn new(scenario: &Scenario, environments: u64, tally: &Tally) -> Self {
        let (first, later) = (tally.counts(Stage::First), tally.counts(Stage::Later));
        let peak = |which: usize| tally.seconds.iter().map(|second| second[which]).max().unwrap_or(0);
        Self {
            scenario: scenario.name,
            environments,
            seconds: scenario.duration().as_secs(),
            started: tally.started,
            last_started: ratio(tally.last_started_ms, 1_000),
            all: Figures::new(&[first, later], peak(0)),
            later: Figures::new(&[later], peak(1)),
        }
    }
}

impl Figures {
    fn new(counts: &[&Counts], peak_second: u64) -> Self {
        let sum = |of: fn(&Counts) -> u64| counts.iter().map(|counts| of(counts)).sum::<u64>();
        let waits = Waits::of(counts);
        let [requests, invocations] = [sum(|counts| counts.requests), sum(|counts| counts.invocations)];
        Self {
            requests,
            peak_second,
            throttled_percent: 100.0 * ratio(sum(|counts| counts.throttled), requests),
            invocations,
            failed_percent: 100.0 * ratio(sum(|counts| counts.failed), invocations),
            waited_percent: 100.0 * ratio(invocations - waits.0.first().unwrap_or(&0), invocations),
            mean_ms: ratio(waits.total_ms(), invocations),
            p99_ms: waits.reached_by(invocations / 100),
            max_ms: waits.reached_by(0),
        }
    }
}

/// The number of invocations by their wait in milliseconds.
struct Waits(Vec<u64>);

impl Waits {
    fn of(counts: &[&Counts]) -> Self {
        let longest = counts.iter().map(|counts| counts.waits.len()).max().unwrap_or(0);
        let at = |ms: usize| counts.iter().filter_map(|counts| counts.waits.get(ms)).sum();
        Self((0..longest).map(at).collect())
    }

    fn by_ms(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> {
        self.0.iter().enumerate().map(|(ms, count)| (ms as u64, *count))
    }

    fn total_ms(&self) -> u64 {
        self.by_ms().map(|(ms, count)| ms * count).sum()
    }

    /// Returns the longest wait that is reached by more than `others` invocations.
    fn reached_by(&self, others: u64) -> u64 {
        let mut longer = 0;
        let mut reached = self.by_ms().rev().filter(|(_, count)| {
            longer += count;
            longer > others
        });
        reached.next().map_or(0, |(ms, _)| ms)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are below 2^52")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::SCENARIOS;

    #[test]
    fn figures_cover_all_and_later_invocations() {
        let mut tally = Tally::default();
        tally.invocation(Stage::First, 2_000, false);
        tally.request(500, Stage::First, false);
        for waited_ms in (0..198).map(|_| 0).chain([10]) {
            tally.invocation(Stage::Later, waited_ms, true);
        }
        tally.request(900, Stage::Later, true);
        tally.request(1_500, Stage::Later, true);
        tally.request(1_600, Stage::Later, false);
        let Outcome { all, later, .. } = Outcome::new(&SCENARIOS[0], 1, &tally);
        assert_eq!((all.requests, all.peak_second, later.requests, later.peak_second), (4, 2, 3, 2));
        assert_eq!((all.invocations, later.invocations), (200, 199));
        let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(close(all.throttled_percent, 50.0) && close(later.throttled_percent, 100.0 / 3.0));
        assert!(close(all.failed_percent, 0.5) && close(later.failed_percent, 0.0));
        assert!(close(all.waited_percent, 1.0) && close(all.mean_ms, 10.05));
        assert_eq!((all.p99_ms, all.max_ms, later.p99_ms, later.max_ms), (0, 2_000, 0, 10));
    }

    #[test]
    fn the_99th_percentile_is_exceeded_by_one_in_a_hundred() {
        let mut tally = Tally::default();
        (0..98).for_each(|_| tally.invocation(Stage::Later, 0, true));
        (0..2).for_each(|_| tally.invocation(Stage::Later, 15, true));
        assert_eq!(Outcome::new(&SCENARIOS[0], 1, &tally).all.p99_ms, 15);
    }
}
