//! Conversion of the core's errors to the package's exceptions, which are written in Python.

use lambda_cache::{Error, ErrorKind};
use pyo3::{prelude::*, types::PyDict};

use crate::{fork, guard};

/// Returns the exception class of a kind, by its name in `lambda_cache.exceptions`.
fn class(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidArgument => "ArgumentValueError",
        ErrorKind::NoEntryName => "NoEntryNameError",
        ErrorKind::InvalidS3Uri => "InvalidS3UriError",
        ErrorKind::Configuration => "ConfigurationError",
        ErrorKind::NotFound => "NotFoundError",
        ErrorKind::AccessDenied => "AccessDeniedError",
        ErrorKind::Throttled => "ThrottledError",
        ErrorKind::Unavailable => "UnavailableError",
        ErrorKind::Storage => "StorageError",
        ErrorKind::InvalidValue => "TransformError",
        ErrorKind::NotSupplied => "NotSuppliedError",
        ErrorKind::Internal => "InternalError",
        _ => "FetchError",
    }
}

/// Returns the exception for an error. AWS's failure is passed as keyword arguments.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    if let Some(own) = std::error::Error::source(error).and_then(|source| source.downcast_ref::<PyErr>()) {
        return own.clone_ref(py); // raised by a custom entry's fetch
    }
    exception(py, class(error.kind()), error).unwrap_or_else(|error| error)
}

fn exception(py: Python<'_>, class: &str, error: &Error) -> PyResult<PyErr> {
    let details = PyDict::new(py);
    if let Some(failure) = error.aws_failure() {
        details.set_item("operation", failure.operation)?;
        details.set_item("code", &failure.code)?;
        details.set_item("aws_message", &failure.message)?;
        details.set_item("request_id", &failure.request_id)?;
        details.set_item("status", failure.status)?;
    }
    if let Some(errno) = error.os_error() {
        details.set_item("errno", errno)?;
    }
    let place = if error.kind() == ErrorKind::Internal { guard::last_place() } else { String::new() };
    make(py, class, &format!("{error}{place}"), Some(&details))
}

/// Creates an exception of the package, by the name of its class.
pub(crate) fn make(py: Python<'_>, class: &str, message: &str, details: Option<&Bound<'_, PyDict>>) -> PyResult<PyErr> {
    fork::importing(py, || {
        let from_core = py.import("lambda_cache.exceptions")?.getattr("from_core")?;
        Ok(PyErr::from_value(from_core.call((class, message), details)?))
    })
}

/// Raises an exception of the package.
pub(crate) fn refuse<T>(py: Python<'_>, class: &str, message: &str) -> PyResult<T> {
    Err(make(py, class, message, None)?)
}

/// Converts an exception of a Python fetch for the core. An exception of this package determines the kind, and any
/// other is a custom error.
pub(crate) fn from_python(py: Python<'_>, name: &str, error: PyErr) -> Error {
    const KINDS: [(&str, ErrorKind); 6] = [
        ("ThrottledError", ErrorKind::Throttled),
        ("UnavailableError", ErrorKind::Unavailable),
        ("NotFoundError", ErrorKind::NotFound),
        ("AccessDeniedError", ErrorKind::AccessDenied),
        ("StorageError", ErrorKind::Storage),
        ("LambdaCacheError", ErrorKind::Rejected),
    ];
    let is = |class: &str| {
        let class = fork::import(py, "lambda_cache.exceptions").and_then(|exceptions| exceptions.getattr(class));
        class.and_then(|class| Ok(error.matches(py, class)?)).unwrap_or(false)
    };
    let kind = KINDS.iter().find(|(class, _)| is(class)).map_or(ErrorKind::Custom, |(_, kind)| *kind);
    Error::custom(kind, name, Box::new(error))
}
