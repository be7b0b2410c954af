//! How long a call may take: our defaults, what the environment says, and what a given configuration says already.

use std::{env, time::Duration};

use aws_config::timeout::TimeoutConfig;

use crate::{Error, ErrorKind};

/// A time-out: the variable that sets it, and what holds without.
struct Setting {
    variable: &'static str,
    default: Duration,
}

/// TCP, proxy and TLS together.
const CONNECT: Setting =
    Setting { variable: "LAMBDA_CACHE_CONNECT_TIMEOUT_IN_SECONDS", default: Duration::from_millis(3_100) };
/// From the request, on a connection, to the answer's headers; and from one piece of a body to the next.
const READ: Setting = Setting { variable: "LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS", default: Duration::from_secs(3) };
/// All attempts of a call together, the body of an S3 object apart.
const CALL: Setting =
    Setting { variable: "LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS", default: Duration::from_millis(9_500) };

impl Setting {
    fn read(&self) -> Result<Duration, Error> {
        let Some(given) = env::var_os(self.variable).filter(|given| !given.is_empty()) else {
            return Ok(self.default);
        };
        let given = given.to_string_lossy();
        let seconds = given.trim().parse::<f64>().ok();
        let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        duration.filter(|duration| !duration.is_zero()).ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                format!("{}={given:?} is no number of seconds above 0: write it as 2.5", self.variable),
            )
        })
    }
}

/// What the environment says.
pub(super) fn from_environment() -> Result<TimeoutConfig, Error> {
    let config = TimeoutConfig::builder()
        .connect_timeout(CONNECT.read()?)
        .read_timeout(READ.read()?)
        .operation_timeout(CALL.read()?);
    Ok(config.build())
}

/// What `given` says, and the environment where it says nothing.
pub(super) fn complete(given: Option<&TimeoutConfig>) -> Result<TimeoutConfig, Error> {
    let ours = from_environment()?;
    let Some(given) = given else { return Ok(ours) };
    let mut limits = given.clone();
    limits.take_defaults_from(&ours);
    Ok(limits)
}

/// The time that a connection may take.
pub(super) fn connect(limits: &TimeoutConfig) -> Duration {
    limits.connect_timeout().unwrap_or(CONNECT.default)
}

/// The time that a call may take with its retries.
pub(super) fn call(limits: Option<&TimeoutConfig>) -> Duration {
    limits.and_then(TimeoutConfig::operation_timeout).unwrap_or(CALL.default)
}
