//! The twin for systems on which functions are written and tested. The standard library's clocks are finer and slower.

use std::{
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
    time::{Duration, Instant, SystemTime},
};

use super::Moment;

#[expect(clippy::disallowed_methods, reason = "`runtime/system` reads time for `engine/clock.rs`")]
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Reads both clocks.
#[expect(clippy::disallowed_methods, reason = "`runtime/system` reads time for `engine/clock.rs`")]
pub(crate) fn now() -> Moment {
    let start = *START;
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment { monotonic_ns: nanoseconds(start.elapsed()), wall_ns: nanoseconds(wall) }
}

/// Returns the interval at which the clocks advance. Windows counts in units of 100 ns.
pub(crate) fn tick_ns() -> u64 {
    if cfg!(windows) { 100 } else { 1 }
}

/// Returns a random number.
pub(crate) fn random() -> u64 {
    RandomState::new().hash_one(0)
}
