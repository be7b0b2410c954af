//! Messages for Python's logger `lambda_cache`. `logging` is imported only when there is a message.

use lambda_cache::__binding::notes::Note;
use pyo3::prelude::*;

use crate::{fork, settings};

const WARNING: u8 = 30;

/// Logs a warning.
pub(crate) fn warning(py: Python<'_>, message: &str) {
    say(py, WARNING, || message.to_owned());
}

/// Logs the core's messages. The others than warnings are logged if they are enabled.
pub(crate) fn notes(py: Python<'_>, notes: &[Note]) {
    let is_asked_for = matches!(settings::log_level(), Ok(Some(settings::DEBUG)));
    let is_loaded = || py.import("sys").and_then(|sys| sys.getattr("modules")?.contains("logging")).unwrap_or(false);
    let has_log = is_asked_for || is_loaded();
    for note in notes.iter().filter(|note| has_log || note.is_warning()) {
        say(py, if note.is_warning() { WARNING } else { settings::DEBUG }, || note.to_string());
    }
}

fn say(py: Python<'_>, level: u8, message: impl FnOnce() -> String) {
    let logged = fork::import(py, "lambda_cache._log").and_then(|log| log.getattr("logger")).and_then(|logger| {
        if !logger.call_method1("isEnabledFor", (level,))?.is_truthy()? {
            return Ok(());
        }
        logger.call_method1("log", (level, "%s", message())).map(drop)
    });
    if let Err(error) = logged {
        error.write_unraisable(py, None); // a failing logger must not make the fetch fail
    }
}
