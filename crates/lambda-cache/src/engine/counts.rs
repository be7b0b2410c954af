//! Counters of the events of an entry.

use std::time::Duration;

use crate::runtime::sync::atomic::{AtomicU64, Ordering};

/// Counters of one entry.
#[derive(Debug, Default)]
pub struct Counts {
    hits: AtomicU64,
    misses: AtomicU64,
    refreshes: AtomicU64,
    stale: AtomicU64,
    errors: AtomicU64,
    fetch_ns: AtomicU64,
}

/// A snapshot of [`Counts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Calls that found the entry fresh.
    pub hits: u64,
    /// Fetches without an existing entry.
    pub misses: u64,
    /// Fetches when the entry was too old.
    pub refreshes: u64,
    /// Calls that got a stale entry because a refresh failed.
    pub stale: u64,
    /// Fetches that failed.
    pub errors: u64,
    /// The total duration of all fetches.
    pub fetch_time: Duration,
}

impl Counts {
    /// Counts a hit. This is not an atomic addition, which would cost more than the rest of a hit, so one of two
    /// simultaneous hits may not be counted.
    #[inline]
    pub(super) fn hit(&self) {
        self.hits.store(self.hits.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    pub(super) fn stale(&self) {
        self.stale.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a fetch that has ended: whether there was an entry before, whether it succeeded, and how long it took.
    pub(super) fn fetched(&self, was_there: bool, succeeded: bool, took: Duration) {
        let fetches = if was_there { &self.refreshes } else { &self.misses };
        fetches.fetch_add(1, Ordering::Relaxed);
        self.errors.fetch_add(u64::from(!succeeded), Ordering::Relaxed);
        self.fetch_ns.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Returns the present counts.
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
