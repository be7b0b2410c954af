//! What the SDK tries again beyond its own rules.

use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    retries::classifiers::{ClassifyRetry, RetryAction},
};

/// An answer that came whole, with a status of success, and cannot be read. Each call here only reads, so it may be asked
/// again; what broke off the SDK tries again by itself.
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
