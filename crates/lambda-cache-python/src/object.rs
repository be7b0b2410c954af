//! Python objects for values: made once an entry, and copied where a handler could change them.

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

/// The object that a handler gets. A `str`, `bytes` or path is the same object each time; a list or dict is a copy.
pub(crate) fn object<'py>(py: Python<'py>, cached: &Cached) -> PyResult<Bound<'py, PyAny>> {
    with_object(py, cached, |object| Ok(object.clone()))
}

/// The same, lent: a shared object's references need not be counted.
pub(crate) fn with_object<'py, R>(
    py: Python<'py>,
    cached: &Cached,
    act: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<R>,
) -> PyResult<R> {
    if let Some(Form::Shared(object)) = cached.form() {
        return act(object.bind(py));
    }
    act(&first_or_copy(py, cached)?)
}

fn first_or_copy<'py>(py: Python<'py>, cached: &Cached) -> PyResult<Bound<'py, PyAny>> {
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
