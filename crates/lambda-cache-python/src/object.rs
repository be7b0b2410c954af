//! Python objects for values: made once an entry, and copied where a handler could change them.

use lambda_cache::{Cached, Value};
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    types::{PyBytes, PyDict, PyList, PyString},
};

/// The object that a handler gets. A `str`, `bytes` or path is the same object each time; a list or dict is a copy.
pub(crate) fn object<'py>(py: Python<'py>, cached: &Cached) -> PyResult<Bound<'py, PyAny>> {
    if let Some(object) = cached.form::<Py<PyAny>>() {
        return hand_out(object.bind(py), cached.value());
    }
    let object = make(py, cached.value())?;
    cached.keep_form(object.clone().unbind());
    hand_out(&object, cached.value())
}

fn hand_out<'py>(object: &Bound<'py, PyAny>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::TextList(_) => copy_list(object),
        Value::Group(values) => copy_group(object, values),
        _ => Ok(object.clone()),
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
