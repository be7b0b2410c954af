//! The one operation of the engine: an entry, from the cache or fetched. It joins single flight, the caller's remaining
//! time, stale values, back-off, counters and logs.

use std::{
    future::{self, Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use futures_util::future::{Either, select};

use super::{
    cache::Engine,
    clock::Stopwatch,
    entry::{CacheValue, Entry, Fetched, Served},
    flight::Outcome,
    max_age::MaxAge,
    observe,
    policy::Policy,
    slot::Slot,
};
use crate::{
    Error,
    runtime::sync::{
        atomic::{AtomicBool, Ordering},
        sleep,
    },
};

impl<V: CacheValue> Engine<V> {
    /// Returns the entry of `slot` within the time that the caller has left, fetching it unless `policy` accepts the
    /// present one. If the fetch fails transiently, the old entry is returned as long as `policy` tolerates its age.
    ///
    /// `fetch` receives the present entry, however old. It is called again only if its future was dropped because this
    /// call had not been polled and another call fetched instead.
    ///
    /// # Errors
    /// The error of the fetch, or that the time ran out, unless an entry may be served instead.
    pub async fn fetch<Fetching>(
        &self,
        slot: &Arc<Slot<V>>,
        policy: Policy,
        time_left: Option<Duration>,
        fetch: impl Fn(Option<Arc<Entry<V>>>) -> Fetching,
    ) -> Result<Served<V>, Error>
    where
        Fetching: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        let refresh = within(time_left, slot, self.refresh(slot, policy.max_age, fetch));
        let served = self.serve(slot, policy, refresh).await?;
        if let Some(warning) = served.stale_warning(&slot.key, self.clock()) {
            tracing::warn!(key = %slot.key, age = ?warning.age, error = %warning.error, "{warning}");
        }
        Ok(served)
    }

    async fn refresh<Fetching>(
        &self,
        slot: &Arc<Slot<V>>,
        max_age: MaxAge,
        fetch: impl Fn(Option<Arc<Entry<V>>>) -> Fetching,
    ) -> Outcome<V>
    where
        Fetching: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        loop {
            let is_dropped = AtomicBool::new(false);
            let fetch = async |held: Option<Arc<Entry<V>>>| {
                let (is_refresh, began) = (held.is_some(), Stopwatch::start());
                let Some(fetched) = slot.fetching.run(fetch(held)).await else {
                    is_dropped.store(true, Ordering::Relaxed);
                    return future::pending().await;
                };
                let took = began.elapsed();
                observe::notify(&slot.key, took, fetched.as_ref().err());
                slot.counts.fetched(is_refresh, fetched.is_ok(), took);
                tracing::debug!(key = %slot.key, ?took, succeeded = fetched.is_ok(), "fetched");
                fetched
            };
            let mut getting = pin!(self.get(slot, max_age, fetch));
            let got = poll_fn(|cx| match getting.as_mut().poll(cx) {
                Poll::Pending if is_dropped.load(Ordering::Relaxed) => Poll::Ready(None),
                polled => polled.map(Some),
            });
            if let Some(outcome) = got.await {
                return outcome;
            }
            // This call was not polled for so long that another call fetched instead. Use its outcome.
        }
    }

    /// Returns the entry of `slot`, refreshed by `refresh` unless it is fresh. If the refresh fails transiently,
    /// returns the old entry as long as `policy` tolerates its age. After such a failure, callers that accept the old
    /// entry do not contact AWS until the back-off has passed.
    ///
    /// # Errors
    /// The error of the refresh, unless an entry may be served instead.
    pub async fn serve(
        &self,
        slot: &Arc<Slot<V>>,
        policy: Policy,
        refresh: impl Future<Output = Result<Arc<Entry<V>>, Error>>,
    ) -> Result<Served<V>, Error> {
        if let Some(error) = slot.backoff.current_failure(self.clock(), self.clock().now())
            && let Some(served) = self.tolerable(slot, policy, &error)
        {
            return Ok(served);
        }
        match refresh.await {
            Err(error) if error.is_transient() => match self.tolerable(slot, policy, &error) {
                Some(served) => {
                    if let Some(error) = &served.stale {
                        slot.backoff.note(error, self.clock(), self.clock().now());
                    }
                    Ok(served)
                }
                None => Err(error),
            },
            refreshed => refreshed.map(|entry| Served { entry, stale: None }),
        }
    }

    /// Returns the present entry if `policy` tolerates its age, although `error` prevented a refresh. It may be
    /// fresh, because another caller's refresh may have succeeded in the meantime.
    fn tolerable(&self, slot: &Slot<V>, policy: Policy, error: &Error) -> Option<Served<V>> {
        let entry = slot.entry.load_full()?;
        let now = self.clock().now();
        let age = self.clock().age(entry.began, now);
        if !policy.tolerates(age) || !entry.is_valid(now) {
            return None;
        }
        slot.touch(now);
        let is_fresh = policy.max_age.allows(age);
        if !is_fresh {
            slot.counts.stale();
        }
        Some(Served { entry, stale: (!is_fresh).then(|| error.clone()) })
    }
}

/// Limits a fetch to the caller's remaining time. If another caller waits for the same fetch, it then becomes the
/// leader.
async fn within<V: CacheValue>(
    time_left: Option<Duration>,
    slot: &Slot<V>,
    fetch: impl Future<Output = Outcome<V>>,
) -> Outcome<V> {
    let Some(time_left) = time_left else { return fetch.await };
    match select(pin!(fetch), sleep(time_left)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => Err(Error::out_of_time(&slot.key, time_left)),
    }
}
