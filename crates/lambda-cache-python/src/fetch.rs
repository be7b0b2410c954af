//! Fetches from Python: the runtime that runs them, signals during a fetch, and the other greenlets of the thread.

use std::{
    cell::Cell,
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use futures_util::future::{Either, select};
use lambda_cache::{
    __binding::{engine::Entry, lookup, notes::EntriesWithNotes},
    Cached,
};
use pyo3::{prelude::*, types::PyTuple};
use python_guard::guarded;
use tokio::sync::watch;

use crate::{
    error::{raised, refuse},
    fork, log,
    lookup::Lookup,
    settings,
    spans::Spans,
    state::{self, State},
};

/// The interval at which a waiting main thread checks for Ctrl-C.
const SIGNAL_CHECK: Duration = Duration::from_millis(100);

/// Modules that turn threads into greenlets. Without one, no other Python code runs in a waiting thread.
const PATCHERS: [&str; 2] = ["gevent.monkey", "eventlet.patcher"];

thread_local! {
    /// Whether this thread is in a fetch. Code that Python calls during a fetch (a signal handler, a finalizer) must
    /// not begin another one, which might wait for the first.
    static IS_FETCHING: Cell<bool> = const { Cell::new(false) };
}

/// Cancels a fetch from another thread.
#[pyclass(frozen, module = "lambda_cache._native")]
#[derive(Debug)]
pub(crate) struct Cancel(watch::Sender<bool>);

#[guarded]
#[pymethods]
impl Cancel {
    #[new]
    fn new() -> PyResult<Self> {
        Ok(Self(watch::Sender::new(false)))
    }

    /// Cancels the fetch with this object, now or as soon as it begins.
    fn cancel(&self) -> PyResult<()> {
        self.0.send_replace(true);
        Ok(())
    }
}

impl Cancel {
    async fn cancelled(&self) {
        let _ = self.0.subscribe().wait_for(|cancelled| *cancelled).await;
    }
}

/// A guard that marks this thread as being in a fetch until it is dropped.
struct Fetching;

impl Fetching {
    fn begin(py: Python<'_>) -> PyResult<Self> {
        if IS_FETCHING.replace(true) {
            let message = "cannot fetch in a signal handler, a finalizer or a greenlet that interrupted a fetch of its \
                           thread: fetch the entry before, or in another thread";
            return refuse(py, "UnavailableError", message);
        }
        Ok(Self)
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        IS_FETCHING.set(false);
    }
}

/// Fetches the entries with the GIL released.
pub(crate) fn fetch(
    py: Python<'_>,
    entries: &lookup::Lookup,
    cancel: Option<&Cancel>,
    remaining: Option<Duration>,
    is_refresh: bool,
) -> PyResult<Vec<Arc<Entry<Cached>>>> {
    settings::log_level().map_err(|error| raised(py, &error))?;
    let state = state::current(py)?;
    let _spans = Spans::begin(py);
    let (entries, notes) = drive(py, entries, &state, cancel, remaining, is_refresh)?;
    log::notes(py, &notes);
    Ok(entries)
}

fn drive(
    py: Python<'_>,
    entries: &lookup::Lookup,
    state: &State,
    cancel: Option<&Cancel>,
    remaining: Option<Duration>,
    is_refresh: bool,
) -> PyResult<EntriesWithNotes> {
    let _fetching = Fetching::begin(py)?;
    let fetching = entries.fetch_with_notes(&state.cache, remaining, is_refresh);
    let mut fetching = pin!(async {
        match cancel {
            None => Some(fetching.await),
            Some(cancel) => match select(pin!(fetching), pin!(cancel.cancelled())).await {
                Either::Left((entries, _)) => Some(entries),
                Either::Right(_) => None,
            },
        }
    });
    loop {
        match py.detach(|| run(state, fetching.as_mut())) {
            Some(Some(served)) => return served.map_err(|error| raised(py, &error)),
            Some(None) => return refuse(py, "UnavailableError", "the fetch was cancelled"),
            None => py.check_signals()?,
        }
    }
}

/// Fetches a lookup's entries in a thread of gevent's or eventlet's pool, while other greenlets continue. Returns
/// `None` if the thread has no greenlets.
pub(crate) fn fetch_beside_greenlets<'py>(
    lookup: &Bound<'py, Lookup>,
    context: Option<&Bound<'py, PyAny>>,
    is_refresh: bool,
) -> PyResult<Option<Bound<'py, PyTuple>>> {
    let py = lookup.py();
    let modules = py.import("sys")?.getattr("modules")?;
    for patcher in PATCHERS {
        if modules.contains(patcher)? {
            let fetch = fork::import(py, "lambda_cache._greenlets")?.getattr("fetch")?;
            return Ok(fetch.call1((lookup, context, is_refresh))?.extract()?);
        }
    }
    Ok(None)
}

/// Runs a future until it ends, or until signals have to be checked.
fn run<F: Future>(state: &State, future: Pin<&mut F>) -> Option<F::Output> {
    state.runtime().block_on(async { tokio::time::timeout(SIGNAL_CHECK, fork::uninterrupted(future)).await.ok() })
}
