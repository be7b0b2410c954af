//! Credentials that are fetched for all callers together and kept until they expire.
//!
//! The SDK's cache holds a lock during the fetch. A caller that keeps its future without polling it would block every
//! call, whatever its key. The engine's single flight passes the lead on in this case, so an engine with one entry
//! replaces that cache.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use arc_swap::ArcSwap;
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future},
};
use futures_util::{FutureExt, future::BoxFuture};

use super::{Finder, now};
use crate::{
    AwsFailure, Error, ErrorKind,
    aws::error::no_credentials,
    engine::{CacheValue, Clock, Engine, Fetched, Key, MaxAge, Slot},
};

/// The remaining validity below which credentials are replaced.
const SHORTEST: Duration = Duration::from_secs(15);
/// The validity of a given provider's credentials without a date, as in the SDK's cache.
const UNDATED: Duration = Duration::from_mins(15);

type Find = dyn Fn() -> BoxFuture<'static, Result<Credentials, Error>> + Send + Sync;

/// Credentials and the way to fetch them.
pub(in crate::aws) struct Kept {
    /// Replaced when a fetch takes too long, so that the next caller does not wait for it.
    entry: ArcSwap<OneEntry>,
    find: Box<Find>,
    limit: Option<Duration>,
}

struct Fresh(Credentials);

impl CacheValue for Fresh {}

/// A cache of one entry.
struct OneEntry {
    engine: Engine<Fresh>,
    slot: Arc<Slot<Fresh>>,
}

impl Default for OneEntry {
    fn default() -> Self {
        let engine = Engine::new(Clock::System, 1);
        let slot = engine.slot(&Key::new("credentials", []));
        Self { engine, slot }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

impl ProvideCredentials for Kept {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { self.load().await.map_err(CredentialsError::provider_error) })
    }
}

impl Kept {
    /// Creates it for the credentials of the settings. A caller waits for them no longer than `limit`, unless a
    /// process gives them, which has its own limit.
    pub(super) fn of_settings(finder: Finder, limit: Duration) -> Arc<Self> {
        let limit = (!finder.asks_a_process()).then_some(limit);
        let finder = Arc::new(finder);
        Self::new(limit, move || {
            let finder = Arc::clone(&finder);
            async move { finder.find().await }.boxed()
        })
    }

    /// Creates it for a given configuration's provider.
    pub(in crate::aws) fn of_provider(provider: SharedCredentialsProvider, limit: Duration) -> Arc<Self> {
        Self::new(Some(limit), move || {
            let provider = provider.clone();
            async move {
                let mut found = provider.provide_credentials().await.map_err(|error| no_credentials(&error))?;
                found.expiry_mut().get_or_insert_with(|| now() + UNDATED);
                Ok(found)
            }
            .boxed()
        })
    }

    fn new(
        limit: Option<Duration>,
        find: impl Fn() -> BoxFuture<'static, Result<Credentials, Error>> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { entry: ArcSwap::default(), find: Box::new(find), limit })
    }

    /// Returns the kept credentials, or new ones if those are about to expire.
    pub(in crate::aws) async fn load(&self) -> Result<Credentials, Error> {
        let fetch = async |_| {
            let found = (self.find)().await?;
            let expiry = found.expiry().map(|expiry| expiry.duration_since(UNIX_EPOCH).unwrap_or_default());
            let until = expiry.map(|expiry| expiry.saturating_sub(SHORTEST).as_nanos());
            Ok(match until.and_then(|until| u64::try_from(until).ok()) {
                Some(until_ns) => Fetched::Until(Fresh(found), until_ns),
                None => Fetched::Now(Fresh(found)),
            })
        };
        let entry = self.entry.load_full();
        let loaded = entry.engine.get(&entry.slot, MaxAge::INFINITE, fetch);
        let loaded = match self.limit {
            Some(limit) => tokio::time::timeout(limit, loaded).await.unwrap_or_else(|_| {
                self.entry.compare_and_swap(&entry, Arc::default());
                Err(late())
            }),
            None => loaded.await,
        };
        loaded.map(|entry| entry.value.0.clone())
    }

    /// Returns the credentials that were fetched last.
    pub(in crate::aws) fn given(&self) -> Option<Credentials> {
        self.entry.load().slot.load().as_ref().map(|entry| entry.value.0.clone())
    }

    /// Returns `true` if they must be fetched before a call, because they may take longer than it is allowed to.
    pub(in crate::aws) fn needs_patience(&self) -> bool {
        self.limit.is_none()
    }
}

/// Returns the transient error for credentials that did not arrive in time.
fn late() -> Error {
    let reason = "no credentials in time";
    let message =
        format!("{reason}; check what gives them (the container's or instance's endpoint, a credential process)");
    let failure = AwsFailure {
        operation: "credentials",
        code: Error::TIMEOUT.to_owned(),
        message: reason.to_owned(),
        request_id: None,
        status: None,
    };
    Error::aws(ErrorKind::Unavailable, message, failure)
}
