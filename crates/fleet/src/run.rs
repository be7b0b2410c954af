//! Fleets, from their start to their end.

use std::{
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

/// The lives of a fleet of each size in each scenario, in that order; as many at a time as there are processors.
///
/// # Errors
/// The first error.
pub fn fleets(scenarios: &[Scenario], sizes: &[u64], done: impl Fn(&Outcome) + Sync) -> Result<Vec<Outcome>, Error> {
    let all: Vec<_> = scenarios.iter().flat_map(|scenario| sizes.iter().map(move |size| (scenario, *size))).collect();
    // The largest first, so that no processor is left with one of them at the end.
    let mut order: Vec<_> = (0..all.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(all[*index].1));
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(vec![None; all.len()]));
    let work = || {
        while let Some(index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (scenario, size) = all[*index];
            let outcome = fleet(scenario, size);
            outcome.iter().for_each(&done);
            outcomes.lock().unwrap_or_else(PoisonError::into_inner)[*index] = Some(outcome);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    outcomes.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}
