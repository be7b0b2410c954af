//! The one cache of the process, its runtime, and when both must be made anew.
//!
//! Entries are dropped with the GIL released: `PyO3` then puts the end of their Python objects off. Otherwise a `__del__` would
//! run, and might ask for an entry, while the cache is locked.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwapOption;
use lambda_cache::{
    Cache,
    aws::{Order, environment_fingerprint},
    engine::Clock,
};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};

use crate::error::refuse;

/// A cache and the runtime that its fetches run on.
pub(crate) struct State {
    pub(crate) cache: Cache,
    runtime: Option<Runtime>,
    pid: u32,
    /// What the AWS clients were made from; `None` where no AWS is asked.
    environment: Option<u64>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("pid", &self.pid).finish_non_exhaustive()
    }
}

/// Read without a lock, so that a fork can never find it locked.
static CURRENT: ArcSwapOption<State> = ArcSwapOption::const_empty();
/// The id of the present state's cache; what was bound to an earlier one is no longer looked at.
static CACHE_ID: AtomicU64 = AtomicU64::new(NO_CACHE);
const NO_CACHE: u64 = 0;

/// The id of the cache to look into.
pub(crate) fn cache_id() -> u64 {
    CACHE_ID.load(Ordering::Acquire)
}

impl State {
    /// A state that asks AWS, as the environment says now. The fingerprint is taken with the GIL held, under which Python
    /// changes the environment.
    pub(crate) fn aws(py: Python<'_>, clock: Clock) -> PyResult<Self> {
        let environment = Some(environment_fingerprint());
        Self::new(py, Cache::builder().order(Order::Boto3).clock(clock).build(), environment)
    }

    pub(crate) fn new(py: Python<'_>, cache: Cache, environment: Option<u64>) -> PyResult<Self> {
        // One thread, and that is the caller's: nothing runs between invocations, nothing needs care at a fork.
        let runtime = match Builder::new_current_thread().enable_io().enable_time().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                let message = format!("the system gives no more I/O: {error}; close files, or raise their limit");
                return refuse(py, "UnavailableError", &message);
            }
        };
        Ok(Self { cache, runtime: Some(runtime), pid: std::process::id(), environment })
    }

    /// An empty state of the same kind and clock, for this process and what the environment says now.
    fn renewed(&self, py: Python<'_>) -> PyResult<Self> {
        match self.environment {
            Some(_) => Self::aws(py, self.cache.clock().clone()),
            None => Self::new(py, self.cache.emptied(), None),
        }
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("taken only when dropped")
    }

    /// Whether the state is this process's, and its AWS environment unchanged.
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
            std::mem::forget(runtime); // the parent's
        }
    }
}

/// The state to look into: the present one, as it is; whether it still fits is asked when something is fetched.
pub(crate) fn present(py: Python<'_>) -> PyResult<Arc<State>> {
    CURRENT.load_full().map_or_else(|| current(py), Ok)
}

/// The state to fetch with: the present one, or a new one after a fork or a change of the AWS environment.
pub(crate) fn current(py: Python<'_>) -> PyResult<Arc<State>> {
    match CURRENT.load_full() {
        Some(state) if state.is_current(py) => return Ok(state),
        Some(state) if state.pid != std::process::id() => after_fork(py)?,
        Some(state) => {
            let renewed = Arc::new(state.renewed(py)?);
            py.detach(|| {
                drop(swap(Some(renewed)));
                state.cache.clear(); // handlers remember where its entries lay, and would keep them
            });
        }
        None => drop(swap(Some(Arc::new(State::aws(py, Clock::System)?)))),
    }
    present(py)
}

/// Puts `next` in place of the present state, which is returned.
pub(crate) fn swap(next: Option<Arc<State>>) -> Option<Arc<State>> {
    let id = next.as_ref().map_or(NO_CACHE, |state| state.cache.id());
    let previous = CURRENT.swap(next);
    CACHE_ID.store(id, Ordering::Release);
    previous
}

/// Gives a forked child a state of its own. The parent's is left behind, undropped: its runtime and its connections are
/// the parent's, and another of its threads may have held its locks.
pub(crate) fn after_fork(py: Python<'_>) -> PyResult<()> {
    let Some(parents) = CURRENT.load_full() else { return Ok(()) };
    let own = parents.renewed(py)?;
    std::mem::forget(parents);
    std::mem::forget(swap(Some(Arc::new(own))));
    Ok(())
}

/// Empties the present state and puts a new one in its place. Handlers hold on to the old one until they look again, so
/// it must not keep anything. Fetches that are under way end in the state that they began in.
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
