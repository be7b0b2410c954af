//! The parts that depend on how a program runs: locks and atomics, timers, and panics.

#[cfg(feature = "_source")]
pub(crate) mod guard;
pub(crate) mod sync;
pub(crate) mod timer;
