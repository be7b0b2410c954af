//! How long a call may take: our defaults, what the environment says, and what a given configuration says already.

use std::time::Duration;

use aws_smithy_types::timeout::TimeoutConfig;

use crate::{
    Error,
    settings::{CALL, CONNECT, LONGEST_TIMEOUT, READ},
};

/// By so much a waiter outlasts whom he waits for.
const PATIENCE_MORE: Duration = Duration::from_millis(500);

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
    Ok(bounded(&limits))
}

/// The SDK computes with time-outs, and panics over very long ones.
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

/// The time that a connection may take.
pub(super) fn connect(limits: &TimeoutConfig) -> Duration {
    limits.connect_timeout().unwrap_or(CONNECT.default)
}

/// The time that fetching credentials may take: less than the call that needs them, which could not say what was missing.
pub(super) fn credentials(limits: &TimeoutConfig) -> Duration {
    call(Some(limits)).unwrap_or(CALL.default).mul_f64(0.8)
}

/// The time from one piece of a body to the next; none where a given configuration has it disabled.
#[cfg(feature = "s3")]
pub(super) fn read(limits: Option<&TimeoutConfig>) -> Option<Duration> {
    limits.and_then(TimeoutConfig::read_timeout)
}

/// The time that a call may take with its retries; none where a given configuration has it disabled.
pub(super) fn call(limits: Option<&TimeoutConfig>) -> Option<Duration> {
    limits.and_then(TimeoutConfig::operation_timeout)
}

/// How long to wait for somebody else who does the same, as long as he gets nowhere: as long as a call and a stall may take.
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
    fn what_a_given_configuration_says_stays_and_the_rest_is_ours() {
        let given = TimeoutConfig::builder().read_timeout(Duration::from_secs(30)).disable_operation_timeout().build();
        let limits = complete(Some(&given)).unwrap();
        assert_eq!(limits.read_timeout(), Some(Duration::from_secs(30)));
        assert_eq!(connect(&limits), CONNECT.default);
        assert_eq!(call(Some(&limits)), None, "a call without a limit never looks frozen");
        assert!(patience(Some(&given)) >= LONGEST_TIMEOUT);
    }

    #[test]
    fn who_waits_for_another_outlasts_him() {
        assert_eq!(patience(None), Duration::from_secs(10));
        let given = TimeoutConfig::builder().read_timeout(Duration::from_mins(1)).build();
        assert_eq!(patience(Some(&given)), Duration::from_millis(60_500));
        assert!(credentials(&complete(None).unwrap()) < CALL.default);
    }
}
