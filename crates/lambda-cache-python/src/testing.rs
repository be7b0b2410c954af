//! The implementation of `lambda_cache.testing`, which replaces the state for the duration of a test.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use lambda_cache::{
    __binding::{
        backend::{InMemoryBackend, ValueSource},
        engine::{self, ManualClock},
    },
    Cache, Error, ErrorKind, Opaque, Value,
};
use pyo3::{
    exceptions::{PyBaseException, PyTypeError},
    prelude::*,
    types::{PyBytes, PyDict, PyMapping, PyString},
};
use python_guard::guarded;

use crate::{
    fork,
    state::{self, State},
};

/// A clock that moves only when it is advanced.
#[pyclass(frozen, module = "lambda_cache._native")]
#[derive(Debug, Default)]
pub(crate) struct Clock(ManualClock);

#[guarded]
#[pymethods]
impl Clock {
    #[new]
    fn new() -> PyResult<Self> {
        Ok(Self::default())
    }

    /// Advances both clocks.
    fn advance(&self, seconds: f64) -> PyResult<()> {
        self.0.advance(nanoseconds(seconds));
        Ok(())
    }

    /// Returns the nanoseconds since the Unix epoch.
    fn wall_ns(&self) -> PyResult<u64> {
        Ok(engine::Clock::Manual(self.0.clone()).now().wall_ns)
    }

    /// Moves the wall clock alone.
    fn step_wall(&self, seconds: f64) -> PyResult<()> {
        self.0.step_wall(nanoseconds(seconds));
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, at 292 years")]
fn nanoseconds(seconds: f64) -> i64 {
    (seconds * 1e9) as i64
}

/// The state of a test: an empty cache, a clock that the test moves, and test values or AWS.
#[pyclass(frozen, module = "lambda_cache._native")]
#[derive(Debug)]
pub(crate) struct Test {
    state: Arc<State>,
    supplied: Option<Arc<InMemoryBackend<Dicts>>>,
    before: Mutex<Option<Arc<State>>>,
}

#[guarded]
#[pymethods]
impl Test {
    /// Creates a test that uses AWS.
    #[staticmethod]
    fn with_aws(py: Python<'_>, clock: &Clock) -> PyResult<Self> {
        let state = State::aws(py, engine::Clock::Manual(clock.0.clone()))?;
        Ok(Self { state: Arc::new(state), supplied: None, before: Mutex::default() })
    }

    /// Creates a test with values from dicts, which are read at each fetch.
    #[staticmethod]
    fn with_values(
        clock: &Clock,
        ssm: &Bound<'_, PyMapping>,
        secrets: &Bound<'_, PyMapping>,
        rotations: &Bound<'_, PyMapping>,
        s3: &Bound<'_, PyMapping>,
        custom: &Bound<'_, PyMapping>,
    ) -> PyResult<Self> {
        let py = ssm.py();
        let [ssm, secrets, rotations, s3, custom] =
            [ssm, secrets, rotations, s3, custom].map(|dict| dict.clone().unbind());
        let dicts = Dicts { ssm, secrets, rotations, s3, custom };
        let supplied = Arc::new(InMemoryBackend::new(dicts));
        let cache =
            Cache::builder().api(Arc::clone(&supplied) as _).clock(engine::Clock::Manual(clock.0.clone())).build();
        Ok(Self { state: Arc::new(State::new(py, cache, None)?), supplied: Some(supplied), before: Mutex::default() })
    }

    /// Activates the test's state.
    fn begin(&self) -> PyResult<()> {
        let before = state::swap(Some(Arc::clone(&self.state)));
        *self.before.lock().unwrap_or_else(PoisonError::into_inner) = before;
        Ok(())
    }

    /// Restores the previous state and removes the test's files.
    fn end(&self, py: Python<'_>) -> PyResult<()> {
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner).take();
        py.detach(|| {
            state::swap(before);
            self.state.cache.clear();
            if self.supplied.is_some() {
                self.state.cache.remove_files();
            }
        });
        Ok(())
    }

    /// Returns the calls that would have been made to AWS.
    fn calls(&self) -> PyResult<Vec<String>> {
        Ok(self.supplied.as_ref().map_or_else(Vec::new, |supplied| supplied.calls()))
    }
}

/// The dicts of a test.
#[derive(Debug)]
struct Dicts {
    ssm: Py<PyMapping>,
    secrets: Py<PyMapping>,
    rotations: Py<PyMapping>,
    s3: Py<PyMapping>,
    custom: Py<PyMapping>,
}

fn look_up<T>(
    dict: &Py<PyMapping>,
    name: &str,
    read: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>,
) -> Result<Option<T>, Error> {
    Python::attach(|py| {
        let dict = dict.bind(py);
        if !dict.contains(name)? {
            return Ok(Ok(None));
        }
        let value = dict.get_item(name)?;
        Ok(match failure(&value, name) {
            Some(failure) => Err(failure),
            None => Ok(Some(read(&value)?)),
        })
    })
    .map_err(|error: PyErr| {
        Error::new(ErrorKind::NotSupplied, format!("the value supplied for {name:?} cannot be used: {}", said(&error)))
    })?
}

/// The message alone of this file's own refusals.
fn said(error: &PyErr) -> String {
    Python::attach(|py| {
        if error.is_instance_of::<PyTypeError>(py) { error.value(py).to_string() } else { error.to_string() }
    })
}

/// Returns the error for a test value of a wrong type. It does not show the value.
fn of_another_kind(kinds: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let given = value.get_type().qualname().map_or_else(|_| "another type".to_owned(), |name| name.to_string());
    let advice = if value.is_instance_of::<PyDict>() { "; for JSON, supply json.dumps(...)" } else { "" };
    PyTypeError::new_err(format!("{kinds}, given: {given}{advice}"))
}

/// Returns the failure for an exception that was set instead of a value. The fetch raises that same exception.
fn failure(value: &Bound<'_, PyAny>, name: &str) -> Option<Error> {
    let error = value.cast::<PyBaseException>().ok()?;
    Some(crate::error::from_python(value.py(), name, PyErr::from_value(error.clone().into_any())))
}

impl ValueSource for Dicts {
    fn parameter(&self, name: &str) -> Result<Option<Value>, Error> {
        look_up(&self.ssm, name, |value| {
            if let Ok(text) = value.cast::<PyString>() {
                return Ok(Value::Text(text.to_str()?.into()));
            }
            let texts = value.extract::<Vec<String>>();
            Ok(Value::TextList(
                texts.map_err(|_| of_another_kind("a parameter is a str, or a list of str", value))?.into(),
            ))
        })
    }

