//! Validation of the arguments of Python callers.

use std::sync::Arc;

use lambda_cache::__binding::{
    engine::MaxAge,
    freshness::{self, FreshnessOptions},
    source::Names,
};
use lambda_cache_names::{Listed, age};
use pyo3::{
    exceptions::{PyOverflowError, PyTypeError},
    prelude::*,
    types::{PyBool, PyDict, PyInt, PyList, PyString, PyTuple},
};

use crate::{
    error::{raised, refuse},
    fork,
    transform::Transform,
};

/// Returns `false` for `None`, `False` and `''`, which count as "not given".
fn is_given(argument: &Bound<'_, PyAny>) -> bool {
    let is_false = argument.cast::<PyBool>().is_ok_and(|argument| !argument.is_true());
    let is_empty = argument.cast::<PyString>().is_ok_and(|argument| argument.len().is_ok_and(|length| length == 0));
    !argument.is_none() && !is_false && !is_empty
}

fn type_name(argument: &Bound<'_, PyAny>) -> String {
    argument.get_type().qualname().map_or_else(|_| "?".to_owned(), |name| name.to_string())
}

/// Reads an entry name, which is a string or not given.
pub(crate) fn entry_name(argument: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if !is_given(argument) {
        return Ok(None);
    }
    let Ok(name) = argument.cast::<PyString>() else {
        let message = format!("entry_name must be a str, given: {}", type_name(argument));
        return refuse(argument.py(), "ArgumentTypeNotSupportedError", &message);
    };
    text(name).map(Some)
}

/// Reads a string or `None`.
pub(crate) fn text_or_none(what: &str, argument: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if argument.is_none() {
        return Ok(None);
    }
    let Ok(given) = argument.cast::<PyString>() else {
        let message = format!("{what} must be a str, given: {}", type_name(argument));
        return refuse(argument.py(), "ArgumentTypeNotSupportedError", &message);
    };
    text(given).map(Some)
}

/// Reads the ages that a caller accepts.
pub(crate) fn ages(max_age: &Bound<'_, PyAny>, stale_if_error: &Bound<'_, PyAny>) -> PyResult<FreshnessOptions> {
    Ok(FreshnessOptions {
        max_age: seconds(age::MAX_AGE, max_age)?.into(),
        stale_if_error: seconds(age::STALE_IF_ERROR, stale_if_error)?.into(),
    })
}

/// Reads the transform of a value, if any.
pub(crate) fn transform(argument: &Bound<'_, PyAny>) -> PyResult<Option<Arc<Transform>>> {
    const WHAT: &str = "transform must be 'json', 'binary', 'auto' or a callable";
    let py = argument.py();
    if !is_given(argument) {
        return Ok(None);
    }
    let transform = match argument.cast::<PyString>() {
        Ok(name) => match name.to_str()? {
            "json" => Transform::Json,
            "binary" => Transform::Binary,
            "auto" => Transform::Auto,
            other => return refuse(py, "ArgumentValueError", &format!("{WHAT}, given: {other:?}")),
        },
        Err(_) if !argument.is_callable() => {
            return refuse(py, "ArgumentTypeNotSupportedError", &format!("{WHAT}, given: {}", type_name(argument)));
        }
        Err(_) if is_async(argument) => {
            let message = format!("{WHAT}, and not an async function: it works on a value that is there already");
            return refuse(py, "ArgumentTypeNotSupportedError", &message);
        }
        Err(_) => {
            let identity = fork::import(py, "lambda_cache._callables")?.call_method1("identity", (argument,))?.unbind();
            Transform::Callable { callable: argument.clone().unbind(), identity }
        }
    };
    Ok(Some(Arc::new(transform)))
}

/// Returns `true` for an `async def`, which has the code flag `CO_COROUTINE`.
fn is_async(callable: &Bound<'_, PyAny>) -> bool {
    const CO_COROUTINE: u32 = 0x80;
    let flags = callable.getattr("__code__").and_then(|code| code.getattr("co_flags"));
    flags.and_then(|flags| flags.extract::<u32>()).is_ok_and(|flags| flags & CO_COROUTINE != 0)
}

