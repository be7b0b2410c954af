//! `lambda_cache._native`, the core as called by the Python package. It is a thin layer, because every rule is in the
//! core.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod arguments;
mod context;
mod conversion_cache;
mod custom;
mod error;
mod fetch;
mod fork;
mod getter;
mod guard;
mod log;
mod lookup;
mod metadata;
mod object;
mod settings;
mod spans;
mod state;
mod testing;
mod transform;

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::{exceptions::PyImportError, prelude::*};

/// The address of `sys` in the interpreter that imported this module. Each interpreter has a separate `sys`, and the
/// main interpreter's exists as long as the process.
static SYS_OF_OUR_INTERPRETER: AtomicUsize = AtomicUsize::new(0);

/// Rejects a second interpreter, because this module keeps objects of one interpreter. Python 3.12 and later reject
/// isolated interpreters by themselves, so this concerns those that share the GIL.
fn refuse_other_interpreters(py: Python<'_>) -> PyResult<()> {
    let sys = py.import("sys")?.as_ptr().addr();
    match SYS_OF_OUR_INTERPRETER.compare_exchange(0, sys, Ordering::Relaxed, Ordering::Relaxed) {
        Err(other) if other != sys => Err(PyImportError::new_err("another interpreter of this process has it")),
        _ => Ok(()),
    }
}

/// The Rust core of `lambda_cache`.
#[pymodule]
mod _native {
    use pyo3::{prelude::*, types::PyDict};
    use python_guard::guarded;

    use crate::settings::{self, Prefetch};

    #[pymodule_export]
    use super::custom::Completion;
    #[pymodule_export]
    use super::fetch::Cancel;
    #[pymodule_export]
    use super::getter::Getter;
    #[pymodule_export]
    use super::lookup::{
        Lookup,
        invalidate::{invalidate_custom, invalidate_object, invalidate_parameters, invalidate_secrets},
    };
    #[pymodule_export]
    use super::testing::{Clock, Test};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::refuse_other_interpreters(module.py())?;
        super::guard::silence_panics();
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }

    /// Waits until a fork interrupts no work that a child would wait for.
    #[guarded]
    #[pyfunction]
    fn before_fork(py: Python<'_>) -> PyResult<()> {
        super::fork::before(py);
        Ok(())
    }

    /// Lets fetches continue after a fork.
    #[guarded]
    #[pyfunction]
    fn after_fork_in_parent() -> PyResult<()> {
        super::fork::after();
        Ok(())
    }

    /// Gives a forked child its own cache, clients and runtime. The parent's are not touched.
    #[guarded]
    #[pyfunction]
    fn after_fork_in_child(py: Python<'_>) -> PyResult<()> {
        super::fork::after();
        super::state::after_fork(py)
    }

    /// Removes every entry, so the next call for any of them fetches. Downloaded files stay and are used again after
    /// one conditional request.
    #[guarded]
    #[pyfunction]
    fn clear(py: Python<'_>) -> PyResult<()> {
        let state = super::state::present(py)?;
        py.detach(|| state.cache.clear());
        Ok(())
    }

    /// Returns the errors in the package's environment variables.
    #[guarded]
    #[pyfunction]
    fn environment_problems() -> PyResult<Vec<String>> {
        Ok(settings::problems().iter().map(ToString::to_string).collect())
    }

    /// Returns the statistics of each entry: a dict of counts by key.
    #[guarded]
    #[pyfunction]
    fn stats(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        let all = PyDict::new(py);
        for entry in super::state::present(py)?.cache.stats() {
            let counts = PyDict::new(py);
            counts.set_item("hits", entry.hits)?;
            counts.set_item("misses", entry.misses)?;
            counts.set_item("refreshes", entry.refreshes)?;
            counts.set_item("stale", entry.stale)?;
            counts.set_item("errors", entry.errors)?;
            counts.set_item("bytes", entry.bytes)?;
            counts.set_item("fetch_seconds", entry.fetch_time.as_secs_f64())?;
            all.set_item(entry.key, counts)?;
        }
        Ok(all)
    }

    /// Returns the activity since the previous line, in `CloudWatch`'s embedded metric format.
    #[guarded]
    #[pyfunction]
    fn emf_line(py: Python<'_>, namespace: &str) -> PyResult<String> {
        Ok(super::state::present(py)?.cache.emf_line(namespace))
    }

    /// Returns whether decorators without a prefetch option prefetch, and whether they do so after a snapshot is
    /// restored.
    #[guarded]
    #[pyfunction]
    fn prefetches(py: Python<'_>) -> PyResult<(bool, bool)> {
        let prefetch = settings::prefetch().map_err(|error| super::error::raised(py, &error))?;
        Ok((prefetch != Prefetch::Off, prefetch == Prefetch::InitAndRestore))
    }

    /// The level of the logger that the environment sets; an invalid variable is reported by each fetch.
    #[guarded]
    #[pyfunction]
    fn log_level() -> PyResult<Option<u8>> {
        Ok(settings::log_level().unwrap_or_default())
    }

    /// Removes every entry and closes all connections, for use around a snapshot of the process.
    #[guarded]
    #[pyfunction]
    fn reset(py: Python<'_>) -> PyResult<()> {
        super::state::reset(py)
    }
}
