//! The control protocol: HTTP requests that are not AWS calls. The README describes it.

use serde_json::json;

use crate::{
    answer::Answer,
    command::Command,
    http::{Request, percent_decoded},
    respond::commanded,
    shared::Shared,
};

const PATH: &str = "/_control";

pub(crate) fn is_command(request: &Request) -> bool {
    request.path().strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) async fn obey(shared: &Shared, request: &Request) -> Answer {
    let below = request.path().strip_prefix(PATH).unwrap_or_default();
    match (request.method.as_str(), below) {
        ("POST", "") => match execute(shared, &request.body).await {
            Ok(()) => commanded(200, &json!({})),
            Err(reason) => commanded(400, &json!({"error": reason})),
        },
        ("GET", "/counts") => commanded(200, &shared.record().counts()),
        ("GET", "/requests") => {
            let resource = request.query().strip_prefix("resource=").map(percent_decoded);
            commanded(200, &shared.record().seen(&resource.unwrap_or_default()))
        }
        _ => commanded(404, &json!({"error": "no such thing under /_control"})),
    }
}

async fn execute(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let command: Command = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    command.execute(shared).await
}
