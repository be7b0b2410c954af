//! The common parts of the checked runs: the engine, the source of its fetches, and the order of all events of a run.

#![allow(dead_code, reason = "each test file uses its own part")]

#[path = "../../../lambda-cache/tests/effort/mod.rs"]
mod effort;

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    task::Poll,
};

use engine_model::{
    Error,
    engine::{CacheValue, Clock, Engine, Entry, Fetched, Key, ManualClock, MaxAge, Slot},
};
use shuttle::{
    Config, MaxSteps, Runner,
    future::block_on,
    scheduler::{PctScheduler, RandomScheduler},
};

pub(crate) const SECOND_NS: i64 = 1_000_000_000;

/// The seed of the schedules of an ordinary run, which are the same each time. `SHUTTLE_RANDOM_SEED` gives others.
const SEED: u64 = 2_026;
/// The number of priority changes that the second scheduler makes in a run. Most errors need two or three.
const DEPTH: usize = 3;
/// The maximum number of steps of a run. A run that takes more is in an endless or busy wait.
const MOST_STEPS: usize = 5_000;

/// Repeats `run` under `schedules` random schedules, and under as many that let one thread run as far as possible.
pub(crate) fn explore(test: &str, schedules: usize, run: impl Fn() + Copy + Send + Sync + 'static) {
    let mut config = Config::new();
    config.max_steps = MaxSteps::FailAfter(MOST_STEPS);
    config.stack_size = 256 * 1024;
    config.silence_warnings = true;
    let schedules = effort::times(schedules);
    let random = Runner::new(RandomScheduler::new_from_seed(SEED, schedules), config.clone()).run(run);
    let by_priority = Runner::new(PctScheduler::new_from_seed(SEED, DEPTH, schedules), config).run(run);
    effort::report(&format!("engine-model {test}"), random + by_priority, "schedules");
}

/// The observations of a fetch.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The event at which it began.
    pub(crate) begun: u64,
    /// AWS's value at that time.
    pub(crate) version: u64,
}

impl CacheValue for Seen {}

pub(crate) type Outcome = Result<Arc<Entry<Seen>>, Error>;

/// An engine with two keys.
///
/// The state used only by the test is in atomics that are invisible to the checker, which then does not explore
/// schedules for them.
pub(crate) struct World {
    pub(crate) engine: Engine<Seen>,
    pub(crate) clock: ManualClock,
    /// AWS's value.
    pub(crate) version: shuttle::sync::atomic::AtomicU64,
    events: AtomicU64,
    fetches: AtomicU64,
    in_flight: [AtomicBool; 2],
}

pub(crate) const A: usize = 0;
pub(crate) const B: usize = 1;

impl World {
    pub(crate) fn new() -> Self {
        Self::with_capacity(10)
    }

    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let clock = ManualClock::default();
        Self {
            engine: Engine::new(Clock::Manual(clock.clone()), capacity),
            clock,
            version: shuttle::sync::atomic::AtomicU64::new(0),
            events: AtomicU64::new(0),
            fetches: AtomicU64::new(0),
            in_flight: Default::default(),
        }
    }

    /// Returns the number of a new event, which is later than all before.
    pub(crate) fn event(&self) -> u64 {
        self.events.fetch_add(1, SeqCst) + 1
    }

    pub(crate) fn fetches(&self) -> u64 {
        self.fetches.load(SeqCst)
    }

    pub(crate) fn slot(&self, key: usize) -> Arc<Slot<Seen>> {
        self.engine.slot(&Key::new("test", [key.to_string()]))
    }

    /// Changes the value in AWS.
    pub(crate) fn change(&self) {
        self.version.fetch_add(1, SeqCst);
    }

    /// Fetches: begins, waits, reads, waits. It panics if another fetch of the key is in progress.
    pub(crate) async fn fetch(&self, key: usize) -> Seen {
        let _alone = Alone::in_the_air(&self.in_flight[key]);
        let begun = self.begin();
        pause().await;
        let version = self.version.load(SeqCst);
        pause().await;
        Seen { begun, version }
    }

    /// Fetches like [`fetch`](Self::fetch), but allows other fetches of the key, because a leader that is not polled
    /// loses its lead.
    pub(crate) async fn fetch_beside(&self) -> Seen {
        let begun = self.begin();
        pause().await;
        let version = self.version.load(SeqCst);
        pause().await;
        Seen { begun, version }
    }

    /// Makes a call with such a fetch.
    pub(crate) async fn call_beside(&self, key: usize, max_age: MaxAge) -> Outcome {
        let fetch = async |_| {
            self.clock.advance(1); // so that moments reflect the order of the flights
            Ok(Fetched::Now(self.fetch_beside().await))
        };
        self.engine.get(&self.slot(key), max_age, fetch).await
    }

    /// Starts a fetch that does not end. `then` cancels it or panics.
    pub(crate) async fn fetch_and(&self, key: usize, then: impl Future<Output = ()>) -> Result<Fetched<Seen>, Error> {
        let _alone = Alone::in_the_air(&self.in_flight[key]);
        let seen = Seen { begun: self.begin(), version: self.version.load(SeqCst) };
        then.await;
        Ok(Fetched::Now(seen))
    }

    /// Fails transiently.
    pub(crate) async fn fail(&self, key: usize) -> Result<Fetched<Seen>, Error> {
        self.fetch(key).await;
        Err(Error::Transient)
    }

    fn begin(&self) -> u64 {
        self.fetches.fetch_add(1, SeqCst);
        self.event()
    }

    /// Makes a call and waits for its end.
    pub(crate) fn get(&self, key: usize, max_age: MaxAge) -> Arc<Entry<Seen>> {
        block_on(self.call(key, max_age)).unwrap()
    }

    pub(crate) async fn call(&self, key: usize, max_age: MaxAge) -> Outcome {
        let fetch = async |_| Ok(Fetched::Now(self.fetch(key).await));
        self.engine.get(&self.slot(key), max_age, fetch).await
    }

    /// Returns the present entry for a caller that accepts any age.
    pub(crate) fn look(&self, key: usize) -> Option<Arc<Entry<Seen>>> {
        self.engine.hit(&Key::new("test", [key.to_string()]), MaxAge::INFINITE).map(|hit| Arc::clone(&hit))
    }
}

/// Lets other threads run, like a wait for the network.
pub(crate) async fn pause() {
    let mut is_over = false;
    poll_fn(|context| {
        if std::mem::replace(&mut is_over, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls a future up to `polls` times, and drops it if it has not ended by then.
pub(crate) fn give_up_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        let polled = block_on(futures_util::future::poll_immediate(&mut future));
        if polled.is_some() {
            return polled;
        }
        shuttle::thread::yield_now();
    }
    None
}

/// A guard that marks a fetch as being in progress.
struct Alone<'a>(&'a AtomicBool);

impl<'a> Alone<'a> {
    fn in_the_air(mark: &'a AtomicBool) -> Self {
        assert!(!mark.swap(true, SeqCst), "two fetches of one key at once");
        Self(mark)
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.store(false, SeqCst);
    }
}
