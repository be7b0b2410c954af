//! `get_entry`: a callable that remembers the lookup of each combination of arguments, so that a hit parses none.

use pyo3::{
    prelude::*,
    types::{PyDict, PyFloat, PyInt, PyString, PyTuple},
};
use python_guard::guarded;

use crate::lookup::Lookup;

/// The number of combinations of arguments that are remembered. A function that reads more names has names that differ
/// from call to call, and remembering those would only take memory.
const MOST_REMEMBERED: usize = 256;

/// A function that returns the value of an entry.
///
/// It has the name, the documentation and the signature of the Python function that makes its lookups. Like
/// `functools.lru_cache`, it takes part in `help()` as a function, because its type has `__get__`.
#[pyclass(frozen, dict, module = "lambda_cache._native")]
#[derive(Debug)]
pub(crate) struct Getter {
    /// The Python function that makes the lookup of its arguments.
    make_lookup: Py<PyAny>,
    /// The lookups that were made, by the arguments.
    lookups: Py<PyDict>,
}

#[guarded]
#[pymethods]
impl Getter {
    #[new]
    fn new(py: Python<'_>, make_lookup: Py<PyAny>) -> PyResult<Self> {
        Ok(Self { make_lookup, lookups: PyDict::new(py).unbind() })
    }

    #[pyo3(signature = (*arguments, **named))]
    fn __call__<'py>(
        &self,
        arguments: &Bound<'py, PyTuple>,
        named: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = arguments.py();
        let lookups = self.lookups.bind(py);
        let key = key(arguments, named);
        if let Some(key) = &key
            && let Some(lookup) = lookups.get_item(key)?
        {
            return Lookup::get_value(lookup.cast_exact::<Lookup>()?);
        }
        let lookup = self.make_lookup.bind(py).call(arguments, named)?;
        let lookup = lookup.cast_into_exact::<Lookup>()?;
        if let Some(key) = key {
            if lookups.len() >= MOST_REMEMBERED {
                lookups.clear();
            }
            lookups.set_item(key, &lookup)?;
        }
        Lookup::get_value(&lookup)
    }

    /// Pickles it by name, like a function.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("__qualname__")
    }

    /// Returns itself: like a built-in function, it does not become a method of a class.
    fn __get__(slf: Py<Self>, _instance: &Bound<'_, PyAny>, _owner: &Bound<'_, PyAny>) -> PyResult<Py<Self>> {
        Ok(slf)
    }
}

/// Returns what the lookup of these arguments is remembered by, or `None` if they may change or equal others of
/// another type.
fn key<'py>(arguments: &Bound<'py, PyTuple>, named: Option<&Bound<'py, PyDict>>) -> Option<Bound<'py, PyAny>> {
    let is_text = |argument: &Bound<'_, PyAny>| argument.is_exact_instance_of::<PyString>();
    if named.is_none() && arguments.len() == 1 {
        return arguments.get_item(0).ok().filter(is_text);
    }
    // A number is an age: it is the second argument, or has a name that ends so. Then 1 and 1.0 mean the same.
    let is_number = |argument: &Bound<'_, PyAny>| {
        argument.is_exact_instance_of::<PyInt>() || argument.is_exact_instance_of::<PyFloat>()
    };
    let mut parts = Vec::with_capacity(8);
    for (index, argument) in arguments.iter().enumerate() {
        (is_text(&argument) || (index == 1 && is_number(&argument))).then_some(())?;
        parts.push(argument);
    }
    for (name, argument) in named.into_iter().flatten() {
        let is_age =
            || name.cast::<PyString>().is_ok_and(|name| name.to_str().is_ok_and(|name| name.ends_with("_seconds")));
        (is_text(&argument) || (is_number(&argument) && is_age())).then_some(())?;
        parts.extend([name, argument]);
    }
    // The number of positional arguments tells them from names.
    parts.push(PyInt::new(arguments.py(), arguments.len()).into_any());
    Some(PyTuple::new(arguments.py(), parts).ok()?.into_any())
}
