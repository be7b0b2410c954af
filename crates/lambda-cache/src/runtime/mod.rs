//! The parts that depend on how and where a program runs: the operating system, locks and atomics, timers, and panics.

#[cfg(feature = "_source")]
#[cfg_attr(not(feature = "s3"), expect(dead_code, reason = "only S3 uses most of it"))]
pub(crate) mod file_system;
#[cfg(feature = "_source")]
pub(crate) mod guard;
pub(crate) mod sync;
pub(crate) mod system;
pub(crate) mod timer;
