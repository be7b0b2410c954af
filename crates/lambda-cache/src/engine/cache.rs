use std::{fmt, future::Future, sync::Arc};

use super::{
    clock::{Clock, Moment},
    entry::{CacheValue, Entry, Fetched},
    flight::{Call, Ended, FlightRole, Outcome},
    key::{Identity, Key},
    max_age::MaxAge,
    slot::Slot,
    slot_group::SlotGroup,
    slots::{Map, Slots, copy, is_in_use},
};
use crate::{
    Error,
    runtime::sync::atomic::{AtomicU64, Ordering},
};

/// Entries by key. Decides whether an entry is fresh, and fetches it if it is not, with at most one fetch per key at
/// a time.
pub struct Engine<V> {
    clock: Clock,
    capacity: usize,
    tickets: AtomicU64,
    slots: Slots<V>,
}

impl<V> fmt::Debug for Engine<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("clock", &self.clock).field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl<V: CacheValue> Engine<V> {
    /// Creates an empty cache of at most `capacity` entries. The least recently used entry is evicted first.
    #[must_use]
    pub fn new(clock: Clock, capacity: usize) -> Self {
        Self { clock, capacity, tickets: AtomicU64::new(0), slots: Slots::default() }
    }

    /// Returns the clock that ages are computed with.
    #[inline]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns the maximum number of entries.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Returns the slot of `key`, creating it if necessary.
    pub fn slot(&self, key: &Key) -> Arc<Slot<V>> {
        self.slots.get_or_insert(key, self.capacity)
    }

    /// Returns the slots of `keys` as a group whose entries are read in one step.
    pub fn slot_group(&self, keys: &[Key]) -> Arc<SlotGroup<V>> {
        self.slots.slot_group(keys.iter().map(|key| self.slot(key)).collect())
    }

    /// Returns the entry of `key` if it is younger than `max_age` and its value is still valid. Takes no lock.
    pub fn hit(&self, key: &dyn Identity, max_age: MaxAge) -> Option<Arc<Entry<V>>> {
        self.read(key, max_age, Arc::clone)
    }

    /// Calls `read` with the entry of `key` if it is younger than `max_age` and its value is still valid.
    pub fn read<R>(&self, key: &dyn Identity, max_age: MaxAge, read: impl FnOnce(&Arc<Entry<V>>) -> R) -> Option<R> {
        let slots = self.slots.read();
        let slot = slots.get(key)?;
        let now = self.clock.now();
        let entry = slot.load();
        let entry = entry.as_ref()?;
        slot.is_fresh(entry, &self.clock, max_age, now).then(|| read(entry))
    }

    /// Calls `read` for every slot in the map and returns the results.
    pub fn each<R>(&self, mut read: impl FnMut(&Key, &Slot<V>) -> R) -> Vec<R> {
        self.slots.read().iter().map(|(key, slot)| read(key, slot)).collect()
    }

    /// Removes the entries whose keys match. A later call gets neither the removed entry nor the result of a fetch
    /// that began before this.
    pub fn invalidate(&self, matches: impl Fn(&Key) -> bool) {
        self.slots.change_entries(|slots| {
            slots.iter().filter(|(key, _)| matches(key)).for_each(|(_, slot)| self.forget(slot));
            None
        });
    }

    fn forget(&self, slot: &Slot<V>) {
        slot.single_flight.invalidate_up_to(self.next_ticket());
        slot.backoff.end();
        slot.entry.store(None);
    }