/// Reads a number of seconds, if it is given.
fn seconds(option: &'static str, argument: &Bound<'_, PyAny>) -> PyResult<Option<MaxAge>> {
    if !is_given(argument) {
        return Ok(None);
    }
    let py = argument.py();
    // A timedelta. Its type is not asked for: datetime would have to be imported for that.
    let of_timedelta = || argument.call_method0("total_seconds").and_then(|total| total.extract::<f64>());
    let seconds = match argument.extract::<f64>().or_else(|error| of_timedelta().map_err(|_| error)) {
        Ok(seconds) if !argument.is_instance_of::<PyBool>() => seconds,
        // An int that is too large for a float, and longer than the life of any function.
        Err(error) if error.is_instance_of::<PyOverflowError>(py) => {
            if argument.lt(0)? {
                -1.0
            } else {
                f64::INFINITY
            }
        }
        Err(error) if !error.is_instance_of::<PyTypeError>(py) => {
            return refuse(py, "ArgumentValueError", &format!("{option} cannot be read as a number: {error}"));
        }
        _ => {
            let message =
                format!("{option} must be a number of seconds or a timedelta, given: {}", type_name(argument));
            return refuse(py, "ArgumentTypeNotSupportedError", &message);
        }
    };
    freshness::age(option, seconds).map(Some).map_err(|error| raised(py, &error))
}

/// Reads any truthy or falsy object.
pub(crate) fn flag(what: &str, argument: &Bound<'_, PyAny>) -> PyResult<bool> {
    argument.is_truthy().or_else(|_| {
        let message = format!("{what} must be True or False, given: {}", type_name(argument));
        refuse(argument.py(), "ArgumentTypeNotSupportedError", &message)
    })
}

/// Reads text that can be encoded in UTF-8.
fn text(argument: &Bound<'_, PyString>) -> PyResult<String> {
    match argument.to_str() {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => refuse(argument.py(), "ArgumentValueError", "a name holds characters that UTF-8 cannot (surrogates)"),
    }
}

/// Reads a name, which is a string.
///
/// An int, dict or list without an entry name is a `NoEntryNameError`, as in the original package.
pub(crate) fn name(what: &str, argument: &Bound<'_, PyAny>, has_entry_name: bool) -> PyResult<String> {
    match argument.cast::<PyString>() {
        Ok(name) => text(name),
        Err(_) => wrong_type(what, "a str", argument, has_entry_name),
    }
}

/// Reads one name as a string, or several as a list, a tuple, or a dict from keys in the result to names.
pub(crate) fn names(what: &str, argument: &Bound<'_, PyAny>, has_entry_name: bool) -> PyResult<Names> {
    if let Ok(name) = argument.cast::<PyString>() {
        return Ok(Names::One(text(name)?));
    }
    let one = |element: &Bound<'_, PyAny>| name(&format!("each {what}"), element, has_entry_name);
    if let Ok(aliased) = argument.cast::<PyDict>() {
        let each = aliased.iter().map(|(key, element)| {
            let Ok(key) = key.cast::<PyString>() else {
                let message = format!(
                    "each key of {what} is the key of a value in the result, and must be a str, given: {}",
                    type_name(&key)
                );
                return refuse(argument.py(), "ArgumentTypeNotSupportedError", &message);
            };
            Ok(Listed::under(text(key)?, one(&element)?))
        });
        return each.collect::<PyResult<_>>().map(Names::Several);
    }
    if argument.is_instance_of::<PyList>() || argument.is_instance_of::<PyTuple>() {
        let each = argument.try_iter()?.map(|element| Ok(Listed::from(one(&element?)?)));
        return each.collect::<PyResult<_>>().map(Names::Several);
    }
    wrong_type(what, "a str, or a list, a tuple or a dict of them", argument, has_entry_name)
}

/// Refuses `None` for a name, which is often the value of an environment variable that is not set.
pub(crate) fn refuse_none<T>(what: &str, expected: &str, py: Python<'_>) -> PyResult<T> {
    let message = format!("{what} must be {expected}: none was given, or it was None");
    refuse(py, "ArgumentTypeNotSupportedError", &message)
}

fn wrong_type<T>(what: &str, expected: &str, argument: &Bound<'_, PyAny>, has_entry_name: bool) -> PyResult<T> {
    let py = argument.py();
    if argument.is_none() {
        return refuse_none(what, expected, py);
    }
    let given = type_name(argument);
    let wants_name = argument.is_exact_instance_of::<PyInt>()
        || argument.is_exact_instance_of::<PyDict>()
        || argument.is_exact_instance_of::<PyList>();
    if wants_name && !has_entry_name {
        return refuse(py, "NoEntryNameError", &format!("{what} must be {expected}, given: {given}"));
    }
    let bare = if argument.is_callable() { "; write the decorator with its arguments, in parentheses" } else { "" };
    refuse(py, "ArgumentTypeNotSupportedError", &format!("{what} must be {expected}, given: {given}{bare}"))
}
