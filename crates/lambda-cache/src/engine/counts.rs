//! What happened to an entry, counted where it happens.

use std::time::Duration;

use crate::sync::atomic::{AtomicU64, Ordering};

/// What happened to one entry so far.
#[derive(Debug, Default)]
pub struct Counts {
    hits: AtomicU64,
    misses: AtomicU64,
    refreshes: AtomicU64,
    stale: AtomicU64,
    errors: AtomicU64,
    fetch_ns: AtomicU64,
}

/// The same, read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Looks that found it fresh.
    pub hits: u64,
    /// Fetches where nothing was there.
    pub misses: u64,
    /// Fetches where something was there that was too old.
    pub refreshes: u64,
    /// Looks that got something too old, because a refresh failed.
    pub stale: u64,
    /// Fetches that failed.
    pub errors: u64,
    /// How long all fetches took.
    pub fetch_time: Duration,
}

impl Counts {
    /// Not an atomic addition, which would cost a hit more than all the rest: of two at the very same time one may be lost.
    #[inline]
    pub(super) fn hit(&self) {
        self.hits.store(self.hits.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    pub(super) fn stale(&self) {
        self.stale.fetch_add(1, Ordering::Relaxed);
    }

    /// A fetch ended, after so long; whether something was there before, and whether it succeeded.
    pub fn fetched(&self, was_there: bool, succeeded: bool, took: Duration) {
        let fetches = if was_there { &self.refreshes } else { &self.misses };
        fetches.fetch_add(1, Ordering::Relaxed);
        self.errors.fetch_add(u64::from(!succeeded), Ordering::Relaxed);
        self.fetch_ns.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// What was counted so far.
    #[must_use]
    pub fn read(&self) -> Counted {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counted {
            hits: read(&self.hits),
            misses: read(&self.misses),
            refreshes: read(&self.refreshes),
            stale: read(&self.stale),
            errors: read(&self.errors),
            fetch_time: Duration::from_nanos(read(&self.fetch_ns)),
        }
    }
}
