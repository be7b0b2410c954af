//! The environment variables that begin with `LAMBDA_CACHE_`. Each is read only in this file.

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
const LOG_LEVEL: &str = "LAMBDA_CACHE_LOG_LEVEL";
/// The level in Python's `logging` at which each fetch is logged.
pub const DEBUG: u8 = 10;
/// The file of values for local runs.
#[cfg(feature = "local")]
pub(crate) const LOCAL: &str = "LAMBDA_CACHE_LOCAL";
const JITTER: &str = "LAMBDA_CACHE_JITTER_IN_PERCENT";
const PREFETCH: &str = "LAMBDA_CACHE_PREFETCH";
const STALE_IF_ERROR: &str = "LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS";

/// The maximum of every time-out. It also keeps computations with time-outs from overflowing.
pub(crate) const LONGEST_TIMEOUT: Duration = Duration::from_hours(24);

/// A time-out with its environment variable and default.
pub(crate) struct Timeout {
    variable: &'static str,
    /// The time-out if the variable is not set.
    pub(crate) default: Duration,
}

/// The time-out for TCP, proxy and TLS together.
pub(crate) const CONNECT: Timeout =
    Timeout { variable: "LAMBDA_CACHE_CONNECT_TIMEOUT_IN_SECONDS", default: Duration::from_millis(3_100) };
/// The time-out from the request to the headers of the answer, and between two parts of a body.
pub(crate) const READ: Timeout =
    Timeout { variable: "LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS", default: Duration::from_secs(3) };
/// The time-out for all attempts of a call, without the body of an S3 object.
pub(crate) const CALL: Timeout =
    Timeout { variable: "LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS", default: Duration::from_millis(9_500) };

/// Returns the value of a variable, or `None` if it is unset or empty.
fn given(variable: &str) -> Option<String> {
    env::var_os(variable).filter(|given| !given.is_empty()).map(|given| given.to_string_lossy().into_owned())
}

fn refusal(variable: &str, given: &str, what_to_write: &str) -> Error {
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

/// The time at which decorators without a prefetch option fetch their entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefetch {
    /// The first invocation.
    Off,
    /// The init phase, unless a snapshot is taken after it.
    Init,
    /// The init phase, and the restore of a snapshot.
    InitAndRestore,
}

/// Returns the prefetch setting.
///
/// # Errors
/// [`ErrorKind::Configuration`].
pub fn prefetch() -> Result<Prefetch, Error> {
    let Some(given) = given(PREFETCH) else { return Ok(Prefetch::Off) };
    match given.trim() {
        "0" => Ok(Prefetch::Off),
        "1" => Ok(Prefetch::Init),
        "snapstart" => Ok(Prefetch::InitAndRestore),
        _ => Err(refusal(PREFETCH, &given, "neither 0 nor 1 nor snapstart: write it as 1")),
    }
}

/// Returns the level for Python's logger `lambda_cache`, as a number of `logging`, or `None` to leave the level
/// unchanged.
///
/// # Errors
/// [`ErrorKind::Configuration`].
pub fn log_level() -> Result<Option<u8>, Error> {
    const LEVELS: [(&str, u8); 5] = [("DEBUG", DEBUG), ("INFO", 20), ("WARNING", 30), ("ERROR", 40), ("CRITICAL", 50)];
    let Some(given) = given(LOG_LEVEL) else { return Ok(None) };
    let level = LEVELS.iter().find(|(name, _)| given.trim().eq_ignore_ascii_case(name));
    level.map(|(_, level)| Some(*level)).ok_or_else(|| {
        refusal(LOG_LEVEL, &given, "none of DEBUG, INFO, WARNING, ERROR and CRITICAL: write it as DEBUG")
    })
}

fn seconds(variable: &str, option: &'static str) -> Result<Option<MaxAge>, Error> {
    let Some(given) = given(variable) else { return Ok(None) };
    let age = given.trim().parse().ok().and_then(|seconds| MaxAge::from_option(option, seconds).ok());
    let words = "no number of seconds from 0 up: write it as 300, or as inf for what never changes";
    age.map(Some).ok_or_else(|| refusal(variable, &given, words))
}

/// Returns one error for each invalid variable.
#[must_use]
pub fn problems() -> Vec<Error> {
    let timeouts = [CONNECT, READ, CALL].map(|timeout| timeout.read().err());
    let ages = [max_age().err(), jitter_in_percent().err(), stale_if_error().err()];
    let others = [prefetch().err(), log_level().err(), dir_max_bytes().err()];
    timeouts.into_iter().chain(ages).chain(others).flatten().collect()
}
