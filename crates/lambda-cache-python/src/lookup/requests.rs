//! The requests that the arguments of Python callers name.

use lambda_cache::{
    __binding::source::{
        s3::{Object, ObjectOptions},
        secrets_manager::{Secret, Version},
        ssm::Parameters,
    },
    Error,
};
use pyo3::prelude::*;

use crate::{
    arguments,
    error::{raised, refuse},
};

/// Returns one parameter, several, or all below a path. `is_named` says whether several need no further name.
pub(super) fn parameters(
    parameter: &Bound<'_, PyAny>,
    path: &Bound<'_, PyAny>,
    recursive: &Bound<'_, PyAny>,
    is_named: bool,
) -> PyResult<Parameters> {
    let py = parameter.py();
    let parameters = match (parameter.is_none(), path.is_none()) {
        (true, true) => {
            let expected = "a str, such as '/app/var', or a path must be given, such as path='/app'";
            return arguments::refuse_none("parameter", expected, py);
        }
        (false, true) => Parameters::new(arguments::names("parameter", parameter, is_named)?),
        (true, false) => {
            Parameters::path(&arguments::name("path", path, is_named)?, arguments::flag("recursive", recursive)?)
        }
        (false, false) => {
            let message = "parameter and path are two entries: stack two decorators, they are fetched at the same time";
            return refuse(py, "ArgumentValueError", message);
        }
    };
    checked(py, parameters)
}

/// Returns one secret or several.
pub(super) fn secret(name: &Bound<'_, PyAny>, version: Version, is_named: bool) -> PyResult<Secret> {
    checked(name.py(), Secret::new(arguments::names("name", name, is_named)?, version))
}

/// Returns a version of a secret.
pub(super) fn version(stage: &Bound<'_, PyAny>, id: &Bound<'_, PyAny>) -> PyResult<Version> {
    Ok(Version {
        stage: arguments::text_or_none("version_stage", stage)?,
        id: arguments::text_or_none("version_id", id)?,
    })
}

/// Returns an object in its newest version or a given one.
pub(super) fn object(
    uri: &Bound<'_, PyAny>,
    entry_name: Option<&str>,
    file_name: &Bound<'_, PyAny>,
    version_id: &Bound<'_, PyAny>,
    check_before_download: &Bound<'_, PyAny>,
) -> PyResult<Object> {
    let name = self::uri(uri, entry_name.is_some())?;
    let (file_name, version_id) =
        (arguments::text_or_none("file_name", file_name)?, arguments::text_or_none("version_id", version_id)?);
    let options = ObjectOptions {
        entry_name,
        file_name: file_name.as_deref(),
        version_id: version_id.as_deref(),
        check_before_download: arguments::flag("check_before_download", check_before_download)?,
    };
    checked(uri.py(), Object::new(&name, options))
}

/// Returns the URI of an object.
pub(super) fn uri(uri: &Bound<'_, PyAny>, is_named: bool) -> PyResult<String> {
    arguments::name("s3Uri", uri, is_named)
}

fn checked<T>(py: Python<'_>, outcome: Result<T, Error>) -> PyResult<T> {
    outcome.map_err(|error| raised(py, &error))
}
