//! The common parts of the engine's tests: a value with the number of its fetch, and an engine with a manual clock.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use lambda_cache::{
    __binding::engine::{CacheValue, Clock, Engine, Fetched, Key, ManualClock, MaxAge, Slot},
    Error, ErrorKind,
};

/// A value that contains the number of its fetch.
#[derive(Clone, Debug)]
pub(crate) struct Numbered {
    pub(crate) number: u64,
    intact: Arc<AtomicBool>,
}

impl Numbered {
    pub(crate) fn new(number: u64) -> Self {
        Self { number, intact: Arc::new(AtomicBool::new(true)) }
    }

    /// Damages the value, like a file that another program changes.
    pub(crate) fn damage(&self) {
        self.intact.store(false, Ordering::SeqCst);
    }
}

impl CacheValue for Numbered {
    fn is_intact(&self) -> bool {
        self.intact.load(Ordering::SeqCst)
    }
}

/// Returns the number of a slot's value if it is fresh, with the calls that a handler makes.
pub(crate) fn hit(slot: &Slot<Numbered>, clock: &Clock, max_age: MaxAge) -> Option<u64> {
    let entry = slot.load();
    let entry = entry.as_ref()?;
    slot.is_fresh(entry, clock, max_age, clock.now()).then_some(entry.value.number)
}

/// An engine with its clock and a count of fetches.
pub(crate) struct Rig {
    pub(crate) engine: Engine<Numbered>,
    pub(crate) clock: ManualClock,
    pub(crate) fetches: AtomicU64,
}

impl Rig {
    pub(crate) fn new() -> Arc<Self> {
        Self::with_capacity(1_000)
    }

    pub(crate) fn with_capacity(capacity: usize) -> Arc<Self> {
        let clock = ManualClock::default();
        Arc::new(Self {
            engine: Engine::new(Clock::Manual(clock.clone()), capacity),
            clock,
            fetches: AtomicU64::new(0),
        })
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(seconds * 1_000_000_000);
    }

    pub(crate) fn slot(&self, name: &str) -> Arc<Slot<Numbered>> {
        self.engine.slot(&key(name))
    }

    pub(crate) fn next(&self) -> Numbered {
        Numbered::new(self.fetches.fetch_add(1, Ordering::SeqCst) + 1)
    }

    pub(crate) fn count(&self) -> u64 {
        self.fetches.load(Ordering::SeqCst)
    }

    /// Returns the number that `get` returns with a fetch that ends at once.
    pub(crate) async fn get(&self, name: &str, max_age: MaxAge) -> u64 {
        let fetch = async |_| Ok(Fetched::Now(self.next()));
        self.engine.get(&self.slot(name), max_age, fetch).await.unwrap().value.number
    }

    /// Returns the error that `get` returns with a fetch that fails.
    pub(crate) async fn fail(&self, name: &str, max_age: MaxAge) -> Result<u64, Error> {
        let fetch = async |_| {
            self.next();
            Err(Error::new(ErrorKind::Throttled, "slow down"))
        };
        self.engine.get(&self.slot(name), max_age, fetch).await.map(|entry| entry.value.number)
    }
}

pub(crate) fn key(name: &str) -> Key {
    Key::new("test", [name.to_owned()])
}

pub(crate) fn seconds(seconds: f64) -> MaxAge {
    MaxAge::from_seconds(seconds).unwrap()
}
