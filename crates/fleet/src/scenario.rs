//! The settings of a fleet's functions.

use std::time::Duration;

use lambda_cache::{
    __binding::{
        freshness::FreshnessOptions,
        lookup::EntrySpec,
        source::{Names, Request, ssm::Parameters},
    },
    CacheBuilder, Error,
};

use crate::limit::{DEFAULT_PER_SECOND, HIGHER_PER_SECOND};

const MINUTE: Duration = Duration::from_mins(1);
/// The number of max ages that are simulated.
const MAX_AGES: u32 = 5;
/// The sizes of fleets, in half decades from where a limit of 40 may have an effect.
pub const SIZES: [u64; 8] = [1, 10, 30, 100, 300, 1_000, 3_000, 10_000];

/// Named settings.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// The name in tables.
    pub name: &'static str,
    /// Whether the five parameters are one list, which is one `GetParameters`, instead of five decorators.
    pub is_list: bool,
    /// The maximum share by which max ages are shortened at random.
    pub jitter_in_percent: u8,
    /// The additional age that is accepted if a refresh fails.
    pub stale_if_error: Duration,
    /// Whether the values are fetched while the environment is initialized, before its first invocation.
    pub has_prefetch: bool,
    /// The maximum age of a value.
    pub max_age: Duration,
    /// The requests per second that SSM accepts.
    pub per_second: u64,
    /// The largest simulated fleet. Larger ones would take long and show only that most invocations fail.
    pub largest: u64,
}

/// The default settings.
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
/// All settings of a function.
pub const ALL: Scenario = Scenario { name: "all four", has_prefetch: true, ..LIST_JITTER_STALE };
const LONG: Scenario = Scenario { name: "all four, max age 10 min", max_age: Duration::from_mins(10), ..ALL };
const HIGHER: Scenario = Scenario { name: "all four, higher throughput", per_second: HIGHER_PER_SECOND, ..ALL };

/// The settings one by one, then combined.
pub const SCENARIOS: [Scenario; 11] =
    [PLAIN, JITTER, STALE, PREFETCH, LIST, LIST_JITTER, LIST_STALE, LIST_JITTER_STALE, ALL, LONG, HIGHER];

impl Scenario {
    /// Returns the simulated time.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.max_age * MAX_AGES
    }

    /// Applies these settings to a cache.
    pub fn set(&self, cache: CacheBuilder) -> CacheBuilder {
        cache.max_age(self.max_age).stale_if_error(self.stale_if_error).jitter_in_percent(self.jitter_in_percent)
    }

    /// Returns the entries of the handler's decorators.
    ///
    /// # Errors
    /// None, because the names are valid.
    pub fn spec(&self) -> Result<Vec<EntrySpec>, Error> {
        let names = ["/app/host", "/app/port", "/app/user", "/app/level", "/app/flags"].map(str::to_owned);
        let ages = FreshnessOptions::default();
        if self.is_list {
            let list = Parameters::new(Names::Several(names.map(Into::into).into()))?;
            return Ok(vec![EntrySpec::new(Request::Parameters(list), ages, Some("parameters".into()))?]);
        }
        names.into_iter().map(|name| EntrySpec::new(Request::Parameters(Parameters::new(name)?), ages, None)).collect()
    }
}
