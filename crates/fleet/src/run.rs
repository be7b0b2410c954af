//! Fleets, from their start to their end.

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

/// All environments start within so long: a burst, or a deployment.
const START_MS: u64 = 1_000;
/// What the random numbers come from. (The jitter and the pauses of the caches come from the system.)
const SEED: u64 = 1;

/// The life of a fleet.
///
/// # Errors
/// What keeps its caches from being made, or the runtime.
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

/// The lives of a fleet of each size in each scenario, in that order; as many at a time as there are processors. `done` is
/// told of each.
///
/// # Errors
/// The first error.
pub fn fleets(scenarios: &[Scenario], sizes: &[u64], done: impl Fn() + Sync) -> Result<Vec<Outcome>, Error> {
    let all: Vec<_> = scenarios
        .iter()
        .flat_map(|scenario| sizes.iter().map(move |size| (scenario, *size)))
        .filter(|(scenario, size)| *size <= scenario.largest)
        .collect();
    // The largest first, so that no processor is left with one of them at the end.
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
    fn a_small_fleet_is_never_throttled_and_waits_once_in_a_max_age() {
        let outcome = fleet(&LIST, 10).unwrap();
        assert_eq!((outcome.all.throttled_percent, outcome.all.failed_percent), (0.0, 0.0));
        assert_eq!((outcome.all.requests, outcome.all.invocations), (10 * 5, 10 * 300));
        assert_eq!(outcome.started, 10);
        assert!((10..=20).contains(&outcome.all.max_ms), "{outcome:?}");
    }

    #[test]
    fn five_parameters_are_five_requests_unless_they_are_one_list() {
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
    fn with_everything_set_refreshes_do_not_fail_where_as_it_comes_many_do() {
        let [without, with] = [PLAIN, ALL].map(|scenario| fleet(&scenario, 300).unwrap().later.failed_percent);
        assert!(without > 0.5 && with == 0.0, "{with} % instead of {without} %");
    }

    #[test]
    fn without_what_the_system_draws_a_run_repeats_itself() {
        let run = || format!("{:?}", fleet(&PLAIN, 30).unwrap());
        assert_eq!(run(), run());
    }

    #[test]
    fn a_scenario_has_no_fleet_beyond_its_largest_and_the_order_is_that_of_the_tables() {
        let small = Scenario { largest: 2, ..LIST };
        let outcomes = fleets(&[PLAIN, small], &[1, 2, 3], || ()).unwrap();
        let names: Vec<_> = outcomes.iter().map(|one| (one.scenario, one.environments)).collect();
        let [plain, list] = [PLAIN.name, LIST.name];
        assert_eq!(names, [(plain, 1), (plain, 2), (plain, 3), (list, 1), (list, 2)]);
    }
}
