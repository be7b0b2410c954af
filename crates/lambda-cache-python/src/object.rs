//! Python objects for values, which are made once for each entry and copied if a handler could change them.

use std::sync::Arc;

use lambda_cache::{Cached, ConversionError, Value};
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    types::{PyBytes, PyDict, PyList, PyString},
};

use crate::{
    conversion_cache::{ConversionCache, Converted},
    metadata,
    transform::{ConvertError, Transform},
};

/// The maximum nesting depth of lists and dicts that a transform returns.
const DEEPEST: usize = 200;

/// The form in which a handler gets a value.
#[derive(Debug)]
pub(crate) struct OutputSpec {
    /// The transform of the value.
    pub(crate) transform: Option<Arc<Transform>>,
    /// The value's own name, which determines the transform for `'auto'`.
    pub(crate) name: String,
    /// The default for a missing parameter.
    pub(crate) default: Option<Py<PyAny>>,
    /// Whether the handler gets AWS's description of the value beside the value.
    pub(crate) with_metadata: bool,
}

impl OutputSpec {
    pub(crate) fn transform(&self) -> Option<&Transform> {
        self.transform.as_deref()
    }

    pub(crate) fn default(&self) -> Option<&Py<PyAny>> {
        self.default.as_ref()
    }
}

/// Returns the object that a handler gets. A `str`, `bytes` or path is the same object each time. A list or dict is a
/// copy.
pub(crate) fn object<'py>(
    py: Python<'py>,
    cached: &Cached,
    output: Option<&OutputSpec>,
) -> Result<Bound<'py, PyAny>, ConvertError> {
    with_object(py, cached, output, |object| Ok(object.clone()))
}

/// Calls `act` with the object that a handler gets. A shared object is borrowed, so its references are not counted.
#[inline]
pub(crate) fn with_object<'py, R>(
    py: Python<'py>,
    cached: &Cached,
    output: Option<&OutputSpec>,
    act: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<R>,
) -> Result<R, ConvertError> {
    match output {
        None => match ConversionCache::plain(cached) {
            Some(Converted::Shared(object)) => Ok(act(object.bind(py))?),
            _ => Ok(act(&first_or_copy(py, cached)?)?),
        },
        Some(output) => {
            let object = with_output(py, cached, output)?;
            Ok(act(&if output.with_metadata { metadata::beside(&object, cached)? } else { object })?)
        }
    }
}

fn with_output<'py>(py: Python<'py>, cached: &Cached, output: &OutputSpec) -> Result<Bound<'py, PyAny>, ConvertError> {
    let own_default = || output.default.as_ref().map(|default| own(default.bind(py)));
    match cached.value() {
        Value::Nothing => own_default().unwrap_or_else(|| Ok(py.None().into_bound(py))),
        Value::Group(values) if values.is_empty() && output.default.is_some() => {
            own_default().unwrap_or_else(|| Ok(py.None().into_bound(py)))
        }
        value => {
            let object = match &output.transform {
                Some(transform) => transformed(py, cached, transform, &output.name)?,
                None => first_or_copy(py, cached)?,
            };
            if let Value::Group(values) = value {
                for (segment, _) in values.iter().filter(|(_, value)| *value == Value::Nothing) {
                    own_default()
                        .map_or(Ok(()), |default| Ok::<_, ConvertError>(object.set_item(segment, default?)?))?;
                }
            }
            Ok(object)
        }
    }
}

/// Returns the result of the transform, which is applied once for each fetch.
fn transformed<'py>(
    py: Python<'py>,
    cached: &Cached,
    transform: &Arc<Transform>,
    name: &str,
) -> Result<Bound<'py, PyAny>, ConvertError> {
    let form = ConversionCache::of(cached)
        .transformed(py, transform, || converted_from(&transform.apply(py, name, cached.value())?))?;
    match form.as_ref() {
        Converted::Shared(object) => Ok(object.bind(py).clone()),
        Converted::Template(object) => own(object.bind(py)),
    }
}

/// Returns the form of an object that a callable returned and may still refer to.
fn converted_from(object: &Bound<'_, PyAny>) -> Result<Converted, ConvertError> {
    let is_changeable = object.is_exact_instance_of::<PyDict>() || object.is_exact_instance_of::<PyList>();
    let object = own(object)?.unbind();
    Ok(if is_changeable { Converted::Template(object) } else { Converted::Shared(object) })
}

/// Copies lists and dicts at all levels. Anything else is returned unchanged.
fn own<'py>(object: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, ConvertError> {
    own_down_to(object, DEEPEST)
}

fn own_down_to<'py>(object: &Bound<'py, PyAny>, depth: usize) -> Result<Bound<'py, PyAny>, ConvertError> {
    let deeper = || {
        let too_deep =
            || ConversionError::new(format!("its lists and dicts lie more than {DEEPEST} deep in each other"));
        depth.checked_sub(1).ok_or_else(too_deep)
    };
    if let Ok(dict) = object.cast_exact::<PyDict>() {
        let (depth, copy) = (deeper()?, PyDict::new(object.py()));
        for (key, value) in dict {
            copy.set_item(key, own_down_to(&value, depth)?)?;
        }
        return Ok(copy.into_any());
    }
    if let Ok(list) = object.cast_exact::<PyList>() {
        let depth = deeper()?;
        let copies = list.iter().map(|value| own_down_to(&value, depth)).collect::<Result<Vec<_>, _>>()?;
        return Ok(PyList::new(object.py(), copies)?.into_any());
    }
    Ok(object.clone())
}

fn first_or_copy<'py>(py: Python<'py>, cached: &Cached) -> Result<Bound<'py, PyAny>, ConvertError> {
    let form = if let Some(form) = ConversionCache::plain(cached) {
        form
    } else {
        let object = make(py, cached.value())?;
        let form = match cached.value() {
            Value::TextList(_) | Value::Group(_) => Converted::Template(object.unbind()),
            Value::Custom(_) => converted_from(&object)?,
            _ => Converted::Shared(object.unbind()),
        };
        ConversionCache::of(cached).keep_plain(form)
    };
    match form {
        Converted::Shared(object) => Ok(object.bind(py).clone()),
        Converted::Template(object) => copy(object.bind(py), cached.value()),
    }
}

fn copy<'py>(object: &Bound<'py, PyAny>, value: &Value) -> Result<Bound<'py, PyAny>, ConvertError> {
    match value {
        Value::Group(values) => Ok(copy_group(object, values)?),
        Value::TextList(_) => Ok(copy_list(object)?),
        _ => own(object),
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

/// Creates the object of a value without a transform.
pub(crate) fn make<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
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
        Value::Custom(value) => {
            value.get::<Py<PyAny>>().map_or_else(|| py.None(), |object| object.clone_ref(py)).into_bound(py)
        }
        _ => py.None().into_bound(py),
    })
}
