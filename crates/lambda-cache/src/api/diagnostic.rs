//! The conversion of an error into the error response of `lambda_runtime`.

use lambda_runtime::Diagnostic;

use crate::Error;

/// Converts the error of a handler that returns `Result<_, Diagnostic>`. The diagnostic's type is the error's kind,
/// such as `NotFound`. Needs the feature `diagnostic`.
///
/// ```
/// use lambda_cache::ssm;
/// use lambda_runtime::{Diagnostic, LambdaEvent};
/// use serde_json::Value;
///
/// #[ssm::cache(parameter = "/app/greeting")]
/// async fn handler(_event: LambdaEvent<Value>, greeting: String) -> Result<String, Diagnostic> {
///     Ok(greeting)
/// }
/// ```
impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        Self { error_type: format!("{:?}", error.kind()), error_message: error.to_string() }
    }
}
