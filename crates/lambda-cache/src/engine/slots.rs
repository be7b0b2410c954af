use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, Weak},
};

use foldhash::fast::RandomState;

use super::{entry::Held, key::Key, slot::Slot, together::Together};
use crate::sync::{
    ArcSwap, Guard, Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

/// Hashed with a random seed, as the standard library's maps are, at a third of the price.
pub(super) type Map<V> = HashMap<Key, Arc<Slot<V>>, RandomState>;

/// The slots of a cache by key, of which each key has one.
///
/// Read without a lock: a change is made in a copy, which is then put in the map's place. New keys are rare.
pub(super) struct Slots<V> {
    map: ArcSwap<Map<V>>,
    /// How often an entry came or went.
    changes: Arc<AtomicU64>,
    /// Held by who changes something; in it, those who are told when an entry goes.
    changing: Mutex<Vec<Weak<Together<V>>>>,
}

impl<V> Default for Slots<V> {
    fn default() -> Self {
        let map = ArcSwap::from_pointee(Map::default());
        Self { map, changes: Arc::new(AtomicU64::new(0)), changing: Mutex::new(Vec::new()) }
    }
}

impl<V: Held> Slots<V> {
    /// The map as it is. Who keeps a slot of it beyond a look must take it through [`get_or_insert`](Self::get_or_insert):
    /// a slot that nobody holds may have left the map.
    pub(super) fn read(&self) -> Guard<Arc<Map<V>>> {
        self.map.load()
    }

    /// The slot of `key`, made if there is none. With `capacity` slots or more, empty ones that nobody holds go first:
    /// names that were asked for in vain must not pile up.
    pub(super) fn get_or_insert(&self, key: &Key, capacity: usize) -> Arc<Slot<V>> {
        self.change(|map| {
            if let Some(slot) = map.get(key) {
                return (Arc::clone(slot), None);
            }
            let is_full = map.len() >= capacity;
            let stays = |slot: &Arc<Slot<V>>| !is_full || is_held(slot) || slot.entry.load().is_some();
            let mut next: Map<V> = copy(map, stays);
            let slot = Arc::new(Slot::new(key.clone()));
            next.insert(key.clone(), Arc::clone(&slot));
            (slot, Some(next))
        })
    }

    /// These slots, to be read together.
    pub(super) fn together(&self, slots: Vec<Arc<Slot<V>>>) -> Arc<Together<V>> {
        let together = Arc::new(Together::new(slots, Arc::clone(&self.changes)));
        self.lock().push(Arc::downgrade(&together));
        together
    }

    /// Puts entries into slots or takes them away, beside no other change; what `act` returns becomes the map.
    pub(super) fn change_entries(&self, act: impl FnOnce(&Map<V>) -> Option<Map<V>>) {
        let mut readers = self.lock();
        self.replace(act(&self.map.load()));
        self.changes.fetch_add(1, Ordering::SeqCst);
        readers.retain(|reader| reader.upgrade().inspect(|reader| reader.forget()).is_some());
    }

    /// The same for the map alone.
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

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Together<V>>>> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether somebody beside the map holds the slot. Asked before the map is copied, for a copy holds it too.
pub(super) fn is_held<V>(slot: &Arc<Slot<V>>) -> bool {
    Arc::strong_count(slot) > 1
}

/// The part of the map whose slots stay.
pub(super) fn copy<V>(map: &Map<V>, stays: impl Fn(&Arc<Slot<V>>) -> bool) -> Map<V> {
    map.iter().filter(|(_, slot)| stays(slot)).map(|(key, slot)| (key.clone(), Arc::clone(slot))).collect()
}
