//! The allowed outcomes of a call.

use std::{fmt::Display, path::PathBuf, time::Duration};

use lambda_cache::{
    __binding::{
        engine::{MaxAge, Policy},
        source::Request,
    },
    Cache, Error, Value,
};

/// A timeout that is longer than any call takes on any machine.
const FOREVER: Duration = Duration::from_mins(1);

/// Returns the outcome of a call, and panics if it does not end.
pub(crate) fn get(cache: &Cache, request: &Request, max_age: MaxAge) -> Result<Value, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let call = async { tokio::time::timeout(FOREVER, cache.get(request, Policy::fresh(max_age))).await };
    let entry = runtime.block_on(call).expect("the call ends")?;
    Ok(entry.value.value().clone())
}

/// Returns the path of a file value.
pub(crate) fn path(value: &Value) -> PathBuf {
    match value {
        Value::File(file) => file.path().to_path_buf(),
        other => panic!("not a file: {other:?}"),
    }
}

/// Checks the length of an error about such names, and that it cannot write a control character to a log.
pub(crate) fn check_message(error: &impl Display, given: &[&str]) {
    let message = error.to_string();
    let given_bytes: usize = given.iter().map(|name| name.len()).sum();
    assert!(message.len() <= 500 + 40 * given_bytes, "too long: {message}");
    assert!(!message.contains(char::is_control), "control characters: {message:?}");
}
