//! The one cache of the process, its runtime, and when both must be made anew.

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
    aws::{Aws, environment_fingerprint},
    engine::Clock,
};
use pyo3::{exceptions::PyRuntimeError, prelude::*};
use tokio::runtime::{Builder, Runtime};

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
/// Counts the states; slots taken from an earlier one are no longer looked at.
static GENERATION: AtomicU64 = AtomicU64::new(1);

/// The number of the current state.
pub(crate) fn generation() -> u64 {
    GENERATION.load(Ordering::Acquire)
}

impl State {
    /// A state that asks AWS, as the environment says now. Reading the environment is safe while the GIL is held:
    /// Python changes it under the GIL.
    pub(crate) fn aws(_: Python<'_>, clock: Clock) -> PyResult<Self> {
        let environment = Some(environment_fingerprint());
        Self::new(Cache::new(Arc::new(Aws::default()), clock), environment)
    }

    pub(crate) fn new(cache: Cache, environment: Option<u64>) -> PyResult<Self> {
        // One thread, and that is the caller's: nothing runs between invocations, nothing needs care at a fork.
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| PyRuntimeError::new_err(format!("no I/O is to be had: {error}")))?;
        Ok(Self { cache, runtime: Some(runtime), pid: std::process::id(), environment })
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
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background(); // a name look-up that hangs must not hang the caller
        }
    }
}

/// The state to look into: the present one, as it is; whether it still fits is asked when something is fetched.
pub(crate) fn present(py: Python<'_>) -> PyResult<Arc<State>> {
    CURRENT.load_full().map_or_else(|| current(py), Ok)
}

/// The state to fetch with: the present one, or a new one after a fork or a change of the AWS environment.
pub(crate) fn current(py: Python<'_>) -> PyResult<Arc<State>> {
    let present = CURRENT.load_full();
    let clock = match &present {
        Some(state) if state.is_current(py) => return Ok(Arc::clone(state)),
        Some(state) => state.cache.clock().clone(),
        None => Clock::System,
    };
    if present.is_some_and(|state| state.pid != std::process::id()) {
        abandon();
    }
    let state = Arc::new(State::aws(py, clock)?);
    swap(Some(Arc::clone(&state)));
    Ok(state)
}

/// Puts `next` in place of the present state, which is returned.
pub(crate) fn swap(next: Option<Arc<State>>) -> Option<Arc<State>> {
    let previous = CURRENT.swap(next);
    GENERATION.fetch_add(1, Ordering::AcqRel);
    previous
}

/// Leaves the present state behind, undropped: after a fork its runtime and connections are the parent's.
pub(crate) fn abandon() {
    std::mem::forget(swap(None));
}
