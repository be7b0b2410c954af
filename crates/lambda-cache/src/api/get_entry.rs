use std::{
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::runtime::Handle;

use super::{global::current, query::Query};
use crate::{
    Cache, ConversionError, Error, FromEntry,
    cache::freshness::{FreshnessOptions, Setting},
    engine::Entry,
    source::Request,
    value::Cached,
};

/// A call for one entry, created by [`ssm::get_entry`](crate::ssm::get_entry) and the other sources' functions. Use
/// `.await` to get the value. `Q` is the source's [`Query`], and `K` is the [`kind`](crate::kind) of the entry.
///
/// The value can be any type that the entry can be converted to ([`FromEntry`]). It comes from the cache if there is
/// an entry younger than [`max_age`](Self::max_age), and from AWS otherwise. Concurrent calls for one entry share one
/// fetch.
///
/// # Errors
/// [`Error`]: an invalid name, missing credentials, a failure of AWS or a value of another type. Errors are never
/// cached, so the next call tries again.
///
/// # Cancel safety
/// Dropping the future cancels the call. If other callers wait for the same fetch, one of them continues it.
#[must_use = "nothing is fetched until it is awaited"]
pub struct GetEntry<'c, T, Q, K> {
    cache: Option<&'c Cache>,
    pub(super) query: Q,
    ages: FreshnessOptions,
    types: PhantomData<fn() -> (T, K)>,
}

impl<T, Q, K> fmt::Debug for GetEntry<'_, T, Q, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetEntry").field("ages", &self.ages).finish_non_exhaustive()
    }
}

impl<'c, T, Q, K> GetEntry<'c, T, Q, K> {
    pub(super) fn new(cache: Option<&'c Cache>, query: Q) -> Self {
        Self { cache, query, ages: FreshnessOptions::default(), types: PhantomData }
    }

    /// Sets the maximum age of a cached value. The default is the cache's default max age,
    /// `LAMBDA_CACHE_MAX_AGE_IN_SECONDS`, or 60 seconds. With zero every call fetches, and with `Duration::MAX` only
    /// the first call in an execution environment does.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.ages.max_age = Setting::Fixed(max_age.into());
        self
    }

    /// Accepts an entry that is older than [`max_age`](Self::max_age) by up to this much if a refresh fails
    /// transiently: AWS throttles, cannot be reached, does not answer in time or fails. The default is zero.
    ///
    /// The stale entry is returned with a warning (`tracing`), and its age keeps growing. The next refreshes are
    /// tried after back-offs of up to 1, 2, 4 ... and at most 30 seconds.
    pub fn stale_if_error(mut self, stale_if_error: Duration) -> Self {
        self.ages.stale_if_error = Setting::Fixed(stale_if_error.into());
        self
    }

    /// Fetches from AWS now, like a max age of zero. Later readers of the entry get the new value.
    pub fn refresh(self) -> Self {
        self.max_age(Duration::ZERO)
    }
}

impl<T, Q: Query, K> GetEntry<'_, T, Q, K> {
    /// Starts fetching the entry in a separate task and returns immediately. In `main`, before the runtime is run,
    /// this happens in Lambda's init phase. Calls made in the meantime join this fetch and retry if it fails. A
    /// failure is only logged (`tracing`).
    ///
    /// It must be called in a Tokio runtime that keeps running. Without one nothing is fetched, and a warning is
    /// logged. With `SnapStart`, call it after the restore, because a snapshot must not contain values.
    ///
    /// ```
    /// use lambda_cache::{Error, ssm};
    ///
    /// #[ssm::cache(parameter = "/production/app/var")]
    /// async fn handler(event: (), var: String) -> Result<String, Error> {
    ///     Ok(var)
    /// }
    ///
    /// #[tokio::main(flavor = "current_thread")]
    /// async fn main() -> Result<(), Error> {
    /// #   let fake = lambda_cache::testing::values();
    /// #   fake.ssm("/production/app/var", "x");
    ///     ssm::prefetch("/production/app/var"); // or ssm::get_entry(...), its options, and .prefetch()
    ///     // lambda_runtime::run(service_fn(handler)).await
    /// #   assert_eq!(handler(()).await?, "x");
    /// #   assert_eq!(fake.calls().len(), 1);
    ///     Ok(())
    /// }
    /// ```
    pub fn prefetch(self) {
        let Self { cache, query, ages, .. } = self;
        let cache = cache.map_or_else(|| current().clone(), Cache::clone);
        let request = query.request();
        let Ok(runtime) = Handle::try_current() else {
            tracing::warn!("nothing is prefetched, because there is no Tokio runtime: call prefetch() inside one");
            return;
        };
        runtime.spawn(async move {
            let fetched = match request {
                Ok(request) => cache.get(&request, ages).await.map(drop),
                Err(error) => Err(error),
            };
            if let Err(error) = fetched {
                tracing::info!(%error, "a prefetch failed; the call that needs the entry fetches again");
            }
        });
    }
}

impl<'c, T: FromEntry<K>, Q: Query, K> IntoFuture for GetEntry<'c, T, Q, K> {
    type Output = Result<T, Error>;
    type IntoFuture = GetEntryFuture<'c, T, K>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { cache, query, ages, .. } = self;
        GetEntryFuture { state: State::Begun { cache, request: query.request(), ages }, types: PhantomData }
    }
}

/// The future of a call for one entry.
#[must_use = "futures do nothing unless they are polled"]
pub struct GetEntryFuture<'c, T, K> {
    state: State<'c>,
    types: PhantomData<fn() -> (T, K)>,
}

type Fetched = (Cache, Request, Arc<Entry<Cached>>);

enum State<'c> {
    Begun { cache: Option<&'c Cache>, request: Result<Request, Error>, ages: FreshnessOptions },
    Fetching(BoxFuture<'c, Result<Fetched, Error>>),
    Ended,
}

impl<T, K> fmt::Debug for GetEntryFuture<'_, T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GetEntryFuture")
    }
}

impl<T: FromEntry<K>, K> Future for GetEntryFuture<'_, T, K> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Begun { cache, request, ages } => {
                    let request = request?;
                    let read = |value: &Cached| T::from_entry(value);
                    let hit = match cache {
                        Some(cache) => cache.read(&request, ages, read),
                        None => current().read(&request, ages, read),
                    };
                    if let Some(Ok(converted)) = hit {
                        return Poll::Ready(Ok(converted));
                    }
                    let cache = cache.map_or_else(|| current().clone(), Cache::clone);
                    if let Some(Err(error)) = hit {
                        return Poll::Ready(Err(conversion_error(&cache, &request, &error)));
                    }
                    let fetch = async move {
                        let entry = cache.get(&request, ages).await?;
                        Ok((cache, request, entry))
                    };
                    self.state = State::Fetching(fetch.boxed());
                }
                State::Fetching(mut fetch) => {
                    return match fetch.poll_unpin(cx) {
                        Poll::Ready(fetched) => {
                            let (cache, request, entry) = fetched?;
                            Poll::Ready(
                                T::from_entry(&entry.value).map_err(|error| conversion_error(&cache, &request, &error)),
                            )
                        }
                        Poll::Pending => {
                            self.state = State::Fetching(fetch);
                            Poll::Pending
                        }
                    };
                }
                State::Ended => panic!("polled after it was ready"),
            }
        }
    }
}

/// Creates the error for a value that cannot be converted. The entry is removed, so the next call fetches it again.
pub(crate) fn conversion_error(cache: &Cache, request: &Request, error: &ConversionError) -> Error {
    cache.forget(request);
    request.conversion_failure(error)
}
