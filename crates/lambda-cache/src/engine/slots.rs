use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};

use foldhash::fast::RandomState;

use super::{entry::Held, key::Key, slot::Slot};
use crate::sync::{ArcSwap, Guard, Mutex};

/// Hashed with a random seed, as the standard library's maps are, at a third of the price.
pub(super) type Map<V> = HashMap<Key, Arc<Slot<V>>, RandomState>;

/// The slots of a cache by key, of which each key has one.
///
/// Read without a lock: a change is made in a copy, which is then put in the map's place. New keys are rare.
pub(super) struct Slots<V> {
    map: ArcSwap<Map<V>>,
    changing: Mutex<()>,
}

impl<V> Default for Slots<V> {
    fn default() -> Self {
        Self { map: ArcSwap::from_pointee(Map::default()), changing: Mutex::default() }
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

    /// Does what must not run beside another change; the second of what `act` returns becomes the map.
    pub(super) fn change<R>(&self, act: impl FnOnce(&Map<V>) -> (R, Option<Map<V>>)) -> R {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let (result, next) = act(&self.map.load());
        if let Some(next) = next {
            self.map.store(Arc::new(next));
        }
        result
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
