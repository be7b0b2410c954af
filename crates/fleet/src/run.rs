//! Simulation of fleets from start to end.

use std::{
    cmp::Reverse,
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use lambda_cache::Error;
use tokio::{runtime::Builder, task::JoinSet, time::Instant};

use crate::{account::Account, environment::Environment, outcome::Outcome, scenario::Scenario, timeline::Timeline};

/// The period in which all environments start, as in a burst or a deployment.
const START_MS: u64 = 1_000;
/// The seed of the random numbers. (The jitter and the back-offs of the caches use the system's.)
const SEED: u64 = 1;

/// Simulates a fleet.
///
/// # Errors
/// The error that prevents creating its caches or the runtime.
pub fn fleet(scenario: &Scenario, environments: u64) -> Result<Outcome, Error> {
    let broken = |error| Error::new(lambda_cache::ErrorKind::Unavailable, format!("no runtime: {error}"));
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().map_err(broken)?;
    runtime.block_on(live(scenario, environments))
}

async fn live(scenario: &Scenario, environments: u64) -> Result<Outcome, Error> {
    let began = Instant::now();
    let account = Arc::new(Account::new(scenario.per_second, SEED));
    let to_ms = u64::try_from(scenario.duration().as_millis()).unwrap_or(u64::MAX);
    let mut lives = JoinSet::new();
    for _ in 0..environments {
        let from_ms = account.shared().random.below(START_MS);
        let environment = Environment::new(scenario, Arc::clone(&account), Timeline::new(began))?;
        lives.spawn(environment.live(from_ms, to_ms));
    }
    lives.join_all().await;
    Ok(Outcome::new(scenario, environments, &account.shared().tally))
}

/// Simulates a fleet of each size in each scenario, in that order, with one thread for each processor. `done` is
/// called after each.
///
/// # Errors
/// The first error.
pub fn fleets(scenarios: &[Scenario], sizes: &[u64], done: impl Fn() + Sync) -> Result<Vec<Outcome>, Error> {
    let all: Vec<_> = scenarios
        .iter()
        .flat_map(|scenario| sizes.iter().map(move |size| (scenario, *size)))
        .filter(|(scenario, size)| *size <= scenario.largest)
        .collect();
    // The largest fleets run first, so that none of them runs alone at the end.
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|index| Reverse(all[*index].1));
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(vec![None; all.len()]));
    let work = || {
        while let Some(index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (scenario, size) = all[*index];
            let outcome = fleet(scenario, size);
            outcomes.lock().unwrap_or_else(PoisonError::into_inner)[*index] = Some(outcome);
            done();
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    outcomes.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{ALL, JITTER, LIST, LIST_JITTER, PLAIN};

    #[test]
    fn a_small_fleet_waits_once_per_max_age_and_is_not_throttled() {
        let outcome = fleet(&LIST, 10).unwrap();
        assert_eq!((outcome.all.throttled_percent, outcome.all.failed_percent), (0.0, 0.0));
        assert_eq!((outcome.all.requests, outcome.all.invocations), (10 * 5, 10 * 300));
        assert_eq!(outcome.started, 10);
        assert!((10..=20).contains(&outcome.all.max_ms), "{outcome:?}");
    }

    #[test]
    fn a_list_needs_a_fifth_of_the_requests() {
        assert_eq!(fleet(&PLAIN, 1).unwrap().all.requests, 5 * fleet(&LIST, 1).unwrap().all.requests);
    }

    #[test]
    fn jitter_spreads_refreshes() {
        let [without, with] = [LIST, LIST_JITTER].map(|scenario| fleet(&scenario, 40).unwrap().later.peak_second);
        assert_eq!(without, 40, "all refresh in the second in which all started");
        assert!(with < without / 2, "{with} of {without}");
    }

    #[test]
    fn jitter_keeps_refreshes_below_the_limit() {
        let [without, with] = [PLAIN, JITTER].map(|scenario| fleet(&scenario, 100).unwrap().later.throttled_percent);
        assert!(without > 20.0 && with < 1.0, "{with} % instead of {without} %");
    }

    #[test]
    fn refreshes_fail_by_default_but_not_with_all_settings() {
        let [without, with] = [PLAIN, ALL].map(|scenario| fleet(&scenario, 300).unwrap().later.failed_percent);
        assert!(without > 0.5 && with == 0.0, "{with} % instead of {without} %");
    }

    #[test]
    fn a_run_without_system_randomness_can_be_repeated() {
        let run = || format!("{:?}", fleet(&PLAIN, 30).unwrap());
        assert_eq!(run(), run());
    }

    #[test]
    fn scenarios_limit_sizes_and_keep_their_order() {
        let small = Scenario { largest: 2, ..LIST };
        let outcomes = fleets(&[PLAIN, small], &[1, 2, 3], || ()).unwrap();
        let names: Vec<_> = outcomes.iter().map(|one| (one.scenario, one.environments)).collect();
        let [plain, list] = [PLAIN.name, LIST.name];
        assert_eq!(names, [(plain, 1), (plain, 2), (plain, 3), (list, 1), (list, 2)]);
    }
}
