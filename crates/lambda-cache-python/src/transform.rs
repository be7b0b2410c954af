//! The transforms of values that a caller can request.

use std::sync::Arc;

use lambda_cache::{__binding::base64, ConversionError, Value};
use pyo3::{
    exceptions::{PyException, PyRecursionError, PyUnicodeDecodeError, PyValueError},
    prelude::*,
    types::PyBytes,
};

use crate::{fork, log, object::make};

/// A transform of a value, applied once for each fetch.
#[derive(Debug)]
pub(crate) enum Transform {
    /// JSON, parsed like `json.loads` does.
    Json,
    /// Base64, decoded.
    Binary,
    /// JSON or Base64, according to the end of the name, or no transform.
    Auto,
    /// A callable, and the identity that distinguishes it from other callables.
    Callable { callable: Py<PyAny>, identity: Py<PyAny> },
    /// Another transform, with a default for values that it cannot convert.
    OrDefault { transform: Arc<Self>, default: Py<PyAny> },
}

/// The reason why a value could not be converted.
#[derive(Debug)]
pub(crate) enum ConvertError {
    /// The transform does not accept the value.
    Unconvertible(ConversionError),
    /// Python raised an exception or was interrupted.
    Raised(PyErr),
}

impl From<PyErr> for ConvertError {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl From<ConvertError> for PyErr {
    fn from(error: ConvertError) -> Self {
        match error {
            ConvertError::Raised(error) => error,
            ConvertError::Unconvertible(error) => PyValueError::new_err(error.to_string()),
        }
    }
}

impl From<ConversionError> for ConvertError {
    fn from(error: ConversionError) -> Self {
        Self::Unconvertible(error)
    }
}

impl Transform {
    /// Returns the transform for a name. Only `'auto'` depends on the name.
    fn named(&self, name: &str) -> Option<&Self> {
        match (self, name.rsplit_once('.')) {
            (Self::Auto, Some((_, "json"))) => Some(&Self::Json),
            (Self::Auto, Some((_, "binary"))) => Some(&Self::Binary),
            (Self::Auto, _) => None,
            (transform, _) => Some(transform),
        }
    }

    /// Applies the transform to a value with this name, or to each value of a group.
    pub(crate) fn apply<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        value: &Value,
    ) -> Result<Bound<'py, PyAny>, ConvertError> {
        let Value::Group(values) = value else { return self.apply_to_one(py, name, value) };
        let group = pyo3::types::PyDict::new(py);
        for (name, value) in values.iter() {
            let made = self.apply_to_one(py, name, value).map_err(|error| match error {
                ConvertError::Unconvertible(error) => ConvertError::Unconvertible(error.of(name)),
                raised @ ConvertError::Raised(_) => raised,
            })?;
            group.set_item(name, made)?;
        }
        Ok(group.into_any())
    }

    fn apply_to_one<'py>(&self, py: Python<'py>, name: &str, value: &Value) -> Result<Bound<'py, PyAny>, ConvertError> {
        let transform = self.named(name).filter(|_| *value != Value::Nothing);
        match transform {
            None => Ok(make(py, value)?),
            Some(Self::OrDefault { transform, default }) => match transform.apply_to_one(py, name, value) {
                Err(ConvertError::Unconvertible(error)) => {
                    log::warning(py, &format!("{name}: {error}; its default is served"));
                    Ok(default.bind(py).clone())
                }
                outcome => outcome,
            },
            Some(Self::Callable { callable, .. }) => {
                let value = make(py, value)?;
                callable.bind(py).call1((&value,)).map_err(|error| in_callable(py, &error, &value))
            }
            Some(Self::Binary) => match value {
                Value::Bytes(bytes) => Ok(PyBytes::new(py, bytes).into_any()),
                _ => Ok(PyBytes::new(py, &base64::decode(&content(py, value, "Base64")?)?).into_any()),
            },
            Some(_) => {
                let text = match value {
                    Value::Text(_) => make(py, value)?,
                    _ => PyBytes::new(py, &content(py, value, "JSON")?).into_any(),
                };
                py.import("json")?.call_method1("loads", (&text,)).map_err(|error| in_json(py, &error, &text))
            }
        }
    }

    /// Returns `true` if both convert every value alike.
    pub(crate) fn is_same(&self, py: Python<'_>, other: &Self) -> bool {
        match (self, other) {
            (Self::Callable { identity: one, .. }, Self::Callable { identity: other, .. }) => {
                one.is(other) || one.bind(py).eq(other).unwrap_or(false)
            }
            (
                Self::OrDefault { transform: one, default: its },
                Self::OrDefault { transform: other, default: others },
            ) => one.is_same(py, other) && (its.is(others) || its.bind(py).eq(others).unwrap_or(false)),
            (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
        }
    }
}

/// Returns the content for a transform that reads text.
fn content(py: Python<'_>, value: &Value, wanted: &str) -> Result<Vec<u8>, ConvertError> {
    match value {
        Value::Text(text) => Ok(text.as_bytes().to_vec()),
        Value::Bytes(bytes) => Ok(bytes.to_vec()),
        Value::File(file) => Ok(py.detach(|| file.read())?),
        _ => {
            let problem = ConversionError::wrong_kind(value, wanted);
            Err(ConversionError::new(format!("{problem}; leave transform out, or pass a function of the value")).into())
        }
    }
}

/// Returns the position of an error in JSON. The parser's message is dropped, because it contains the value.
fn in_json(py: Python<'_>, error: &PyErr, value: &Bound<'_, PyAny>) -> ConvertError {
    if let Some((line, column)) = place(py, error) {
        return ConversionError::no_json(line, column).into();
    }
    if error.is_instance_of::<PyRecursionError>(py) {
        return ConversionError::new("its JSON is nested too deeply").into();
    }
    if error.is_instance_of::<PyUnicodeDecodeError>(py) {
        return ConversionError::new("it is not JSON, for it is not text in UTF-8, UTF-16 or UTF-32").into();
    }
    in_callable(py, error, value)
}

/// Returns the error for a failed callable: its exception's type, the place in the user's code, and the position in the
/// value if the exception has one. The exception's message is shown only if it cannot contain the value.
fn in_callable(py: Python<'_>, error: &PyErr, value: &Bound<'_, PyAny>) -> ConvertError {
    if !error.is_instance_of::<PyException>(py) {
        return error.clone_ref(py).into(); // an interruption, not a failure
    }
    let described = fork::import(py, "lambda_cache._raised").and_then(|raised| raised.getattr("described_transform"));
    let described = described.and_then(|described| described.call1((error.clone_ref(py).into_value(py), value)));
    let described = described.and_then(|described| described.extract::<(String, String)>());
    let (raised, rest) = described.unwrap_or_else(|_| ("an exception".to_owned(), String::new()));
    let place = place(py, error)
        .map_or_else(String::new, |(line, column)| format!(" (line {line}, column {column} of the value)"));
    ConversionError::new(format!("its transform raised {raised}{place}{rest}")).into()
}

/// Returns line and column, as in the exceptions of `json` and `tomllib`.
fn place(py: Python<'_>, error: &PyErr) -> Option<(usize, usize)> {
    let number = |name| error.value(py).getattr(name).ok()?.extract().ok();
    Some((number("lineno")?, number("colno")?))
}