    fn parameter_names(&self) -> Result<Vec<String>, Error> {
        let names = |py: Python<'_>| {
            let name = |item: Bound<'_, PyAny>| {
                let (name, value) = item.extract::<(String, Bound<'_, PyAny>)>()?;
                if value.is_instance_of::<PyDict>() {
                    let message = format!(
                        "{name:?} is a dict: supply each parameter below the path by its whole name, such as \"{name}/name\""
                    );
                    return Err(PyTypeError::new_err(message));
                }
                Ok(name)
            };
            self.ssm.bind(py).items()?.iter().map(name).collect::<PyResult<_>>()
        };
        Python::attach(names).map_err(|error: PyErr| {
            Error::new(ErrorKind::NotSupplied, format!("the parameters supplied cannot be used: {}", said(&error)))
        })
    }

    fn secret(&self, name: &str) -> Result<Option<Value>, Error> {
        look_up(&self.secrets, name, |value| {
            if let Ok(bytes) = value.cast::<PyBytes>() {
                return Ok(Value::Bytes(Bytes::copy_from_slice(bytes.as_bytes())));
            }
            let text = value.extract::<&str>();
            Ok(Value::Text(text.map_err(|_| of_another_kind("a secret is a str or bytes", value))?.into()))
        })
    }

    fn next_rotation(&self, name: &str) -> Result<Option<SystemTime>, Error> {
        let wall_ns = look_up(&self.rotations, name, |date| date.extract::<u64>())?;
        Ok(wall_ns.map(|wall_ns| UNIX_EPOCH + Duration::from_nanos(wall_ns)))
    }

    fn object(&self, uri: &str) -> Result<Option<Bytes>, Error> {
        look_up(&self.s3, uri, |value| {
            // A str is the content as text, and a path is a file to read.
            if let Ok(text) = value.cast::<PyString>() {
                return Ok(Bytes::copy_from_slice(text.to_str()?.as_bytes()));
            }
            if value.hasattr("__fspath__")? {
                return Ok(Bytes::from(std::fs::read(value.extract::<std::path::PathBuf>()?)?));
            }
            let content = value.cast::<PyBytes>().map(|bytes| bytes.as_bytes().to_vec()).or_else(|_| value.extract());
            Ok(Bytes::from(
                content.map_err(|_| of_another_kind("an object is bytes, a str or the path of a file", value))?,
            ))
        })
    }

    fn custom(&self, name: &str, fetched_by: &str) -> Result<Option<Value>, Error> {
        let look = |py: Python<'_>| {
            let number = fork::import(py, "lambda_cache.custom")?.getattr("_number")?;
            for item in self.custom.bind(py).items()? {
                let (fetch, value) = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
                if number.call1((fetch,))?.str()?.to_str()? == fetched_by {
                    return Ok(Some(value.unbind()));
                }
            }
            Ok(None)
        };
        Python::attach(|py| {
            let value = look(py).map_err(|error: PyErr| {
                Error::new(ErrorKind::NotSupplied, format!("a value for custom entries cannot be used: {error}"))
            })?;
            let Some(value) = value else { return Ok(None) };
            match failure(value.bind(py), name) {
                Some(failure) => Err(failure),
                None => Ok(Some(Value::Custom(Opaque::new(value)))),
            }
        })
    }

    fn advice(&self, source: &str, names: &[&str]) -> String {
        let argument = if source == "secrets_manager" { "secrets" } else { source };
        let entries: Vec<_> = names.iter().map(|name| format!("{name:?}: ...")).collect();
        format!("add {argument}={{{}}}", entries.join(", "))
    }
}
