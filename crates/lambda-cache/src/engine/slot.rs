use std::{fmt, sync::Arc};

use super::{
    backoff::Backoff,
    clock::{Clock, Moment},
    counts::Counts,
    entry::{CacheValue, Entry, Fetched},
    flight::SingleFlight,
    key::Key,
    max_age::MaxAge,
    running_fetch::RunningFetch,
};
use crate::{
    Error,
    runtime::sync::{
        ArcSwapOption, Guard,
        atomic::{AtomicU64, Ordering},
    },
};

/// The position of a key in the cache: its entry, if any, and its flight, if one is in progress.
///
/// The owner of a slot reads it without a lock. A key never gets a second slot while its first one is referenced.
pub struct Slot<V> {
    pub(super) key: Key,
    pub(super) entry: ArcSwapOption<Entry<V>>,
    pub(super) single_flight: SingleFlight<V>,
    pub(super) backoff: Backoff,
    /// The event counters of this entry.
    pub counts: Counts,
    /// The fetch in progress.
    pub(super) fetching: RunningFetch<Result<Fetched<V>, Error>>,
    last_used_ns: AtomicU64,
}

impl<V> fmt::Debug for Slot<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("key", &self.key).finish_non_exhaustive()
    }
}

impl<V: CacheValue> Slot<V> {
    pub(super) fn new(key: Key) -> Self {
        Self {
            key,
            entry: ArcSwapOption::empty(),
            single_flight: SingleFlight::default(),
            backoff: Backoff::default(),
            counts: Counts::default(),
            fetching: RunningFetch::default(),
            last_used_ns: AtomicU64::new(0),
        }
    }

    /// Borrows the present entry, whatever its age. Takes no lock and allocates nothing.
    ///
    /// The guard should not be moved. It consists of two words that are written separately, and reading both at once
    /// in order to move them stalls the processor.
    #[inline]
    pub fn load(&self) -> Guard<Option<Arc<Entry<V>>>> {
        self.entry.load()
    }

    /// Returns `true` if an entry of this slot is younger than `max_age` at `now` and still valid. In that case it is
    /// also recorded as used.
    #[inline]
    pub fn is_fresh(&self, entry: &Entry<V>, clock: &Clock, max_age: MaxAge, now: Moment) -> bool {
        let is_fresh = max_age.allows(clock.age(entry.began, now)) && entry.is_valid(now);
        if is_fresh {
            self.touch(now);
            self.counts.hit();
        }
        is_fresh
    }

    /// Records a use. It writes only if the clock has ticked, so that threads that read one entry share its cache
    /// line.
    #[inline]
    pub(super) fn touch(&self, now: Moment) {
        if self.last_used_ns.load(Ordering::Relaxed) != now.monotonic_ns {
            self.last_used_ns.store(now.monotonic_ns, Ordering::Relaxed);
        }
    }

    pub(super) fn last_used_ns(&self) -> u64 {
        self.last_used_ns.load(Ordering::Relaxed)
    }
}
