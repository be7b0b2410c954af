//! The only file that reads the time, from the clocks of `runtime/system`.
//!
//! A moment consists of two readings. The monotonic clock does not count the time spent in a snapshot (`SnapStart`),
//! and the wall clock may be set. The age of an entry is therefore the *larger* of its two ages, and it is unknown if
//! either clock went backwards. An error of a clock can cost an extra fetch, but never serves a value that is too
//! old.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

pub use crate::runtime::system::Moment;
use crate::runtime::{
    sync::atomic::{AtomicI64, Ordering},
    system,
};

/// An upper bound of an age, in nanoseconds. [`Age::UNKNOWN`] is older than any max age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age(u64);

impl Age {
    /// The age when a clock went backwards. It is never young enough.
    pub const UNKNOWN: Self = Self(u64::MAX);

    /// Creates an age of this many nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// Returns the age in nanoseconds.
    #[must_use]
    pub fn as_nanos(self) -> u64 {
        self.0
    }
}

/// The source of moments: the machine's clocks, or a manual clock in tests.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The kernel's coarse clocks. A reading takes 6 ns, and both clocks advance together every few milliseconds.
    #[default]
    System,
    /// A clock that moves only when a test advances it.
    Manual(ManualClock),
}

impl Clock {
    /// Reads both clocks.
    #[inline]
    #[must_use]
    pub fn now(&self) -> Moment {
        match self {
            Self::System => system::now(),
            Self::Manual(clock) => clock.now(),
        }
    }

    /// Returns the greatest possible age, at `now`, of a fetch that began at `began`. A reading may lag by one tick,
    /// so a tick is added.
    #[inline]
    #[must_use]
    pub fn age(&self, began: Moment, now: Moment) -> Age {
        let monotonic = now.monotonic_ns.checked_sub(began.monotonic_ns);
        let wall = now.wall_ns.checked_sub(began.wall_ns);
        match (monotonic, wall) {
            (Some(monotonic), Some(wall)) => Age(monotonic.max(wall).saturating_add(self.tick_ns())),
            _ => Age::UNKNOWN,
        }
    }

    #[inline]
    fn tick_ns(&self) -> u64 {
        match self {
            Self::System => system::tick_ns(),
            Self::Manual(_) => 0,
        }
    }
}

/// A measurement of elapsed time with nanosecond resolution, for logs and statistics only. Freshness uses [`Clock`].
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts the measurement.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the file that reads time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A clock for tests: it starts at the machine's time and stands still until [`advance`](Self::advance) moves it.
#[derive(Clone, Debug)]
pub struct ManualClock {
    start: Moment,
    monotonic_offset_ns: Arc<AtomicI64>,
    wall_offset_ns: Arc<AtomicI64>,
}

impl Default for ManualClock {
    fn default() -> Self {
        Self { start: system::now(), monotonic_offset_ns: Arc::default(), wall_offset_ns: Arc::default() }
    }
}

impl ManualClock {
    /// Advances both clocks by `ns` nanoseconds.
    pub fn advance(&self, ns: i64) {
        self.monotonic_offset_ns.fetch_add(ns, Ordering::SeqCst);
        self.step_wall(ns);
    }

    /// Moves the wall clock alone by `ns` nanoseconds, forwards or backwards.
    pub fn step_wall(&self, ns: i64) {
        self.wall_offset_ns.fetch_add(ns, Ordering::SeqCst);
    }

    fn now(&self) -> Moment {
        let moved = |start: u64, offset: &AtomicI64| start.saturating_add_signed(offset.load(Ordering::SeqCst));
        Moment {
            monotonic_ns: moved(self.start.monotonic_ns, &self.monotonic_offset_ns),
            wall_ns: moved(self.start.wall_ns, &self.wall_offset_ns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn aged(change: impl FnOnce(&ManualClock)) -> Age {
        let manual = ManualClock::default();
        let clock = Clock::Manual(manual.clone());
        let began = clock.now();
        change(&manual);
        clock.age(began, clock.now())
    }

    #[test]
    fn an_entry_is_as_old_as_the_larger_of_its_two_ages() {
        assert_eq!(aged(|clock| clock.advance(5 * SECOND)).as_nanos(), 5_000_000_000);
        assert_eq!(aged(|clock| clock.step_wall(7 * SECOND)).as_nanos(), 7_000_000_000);
    }

    #[test]
    fn a_clock_that_went_backwards_makes_the_age_unknown() {
        assert_eq!(aged(|clock| clock.step_wall(-1)), Age::UNKNOWN);
        assert_eq!(aged(|clock| clock.advance(-1)), Age::UNKNOWN);
    }

    #[test]
    fn the_coarse_clocks_tick_is_added_to_an_age() {
        let clock = Clock::System;
        let began = clock.now();
        assert!(clock.age(began, began).as_nanos() >= 1, "a reading may be one tick old already");
    }
}
