use std::{
    collections::HashMap,
    fmt,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    clock::{Clock, Moment},
    entry::{Entry, Fetched, Held},
    flight::{Boarding, Call, Outcome},
    key::Key,
    max_age::MaxAge,
    slot::Slot,
};
use crate::Error;

/// Entries by key: decides what is fresh, fetches what is not, once at a time.
pub struct Engine<V> {
    clock: Clock,
    capacity: usize,
    tickets: AtomicU64,
    slots: Mutex<HashMap<Key, Arc<Slot<V>>>>,
}

impl<V> fmt::Debug for Engine<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("clock", &self.clock).field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl<V: Held> Engine<V> {
    /// An empty cache of at most `capacity` entries; the least recently used goes first.
    #[must_use]
    pub fn new(clock: Clock, capacity: usize) -> Self {
        Self { clock, capacity, tickets: AtomicU64::new(0), slots: Mutex::default() }
    }

    /// The clock that ages are read from.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The one slot of `key`.
    pub fn slot(&self, key: &Key) -> Arc<Slot<V>> {
        let mut slots = self.slots();
        if let Some(slot) = slots.get(key) {
            return Arc::clone(slot);
        }
        if slots.len() >= self.capacity {
            // Names that were asked for in vain must not pile up.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.entry.load().is_some());
        }
        let slot = Arc::new(Slot::new(key.clone()));
        slots.insert(key.clone(), Arc::clone(&slot));
        slot
    }

    /// The entry of `slot`, fetched unless one younger than `max_age` is there.
    ///
    /// `fetch` gets the entry that is there, however old. It runs at most once in this call, and never beside another
    /// fetch of the same key; it may not run at all, if another caller's flight serves.
    ///
    /// # Errors
    /// What the fetch failed with. An error is never kept.
    pub async fn get<F, Fetching>(&self, slot: &Arc<Slot<V>>, max_age: MaxAge, fetch: F) -> Outcome<V>
    where
        F: FnOnce(Option<Arc<Entry<V>>>) -> Fetching,
        Fetching: Future<Output = Result<Fetched<V>, Error>>,
    {
        // First the clock, then the ticket: who has the later ticket has no earlier time.
        let made = self.clock.now();
        let call = Call { ticket: self.next_ticket(), made, max_age };
        loop {
            if let Some(entry) = slot.entry.load_full()
                && call.accepts(&self.clock, entry.ticket, entry.began)
                && entry.value.is_intact()
            {
                slot.touch(call.made);
                return Ok(entry);
            }
            let lead = match slot.runway.board(|| self.begin()) {
                Boarding::Lead(lead) => lead,
                Boarding::UnderWay(flight) => {
                    let joined = call.accepts(&self.clock, flight.ticket, flight.began);
                    let ticket = flight.ticket;
                    match flight.outcome().await {
                        Some(Ok(entry)) if joined && self.serves(&entry, ticket, max_age) => return Ok(entry),
                        Some(Err(error)) if joined => return Err(error),
                        // Not for this call, or nobody's: look again, and lead unless somebody else does.
                        _ => continue,
                    }
                }
            };
            let held = slot.entry.load_full();
            if let Some(entry) = &held
                && call.accepts(&self.clock, entry.ticket, entry.began)
                && entry.value.is_intact()
            {
                continue; // stored between the look and the boarding; the dropped lead clears the runway
            }
            let outcome = match fetch(held).await {
                Ok(Fetched::Now(value)) => Ok(Arc::new(Entry { value, began: lead.began, ticket: lead.ticket })),
                Ok(Fetched::Then(value, began)) => Ok(Arc::new(Entry { value, began, ticket: 0 })),
                Err(error) => Err(error),
            };
            if let Ok(entry) = &outcome {
                self.keep(slot, Arc::clone(entry));
            }
            lead.land(outcome.clone());
            return outcome;
        }
    }

    /// Whether the outcome of a joined flight is for this call: what the flight itself fetched is; what it took over
    /// from elsewhere may be older than the flight, so its own age counts.
    fn serves(&self, entry: &Entry<V>, flight_ticket: u64, max_age: MaxAge) -> bool {
        entry.ticket == flight_ticket || max_age.allows(self.clock.age(entry.began, self.clock.now()))
    }

    fn begin(&self) -> (u64, Moment) {
        let began = self.clock.now();
        (self.next_ticket(), began)
    }

    fn next_ticket(&self) -> u64 {
        self.tickets.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<Key, Arc<Slot<V>>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, slot: &Arc<Slot<V>>, entry: Arc<Entry<V>>) {
        slot.touch(self.clock.now());
        let mut slots = self.slots();
        let new = slot.entry.swap(Some(entry)).is_none();
        if new {
            self.evict(&mut slots, slot);
        }
    }

    /// Empties the least recently used slots beyond the capacity. A slot that somebody holds stays the key's slot.
    fn evict(&self, slots: &mut HashMap<Key, Arc<Slot<V>>>, newest: &Arc<Slot<V>>) {
        if slots.len() <= self.capacity {
            return;
        }
        let mut filled: Vec<_> = slots
            .values()
            .filter(|slot| !Arc::ptr_eq(slot, newest))
            .filter_map(|slot| {
                slot.entry.load().as_ref().map(|entry| (slot.last_used_ns(), entry.ticket, slot.key.clone()))
            })
            .collect();
        let excess = (filled.len() + 1).saturating_sub(self.capacity);
        filled.sort_unstable_by_key(|(last_used_ns, ticket, _)| (*last_used_ns, *ticket));
        for (_, _, key) in filled.into_iter().take(excess) {
            if let Some(slot) = slots.get(&key) {
                slot.entry.store(None);
                if Arc::strong_count(slot) == 1 {
                    slots.remove(&key);
                }
            }
        }
    }
}
