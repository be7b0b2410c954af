//! The timeouts of a call, from the defaults, the environment and a given configuration.

use std::time::Duration;

use aws_smithy_types::timeout::TimeoutConfig;

use crate::{
    Error,
    settings::{CALL, CONNECT, LONGEST_TIMEOUT, READ},
};

/// Extra time a waiter allows beyond the longest time the lock holder can take.
const PATIENCE_MORE: Duration = Duration::from_millis(500);

/// Returns the timeouts of the environment.
pub(super) fn from_environment() -> Result<TimeoutConfig, Error> {
    let config = TimeoutConfig::builder()
        .connect_timeout(CONNECT.read()?)
        .read_timeout(READ.read()?)
        .operation_timeout(CALL.read()?);
    Ok(config.build())
}

/// Returns the timeouts of `given`, completed from the environment.
pub(super) fn complete(given: Option<&TimeoutConfig>) -> Result<TimeoutConfig, Error> {
    let ours = from_environment()?;
    let Some(given) = given else { return Ok(ours) };
    let mut limits = given.clone();
    limits.take_defaults_from(&ours);
    Ok(bounded(&limits))
}

/// Limits timeouts, because the SDK computes with them and panics if they are very long.
fn bounded(limits: &TimeoutConfig) -> TimeoutConfig {
    let mut bounded = limits.to_builder();
    if limits.connect_timeout().is_some_and(|limit| limit > LONGEST_TIMEOUT) {
        bounded.set_connect_timeout(Some(LONGEST_TIMEOUT));
    }
    if limits.read_timeout().is_some_and(|limit| limit > LONGEST_TIMEOUT) {
        bounded.set_read_timeout(Some(LONGEST_TIMEOUT));
    }
    if limits.operation_timeout().is_some_and(|limit| limit > LONGEST_TIMEOUT) {
        bounded.set_operation_timeout(Some(LONGEST_TIMEOUT));
    }
    bounded.build()
}

/// Returns the timeout of a connection.
pub(super) fn connect(limits: &TimeoutConfig) -> Duration {
    limits.connect_timeout().unwrap_or(CONNECT.default)
}

/// Returns the timeout for fetching credentials. It is shorter than the call's, which could not report that they are
/// missing.
pub(super) fn credentials(limits: &TimeoutConfig) -> Duration {
    call(Some(limits)).unwrap_or(CALL.default).mul_f64(0.8)
}

/// Returns the timeout between two parts of a body, or `None` if a given configuration disables it.
#[cfg(feature = "s3")]
pub(super) fn read(limits: Option<&TimeoutConfig>) -> Option<Duration> {
    limits.and_then(TimeoutConfig::read_timeout)
}

/// Returns the timeout of a call with its retries, or `None` if a given configuration disables it.
pub(super) fn call(limits: Option<&TimeoutConfig>) -> Option<Duration> {
    limits.and_then(TimeoutConfig::operation_timeout)
}

/// Returns the time to wait for another process that is downloading the same file but making no progress: the longest
/// duration of a call and a stalled body.
pub(super) fn patience(given: Option<&TimeoutConfig>) -> Duration {
    let limits = complete(given).ok();
    let limit = |limit: fn(&TimeoutConfig) -> Option<Duration>, default| {
        limits.as_ref().map_or(default, |limits| limit(limits).unwrap_or(LONGEST_TIMEOUT))
    };
    let longer =
        limit(TimeoutConfig::operation_timeout, CALL.default).max(limit(TimeoutConfig::read_timeout, READ.default));
    longer.saturating_add(PATIENCE_MORE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_configuration_is_completed_with_the_defaults() {
        let given = TimeoutConfig::builder().read_timeout(Duration::from_secs(30)).disable_operation_timeout().build();
        let limits = complete(Some(&given)).unwrap();
        assert_eq!(limits.read_timeout(), Some(Duration::from_secs(30)));
        assert_eq!(connect(&limits), CONNECT.default);
        assert_eq!(call(Some(&limits)), None, "a call without a limit never looks frozen");
        assert!(patience(Some(&given)) >= LONGEST_TIMEOUT);
    }

    #[test]
    fn a_waiter_waits_longer_than_the_lock_holder() {
        assert_eq!(patience(None), Duration::from_secs(10));
        let given = TimeoutConfig::builder().read_timeout(Duration::from_mins(1)).build();
        assert_eq!(patience(Some(&given)), Duration::from_millis(60_500));
        assert!(credentials(&complete(None).unwrap()) < CALL.default);
    }
}
