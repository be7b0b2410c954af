//! The cache that users and attributes call: it joins the engine and the sources.

mod builder;
pub(crate) mod freshness;
pub(crate) mod lookup;
pub(crate) mod notes;
mod stats;
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
mod written;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

#[cfg(feature = "s3")]
use lambda_cache_names::s3::S3Uri;
use tracing::{Instrument, field::Empty};

pub use self::{builder::CacheBuilder, stats::EntryStats};
use self::{builder::Options, freshness::FreshnessOptions, stats::LastReported};
#[cfg(feature = "s3")]
use crate::source::s3::{self, Files};
use crate::{
    Error, ErrorKind,
    engine::{Clock, Engine, Entry, Fetched, Freshness, Key, MaxAge, Policy, Served, Slot, SlotGroup, rng},
    runtime::guard::guarded,
    source::{Api, Request, Services},
    value::Cached,
};

/// A separate cache. The functions and attributes of this crate use it when it is passed to them, instead of the
/// cache that they share.
///
/// Cloning is cheap, and all clones are the same cache. Nothing is read or opened until the first fetch, which must
/// run in a Tokio runtime with I/O and time enabled.
///
/// ```
/// use lambda_cache::{Cache, ssm};
///
/// # async fn example(config: &aws_config::SdkConfig) -> Result<(), lambda_cache::Error> {
/// let cache = Cache::builder().sdk_config(config).dir("/tmp/models").build();
/// let var: String = cache.ssm().get_entry("/production/app/var").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    id: u64,
    engine: Engine<Cached>,
    api: Arc<dyn Api>,
    options: Options,
    /// The default ages of calls that set none, or the error in the environment variable.
    max_age: Result<MaxAge, Error>,
    stale_if_error: Result<MaxAge, Error>,
    jitter_in_percent: Result<u8, Error>,
    last_reported: LastReported,
    /// The fraction of a max age that remains after jitter in this execution environment, in units of 2^-32.
    jitter_factor: AtomicU32,
    #[cfg(feature = "s3")]
    files: Files,
}

impl Inner {
    fn draw_jitter(&self) {
        let percent = u64::from(*self.jitter_in_percent.as_ref().unwrap_or(&0));
        let most = (u64::from(u32::MAX) * percent) / 100;
        let taken = rng::up_to(most);
        self.jitter_factor.store(u32::MAX - u32::try_from(taken).unwrap_or(0), Ordering::Relaxed);
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("engine", &self.0.engine).finish_non_exhaustive()
    }
}

impl Cache {
    /// Returns a builder for a cache.
    pub fn builder() -> CacheBuilder {
        CacheBuilder::default()
    }

    /// Removes every entry, so the next call for any of them fetches.
    ///
    /// Downloaded files stay on the disk and are used again after one conditional request.
    pub fn clear(&self) {
        #[cfg(feature = "s3")]
        self.0.files.forget_all(self.clock().now());
        self.invalidate(|_| true);
    }

    /// Removes every entry and closes the connections, as if the cache had just been made. A process needs this when
    /// it continues elsewhere or later, for example after it was restored from a snapshot.
    ///
    /// Downloaded files stay on the disk. An HTTP client that came with an `SdkConfig` keeps its connections.
    pub fn reset(&self) {
        self.0.api.disconnect();
        self.0.draw_jitter();
        self.clear();
    }

