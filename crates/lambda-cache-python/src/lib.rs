//! `lambda_cache._native`: the core, as the Python package calls it. Thin: every rule is the core's.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod arguments;
mod error;
mod lookup;
mod object;
mod state;
mod testing;

use pyo3::prelude::*;

/// The Rust core of `lambda_cache`.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::lookup::{Cancel, Lookup};
    #[pymodule_export]
    use super::testing::{Clock, Test};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }

    /// Gives a forked child a cache, clients and a runtime of its own; the parent's are left alone.
    #[pyfunction]
    fn after_fork_in_child(py: Python<'_>) -> PyResult<()> {
        super::state::after_fork(py)
    }

    /// Forgets every entry and every connection, as around a snapshot of the process.
    #[pyfunction]
    fn reset(py: Python<'_>) -> PyResult<()> {
        super::state::reset(py)
    }
}
