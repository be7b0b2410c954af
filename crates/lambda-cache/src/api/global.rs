//! The default cache: the one of the process, or the test's cache on the thread of a test.

use std::{
    cell::RefCell,
    ops::Deref,
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{Cache, EntryStats};

static PROCESS: LazyLock<Cache> = LazyLock::new(|| Cache::builder().build());

/// The number of tests that use a separate cache. It is nearly always zero, and then no thread-local is read.
static OVERRIDES: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static OVERRIDE: RefCell<Vec<Cache>> = const { RefCell::new(Vec::new()) };
}

/// The cache in use, borrowed or cloned for one access.
pub(crate) enum Current {
    Process(&'static Cache),
    Test(Cache),
}

impl Deref for Current {
    type Target = Cache;

    #[inline]
    fn deref(&self) -> &Cache {
        match self {
            Self::Process(cache) => cache,
            Self::Test(cache) => cache,
        }
    }
}

/// Returns the cache in use on this thread.
#[inline]
pub(crate) fn current() -> Current {
    if OVERRIDES.load(Ordering::Relaxed) != 0
        && let Some(cache) = OVERRIDE.with_borrow(|caches| caches.last().cloned())
    {
        return Current::Test(cache);
    }
    Current::Process(&PROCESS)
}

/// A guard that makes this thread use `cache` until it is dropped.
#[derive(Debug)]
pub(crate) struct Override {
    cache_id: u64,
    /// The guard must be dropped on the thread that created it.
    _here: std::marker::PhantomData<*const ()>,
}

impl Override {
    pub(crate) fn new(cache: &Cache) -> Self {
        OVERRIDES.fetch_add(1, Ordering::Relaxed);
        OVERRIDE.with_borrow_mut(|caches| caches.push(cache.clone()));
        Self { cache_id: cache.id(), _here: std::marker::PhantomData }
    }
}

impl Drop for Override {
    fn drop(&mut self) {
        OVERRIDE.with_borrow_mut(|caches| caches.retain(|cache| cache.id() != self.cache_id));
        OVERRIDES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Removes every entry of the shared cache, so the next call for any of them fetches.
pub fn clear() {
    current().clear();
}

/// Returns the statistics of the shared cache by entry. See [`Cache::stats`].
#[must_use]
pub fn stats() -> Vec<EntryStats> {
    current().stats()
}

/// Returns a log line with the activity of the shared cache since the previous line. See [`Cache::emf_line`].
#[must_use]
pub fn emf_line(namespace: &str) -> String {
    current().emf_line(namespace)
}

/// Removes every entry and closes the connections of the shared cache. See [`Cache::reset`].
pub fn reset() {
    current().reset();
}