    /// Returns the statistics of each entry since the cache was made, sorted by name. Evicted entries are not
    /// included. Nothing is fetched.
    ///
    /// ```
    /// use lambda_cache::ssm;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
    /// # let fake = lambda_cache::testing::values();
    /// # fake.ssm("/app/var", "value");
    /// let _: String = ssm::get_entry("/app/var").await?;
    /// let _: String = ssm::get_entry("/app/var").await?;
    /// let stats = &lambda_cache::stats()[0];
    /// assert_eq!(stats.key, "ssm parameter /app/var");
    /// assert_eq!((stats.hits, stats.misses, stats.refreshes, stats.bytes), (1, 1, 0, 5));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn stats(&self) -> Vec<EntryStats> {
        let mut stats = self.0.engine.each(|key, slot| {
            let bytes = slot.load().as_ref().map_or(0, |entry| entry.value.value().size_bytes());
            EntryStats::new(key.to_string(), slot.counts.read(), bytes)
        });
        stats.sort_by(|one, other| one.key.cmp(&other.key));
        stats
    }

    /// Returns the activity since the previous line, in `CloudWatch`'s [embedded metric format]. Print the line at
    /// the end of an invocation to get the metrics `Hits`, `Misses`, `Refreshes`, `StaleServed`, `Errors`,
    /// `FetchTime` and `Bytes` by function, without an API call.
    ///
    /// [embedded metric format]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
    #[must_use]
    pub fn emf_line(&self, namespace: &str) -> String {
        self.0.last_reported.emf_line(namespace, &self.stats(), self.clock().now().wall_ns)
    }

    pub(crate) fn invalidate(&self, matches: impl Fn(&Key) -> bool) {
        self.0.api.invalidated(self.clock().now()); // first, so that a fetch that begins in between knows of it
        self.0.engine.invalidate(matches);
    }
}

/// Internal methods used by the macros and the Python binding. Not public API.
#[doc(hidden)]
impl Cache {
    /// Returns a number that is unique to this cache in this process.
    #[inline]
    #[must_use]
    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// Creates an empty cache with the same sources, options and clock.
    #[must_use]
    pub fn emptied(&self) -> Self {
        let builder = CacheBuilder::with_options(self.0.options.clone());
        builder.api(Arc::clone(&self.0.api)).clock(self.clock().clone()).build()
    }

