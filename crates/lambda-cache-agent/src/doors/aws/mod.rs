//! AWS's own protocol: the requests of an SDK whose endpoint is the agent. What this door does not answer from the cache,
//! it passes on, so that AWS answers it.

mod answers;
mod documents;
mod endpoint;
mod forward;
mod pages;
mod secrets_manager;
mod ssm;
mod target;
mod writes;

use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};
use lambda_cache::{Error, ErrorKind};

use self::target::Target;
use crate::{agent::Agent, answer::Answer, request::Request, signature, upstream::Upstream};

/// Returns `true` for a request of an AWS SDK.
pub(crate) fn is_for(headers: &HeaderMap) -> bool {
    headers.contains_key(target::HEADER)
}

/// Refuses a request of an AWS SDK without a look at its content. The SDK sends it again if the status is 429.
pub(crate) fn refuse(status: StatusCode, reason: &str) -> Answer {
    let code = match status {
        StatusCode::TOO_MANY_REQUESTS => "ThrottlingException",
        StatusCode::PAYLOAD_TOO_LARGE => "RequestEntityTooLargeException",
        StatusCode::REQUEST_TIMEOUT => "RequestTimeoutException",
        _ => "ValidationException",
    };
    answers::refusal(status, code, reason)
}

/// Answers a request of an AWS SDK, after its signature is verified.
pub(crate) async fn answer(agent: &Arc<Agent>, request: &Request) -> Answer {
    respond(agent, request).await.unwrap_or_else(|error| answers::failure(&error))
}

async fn respond(agent: &Arc<Agent>, request: &Request) -> Result<Answer, Error> {
    let target = Target::of(request);
    let Some(target) = target.filter(|_| request.method == Method::POST && request.uri == "/") else {
        let message = "the agent knows SSM and Secrets Manager, in their JSON protocol (POST / with X-Amz-Target)";
        return Ok(answers::refusal(StatusCode::BAD_REQUEST, "UnknownOperationException", message));
    };
    let signer = match signature::verify(request, target.service.signing_name(), &agent.known).await {
        Ok(signer) => signer,
        Err(refusal) => return Ok(answers::refusal(refusal.status, &refusal.code, &refusal.message)),
    };
    if let Upstream::Aws(aws) = &agent.upstream {
        let config = aws.sdk_config()?;
        endpoint::refuse_loop(&config, target.service, request)?;
        let is_here = config.region().is_some_and(|region| region.as_ref() == signer.region);
        if !is_here {
            return forward::pass_on(agent, request, target, signer).await; // the cache has this Region's values
        }
    }
    let cached = match target.operation {
        "GetParameter" => ssm::get_parameter(agent, &request.body).await,
        "GetParameters" => ssm::get_parameters(agent, &request.body).await,
        "GetParametersByPath" => ssm::get_parameters_by_path(agent, &request.body).await,
        "GetSecretValue" => secrets_manager::get_secret_value(agent, &request.body).await,
        "BatchGetSecretValue" => secrets_manager::batch_get_secret_value(agent, &request.body).await,
        _ => Ok(None),
    };
    match cached? {
        Some(answer) => Ok(answer),
        None => forward::pass_on(agent, request, target, signer).await,
    }
}

/// Returns the error for a service that cannot be asked.
fn unavailable(message: String) -> Error {
    Error::new(ErrorKind::Unavailable, message)
}
