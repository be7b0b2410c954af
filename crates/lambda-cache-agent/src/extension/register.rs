use http::{HeaderName, Method};
use serde_json::json;

use super::runtime_api::RuntimeApi;
use crate::error::StartError;

pub(super) const IDENTIFIER: HeaderName = HeaderName::from_static("lambda-extension-identifier");
const NAME: HeaderName = HeaderName::from_static("lambda-extension-name");
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-extension-function-error-type");

/// The type of an error, as its header and its body name it.
const INIT_FAILED: &str = "Extension.InitFailed";

/// Registers for the end of the environment, and returns the identifier for later calls. Managed Instances allow no other
/// event.
pub(super) async fn register(api: &RuntimeApi) -> Result<String, StartError> {
    let body = json!({"events": ["SHUTDOWN"]}).to_string();
    let answer = api.send(Method::POST, "/register", &[(NAME, file_name())], body).await?;
    let identifier = answer.headers().get(IDENTIFIER).and_then(|value| value.to_str().ok());
    let missing = || StartError::new("Lambda's API answered /register without an identifier");
    identifier.map(str::to_owned).ok_or_else(missing)
}

/// Reports that the agent cannot start, so that Lambda ends the environment instead of waiting.
pub(super) async fn report(api: &RuntimeApi, identifier: &str, error: &StartError) {
    let headers = [(IDENTIFIER, identifier.to_owned()), (ERROR_TYPE, INIT_FAILED.to_owned())];
    let body = json!({"errorMessage": error.to_string(), "errorType": INIT_FAILED, "stackTrace": []});
    // The standard error output and the exit code say it, too.
    let _ = api.send(Method::POST, "/init/error", &headers, body.to_string()).await;
}

/// Returns the name of the file in `/opt/extensions`, by which Lambda knows an extension.
fn file_name() -> String {
    let path = std::env::args_os().next().map(std::path::PathBuf::from);
    let name = path.as_deref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| env!("CARGO_PKG_NAME").to_owned())
}
