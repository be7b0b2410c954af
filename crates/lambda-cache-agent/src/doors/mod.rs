//! The doors: the routes, and the requests and answers that each has.

pub(crate) mod aws;
mod dates;
mod extension;

use std::sync::Arc;

use http::{Method, StatusCode};

use crate::{access, agent::Agent, answer::Answer, request::Request};

/// The route that tells whether the agent is up. It needs no token.
pub(crate) const PING: &str = "/ping";

/// Answers a request: the door that its path or its headers name, after the checks of who asks.
pub(crate) async fn answer(agent: &Arc<Agent>, request: &Request) -> Answer {
    if let Some(refusal) = access::refuse_origin(request) {
        return refusal;
    }
    if aws::is_for(request) {
        return aws::answer(agent, request).await; // it verifies a signature instead of the token
    }
    let is_ping = request.path() == PING;
    if !is_ping && let Some(refusal) = agent.access.refuse_token(request) {
        return refusal;
    }
    if request.method != Method::GET {
        return Answer::text(StatusCode::METHOD_NOT_ALLOWED, "Not allowed");
    }
    if is_ping {
        return Answer::text(StatusCode::OK, "healthy");
    }
    match request.path().strip_suffix('/').unwrap_or(request.path()) {
        "/systemsmanager/parameters/get" => extension::parameter(agent, request).await,
        "/secretsmanager/get" => extension::secret(agent, request).await,
        _ => Answer::text(StatusCode::NOT_FOUND, "Not found"),
    }
}
