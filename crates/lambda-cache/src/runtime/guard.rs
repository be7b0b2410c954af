//! Panic handling: a panic below the API becomes an error, and the caller continues.
//!
//! A panic message is formatted at run time and may contain a value. An error therefore repeats it only if it is a
//! literal of the program. From any other message, it takes only the names of environment variables.

use std::{
    any::Any,
    env,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures_util::FutureExt;

use crate::{Error, ErrorKind};

/// The beginnings of Tokio's panic messages without a runtime, and in one without timers or I/O.
const NO_RUNTIME: &str = "there is no reactor running";
const RUNTIME_WITHOUT_DRIVER: &str = "A Tokio 1.x context was found, but";
/// Prefixes of variables that do not configure the SDK.
const NOT_SETTINGS: [&str; 3] = ["AWS_LAMBDA_", "AWS_XRAY_", "AWS_EXECUTION_ENV"];

/// Returns the result of `act`.
///
/// # Errors
/// [`ErrorKind::Internal`] if it panics. `what` describes the call in the message.
pub fn catch<T>(what: &str, act: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|panic| panicked(what, &*panic))
}

/// Returns the result of `future`.
///
/// # Errors
/// The error of the future, or [`ErrorKind::Internal`] if it panics while it is polled.
pub async fn guarded<T>(what: impl Fn() -> String, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(panic) => Err(panicked(&what(), &*panic)),
    }
}

/// Creates the error for a panic with this payload. `what` describes the call.
#[must_use]
pub fn panicked(what: &str, panic: &(dyn Any + Send)) -> Error {
    let literal = panic.downcast_ref::<&'static str>().copied();
    let text = literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or_default();
    if text.starts_with(NO_RUNTIME) || text.starts_with(RUNTIME_WITHOUT_DRIVER) {
        return no_runtime(what);
    }
    let quoted = literal.map_or_else(String::new, |literal| format!(" ({literal:?})"));
    let settings = settings(text).join(", ");
    let set = if settings.is_empty() { String::new() } else { format!(": {settings}") };
    Error::new(
        ErrorKind::Internal,
        format!(
            "{what} failed: the AWS SDK or lambda-cache panicked{quoted}; check the settings that the call depends \
             on{set}, and report this if they are right"
        ),
    )
}

/// Creates the error for a call outside a Tokio runtime, or in one without timers or I/O.
pub(crate) fn no_runtime(what: &str) -> Error {
    Error::new(
        ErrorKind::Configuration,
        format!(
            "{what} needs a Tokio runtime with timers and I/O: call it below #[tokio::main], or inside Runtime::enter() of a \
             runtime that was built with enable_all()"
        ),
    )
}

/// Returns the names of the settings in a panic's message, or of all present settings if it contains none.
fn settings(text: &str) -> Vec<String> {
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut names: Vec<_> = names.filter(|name| is_setting(name)).collect();
    names.sort_unstable();
    let is_named =
        |name: &&String| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == *name);
    let blamed: Vec<_> = names.iter().filter(is_named).cloned().collect();
    if blamed.is_empty() { names } else { blamed }
}

fn is_setting(name: &str) -> bool {
    name.starts_with("AWS_") && !NOT_SETTINGS.iter().any(|other| name.starts_with(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "c4n4ry";

    #[test]
    fn literal_panic_message_is_quoted() {
        let error = catch("SSM parameter \"/a\"", || panic!("endpoint must be valid")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert!(!error.is_transient());
        assert!(error.to_string().starts_with("SSM parameter \"/a\" failed: "), "{error}");
        assert!(error.to_string().contains("endpoint must be valid"), "{error}");
    }

    #[test]
    fn formatted_panic_message_is_not_repeated() {
        let value = CANARY.to_owned();
        let error = catch("x", || panic!("cannot parse {value}")).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
    }

    #[test]
    fn setting_named_by_a_panic_is_named_alone() {
        let panic: Box<dyn Any + Send> = Box::new(format!("invalid `AWS_GUARD_TEST_B`: {CANARY}"));
        let names = ["AWS_GUARD_TEST_A", "AWS_GUARD_TEST_B"];
        assert!(names.iter().all(|name| is_setting(name)));
        let error = panicked("x", &*panic).to_string();
        assert!(!error.contains(CANARY), "{error}");
    }

    #[tokio::test]
    async fn panic_while_polled_becomes_an_error() {
        let crash = async {
            tokio::task::yield_now().await;
            if CANARY.is_empty() { Ok(()) } else { panic!("{CANARY}") }
        };
        let error = guarded(|| "x".to_owned(), crash).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
    }

    #[test]
    fn missing_runtime_is_a_configuration_error() {
        let error = catch("x", || tokio::time::sleep(std::time::Duration::ZERO)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let error = catch("x", || runtime.block_on(tokio::time::sleep(std::time::Duration::ZERO))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
}
