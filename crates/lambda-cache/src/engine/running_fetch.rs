//! The fetch in progress of a key, stored so that the next fetch can drop it.
//!
//! A leader that lost the lead because it is not polled still holds the resources of its fetch, such as a file lock
//! or a connection that is being opened. The next fetch of the key would wait for them, so it drops the earlier fetch
//! first.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, PoisonError},
    task::Poll,
};

use crate::runtime::sync::Mutex;

type Fetch<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The storage of the one fetch of a key.
pub(super) struct RunningFetch<T>(Mutex<Option<Arc<Running<T>>>>);

/// A fetch, until it has ended or was dropped.
struct Running<T>(Mutex<Option<Fetch<T>>>);

impl<T> fmt::Debug for RunningFetch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunningFetch")
    }
}

impl<T> Default for RunningFetch<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> RunningFetch<T> {
    /// Runs a fetch after dropping the earlier one, if there still is one. Returns `None` if a later fetch drops this
    /// one.
    pub(super) async fn run(&self, fetch: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let tenant = Arc::new(Running(Mutex::new(Some(Box::pin(fetch)))));
        if let Some(earlier) = self.replace(Some(Arc::clone(&tenant))) {
            earlier.evict();
        }
        let leaving = Leaving { tenancy: self, tenant };
        poll_fn(|cx| {
            let mut fetch = leaving.tenant.0.lock().unwrap_or_else(PoisonError::into_inner);
            fetch.as_mut().map_or(Poll::Ready(None), |fetch| fetch.as_mut().poll(cx).map(Some))
        })
        .await
    }

    fn replace(&self, next: Option<Arc<Running<T>>>) -> Option<Arc<Running<T>>> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), next)
    }
}

impl<T> Running<T> {
    /// Drops the fetch, unless it is being polled at this moment. In that case it continues.
    fn evict(&self) {
        let fetch = self.0.try_lock().ok().and_then(|mut fetch| fetch.take());
        drop(fetch); // with the lock released
    }
}

/// Removes the fetch when it has ended or its caller was dropped.
struct Leaving<'a, T> {
    tenancy: &'a RunningFetch<T>,
    tenant: Arc<Running<T>>,
}

impl<T> Drop for Leaving<'_, T> {
    fn drop(&mut self) {
        let mut place = self.tenancy.0.lock().unwrap_or_else(PoisonError::into_inner);
        if place.as_ref().is_some_and(|tenant| Arc::ptr_eq(tenant, &self.tenant)) {
            *place = None;
        }
        drop(place);
        self.tenant.evict();
    }
}
