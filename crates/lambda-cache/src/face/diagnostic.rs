//! What a handler of `lambda_runtime` returns in the place of an error.

use lambda_runtime::Diagnostic;

use crate::Error;

/// With the feature `diagnostic`, a handler can return `Result<_, Diagnostic>`: the error's kind, such as `NotFound`, is its
/// type.
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
