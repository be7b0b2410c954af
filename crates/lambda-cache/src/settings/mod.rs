//! The environment variables that begin with `LAMBDA_CACHE_`. Each is read only here, except for those that only Python
//! has (`settings.rs` of the binding).

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub(crate) mod agent;

#[cfg(any(feature = "s3", feature = "local"))]
use std::path::PathBuf;
use std::{env, time::Duration};

use lambda_cache_names::age;

use crate::{Error, ErrorKind, engine::MaxAge};

/// The folder of downloaded files.
#[cfg(feature = "s3")]
pub(crate) const DIR: &str = "LAMBDA_CACHE_DIR";
/// The limit of the total size of downloaded files.
pub(crate) const DIR_MAX_BYTES: &str = "LAMBDA_CACHE_DIR_MAX_BYTES";
const MAX_AGE: &str = "LAMBDA_CACHE_MAX_AGE_IN_SECONDS";
/// The file of values for local runs.
#[cfg(feature = "local")]
pub(crate) const LOCAL: &str = "LAMBDA_CACHE_LOCAL";
const JITTER: &str = "LAMBDA_CACHE_JITTER_IN_PERCENT";
const STALE_IF_ERROR: &str = "LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS";

/// The maximum of every timeout. It also keeps computations with timeouts from overflowing.
pub(crate) const LONGEST_TIMEOUT: Duration = Duration::from_hours(24);

/// A timeout with its environment variable and default.
pub(crate) struct Timeout {
    variable: &'static str,
    /// The timeout if the variable is not set.
    pub(crate) default: Duration,
}

/// The timeout for TCP, proxy and TLS together.
pub(crate) const CONNECT: Timeout =
    Timeout { variable: "LAMBDA_CACHE_CONNECT_TIMEOUT_IN_SECONDS", default: Duration::from_millis(3_100) };
/// The timeout from the request to the headers of the answer, and between two parts of a body.
pub(crate) const READ: Timeout =
    Timeout { variable: "LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS", default: Duration::from_secs(3) };
/// The timeout for all attempts of a call, without the body of an S3 object.
pub(crate) const CALL: Timeout =
    Timeout { variable: "LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS", default: Duration::from_millis(9_500) };

/// Returns the value of a variable, or `None` if it is unset or empty.
#[must_use]
pub fn given(variable: &str) -> Option<String> {
    env::var_os(variable).filter(|given| !given.is_empty()).map(|given| given.to_string_lossy().into_owned())
}

/// Creates the error for a variable with an invalid value. `what_to_write` completes "X=... is".
#[must_use]
pub fn refusal(variable: &str, given: &str, what_to_write: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("{variable}={given:?} is {what_to_write}"))
}

impl Timeout {
    pub(crate) fn read(&self) -> Result<Duration, Error> {
        let Some(given) = given(self.variable) else { return Ok(self.default) };
        let seconds = given.trim().parse::<f64>().ok();
        let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        duration
            .filter(|duration| !duration.is_zero() && *duration <= LONGEST_TIMEOUT)
            .ok_or_else(|| refusal(self.variable, &given, "no number of seconds above 0, up to a day: write it as 2.5"))
    }
}

/// Returns the folder of downloaded files, if one is set.
#[cfg(feature = "s3")]
pub(crate) fn dir() -> Option<PathBuf> {
    env::var_os(DIR).filter(|dir| !dir.is_empty()).map(PathBuf::from)
}

/// Returns the file of values for local runs, if one is set.
#[cfg(feature = "local")]
pub(crate) fn local() -> Option<PathBuf> {
    given(LOCAL).map(PathBuf::from)
}

/// Returns `true` in a Lambda function, but not in SAM's local emulator. Lambda sets one of the first two variables,
/// SAM the third.
#[cfg(feature = "local")]
pub(crate) fn is_inside_lambda() -> bool {
    let is_lambda = given("AWS_LAMBDA_INITIALIZATION_TYPE").is_some()
        || given("AWS_EXECUTION_ENV").is_some_and(|name| name.starts_with("AWS_Lambda_"));
    is_lambda && given("AWS_SAM_LOCAL").is_none()
}

/// Returns the limit of the total size of downloaded files, if one is set.
pub(crate) fn dir_max_bytes() -> Result<Option<u64>, Error> {
    let Some(given) = given(DIR_MAX_BYTES) else { return Ok(None) };
    given
        .trim()
        .parse()
        .map(Some)
        .map_err(|_| refusal(DIR_MAX_BYTES, &given, "no number of bytes: write it as 268435456"))
}

/// Returns the default max age.
pub(crate) fn max_age() -> Result<MaxAge, Error> {
    Ok(seconds(MAX_AGE, age::MAX_AGE)?.unwrap_or(MaxAge::DEFAULT))
}

/// Returns the default additional age of a value whose refresh fails.
pub(crate) fn stale_if_error() -> Result<MaxAge, Error> {
    Ok(seconds(STALE_IF_ERROR, age::STALE_IF_ERROR)?.unwrap_or(MaxAge::ZERO))
}

/// Returns the maximum share by which max ages are shortened at random, 0 to 100.
pub(crate) fn jitter_in_percent() -> Result<u8, Error> {
    let Some(given) = given(JITTER) else { return Ok(0) };
    let percent = given.trim().parse().ok().filter(|percent| *percent <= 100);
    percent.ok_or_else(|| refusal(JITTER, &given, "no whole number from 0 to 100: write it as 20"))
}

fn seconds(variable: &str, option: &'static str) -> Result<Option<MaxAge>, Error> {
    let Some(given) = given(variable) else { return Ok(None) };
    let age = given.trim().parse().ok().and_then(|seconds| MaxAge::from_option(option, seconds).ok());
    let words = "no number of seconds from 0 up: write it as 300, or as inf for what never changes";
    age.map(Some).ok_or_else(|| refusal(variable, &given, words))
}

/// Returns one error for each invalid variable of this file.
#[must_use]
pub fn problems() -> Vec<Error> {
    let timeouts = [CONNECT, READ, CALL].map(|timeout| timeout.read().err());
    let ages = [max_age().err(), jitter_in_percent().err(), stale_if_error().err()];
    let problems = timeouts.into_iter().chain(ages).chain([dir_max_bytes().err()]).flatten();
    #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
    let problems = problems.chain(agent::of_environment().err());
    problems.collect()
}
