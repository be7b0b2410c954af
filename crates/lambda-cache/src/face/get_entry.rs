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

use super::current::current;
use crate::{
    Cache, Error, FromEntry,
    ages::{Ages, Said},
    engine::Entry,
    source::Request,
    typed::Misfit,
    value::Cached,
};

/// What is asked of a source, and what kind of entry comes of it. Made by the `get_entry` of a source's module.
pub trait Ask {
    /// The kind, one of [`kind`](crate::kind).
    type Kind;

    /// The request, checked.
    #[doc(hidden)]
    fn request(self) -> Result<Request, Error>;
}

/// A call for one entry, made by [`ssm::get_entry`](crate::ssm::get_entry) and its like; `.await` it.
///
/// It resolves to the value as any type that the entry can be had as ([`FromEntry`]), from the cache if an entry younger
/// than [`max_age`](Self::max_age) is there, else from AWS. Calls for one entry at the same time share one fetch.
///
/// # Errors
/// [`Error`]: a name that cannot be meant, no credentials, what AWS said, a value of another type. An error is never
/// kept: the next call asks again.
///
/// # Cancel safety
/// Dropping it gives up the call. If others wait for the same fetch, one of them goes on with it.
#[must_use = "nothing is fetched until it is awaited"]
pub struct GetEntry<'c, T, A> {
    cache: Option<&'c Cache>,
    pub(super) ask: A,
    ages: Ages,
    value: PhantomData<fn() -> T>,
}

impl<T, A> fmt::Debug for GetEntry<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetEntry").field("ages", &self.ages).finish_non_exhaustive()
    }
}

impl<'c, T, A> GetEntry<'c, T, A> {
    pub(super) fn new(cache: Option<&'c Cache>, ask: A) -> Self {
        Self { cache, ask, ages: Ages::default(), value: PhantomData }
    }

    /// Accepts an entry only if it is younger than this, instead of 60 seconds (or of what the cache or
    /// `LAMBDA_CACHE_MAX_AGE_IN_SECONDS` says). Zero always asks AWS, and
    /// `Duration::MAX` once in the life of the execution environment.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.ages.max_age = Said::Just(max_age.into());
        self
    }

    /// Accepts an entry that is so much older than [`max_age`](Self::max_age) where it cannot be refreshed for the moment:
    /// throttling, no connection, no answer in time, a failure of the service. Zero unless given.
    ///
    /// It is served with a warning (`tracing`) and stays as old as it is; the next refreshes are tried after pauses of up
    /// to a second, two, four ... and 30.
    pub fn stale_if_error(mut self, stale_if_error: Duration) -> Self {
        self.ages.stale_if_error = Said::Just(stale_if_error.into());
        self
    }

    /// Asks AWS now, as a max age of zero does; whoever reads the entry afterwards gets the new value.
    pub fn refresh(self) -> Self {
        self.max_age(Duration::ZERO)
    }
}

impl<T, A: Ask> GetEntry<'_, T, A> {
    /// Begins to fetch the entry, in a task of its own, and does not wait: in `main`, before the runtime is run, that is in
    /// Lambda's init phase. Whoever asks meanwhile waits for that fetch, and asks himself if it failed, which is told to
    /// nobody else (`tracing`).
    ///
    /// It must be called in a Tokio runtime that goes on; elsewhere nothing is fetched, which is logged. With `SnapStart`, call it after the restore: a snapshot must
    /// not hold values.
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
    ///     ssm::get_entry::<String, _>("/production/app/var").prefetch();
    ///     // lambda_runtime::run(service_fn(handler)).await
    /// #   assert_eq!(handler(()).await?, "x");
    /// #   assert_eq!(fake.calls().len(), 1);
    ///     Ok(())
    /// }
    /// ```
    pub fn prefetch(self) {
        let Self { cache, ask, ages, .. } = self;
        let cache = cache.map_or_else(|| current().clone(), Cache::clone);
        let request = ask.request();
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
                tracing::info!(%error, "a prefetch failed; whoever needs the entry asks again");
            }
        });
    }
}

impl<'c, T: FromEntry<A::Kind>, A: Ask> IntoFuture for GetEntry<'c, T, A> {
    type Output = Result<T, Error>;
    type IntoFuture = Getting<'c, T, A::Kind>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { cache, ask, ages, .. } = self;
        Getting { state: State::Begun { cache, request: ask.request(), ages }, types: PhantomData }
    }
}

/// A call for one entry, under way.
#[must_use = "futures do nothing unless they are polled"]
pub struct Getting<'c, T, K> {
    state: State<'c>,
    types: PhantomData<fn() -> (T, K)>,
}

type Fetched = (Cache, Request, Arc<Entry<Cached>>);

enum State<'c> {
    Begun { cache: Option<&'c Cache>, request: Result<Request, Error>, ages: Ages },
    Fetching(BoxFuture<'c, Result<Fetched, Error>>),
    Ended,
}

impl<T, K> fmt::Debug for Getting<'_, T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Getting")
    }
}

impl<T: FromEntry<K>, K> Future for Getting<'_, T, K> {
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
                    if let Some(Err(misfit)) = hit {
                        return Poll::Ready(Err(unfit(&cache, &request, &misfit)));
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
                            Poll::Ready(T::from_entry(&entry.value).map_err(|misfit| unfit(&cache, &request, &misfit)))
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

/// The error for a value that is not of the type asked for. The next call asks anew, as after any error.
pub(crate) fn unfit(cache: &Cache, request: &Request, misfit: &Misfit) -> Error {
    cache.forget(request);
    misfit.error(request)
}
