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
    snapshot: ArcSwapOption<Snapshot<V>>,
    changes: Arc<AtomicU64>,
}

/// The entries of all slots after a given number of changes to the cache.
struct Snapshot<V> {
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
        Self { slots, snapshot: ArcSwapOption::empty(), changes }
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
        let snapshot = self.snapshot.load();
        match &*snapshot {
            Some(snapshot) if snapshot.changes == self.changes.load(Ordering::Acquire) => Some(read(&snapshot.entries)),
            _ => self.take_snapshot().map(|snapshot| read(&snapshot.entries)),
        }
    }

    #[cold]
    fn take_snapshot(&self) -> Option<Arc<Snapshot<V>>> {
        let changes = self.changes.load(Ordering::SeqCst);
        let entries = self.slots.iter().map(|slot| slot.entry.load_full()).collect::<Option<_>>()?;
        let snapshot = Arc::new(Snapshot { changes, entries });
        self.snapshot.store(Some(Arc::clone(&snapshot)));
        if self.changes.load(Ordering::SeqCst) != changes {
            self.forget(); // the change may have notified this group before there was a snapshot to drop
        }
        Some(snapshot)
    }

    /// Drops the snapshot, so that it does not keep removed entries alive.
    pub(super) fn forget(&self) {
        self.snapshot.store(None);
    }
}
