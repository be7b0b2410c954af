use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, Weak},
};

use foldhash::fast::RandomState;

use super::{entry::CacheValue, key::Key, slot::Slot, slot_group::SlotGroup};
use crate::runtime::sync::{
    ArcSwap, Guard, Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

/// A map with a random seed, like the standard library's maps, at a third of the cost.
pub(super) type Map<V> = HashMap<Key, Arc<Slot<V>>, RandomState>;

/// The slots of a cache by key.
///
/// Reading takes no lock: a change is made in a copy that then replaces the map. New keys are rare.
pub(super) struct Slots<V> {
    map: ArcSwap<Map<V>>,
    /// The number of changes to entries.
    changes: Arc<AtomicU64>,
    /// The lock for changes. It contains the groups that must be notified when an entry is removed.
    changing: Mutex<Vec<Weak<SlotGroup<V>>>>,
}

impl<V> Default for Slots<V> {
    fn default() -> Self {
        let map = ArcSwap::from_pointee(Map::default());
        Self { map, changes: Arc::new(AtomicU64::new(0)), changing: Mutex::new(Vec::new()) }
    }
}

impl<V: CacheValue> Slots<V> {
    /// Returns the present map. To keep a slot of it, call [`get_or_insert`](Self::get_or_insert), because a slot
    /// that is not referenced elsewhere may already have left the map.
    pub(super) fn read(&self) -> Guard<Arc<Map<V>>> {
        self.map.load()
    }

    /// Returns the slot of `key`, creating it if necessary. If there are `capacity` slots or more, empty slots that
    /// are not referenced elsewhere are removed first, so that failed lookups of many names do not accumulate.
    pub(super) fn get_or_insert(&self, key: &Key, capacity: usize) -> Arc<Slot<V>> {
        self.change(|map| {
            if let Some(slot) = map.get(key) {
                return (Arc::clone(slot), None);
            }
            let is_full = map.len() >= capacity;
            let stays = |slot: &Arc<Slot<V>>| !is_full || is_in_use(slot) || slot.entry.load().is_some();
            let mut next: Map<V> = copy(map, stays);
            let slot = Arc::new(Slot::new(key.clone()));
            next.insert(key.clone(), Arc::clone(&slot));
            (slot, Some(next))
        })
    }

    /// Creates a group of these slots whose entries are read in one step.
    pub(super) fn slot_group(&self, slots: Vec<Arc<Slot<V>>>) -> Arc<SlotGroup<V>> {
        let together = Arc::new(SlotGroup::new(slots, Arc::clone(&self.changes)));
        self.lock().push(Arc::downgrade(&together));
        together
    }

    /// Stores or removes entries while no other change can happen. If `act` returns a map, it replaces the present
    /// one.
    pub(super) fn change_entries(&self, act: impl FnOnce(&Map<V>) -> Option<Map<V>>) {
        let mut readers = self.lock();
        self.replace(act(&self.map.load()));
        self.changes.fetch_add(1, Ordering::SeqCst);
        readers.retain(|reader| reader.upgrade().inspect(|reader| reader.forget()).is_some());
    }

    /// Changes the map without changing entries.
    fn change<R>(&self, act: impl FnOnce(&Map<V>) -> (R, Option<Map<V>>)) -> R {
        let _changing = self.lock();
        let (result, next) = act(&self.map.load());
        self.replace(next);
        result
    }

    fn replace(&self, next: Option<Map<V>>) {
        if let Some(next) = next {
            self.map.store(Arc::new(next));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<SlotGroup<V>>>> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns `true` if the slot is referenced outside the map. Call it before the map is copied, because a copy is
/// another reference.
pub(super) fn is_in_use<V>(slot: &Arc<Slot<V>>) -> bool {
    Arc::strong_count(slot) > 1
}

/// Copies the part of the map whose slots stay.
pub(super) fn copy<V>(map: &Map<V>, stays: impl Fn(&Arc<Slot<V>>) -> bool) -> Map<V> {
    map.iter().filter(|(_, slot)| stays(slot)).map(|(key, slot)| (key.clone(), Arc::clone(slot))).collect()
}