    /// Returns the entry of `slot`, fetching it unless there is one younger than `max_age`.
    ///
    /// `fetch` receives the present entry, however old. It runs at most once per call, and at the same time as
    /// another fetch of the same key only if that fetch is not being polled. It does not run if another caller's
    /// flight provides the entry.
    ///
    /// # Errors
    /// The error of the fetch. Errors are never cached.
    pub async fn get<F, Fetching>(&self, slot: &Arc<Slot<V>>, max_age: MaxAge, fetch: F) -> Outcome<V>
    where
        F: FnOnce(Option<Arc<Entry<V>>>) -> Fetching,
        Fetching: Future<Output = Result<Fetched<V>, Error>>,
    {
        // The clock is read before the ticket is drawn, so a later ticket never has an earlier time.
        let made = self.clock.now();
        let call = Call { ticket: self.next_ticket(), made, max_age };
        loop {
            if let Some(entry) = slot.entry.load_full()
                && call.accepts(&self.clock, entry.ticket, entry.began)
                && entry.is_valid(call.made)
            {
                slot.touch(call.made);
                return Ok(entry);
            }
            let lead = match slot.single_flight.join(|| self.begin()) {
                FlightRole::Leader(lead) => lead,
                FlightRole::Follower { flight, is_valid } => {
                    let joined = is_valid && call.accepts(&self.clock, flight.ticket, flight.began);
                    let ticket = flight.ticket;
                    match flight.ended().await {
                        Ended::Completed(Ok(entry)) if joined && self.serves(&entry, ticket, max_age) => {
                            return Ok(entry);
                        }
                        Ended::Completed(Err(error)) if joined => return Err(error),
                        // Unusable for this call, or abandoned: check again, and lead unless another caller does.
                        Ended::Completed(_) | Ended::Abandoned => continue,
                        Ended::Stuck => {
                            slot.single_flight.take_over(ticket);
                            continue;
                        }
                    }
                }
            };
            let held = slot.entry.load_full();
            if let Some(entry) = &held
                && call.accepts(&self.clock, entry.ticket, entry.began)
                && entry.is_valid(call.made)
            {
                continue; // stored between the check and taking the lead; dropping the lead ends the flight
            }
            let fetched = lead.run(fetch(held)).await;
            let outcome = fetched.map(|fetched| Arc::new(Entry::of(fetched, lead.ticket, lead.began)));
            if let Ok(entry) = &outcome {
                self.keep(slot, lead.ticket, Arc::clone(entry));
            }
            lead.complete(outcome.clone());
            return outcome;
        }
    }

    /// Returns `true` if this call may use the outcome of a flight that it joined. A value that the flight fetched
    /// itself is always usable. A value that it took over from elsewhere may be older than the flight, so its own age
    /// counts.
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

    /// Stores an entry, unless the slot was invalidated after its fetch began or already has the result of a later
    /// fetch.
    fn keep(&self, slot: &Arc<Slot<V>>, ticket: u64, entry: Arc<Entry<V>>) {
        slot.touch(self.clock.now());
        self.slots.change_entries(|slots| {
            if slot.single_flight.is_invalidated(ticket) {
                return None;
            }
            slot.single_flight.invalidate_up_to(ticket - 1);
            slot.backoff.end();
            let is_new = slot.entry.swap(Some(entry)).is_none();
            if is_new { self.evict(slots, slot) } else { None }
        });
    }

    /// Empties the least recently used slots beyond the capacity. A slot that is referenced elsewhere stays in the
    /// map.
    fn evict(&self, slots: &Map<V>, newest: &Arc<Slot<V>>) -> Option<Map<V>> {
        if slots.len() <= self.capacity {
            return None;
        }
        let mut filled: Vec<_> = slots
            .values()
            .filter(|slot| !Arc::ptr_eq(slot, newest))
            .filter_map(|slot| slot.entry.load().as_ref().map(|entry| (slot.last_used_ns(), entry.ticket, slot)))
            .collect();
        let excess = (filled.len() + 1).saturating_sub(self.capacity);
        filled.sort_unstable_by_key(|(last_used_ns, ticket, _)| (*last_used_ns, *ticket));
        filled.truncate(excess);
        let emptied: Vec<_> = filled.into_iter().map(|(_, _, slot)| slot).collect();
        for slot in &emptied {
            slot.entry.store(None);
        }
        let goes = |slot: &Arc<Slot<V>>| emptied.iter().any(|other| Arc::ptr_eq(slot, other)) && !is_in_use(slot);
        Some(copy(slots, |slot| !goes(slot)))
    }
}
