//! Retries in addition to the SDK's rules.

use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    retries::classifiers::{ClassifyRetry, RetryAction},
};

/// A retry rule for complete, successful answers that are unreadable. Every call here only reads, so it can be
/// repeated. The SDK already retries interrupted answers.
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
#[derive(Debug)]
pub(super) struct Unreadable;

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
impl ClassifyRetry for Unreadable {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let succeeded = context.response().is_some_and(|response| response.status().is_success());
        let failed = context.output_or_error().is_some_and(|answer| answer.is_err());
        if succeeded && failed { RetryAction::transient_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "answers that cannot be read"
    }
}

/// An answer with the status 429. The SDK knows throttling by its error code alone, which a server in between may
/// leave out.
#[derive(Debug)]
pub(super) struct TooManyRequests;

impl ClassifyRetry for TooManyRequests {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let is_throttled = context.response().is_some_and(|response| response.status().as_u16() == 429);
        if is_throttled { RetryAction::throttling_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "answers with the status 429"
    }
}
