//! The synchronisation primitives of the engine. The model checker (`crates/engine-model`) compiles the engine with
//! its own `sync`, in which each use of one of these is a point where another thread may run first.

pub(crate) use std::sync::{Mutex, MutexGuard, atomic};

pub(crate) use super::timer::sleep;
pub(crate) use arc_swap::{ArcSwap, ArcSwapOption, Guard};
