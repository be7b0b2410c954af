//! The variables of the agent.

use std::path::PathBuf;

use lambda_cache::__binding::engine::MaxAge;

use super::{SecretsDoor, Settings, level};
use crate::error::StartError;

/// The file of settings.
pub(super) const CONFIG: &str = "LAMBDA_CACHE_AGENT_CONFIG";

/// Applies the variables that are set.
pub(super) fn apply(settings: &mut Settings) -> Result<(), StartError> {
    let variables = settings.variables.clone();
    let whole = |name| {
        variables
            .read(name, "a whole number from 1 up: write it as 10", |given| given.parse().ok().filter(|one| *one > 0))
    };
    let port = variables
        .read("LAMBDA_CACHE_AGENT_PORT", "a port from 0 to 65535: write it as 2773", |given| given.parse().ok());
    settings.port = port?.unwrap_or(settings.port);
    settings.socket = variables.get("LAMBDA_CACHE_AGENT_SOCKET").map(PathBuf::from).or_else(|| settings.socket.take());
    settings.local = variables.get("LAMBDA_CACHE_AGENT_LOCAL").map(PathBuf::from).or_else(|| settings.local.take());
    settings.max_connections = whole("LAMBDA_CACHE_AGENT_MAX_CONNECTIONS")?.unwrap_or(settings.max_connections);
    let door = variables.read("LAMBDA_CACHE_AGENT_SECRETS_DOOR", "extension or provider", SecretsDoor::parse)?;
    settings.secrets_door = door.unwrap_or(settings.secrets_door);
    let log = variables.read("LAMBDA_CACHE_AGENT_LOG_LEVEL", "debug, info, warn, error or none", level)?;
    settings.log_level = log.unwrap_or(settings.log_level);
    let requests = whole("LAMBDA_CACHE_AGENT_REQUESTS")?;
    let seconds = |name| {
        variables.read(name, "a number of seconds from 0 up: write it as 300", |given| {
            given.parse().ok().and_then(|seconds| MaxAge::from_seconds(seconds).ok())
        })
    };
    let max_age = seconds("LAMBDA_CACHE_AGENT_MAX_AGE_IN_SECONDS")?;
    let stale_if_error = seconds("LAMBDA_CACHE_AGENT_STALE_IF_ERROR_IN_SECONDS")?;
    for service in [&mut settings.ssm, &mut settings.secrets_manager, &mut settings.s3] {
        service.requests = requests.unwrap_or(service.requests);
        service.max_age = max_age.unwrap_or(service.max_age);
        service.stale_if_error = stale_if_error.unwrap_or(service.stale_if_error);
    }
    let names = |name| {
        let names = variables.get(name).unwrap_or_default().split(',').map(str::trim);
        names.filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    settings.prefetch_parameters.extend(names("LAMBDA_CACHE_AGENT_PREFETCH_PARAMETERS"));
    settings.prefetch_secrets.extend(names("LAMBDA_CACHE_AGENT_PREFETCH_SECRETS"));
    Ok(())
}
