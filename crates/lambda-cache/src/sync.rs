//! What the engine's threads meet at. The model checker (`crates/engine-model`) compiles the engine with a `sync` of its
//! own, in which every use of one of these is a place where another thread may go first.

pub(crate) use std::sync::{Mutex, MutexGuard, atomic};

pub(crate) use crate::timer::sleep;
pub(crate) use arc_swap::{ArcSwap, ArcSwapOption, Guard};