    /// Returns the clock that ages are computed with.
    #[inline]
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.0.engine.clock()
    }

    /// Returns the caller's max age. If an environment variable is invalid this is zero, so the next fetch reports
    /// the error.
    #[inline]
    pub(crate) fn max_age(&self, ages: FreshnessOptions) -> MaxAge {
        let of_cache = || self.0.max_age.as_ref().copied().map_err(drop);
        match (ages.max_age.or(of_cache), &self.0.jitter_in_percent) {
            (Ok(max_age), Ok(0)) => max_age,
            (Ok(max_age), Ok(_)) => max_age.scaled(self.0.jitter_factor.load(Ordering::Relaxed)),
            _ => MaxAge::ZERO,
        }
    }

    fn policy(&self, ages: FreshnessOptions) -> Result<Policy, Error> {
        ages.max_age.or(|| self.0.max_age.clone())?;
        self.0.jitter_in_percent.clone()?;
        let stale_if_error = ages.stale_if_error.or(|| self.0.stale_if_error.clone())?;
        Ok(Policy { max_age: self.max_age(ages), stale_if_error })
    }

    /// Returns the slot of a request, which can be read without a lock.
    #[must_use]
    pub fn slot(&self, request: &Request) -> Arc<Slot<Cached>> {
        self.0.engine.slot(&request.key())
    }

    /// Returns the slots of some requests as a group that can be read in one step, without a lock.
    pub(crate) fn slot_group<'a>(&self, requests: impl Iterator<Item = &'a Request>) -> Arc<SlotGroup<Cached>> {
        self.0.engine.slot_group(&requests.map(Request::key).collect::<Vec<_>>())
    }

    /// Returns the entry of a request if it is fresh. Does not fetch and takes no lock.
    #[must_use]
    pub fn hit(&self, request: &Request, ages: FreshnessOptions) -> Option<Arc<Entry<Cached>>> {
        request.identified(|identity| self.0.engine.hit(identity, self.max_age(ages)))
    }

    /// Calls `read` with the value of a request if it is fresh.
    pub(crate) fn read<R>(
        &self,
        request: &Request,
        ages: FreshnessOptions,
        read: impl FnOnce(&Cached) -> R,
    ) -> Option<R> {
        request.identified(|identity| self.0.engine.read(identity, self.max_age(ages), |entry| read(&entry.value)))
    }

    /// Removes the entry of a request because its caller cannot use the value.
    pub fn forget(&self, request: &Request) {
        let own = request.key();
        self.invalidate(|key| *key == own);
    }

    /// Returns the entry of a request, fetching it unless there is a fresh one. This takes at most one AWS call, or
    /// for a list of parameters one call for each ten names.
    ///
    /// # Errors
    /// The reason why it could not be fetched. Errors are never cached.
    pub async fn get(&self, request: &Request, ages: impl Into<FreshnessOptions>) -> Result<Arc<Entry<Cached>>, Error> {
        self.get_slot(&self.slot(request), request, ages.into(), None).await.map(|served| served.entry)
    }

    /// Returns the entry of a slot within the time that the caller has left.
    pub(crate) async fn get_slot(
        &self,
        slot: &Arc<Slot<Cached>>,
        request: &Request,
        ages: FreshnessOptions,
        time_left: Option<Duration>,
    ) -> Result<Served<Cached>, Error> {
        let policy = self.policy(ages)?;
        let fetch = |held| Box::pin(self.clone().fetch(request.clone(), held, policy.max_age)); // it is large
        self.0.engine.fetch(slot, policy, time_left, fetch).await
    }

    /// Fetches from the source and turns a panic into an error.
    async fn fetch(
        self,
        request: Request,
        held: Option<Arc<Entry<Cached>>>,
        max_age: MaxAge,
    ) -> Result<Fetched<Cached>, Error> {
        let held = held.as_ref().map(|entry| &entry.value);
        let freshness = Freshness::new(self.clock(), max_age);
        let span =
            tracing::info_span!("lambda_cache.fetch", otel.kind = "client", entry = %request.key(), outcome = Empty);
        let fetch = request.fetch(self.services(), held.map(Cached::value), freshness).instrument(span.clone());
        let fetched = guarded(|| format!("fetching {}", request.key()), fetch).await;
        if let Err(error) = &fetched
            && error.kind() == ErrorKind::Internal
            && !matches!(request, Request::Custom(_))
        {
            self.0.api.disconnect(); // the panic may have left its locks poisoned
        }
        match &fetched {
            Ok(_) => span.record("outcome", "fetched"),
            Err(error) => span.record("outcome", tracing::field::debug(error.kind())),
        };
        Ok(match fetched? {
            Fetched::Now(value) => Fetched::Now(Cached::after(value, held)),
            Fetched::Until(value, until_wall_ns) => Fetched::Until(Cached::after(value, held), until_wall_ns),
            Fetched::Then(value, began) => Fetched::Then(Cached::after(value, held), began),
            Fetched::ThenUntil(value, began, until) => Fetched::ThenUntil(Cached::after(value, held), began, until),
        })
    }

    /// Removes every entry of the parameters, secrets or callable that the request names: all versions of a secret,
    /// whether or not they are optional or rotation-aware.
    pub fn invalidate_alike(&self, request: &Request) {
        self.invalidate(|key| request.has(key));
    }

    /// Removes every entry of an object, in all versions and under all names. Its files are not used again.
    #[cfg(feature = "s3")]
    pub(crate) fn invalidate_object(&self, uri: &S3Uri) {
        self.0.files.forget(&uri.unversioned(), self.clock().now());
        self.invalidate(|key| s3::is_of(key, uri));
    }

    /// Returns a warning for the caller's log, if there is a new one.
    pub(crate) fn take_warning(&self) -> Option<String> {
        self.0.api.take_warning()
    }

    fn services(&self) -> Services<'_> {
        Services {
            api: &*self.0.api,
            #[cfg(feature = "s3")]
            files: &self.0.files,
        }
    }

    /// Removes the downloaded files. Tests use it to clean up.
    pub fn remove_files(&self) {
        #[cfg(feature = "s3")]
        self.0.files.remove_all();
    }
}
