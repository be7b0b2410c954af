//! Retries in addition to the SDK's rules.

use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    retries::classifiers::{ClassifyRetry, RetryAction},
};

/// A retry rule for complete, successful answers that are unreadable. Every call here only reads, so it can be
/// repeated. The SDK already retries interrupted answers.
#[derive(Debug)]
pub(super) struct Unreadable;

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
