//! Conversion of a panic below the binding to an exception of the package. `PyO3` would raise its `PanicException`,
//! which is a `BaseException`. Lambda's runtime client does not report those, and ends.

use std::{
    panic::{self, AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use pyo3::prelude::*;

/// The source position of the last panic of this process.
static LAST_PLACE: Mutex<Option<String>> = Mutex::new(None);

/// Silences the panic message, which could put the value of a setting into the log. Only the position is recorded,
/// for the resulting error. The hook belongs to this extension alone, because the extension has its own copy of the
/// standard library.
pub(crate) fn silence_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        *LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

/// Returns the position of the last panic, as the end of a message.
pub(crate) fn last_place() -> String {
    let place = LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner);
    place.as_ref().map_or_else(String::new, |place| format!(" (at {place})"))
}

/// Returns the result of `act`, or an `InternalError` if it panics. The attribute `guarded` applies this to every
/// function that Python calls. It costs nothing unless there is a panic.
#[inline]
pub(crate) fn guard<T>(act: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic| {
        let error = lambda_cache::__binding::guard::panicked("the call", &*panic);
        Python::attach(|py| Err(crate::error::raised(py, &error)))
    })
}
