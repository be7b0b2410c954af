//! A panic below the binding becomes an exception of the package. `PyO3` would raise its `PanicException`, which is a
//! `BaseException`: after one of those, Lambda's runtime client posts nothing and ends.

use std::{
    panic::{self, AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use pyo3::prelude::*;

/// The place in the sources of the last panic of this process.
static LAST_PLACE: Mutex<Option<String>> = Mutex::new(None);

/// Has panics say nothing by themselves: they would put a setting's value into the log. Only their place is noted, for
/// the error that comes of them. The hook is this extension's own, as its copy of the standard library is.
pub(crate) fn silence_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        *LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

/// Returns the place of the last panic, as the end of a message.
pub(crate) fn last_place() -> String {
    let place = LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner);
    place.as_ref().map_or_else(String::new, |place| format!(" (at {place})"))
}

/// Returns what `act` returns, or an `InternalError` if it panics. The attribute `guarded` puts this around everything that
/// Python calls; it costs nothing where nothing panics.
#[inline]
pub(crate) fn guard<T>(act: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic| {
        let error = lambda_cache::guard::panicked("the call", &*panic);
        Python::attach(|py| Err(crate::error::raised(py, &error)))
    })
}
