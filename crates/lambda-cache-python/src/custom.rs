//! Custom entries, which a Python callable fetches.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use lambda_cache::{
    __binding::source::custom::{Custom, Fetch},
    Error, ErrorKind, Opaque, Value,
};
use pyo3::prelude::*;
use python_guard::guarded;
use tokio::sync::oneshot;

use crate::error::from_python;

/// The result of a fetch: an object or an exception.
type Outcome = PyResult<Py<PyAny>>;

/// The completion callback of a fetch, called from the thread in which it ran.
#[pyclass(frozen, module = "lambda_cache._native")]
#[derive(Debug)]
pub(crate) struct Completion(Mutex<Option<oneshot::Sender<Outcome>>>);

#[guarded]
#[pymethods]
impl Completion {
    /// Completes the fetch with a value or an exception.
    fn __call__(&self, value: Py<PyAny>, error: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            // The waiting call may have been cancelled.
            let _ = sender.send(error.map_or(Ok(value), |error| Err(PyErr::from_value(error))));
        }
        Ok(())
    }
}

/// Creates an entry whose fetch is started by calling `start` with a [`Completion`]. It runs in a separate thread.
pub(crate) fn custom(name: String, fetched_by: String, start: Py<PyAny>) -> Custom {
    let (start, own_name) = (Arc::new(start), name.clone());
    let fetch: Fetch = Arc::new(move || {
        let (start, name) = (Arc::clone(&start), own_name.clone());
        async move {
            let (sender, receiver) = oneshot::channel();
            let begin = |py: Python<'_>| {
                let completion = Py::new(py, Completion(Mutex::new(Some(sender))))?;
                start.bind(py).call1((completion,)).map(drop)
            };
            Python::attach(begin).map_err(|error| failed(&name, error))?;
            match receiver.await {
                Ok(Ok(value)) => Ok(Value::Custom(Opaque::new(value))),
                Ok(Err(error)) => Err(failed(&name, error)),
                Err(_) => Err(Error::new(ErrorKind::Custom, format!("custom {name}: the fetch ended without a value"))),
            }
        }
        .boxed()
    });
    Custom::new(name, fetched_by, fetch)
}

fn failed(name: &str, error: PyErr) -> Error {
    Python::attach(|py| from_python(py, name, error))
}
