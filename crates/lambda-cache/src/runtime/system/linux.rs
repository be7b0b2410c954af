//! What only Linux has: coarse clocks, which cost 6 ns a reading, and `getrandom`.

use std::{cell::Cell, sync::LazyLock};

use rustix::{
    rand::{GetRandomFlags, getrandom},
    time::{ClockId, Timespec, clock_getres, clock_gettime},
};

use super::Moment;

static TICK_NS: LazyLock<u64> = LazyLock::new(|| {
    let tick = |clock| nanoseconds(clock_getres(clock));
    tick(ClockId::MonotonicCoarse).max(tick(ClockId::RealtimeCoarse))
});

thread_local! {
    static LAST: Cell<Moment> = const { Cell::new(Moment { monotonic_ns: 0, wall_ns: 0 }) };
}

#[inline]
fn nanoseconds(time: Timespec) -> u64 {
    let (seconds, rest) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.unwrap_or(0).saturating_mul(1_000_000_000).saturating_add(rest.unwrap_or(0))
}

/// Reads both clocks. The kernel updates them at each tick, and the monotonic one also when the wall clock is set. While
/// the monotonic clock has not moved, this thread's last moment is therefore still valid, and it costs half as much as a
/// new one.
#[inline]
pub(crate) fn now() -> Moment {
    let monotonic_ns = nanoseconds(clock_gettime(ClockId::MonotonicCoarse));
    let last = LAST.get();
    if last.monotonic_ns == monotonic_ns {
        return last;
    }
    let moment = Moment { monotonic_ns, wall_ns: nanoseconds(clock_gettime(ClockId::RealtimeCoarse)) };
    LAST.set(moment);
    moment
}

/// Returns the interval at which the clocks advance.
#[inline]
pub(crate) fn tick_ns() -> u64 {
    *TICK_NS
}

/// Returns a random number.
pub(crate) fn random() -> u64 {
    let mut bytes = [0; 8];
    // If the system cannot provide randomness, all environments use the same number, which is harmless.
    let _ = getrandom(&mut bytes, GetRandomFlags::empty());
    u64::from_ne_bytes(bytes)
}
