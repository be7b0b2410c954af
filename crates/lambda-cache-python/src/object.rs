//! Python objects for values: made once an entry, and copied where a handler could change them.

use std::sync::Arc;

use lambda_cache::{Cached, Value};
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    types::{PyBytes, PyDict, PyList, PyString},
};

/// What a handler gets is made of, kept with the entry.
enum Form {
    /// Cannot be changed, so everybody gets this very object.
    Shared(Py<PyAny>),
    /// Can be changed, so everybody gets a copy.
    Template(Py<PyAny>),
}

/// What a handler gets instead of what does not exist.
pub(crate) type DefaultObject = Option<Arc<Py<PyAny>>>;

/// The object that a handler gets. A `str`, `bytes` or path is the same object each time; a list or dict is a copy.
pub(crate) fn object<'py>(py: Python<'py>, cached: &Cached, default: &DefaultObject) -> PyResult<Bound<'py, PyAny>> {
    with_object(py, cached, default, |object| Ok(object.clone()))
}

/// The same, lent: a shared object's references need not be counted.
#[inline]
pub(crate) fn with_object<'py, R>(
    py: Python<'py>,
    cached: &Cached,
    default: &DefaultObject,
    act: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<R>,
) -> PyResult<R> {
    if let Some(default) = default {
        return act(&or_default(py, cached, default)?);
    }
    if let Some(Form::Shared(object)) = cached.form() {
        return act(object.bind(py));
    }
    act(&first_or_copy(py, cached)?)
}

/// The object, with the default in the place of what does not exist.
fn or_default<'py>(py: Python<'py>, cached: &Cached, default: &Py<PyAny>) -> PyResult<Bound<'py, PyAny>> {
    match cached.value() {
        Value::Nothing => own(default.bind(py)),
        Value::Group(values) if values.is_empty() => own(default.bind(py)),
        Value::Group(values) => {
            let group = first_or_copy(py, cached)?;
            for (segment, _) in values.iter().filter(|(_, value)| *value == Value::Nothing) {
                group.set_item(segment, own(default.bind(py))?)?;
            }
            Ok(group)
        }
        _ => first_or_copy(py, cached),
    }
}

/// A copy of what a handler could change, as of everything that it gets.
fn own<'py>(default: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(dict) = default.cast_exact::<PyDict>() {
        return Ok(dict.copy()?.into_any());
    }
    match default.cast_exact::<PyList>() {
        Ok(_) => copy_list(default),
        Err(_) => Ok(default.clone()),
    }
}

fn first_or_copy<'py>(py: Python<'py>, cached: &Cached) -> PyResult<Bound<'py, PyAny>> {
    if let Some(Form::Shared(object)) = cached.form() {
        return Ok(object.bind(py).clone());
    }
    if let Some(Form::Template(object)) = cached.form() {
        return copy(object.bind(py), cached.value());
    }
    let object = make(py, cached.value())?;
    match cached.value() {
        Value::TextList(_) | Value::Group(_) => {
            cached.keep_form(Form::Template(object.clone().unbind()));
            copy(&object, cached.value())
        }
        _ => {
            cached.keep_form(Form::Shared(object.clone().unbind()));
            Ok(object)
        }
    }
}

fn copy<'py>(object: &Bound<'py, PyAny>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Group(values) => copy_group(object, values),
        _ => copy_list(object),
    }
}

fn copy_list<'py>(list: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let list = list.cast::<PyList>()?;
    Ok(list.get_slice(0, list.len()).into_any())
}

fn copy_group<'py>(group: &Bound<'py, PyAny>, values: &[(String, Value)]) -> PyResult<Bound<'py, PyAny>> {
    let copy = group.cast::<PyDict>()?.copy()?;
    for (segment, value) in values {
        if let (Value::TextList(_), Some(list)) = (value, copy.get_item(segment)?) {
            copy.set_item(segment, copy_list(&list)?)?;
        }
    }
    Ok(copy.into_any())
}

fn make<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Text(text) => PyString::new(py, text).into_any(),
        Value::TextList(texts) => PyList::new(py, texts.iter())?.into_any(),
        Value::Bytes(bytes) => PyBytes::new(py, bytes).into_any(),
        Value::Group(values) => {
            let group = PyDict::new(py);
            for (segment, value) in values.iter() {
                group.set_item(segment, make(py, value)?)?;
            }
            group.into_any()
        }
        Value::File(file) => file.path().as_os_str().into_bound_py_any(py)?,
        _ => py.None().into_bound(py),
    })
}
