//! Messages for Python's logger `lambda_cache`. `logging` is imported only when there is a message.

use pyo3::prelude::*;

use crate::settings;

const WARNING: u8 = 30;

/// Logs a warning.
pub(crate) fn warning(py: Python<'_>, message: &str) {
    say(py, WARNING, || message.to_owned());
}

/// Logs a debug message, if debug messages are enabled.
pub(crate) fn debug(py: Python<'_>, message: impl FnOnce() -> String) {
    let is_asked_for = matches!(settings::log_level(), Ok(Some(settings::DEBUG)));
    let is_loaded = || py.import("sys").and_then(|sys| sys.getattr("modules")?.contains("logging")).unwrap_or(false);
    if is_asked_for || is_loaded() {
        say(py, settings::DEBUG, message);
    }
}

fn say(py: Python<'_>, level: u8, message: impl FnOnce() -> String) {
    let logged = py.import("lambda_cache._log").and_then(|log| log.getattr("logger")).and_then(|logger| {
        if !logger.call_method1("isEnabledFor", (level,))?.is_truthy()? {
            return Ok(());
        }
        logger.call_method1("log", (level, "%s", message())).map(drop)
    });
    if let Err(error) = logged {
        error.write_unraisable(py, None); // a failing logger must not make the fetch fail
    }
}
