use http::Method;
use serde::Deserialize;

use super::{register::IDENTIFIER, runtime_api::RuntimeApi};
use crate::error::StartError;

/// An event, of which only the kind matters.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: String,
}

/// Waits for the end of the environment. The first request tells Lambda that the extension is ready.
pub(super) async fn until_shutdown(api: &RuntimeApi, identifier: &str) -> Result<(), StartError> {
    loop {
        let headers = [(IDENTIFIER, identifier.to_owned())];
        let answer = api.send(Method::GET, "/event/next", &headers, String::new()).await?;
        if serde_json::from_slice::<Event>(answer.body()).is_ok_and(|event| event.event_type == "SHUTDOWN") {
            return Ok(());
        }
    }
}
