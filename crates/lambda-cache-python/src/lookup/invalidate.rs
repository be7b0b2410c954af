//! The removal of entries by the names of what they hold.

use lambda_cache::__binding::source::{Request, secrets_manager::Version};
use pyo3::prelude::*;
use python_guard::guarded;

use super::requests;
use crate::{custom, error::raised, state};

/// Removes the entry of a parameter, of several as one entry, or of a path.
#[guarded]
#[pyfunction]
pub(crate) fn invalidate_parameters(
    parameter: &Bound<'_, PyAny>,
    path: &Bound<'_, PyAny>,
    recursive: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let parameters = requests::parameters(parameter, path, recursive, true)?;
    remove(parameter.py(), &Request::Parameters(parameters))
}

/// Removes the entries of a secret in all versions, or the entry of several.
#[guarded]
#[pyfunction]
pub(crate) fn invalidate_secrets(name: &Bound<'_, PyAny>) -> PyResult<()> {
    remove(name.py(), &Request::Secret(requests::secret(name, Version::default(), true)?))
}

/// Removes the entries of an object in all versions and under every name.
#[guarded]
#[pyfunction]
pub(crate) fn invalidate_object(uri: &Bound<'_, PyAny>) -> PyResult<()> {
    let (py, uri) = (uri.py(), requests::uri(uri, true)?);
    let state = state::present(py)?;
    py.detach(|| state.cache.s3().invalidate(&uri)).map_err(|error| raised(py, &error))
}

/// Removes the entry of a callable.
#[guarded]
#[pyfunction]
pub(crate) fn invalidate_custom(start: &Bound<'_, PyAny>, name: String, fetched_by: String) -> PyResult<()> {
    remove(start.py(), &Request::Custom(custom::custom(name, fetched_by, start.clone().unbind())))
}

fn remove(py: Python<'_>, request: &Request) -> PyResult<()> {
    let state = state::present(py)?;
    py.detach(|| state.cache.invalidate_alike(request));
    Ok(())
}
