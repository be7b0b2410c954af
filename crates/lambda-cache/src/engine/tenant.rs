//! The fetch of a key that is under way, kept where the next one can drop it.
//!
//! Whoever loses the lead without being polled keeps all that its fetch holds: the lock of a file, a connection that is
//! being opened. The next fetch of the key would wait for that, so it drops the earlier one first.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, PoisonError},
    task::Poll,
};

use crate::sync::Mutex;

type Fetch<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The place for the one fetch of a key.
pub struct Tenancy<T>(Mutex<Option<Arc<Tenant<T>>>>);

/// A fetch, until it has ended or was dropped.
struct Tenant<T>(Mutex<Option<Fetch<T>>>);

impl<T> fmt::Debug for Tenancy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tenancy")
    }
}

impl<T> Default for Tenancy<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Tenancy<T> {
    /// Runs a fetch in the place of the earlier one, if that is still there; `None` if a later one drops it.
    pub async fn run(&self, fetch: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let tenant = Arc::new(Tenant(Mutex::new(Some(Box::pin(fetch)))));
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

    fn replace(&self, next: Option<Arc<Tenant<T>>>) -> Option<Arc<Tenant<T>>> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), next)
    }
}

impl<T> Tenant<T> {
    /// Drops the fetch, unless it is being polled at this moment: then it goes on.
    fn evict(&self) {
        let fetch = self.0.try_lock().ok().and_then(|mut fetch| fetch.take());
        drop(fetch); // with the lock released
    }
}

/// Clears the place when its fetch has ended, or its caller has gone.
struct Leaving<'a, T> {
    tenancy: &'a Tenancy<T>,
    tenant: Arc<Tenant<T>>,
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
