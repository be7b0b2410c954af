//! AWS's own protocol: the requests of an SDK whose endpoint is the agent.

use std::sync::Arc;

use http::StatusCode;

use crate::{agent::Agent, answer::Answer, request::Request};

/// Returns `true` for a request of an AWS SDK.
pub(crate) fn is_for(request: &Request) -> bool {
    request.headers.contains_key("x-amz-target")
}

/// Answers a request of an AWS SDK.
#[allow(clippy::unused_async, reason = "not built yet")]
pub(crate) async fn answer(_: &Arc<Agent>, _: &Request) -> Answer {
    Answer::refusal(StatusCode::NOT_IMPLEMENTED, "UnknownOperationException", "this door is not built yet")
}
