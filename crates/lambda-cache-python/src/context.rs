//! The handler's context: the attributes that may be set on it, and the remaining time that it reports.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use pyo3::{
    prelude::*,
    types::{PyBool, PyFloat, PyInt, PyString, PyType},
};

use crate::error::{make, refuse};

/// An attribute that no context has, except one that has every attribute, such as a mock.
const IMPROBABLE: &str = "lambda_cache_looks_for_an_attribute_that_nothing_has";

/// The number of context types that are remembered. Further types are not checked.
const MOST_TYPES: usize = 1_000;

/// The names that were free on contexts of a type, by the type's address. If a later context of the type has such a
/// name, a decorator has set it.
///
/// The lock is held with the GIL and without calling Python, so a fork never copies it locked.
static FREE: Mutex<BTreeMap<usize, Free>> = Mutex::new(BTreeMap::new());

struct Free {
    /// Keeps the type alive, so that no other type gets its address.
    _kind: Py<PyType>,
    names: BTreeSet<String>,
}

/// Rejects names that the context already has, unless a decorator has set them. Returns `true` if contexts of this
/// type need no further check.
pub(crate) fn check<'a>(context: &Bound<'_, PyAny>, names: impl Iterator<Item = &'a Py<PyString>>) -> PyResult<bool> {
    let (py, kind) = (context.py(), context.get_type());
    let address = kind.as_ptr().addr();
    let names = names.map(|name| name.to_str(py)).collect::<PyResult<Vec<_>>>()?;
    let unknown: Vec<&str> = {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        match free.get(&address) {
            None if free.len() >= MOST_TYPES => return Ok(false),
            None => names,
            Some(free) => names.into_iter().filter(|name| !free.names.contains(*name)).collect(),
        }
    };
    if unknown.is_empty() {
        return Ok(true);
    }
    if context.hasattr(IMPROBABLE).unwrap_or(false) {
        // Only its class shows which attributes it really has. Each mock has a separate class, so nothing is
        // remembered.
        return unknown.iter().try_for_each(|name| refuse_if(class_has(&kind, name), context, name)).map(|()| false);
    }
    for name in &unknown {
        // An attribute whose access raises another exception exists if the class has it.
        refuse_if(context.hasattr(*name).unwrap_or_else(|_| class_has(&kind, name)), context, name)?;
    }
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    let free = free.entry(address).or_insert_with(|| Free { _kind: kind.unbind(), names: BTreeSet::new() });
    free.names.extend(unknown.into_iter().map(str::to_owned));
    Ok(true)
}

fn class_has(kind: &Bound<'_, PyType>, name: &str) -> bool {
    kind.mro().iter().any(|class| class.getattr("__dict__").and_then(|own| own.contains(name)).unwrap_or(false))
}

fn refuse_if(is_taken: bool, context: &Bound<'_, PyAny>, name: &str) -> PyResult<()> {
    if !is_taken {
        return Ok(());
    }
    let message = format!(
        "the context, a {}, has an attribute {name:?} already, which would be overwritten: pass another entry_name, such \
         as entry_name={:?}",
        context.get_type().qualname()?,
        format!("my_{}", name.trim_matches('_'))
    );
    refuse(context.py(), "ArgumentValueError", &message)
}

/// Sets one attribute.
pub(crate) fn put(context: &Bound<'_, PyAny>, name: &Py<PyString>, value: &Bound<'_, PyAny>) -> PyResult<()> {
    context.setattr(name.bind(context.py()), value).or_else(|error| refuse_attribute(context, name, error))
}

#[cold]
fn refuse_attribute(context: &Bound<'_, PyAny>, name: &Py<PyString>, error: PyErr) -> PyResult<()> {
    let py = context.py();
    let class = context.get_type().qualname()?;
    let message = format!(
        "cannot put {:?} on the context, a {class}, which takes no attributes: call the handler with an object that \
         does, or use get_entry inside it",
        name.bind(py).to_str()?
    );
    let refused = make(py, "ContextError", &message, None)?;
    refused.set_cause(py, Some(error));
    Err(refused)
}

/// Rejects a call without a context.
#[cold]
pub(crate) fn refuse_none<T>(py: Python<'_>) -> PyResult<T> {
    let message = "the handler was called without a context, so there is nothing to put the entry on: call it with one, \
                   or use get_entry inside it";
    refuse(py, "ContextError", message)
}

/// Returns the time that the invocation has left, from the context or from the Lambda context inside the context of a
/// durable function, if either reports it.
pub(crate) fn remaining(context: &Bound<'_, PyAny>) -> Option<Duration> {
    own_remaining(context).or_else(|| own_remaining(&context.getattr("lambda_context").ok()?))
}

fn own_remaining(context: &Bound<'_, PyAny>) -> Option<Duration> {
    let milliseconds = context.call_method0("get_remaining_time_in_millis").ok()?;
    let is_number = milliseconds.is_instance_of::<PyInt>() || milliseconds.is_instance_of::<PyFloat>();
    if !is_number || milliseconds.is_instance_of::<PyBool>() {
        return None;
    }
    Duration::try_from_secs_f64(milliseconds.extract::<f64>().ok()? / 1_000.0).ok()
}
