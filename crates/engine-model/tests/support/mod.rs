//! What the checked runs share: the engine, what it fetches from, and when in the run's order everything happened.

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
    engine::{Clock, Engine, Entry, Fetched, Held, Key, ManualClock, MaxAge, Slot},
};
use shuttle::{
    Config, MaxSteps, Runner,
    future::block_on,
    scheduler::{PctScheduler, RandomScheduler},
};

pub(crate) const SECOND_NS: i64 = 1_000_000_000;

/// The schedules of an ordinary run are the same each time; `SHUTTLE_RANDOM_SEED` gives others.
const SEED: u64 = 2_026;
/// Changes of priority that the second scheduler makes in a run: most errors need two or three.
const DEPTH: usize = 3;
/// What no run of these tests needs: one that takes so many waits without sleeping, or for ever.
const MOST_STEPS: usize = 5_000;

/// Repeats `run` under `schedules` schedules of pure chance, and under as many that let one thread run as far as it gets.
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

/// What a fetch saw.
#[derive(Debug)]
pub(crate) struct Seen {
    /// When it began, in the run's order.
    pub(crate) begun: u64,
    /// The value that AWS had.
    pub(crate) version: u64,
}

impl Held for Seen {}

pub(crate) type Outcome = Result<Arc<Entry<Seen>>, Error>;

/// One engine of two keys.
///
/// What only the test looks at are atomics that the checker does not see: it need not try other threads there.
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

    /// A place in the run's order, later than all before.
    pub(crate) fn event(&self) -> u64 {
        self.events.fetch_add(1, SeqCst) + 1
    }

    pub(crate) fn fetches(&self) -> u64 {
        self.fetches.load(SeqCst)
    }

    pub(crate) fn slot(&self, key: usize) -> Arc<Slot<Seen>> {
        self.engine.slot(&Key::new("test", [key.to_string()]))
    }

    /// The value changes in AWS.
    pub(crate) fn change(&self) {
        self.version.fetch_add(1, SeqCst);
    }

    /// A fetch: asks, waits, reads, waits. Never beside another of its key.
    pub(crate) async fn fetch(&self, key: usize) -> Seen {
        let _alone = Alone::in_the_air(&self.in_flight[key]);
        let begun = self.begin();
        pause().await;
        let version = self.version.load(SeqCst);
        pause().await;
        Seen { begun, version }
    }

    /// A fetch that others of its key may run beside, because a leader that is not polled loses its lead.
    pub(crate) async fn fetch_beside(&self) -> Seen {
        let begun = self.begin();
        pause().await;
        let version = self.version.load(SeqCst);
        pause().await;
        Seen { begun, version }
    }

    /// A call with such a fetch.
    pub(crate) async fn call_beside(&self, key: usize, max_age: MaxAge) -> Outcome {
        let fetch = async |_| {
            self.clock.advance(1); // so that moments tell in which order the flights began
            Ok(Fetched::Now(self.fetch_beside().await))
        };
        self.engine.get(&self.slot(key), max_age, fetch).await
    }

    /// A fetch that does not end; who makes it gives up, or crashes in `then`.
    pub(crate) async fn fetch_and(&self, key: usize, then: impl Future<Output = ()>) -> Result<Fetched<Seen>, Error> {
        let _alone = Alone::in_the_air(&self.in_flight[key]);
        let seen = Seen { begun: self.begin(), version: self.version.load(SeqCst) };
        then.await;
        Ok(Fetched::Now(seen))
    }

    /// A fetch that fails for now.
    pub(crate) async fn fail(&self, key: usize) -> Result<Fetched<Seen>, Error> {
        self.fetch(key).await;
        Err(Error::Transient)
    }

    fn begin(&self) -> u64 {
        self.fetches.fetch_add(1, SeqCst);
        self.event()
    }

    /// A call, to the end.
    pub(crate) fn get(&self, key: usize, max_age: MaxAge) -> Arc<Entry<Seen>> {
        block_on(self.call(key, max_age)).unwrap()
    }

    pub(crate) async fn call(&self, key: usize, max_age: MaxAge) -> Outcome {
        let fetch = async |_| Ok(Fetched::Now(self.fetch(key).await));
        self.engine.get(&self.slot(key), max_age, fetch).await
    }

    /// What is there for somebody who accepts any age.
    pub(crate) fn look(&self, key: usize) -> Option<Arc<Entry<Seen>>> {
        self.engine.hit(&Key::new("test", [key.to_string()]), MaxAge::INFINITE).map(|hit| Arc::clone(&hit))
    }
}

/// Lets other threads run, as a wait for the network does.
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

/// Polls a future so many times, and drops it if it has not ended by then.
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

/// The mark of a fetch under way.
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
