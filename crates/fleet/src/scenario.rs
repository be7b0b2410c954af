//! What a fleet's functions are set to.

use std::time::Duration;

use lambda_cache::{
    CacheBuilder, Error,
    ages::Ages,
    lookup::Wanted,
    source::{Request, ssm::Parameters},
};

use crate::limit::{DEFAULT_PER_SECOND, HIGHER_PER_SECOND};

const MINUTE: Duration = Duration::from_mins(1);
/// How many max ages a fleet lives.
const MAX_AGES: u32 = 5;
/// The sizes of fleets: half decades from where a limit of 40 may be felt.
pub const SIZES: [u64; 8] = [1, 10, 30, 100, 300, 1_000, 3_000, 10_000];

/// Settings, by name.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// What it is called in tables.
    pub name: &'static str,
    /// The five parameters are one list, which is one `GetParameters`, instead of five decorators.
    pub is_list: bool,
    /// By how much max ages are shortened at the most.
    pub jitter_in_percent: u8,
    /// How much older a value may be where its refresh fails.
    pub stale_if_error: Duration,
    /// The first fetch is made while the environment is initialized, before its first invocation.
    pub has_prefetch: bool,
    /// The oldest age that is fresh.
    pub max_age: Duration,
    /// What SSM lets through.
    pub per_second: u64,
    /// The largest fleet that is set so: more would only show again, at length, that most invocations fail.
    pub largest: u64,
}

/// Nothing set.
pub const PLAIN: Scenario = Scenario {
    name: "as it comes",
    is_list: false,
    jitter_in_percent: 0,
    stale_if_error: Duration::ZERO,
    has_prefetch: false,
    max_age: MINUTE,
    per_second: DEFAULT_PER_SECOND,
    largest: u64::MAX,
};
const ALONE: Scenario = Scenario { largest: 1_000, ..PLAIN };
/// Jitter alone.
pub const JITTER: Scenario = Scenario { name: "jitter 20 %", jitter_in_percent: 20, ..ALONE };
const STALE: Scenario = Scenario { name: "stale-if-error", stale_if_error: Duration::from_hours(1), ..ALONE };
const PREFETCH: Scenario = Scenario { name: "prefetch", has_prefetch: true, ..ALONE };
/// Batching alone.
pub const LIST: Scenario = Scenario { name: "one list", is_list: true, ..PLAIN };
/// Batching and jitter.
pub const LIST_JITTER: Scenario =
    Scenario { name: "list, jitter", jitter_in_percent: JITTER.jitter_in_percent, ..LIST };
const LIST_STALE: Scenario = Scenario { name: "list, stale-if-error", stale_if_error: STALE.stale_if_error, ..LIST };
const LIST_JITTER_STALE: Scenario =
    Scenario { name: "list, jitter, stale-if-error", stale_if_error: STALE.stale_if_error, ..LIST_JITTER };
/// All that a function can be set to.
pub const ALL: Scenario = Scenario { name: "all four", has_prefetch: true, ..LIST_JITTER_STALE };
const LONG: Scenario = Scenario { name: "all four, max age 10 min", max_age: Duration::from_mins(10), ..ALL };
const HIGHER: Scenario = Scenario { name: "all four, higher throughput", per_second: HIGHER_PER_SECOND, ..ALL };

/// Each setting alone, then together.
pub const SCENARIOS: [Scenario; 11] =
    [PLAIN, JITTER, STALE, PREFETCH, LIST, LIST_JITTER, LIST_STALE, LIST_JITTER_STALE, ALL, LONG, HIGHER];

impl Scenario {
    /// How long the fleet lives.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.max_age * MAX_AGES
    }

    /// A cache with these settings.
    pub fn set(&self, cache: CacheBuilder) -> CacheBuilder {
        cache.max_age(self.max_age).stale_if_error(self.stale_if_error).jitter_in_percent(self.jitter_in_percent)
    }

    /// What a handler's decorators ask for.
    ///
    /// # Errors
    /// None: the names are good.
    pub fn wanted(&self) -> Result<Vec<Wanted>, Error> {
        let names = ["/app/host", "/app/port", "/app/user", "/app/level", "/app/flags"].map(str::to_owned);
        let ages = Ages::default();
        if self.is_list {
            let list = Parameters::list(names.into())?;
            return Ok(vec![Wanted::new(Request::Parameters(list), ages, Some("parameters".into()))?]);
        }
        names.into_iter().map(|name| Wanted::new(Request::Parameters(Parameters::one(name)?), ages, None)).collect()
    }
}
