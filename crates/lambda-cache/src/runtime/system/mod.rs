//! The clocks and the random numbers of the operating system: those of Linux, where functions run, and a twin for every
//! other system.

#[cfg(all(target_os = "linux", not(lambda_cache_portable)))]
mod linux;
#[cfg(not(all(target_os = "linux", not(lambda_cache_portable))))]
mod portable;

#[cfg(all(target_os = "linux", not(lambda_cache_portable)))]
pub(crate) use linux::{now, random, tick_ns};
#[cfg(not(all(target_os = "linux", not(lambda_cache_portable))))]
pub(crate) use portable::{now, random, tick_ns};

/// A reading of the monotonic and of the wall clock, in nanoseconds since each clock's own start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Nanoseconds of the monotonic clock.
    pub monotonic_ns: u64,
    /// Nanoseconds since the Unix epoch.
    pub wall_ns: u64,
}

impl Moment {
    /// Returns the moment that was this many nanoseconds earlier.
    #[must_use]
    pub fn earlier(self, nanoseconds: u64) -> Self {
        let earlier = |clock: u64| clock.saturating_sub(nanoseconds);
        Self { monotonic_ns: earlier(self.monotonic_ns), wall_ns: earlier(self.wall_ns) }
    }
}
