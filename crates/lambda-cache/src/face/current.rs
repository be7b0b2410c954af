//! The cache that is used where none is named: the process's, or on the thread of a test the test's.

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

/// How many tests have a cache in place of the process's: nearly always none, and then no thread need be asked.
static SUBSTITUTES: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static SUBSTITUTE: RefCell<Vec<Cache>> = const { RefCell::new(Vec::new()) };
}

/// The cache in use, for as long as a look takes.
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

/// The cache in use on this thread.
#[inline]
pub(crate) fn current() -> Current {
    if SUBSTITUTES.load(Ordering::Relaxed) != 0
        && let Some(cache) = SUBSTITUTE.with_borrow(|caches| caches.last().cloned())
    {
        return Current::Test(cache);
    }
    Current::Process(&PROCESS)
}

/// Has this thread use `cache` until the substitution is dropped.
#[derive(Debug)]
pub(crate) struct Substitution {
    cache_id: u64,
    /// It must be dropped on the thread where it was made.
    _here: std::marker::PhantomData<*const ()>,
}

impl Substitution {
    pub(crate) fn new(cache: &Cache) -> Self {
        SUBSTITUTES.fetch_add(1, Ordering::Relaxed);
        SUBSTITUTE.with_borrow_mut(|caches| caches.push(cache.clone()));
        Self { cache_id: cache.id(), _here: std::marker::PhantomData }
    }
}

impl Drop for Substitution {
    fn drop(&mut self) {
        SUBSTITUTE.with_borrow_mut(|caches| caches.retain(|cache| cache.id() != self.cache_id));
        SUBSTITUTES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Forgets every entry of the cache that the process's functions share: the next call for any of them fetches.
pub fn clear() {
    current().clear();
}

/// What the cache that the process's functions share did, by entry: see [`Cache::stats`].
#[must_use]
pub fn stats() -> Vec<EntryStats> {
    current().stats()
}

/// What it did since the last such line, as a line for the function's log: see [`Cache::emf_line`].
#[must_use]
pub fn emf_line(namespace: &str) -> String {
    current().emf_line(namespace)
}

/// Forgets every entry and every connection of the cache that the process's functions share: see [`Cache::reset`].
pub fn reset() {
    current().reset();
}
