use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use aws_types::SdkConfig;

use super::{Cache, Inner, stats::LastReported};
#[cfg(feature = "s3")]
use crate::source::s3::Files;
use crate::{
    aws::Order,
    backend,
    engine::{Clock, Engine, MaxAge},
    settings,
    source::Api,
};

/// The default maximum number of entries.
const DEFAULT_CAPACITY: usize = 1_000;

static CACHES: AtomicU64 = AtomicU64::new(0);

/// The options that a cache was built with.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    dir: Option<PathBuf>,
    dir_max_bytes: Option<u64>,
    capacity: Option<usize>,
    max_age: Option<MaxAge>,
    stale_if_error: Option<MaxAge>,
    jitter_in_percent: Option<u8>,
    agent: Option<String>,
}

/// A builder of a [`Cache`].
#[derive(Default)]
#[must_use]
pub struct CacheBuilder {
    sdk_config: Option<SdkConfig>,
    order: Order,
    options: Options,
    api: Option<Arc<dyn Api>>,
    clock: Clock,
}

impl fmt::Debug for CacheBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheBuilder").field("options", &self.options).finish_non_exhaustive()
    }
}

impl CacheBuilder {
    /// Creates a builder of a cache with these options.
    pub(super) fn with_options(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Calls AWS with the Region, credentials, endpoints, retries and timeouts of `config`. Without it, the
    /// environment configures them.
    ///
    /// If `config` has no HTTP client or no timeouts, this crate's are used. (`aws-config` may need an HTTP client
    /// itself to load the configuration. Its default features include one.)
    pub fn sdk_config(mut self, config: &SdkConfig) -> Self {
        self.sdk_config = Some(config.clone());
        self
    }

    /// Sets the folder for downloaded S3 objects. The default is the folder in `LAMBDA_CACHE_DIR`, or `/tmp`.
    ///
    /// Two caches of one process that share a folder must not download two different objects to one file name.
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.options.dir = Some(dir.into());
        self
    }

    /// Limits the total size of the downloaded files, apart from a file that is being replaced. The least recently
    /// used file is removed to make room, and downloaded again when it is needed. The default is the limit in
    /// `LAMBDA_CACHE_DIR_MAX_BYTES`, or no limit.
    ///
    /// All files that the folder's records describe are counted, whichever process downloaded them. The limit must
    /// allow for all files that a handler uses at the same time.
    pub fn dir_max_bytes(mut self, bytes: u64) -> Self {
        self.options.dir_max_bytes = Some(bytes);
        self
    }

    /// Sets the maximum number of entries. The default is 1,000. The least recently used entry is evicted first.
    pub fn capacity(mut self, entries: usize) -> Self {
        self.options.capacity = Some(entries);
        self
    }

    /// Sets the default max age. Without it, the default is `LAMBDA_CACHE_MAX_AGE_IN_SECONDS`, or 60 seconds.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.options.max_age = Some(max_age.into());
        self
    }

    /// Sets the default additional age that a value may have if its refresh fails
    /// ([`GetEntry::stale_if_error`](crate::GetEntry::stale_if_error)). Without it, the default is
    /// `LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS`, or zero.
    pub fn stale_if_error(mut self, stale_if_error: Duration) -> Self {
        self.options.stale_if_error = Some(stale_if_error.into());
        self
    }

    /// Shortens every max age by a random share of up to this many percent, so that execution environments that
    /// started together do not refresh together. The share is drawn once per environment and applies to all its
    /// entries. The default is `LAMBDA_CACHE_JITTER_IN_PERCENT`, or no jitter. Values above 100 count as 100.
    pub fn jitter_in_percent(mut self, percent: u8) -> Self {
        self.options.jitter_in_percent = Some(percent.min(100));
        self
    }

    /// Asks an agent of this machine for parameters and secrets: `"http://127.0.0.1:2773"` (a loopback address),
    /// `"auto"` for one at the port in `LAMBDA_CACHE_AGENT_PORT` or 2773, or `"off"`. The default is
    /// `LAMBDA_CACHE_AGENT`, or without an agent; with [`sdk_config`](Self::sdk_config) the variable does not apply.
    ///
    /// If the agent fails, AWS is asked instead.
    pub fn agent(mut self, agent: impl Into<String>) -> Self {
        self.options.agent = Some(agent.into());
        self
    }

    /// Uses `api` instead of AWS.
    #[doc(hidden)]
    pub fn api(mut self, api: Arc<dyn Api>) -> Self {
        self.api = Some(api);
        self
    }

    /// Looks for AWS's settings in this order.
    #[doc(hidden)]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Uses `clock` for the time.
    #[doc(hidden)]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Creates the cache, empty, without opening anything. Options that were not set are read from environment
    /// variables.
    #[must_use]
    pub fn build(self) -> Cache {
        let Self { sdk_config, order, options, api, clock } = self;
        let inner = Inner {
            id: CACHES.fetch_add(1, Ordering::Relaxed) + 1,
            #[cfg(feature = "s3")]
            files: Files::new(clock.now(), options.dir.clone(), options.dir_max_bytes),
            engine: Engine::new(clock, options.capacity.unwrap_or(DEFAULT_CAPACITY)),
            max_age: options.max_age.map_or_else(settings::max_age, Ok),
            stale_if_error: options.stale_if_error.map_or_else(settings::stale_if_error, Ok),
            jitter_in_percent: options.jitter_in_percent.map_or_else(settings::jitter_in_percent, Ok),
            last_reported: LastReported::default(),
            jitter_factor: AtomicU32::new(0),
            api: api.unwrap_or_else(|| backend::of_environment(sdk_config, order, options.agent.as_deref())),
            options,
        };
        inner.draw_jitter();
        Cache(Arc::new(inner))
    }
}
