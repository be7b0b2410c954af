//! The doors: the routes, and the requests and answers that each has.

pub(crate) mod aws;
mod dates;
mod documents;
mod extension;
mod own;
mod provider;
mod secret_id;

use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};

use crate::{access, agent::Agent, answer::Answer, request::Request, settings::SecretsDoor};

/// The route that tells whether the agent is up. It needs no token, and may be forwarded, because it shows nothing.
pub(crate) const PING: &str = "/ping";
const INVALIDATE: &str = "/invalidate";

/// Refuses a request before a door has it: with an error of AWS for an AWS SDK, or with plain text.
pub(crate) fn refuse(headers: &HeaderMap, status: StatusCode, reason: &str) -> Answer {
    if aws::is_for(headers) { aws::refuse(status, reason) } else { Answer::text(status, reason.to_owned()) }
}

/// Answers a request: the door that its path or its headers name, after the checks of its origin.
pub(crate) async fn answer(agent: &Arc<Agent>, request: &Request) -> Answer {
    let path = request.path();
    if path != PING
        && let Some(reason) = access::refuse_origin(request)
    {
        return refuse(&request.headers, StatusCode::BAD_REQUEST, reason);
    }
    if aws::is_for(&request.headers) {
        return aws::answer(agent, request).await; // it verifies a signature instead of the token
    }
    if path != PING
        && let Some(refusal) = agent.access.refuse_token(request)
    {
        return refusal;
    }
    let method = if path == INVALIDATE { Method::POST } else { Method::GET };
    if request.method != method {
        return Answer::text(StatusCode::METHOD_NOT_ALLOWED, "Not allowed");
    }
    match path.strip_suffix('/').unwrap_or(path) {
        PING => Answer::text(StatusCode::OK, "healthy"),
        "/systemsmanager/parameters/get" => extension::parameter(agent, request).await,
        "/secretsmanager/get" => match agent.settings.secrets_door {
            SecretsDoor::Extension => extension::secret(agent, request).await,
            SecretsDoor::Provider => provider::by_query(agent, request).await,
        },
        "/secretsmanager/value" => own::secrets_manager(agent, request).await,
        "/ssm/get" => own::ssm(agent, request).await,
        "/s3/get" => own::s3(agent, request).await,
        "/stats" => own::stats(agent, request).await,
        INVALIDATE => own::invalidate(agent, request).await,
        _ => match path.strip_prefix(&*agent.settings.path_prefix) {
            Some(id) => provider::by_path(agent, request, id).await,
            None => Answer::text(StatusCode::NOT_FOUND, "Not found"),
        },
    }
}
