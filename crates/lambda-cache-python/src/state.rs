//! The cache of the process and its runtime, and the conditions under which both are made again.
//!
//! Entries are dropped with the GIL released, because `PyO3` then defers the deallocation of their Python objects.
//! Otherwise a `__del__` could run while the cache is locked, and might request an entry.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwapOption;
use lambda_cache::{
    __binding::{
        aws::{Order, environment_fingerprint},
        engine::Clock,
    },
    Cache,
};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};

use crate::error::refuse;

/// A cache and the runtime for its fetches.
pub(crate) struct State {
    pub(crate) cache: Cache,
    runtime: Option<Runtime>,
    pid: u32,
    /// The fingerprint of the environment that the AWS clients were made from, or `None` without AWS.
    environment: Option<u64>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("pid", &self.pid).finish_non_exhaustive()
    }
}

/// The present state. It is read without a lock, so a fork never copies it locked.
static CURRENT: ArcSwapOption<State> = ArcSwapOption::const_empty();
/// The id of the present state's cache. A lookup that is bound to an earlier cache is not used.
static CACHE_ID: AtomicU64 = AtomicU64::new(NO_CACHE);
const NO_CACHE: u64 = 0;

/// Returns the id of the present cache.
pub(crate) fn cache_id() -> u64 {
    CACHE_ID.load(Ordering::Acquire)
}

impl State {
    /// Creates a state that calls AWS as the environment now configures it. The fingerprint is taken with the GIL
    /// held, because Python changes the environment with the GIL held.
    pub(crate) fn aws(py: Python<'_>, clock: Clock) -> PyResult<Self> {
        let environment = Some(environment_fingerprint());
        Self::new(py, Cache::builder().order(Order::Boto3).clock(clock).build(), environment)
    }

    pub(crate) fn new(py: Python<'_>, cache: Cache, environment: Option<u64>) -> PyResult<Self> {
        // The only thread is the caller's. Nothing runs between invocations, and a fork needs no special care.
        let runtime = match Builder::new_current_thread().enable_io().enable_time().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                let message = format!("the system gives no more I/O: {error}; close files, or raise their limit");
                return refuse(py, "UnavailableError", &message);
            }
        };
        Ok(Self { cache, runtime: Some(runtime), pid: std::process::id(), environment })
    }

    /// Creates an empty state with the same kind and clock, for this process and the present environment.
    fn renewed(&self, py: Python<'_>) -> PyResult<Self> {
        match self.environment {
            Some(_) => Self::aws(py, self.cache.clock().clone()),
            None => Self::new(py, self.cache.emptied(), None),
        }
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("taken only when dropped")
    }

    /// Returns `true` if the state belongs to this process and its AWS environment is unchanged.
    pub(crate) fn is_current(&self, _: Python<'_>) -> bool {
        self.pid == std::process::id()
            && self.environment.is_none_or(|environment| environment == environment_fingerprint())
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        if self.pid == std::process::id() {
            runtime.shutdown_background(); // a name look-up that hangs must not hang the caller
        } else {
            std::mem::forget(runtime); // it belongs to the parent
        }
    }
}

/// Returns the state for reading. Whether it is still current is checked only before a fetch.
pub(crate) fn present(py: Python<'_>) -> PyResult<Arc<State>> {
    CURRENT.load_full().map_or_else(|| current(py), Ok)
}

/// Returns the state for fetching: the present one, or a new one after a fork or a change of the AWS environment.
pub(crate) fn current(py: Python<'_>) -> PyResult<Arc<State>> {
    match CURRENT.load_full() {
        Some(state) if state.is_current(py) => return Ok(state),
        Some(state) if state.pid != std::process::id() => after_fork(py)?,
        Some(state) => {
            let renewed = Arc::new(state.renewed(py)?);
            py.detach(|| {
                drop(swap(Some(renewed)));
                state.cache.clear(); // handlers still refer to its slots, which would keep the entries
            });
        }
        None => drop(swap(Some(Arc::new(State::aws(py, Clock::System)?)))),
    }
    present(py)
}

/// Replaces the present state with `next` and returns the previous one.
pub(crate) fn swap(next: Option<Arc<State>>) -> Option<Arc<State>> {
    let id = next.as_ref().map_or(NO_CACHE, |state| state.cache.id());
    let previous = CURRENT.swap(next);
    CACHE_ID.store(id, Ordering::Release);
    previous
}

/// Gives a forked child a new state. The parent's state is not dropped, because its runtime and connections belong to
/// the parent, and another thread of the parent may have held its locks.
pub(crate) fn after_fork(py: Python<'_>) -> PyResult<()> {
    let Some(parents) = CURRENT.load_full() else { return Ok(()) };
    let own = parents.renewed(py)?;
    std::mem::forget(parents);
    std::mem::forget(swap(Some(Arc::new(own))));
    Ok(())
}

/// Empties the present state and replaces it with a new one. Handlers refer to the old one until their next lookup,
/// so it must not keep values. Fetches in progress end in the state in which they began.
pub(crate) fn reset(py: Python<'_>) -> PyResult<()> {
    match CURRENT.load_full() {
        Some(state) if state.pid == std::process::id() => {
            let renewed = Arc::new(state.renewed(py)?);
            py.detach(|| {
                state.cache.reset();
                drop(swap(Some(renewed)));
            });
            Ok(())
        }
        _ => after_fork(py),
    }
}
