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

use super::current::current;
use crate::{
    Cache, Error, FromEntry,
    engine::{Entry, Policy},
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
    policy: Policy,
    value: PhantomData<fn() -> T>,
}

impl<T, A> fmt::Debug for GetEntry<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetEntry").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl<'c, T, A> GetEntry<'c, T, A> {
    pub(super) fn new(cache: Option<&'c Cache>, ask: A) -> Self {
        Self { cache, ask, policy: Policy::default(), value: PhantomData }
    }

    /// Accepts an entry only if it is younger than this, instead of 60 seconds. Zero always asks AWS, and
    /// `Duration::MAX` once in the life of the execution environment.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.policy.max_age = max_age.into();
        self
    }

    /// Accepts an entry that is so much older than [`max_age`](Self::max_age) where it cannot be refreshed for the moment:
    /// throttling, no connection, no answer in time, a failure of the service. Zero unless given.
    ///
    /// It is served with a warning (`tracing`) and stays as old as it is; the next refreshes are tried after pauses of up
    /// to a second, two, four ... and 30.
    pub fn stale_if_error(mut self, stale_if_error: Duration) -> Self {
        self.policy.stale_if_error = stale_if_error.into();
        self
    }

    /// Asks AWS now, as a max age of zero does; whoever reads the entry afterwards gets the new value.
    pub fn refresh(self) -> Self {
        self.max_age(Duration::ZERO)
    }
}

impl<'c, T: FromEntry<A::Kind>, A: Ask> IntoFuture for GetEntry<'c, T, A> {
    type Output = Result<T, Error>;
    type IntoFuture = Getting<'c, T, A::Kind>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { cache, ask, policy, .. } = self;
        Getting { state: State::Begun { cache, request: ask.request(), policy }, types: PhantomData }
    }
}

/// A call for one entry, under way.
#[must_use = "futures do nothing unless they are polled"]
pub struct Getting<'c, T, K> {
    state: State<'c>,
    types: PhantomData<fn() -> (T, K)>,
}

type Fetched = (Request, Arc<Entry<Cached>>);

enum State<'c> {
    Begun { cache: Option<&'c Cache>, request: Result<Request, Error>, policy: Policy },
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
                State::Begun { cache, request, policy } => {
                    let request = request?;
                    let read = |value: &Cached| convert(&request, value);
                    let hit = match cache {
                        Some(cache) => cache.read(&request, policy.max_age, read),
                        None => current().read(&request, policy.max_age, read),
                    };
                    if let Some(converted) = hit {
                        return Poll::Ready(converted);
                    }
                    let cache = cache.map_or_else(|| current().clone(), Cache::clone);
                    let fetch = async move {
                        let entry = cache.get(&request, policy).await?;
                        Ok((request, entry))
                    };
                    self.state = State::Fetching(fetch.boxed());
                }
                State::Fetching(mut fetch) => {
                    return match fetch.poll_unpin(cx) {
                        Poll::Ready(fetched) => {
                            let (request, entry) = fetched?;
                            Poll::Ready(convert(&request, &entry.value))
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

fn convert<T: FromEntry<K>, K>(request: &Request, cached: &Cached) -> Result<T, Error> {
    T::from_entry(cached).map_err(|misfit| unfit(request, &misfit))
}

/// The error for a value that is not of the type asked for.
pub(crate) fn unfit(request: &Request, misfit: &Misfit) -> Error {
    Error::new(crate::ErrorKind::InvalidValue, format!("cannot use {}: {misfit}", request.key()))
}
