use std::{fmt, sync::Arc};

use super::{
    clock::{Clock, Moment},
    entry::{Entry, Held},
    flight::Runway,
    key::Key,
    max_age::MaxAge,
    trouble::Trouble,
};
use crate::sync::{
    ArcSwapOption, Guard,
    atomic::{AtomicU64, Ordering},
};

/// A key's place in the cache: its entry, if any, and its flight, if one is under way.
///
/// Whoever holds a slot reads it without a lock; the cache never gives one key two slots while one is held.
pub struct Slot<V> {
    pub(super) key: Key,
    pub(super) entry: ArcSwapOption<Entry<V>>,
    pub(super) runway: Runway<V>,
    pub(super) trouble: Trouble,
    last_used_ns: AtomicU64,
}

impl<V> fmt::Debug for Slot<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("key", &self.key).finish_non_exhaustive()
    }
}

impl<V: Held> Slot<V> {
    pub(super) fn new(key: Key) -> Self {
        Self {
            key,
            entry: ArcSwapOption::empty(),
            runway: Runway::default(),
            trouble: Trouble::default(),
            last_used_ns: AtomicU64::new(0),
        }
    }

    /// What is there, whatever its age. No lock, no allocation.
    #[inline]
    pub fn load(&self) -> Loaded<V> {
        Loaded(self.entry.load())
    }

    /// The entry that was loaded from here, if it is younger than `max_age` at `now` and still intact.
    #[inline]
    pub fn fresh<'a>(
        &self,
        loaded: &'a Loaded<V>,
        clock: &Clock,
        max_age: MaxAge,
        now: Moment,
    ) -> Option<&'a Arc<Entry<V>>> {
        let entry = loaded.0.as_ref()?;
        if !max_age.allows(clock.age(entry.began, now)) || !entry.value.is_intact() {
            return None;
        }
        self.touch(now);
        Some(entry)
    }

    /// Both together, for who can afford to have the entry moved: that takes as long as reading a clock.
    #[inline]
    pub fn hit(&self, clock: &Clock, max_age: MaxAge, now: Moment) -> Option<Hit<V>> {
        let loaded = self.load();
        self.fresh(&loaded, clock, max_age, now)?;
        Some(Hit(loaded.0))
    }

    /// Notes a use. Written only when the clock has ticked, so that threads reading one entry share its cache line.
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

/// What was in a slot, borrowed from it. Best left where it is: it consists of two words that are written one by one, and a
/// processor stalls where they are at once read together, to be moved.
pub struct Loaded<V>(Guard<Option<Arc<Entry<V>>>>);

impl<V> fmt::Debug for Loaded<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Loaded(..)")
    }
}

/// A fresh entry, borrowed from its slot.
pub struct Hit<V>(Guard<Option<Arc<Entry<V>>>>);

impl<V> fmt::Debug for Hit<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hit(..)")
    }
}

impl<V> std::ops::Deref for Hit<V> {
    type Target = Arc<Entry<V>>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        self.0.as_ref().expect("a hit is made from an entry")
    }
}
