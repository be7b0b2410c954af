use std::{fmt, sync::Arc};

use super::{
    entry::{CacheValue, Entry},
    slot::Slot,
};
use crate::runtime::sync::{
    ArcSwapOption,
    atomic::{AtomicU64, Ordering},
};

/// A group of slots whose entries are borrowed all at once, for the cost of borrowing one.
pub struct SlotGroup<V> {
    slots: Vec<Arc<Slot<V>>>,
    seen: ArcSwapOption<Seen<V>>,
    changes: Arc<AtomicU64>,
}

/// The entries of all slots after a given number of changes to the cache.
struct Seen<V> {
    changes: u64,
    entries: Vec<Arc<Entry<V>>>,
}

impl<V> fmt::Debug for SlotGroup<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlotGroup").field("slots", &self.slots).finish_non_exhaustive()
    }
}

impl<V: CacheValue> SlotGroup<V> {
    pub(super) fn new(slots: Vec<Arc<Slot<V>>>, changes: Arc<AtomicU64>) -> Self {
        Self { slots, seen: ArcSwapOption::empty(), changes }
    }

    /// Returns the slots in their order.
    #[inline]
    pub fn slots(&self) -> &[Arc<Slot<V>>] {
        &self.slots
    }

    /// Calls `read` with the entries, however old, if every slot has one. Takes no lock, and allocates only if the
    /// cache has changed.
    #[inline]
    pub fn read<R>(&self, read: impl FnOnce(&[Arc<Entry<V>>]) -> R) -> Option<R> {
        let seen = self.seen.load();
        match &*seen {
            Some(seen) if seen.changes == self.changes.load(Ordering::Acquire) => Some(read(&seen.entries)),
            _ => self.look_again().map(|seen| read(&seen.entries)),
        }
    }

    #[cold]
    fn look_again(&self) -> Option<Arc<Seen<V>>> {
        let changes = self.changes.load(Ordering::SeqCst);
        let entries = self.slots.iter().map(|slot| slot.entry.load_full()).collect::<Option<_>>()?;
        let seen = Arc::new(Seen { changes, entries });
        self.seen.store(Some(Arc::clone(&seen)));
        if self.changes.load(Ordering::SeqCst) != changes {
            self.forget(); // the change may have notified this group before there was a snapshot to drop
        }
        Some(seen)
    }

    /// Drops the snapshot, so that it does not keep removed entries alive.
    pub(super) fn forget(&self) {
        self.seen.store(None);
    }
}
