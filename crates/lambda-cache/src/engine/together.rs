use std::{fmt, sync::Arc};

use super::{
    entry::{Entry, Held},
    slot::Slot,
};
use crate::sync::{
    ArcSwapOption,
    atomic::{AtomicU64, Ordering},
};

/// Slots whose entries are wanted together: they are borrowed all at once, for what borrowing one of them costs.
pub struct Together<V> {
    slots: Vec<Arc<Slot<V>>>,
    seen: ArcSwapOption<Seen<V>>,
    changes: Arc<AtomicU64>,
}

/// What all the slots held when the cache had changed so often.
struct Seen<V> {
    changes: u64,
    entries: Vec<Arc<Entry<V>>>,
}

impl<V> fmt::Debug for Together<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Together").field("slots", &self.slots).finish_non_exhaustive()
    }
}

impl<V: Held> Together<V> {
    pub(super) fn new(slots: Vec<Arc<Slot<V>>>, changes: Arc<AtomicU64>) -> Self {
        Self { slots, seen: ArcSwapOption::empty(), changes }
    }

    /// The slots, in their order.
    #[inline]
    pub fn slots(&self) -> &[Arc<Slot<V>>] {
        &self.slots
    }

    /// What `read` makes of the entries, however old, if there is one in every slot. No lock; no allocation unless the
    /// cache changed.
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
            self.forget(); // whoever changed it may have told us before there was something to forget
        }
        Some(seen)
    }

    /// Lets go of the entries: what has left its slot is not to be kept alive from here.
    pub(super) fn forget(&self) {
        self.seen.store(None);
    }
}
