//! The variables of the AWS Parameters and Secrets Lambda Extension.

use std::time::Duration;

use lambda_cache::__binding::engine::MaxAge;

use super::{ServiceSettings, Settings, level};
use crate::error::StartError;

const ENABLED: &str = "PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED";
const SIZE: &str = "PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE";
const PORT: &str = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT";
const LOG_LEVEL: &str = "PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL";
const CONNECTIONS: &str = "PARAMETERS_SECRETS_EXTENSION_MAX_CONNECTIONS";

/// Applies the variables that are set. Ages above the extension's limits are honoured.
pub(super) fn apply(settings: &mut Settings) -> Result<(), StartError> {
    let variables = settings.variables.clone();
    let number = "a whole number from 0 up: write it as 300";
    let seconds = |name| {
        variables.read(name, "a number of seconds from 0 up: write it as 300", |given| {
            given.parse().ok().and_then(|seconds| MaxAge::from_seconds(seconds).ok())
        })
    };
    let timeout = |name| {
        variables.read(name, "a whole number of milliseconds: write it as 2000", |given| {
            given.parse().ok().map(Duration::from_millis)
        })
    };
    let requests = variables.read(CONNECTIONS, "a whole number from 1 up: write it as 10", |given| {
        given.parse().ok().filter(|number| *number > 0)
    })?;
    let apply_to = |service: &mut ServiceSettings, ttl, limit| {
        service.max_age = seconds(ttl)?.unwrap_or(service.max_age);
        service.timeout = timeout(limit)?.filter(|limit: &Duration| !limit.is_zero()).or(service.timeout);
        service.requests = requests.unwrap_or(service.requests);
        Ok(())
    };
    apply_to(&mut settings.ssm, "SSM_PARAMETER_STORE_TTL", "SSM_PARAMETER_STORE_TIMEOUT_MILLIS")?;
    apply_to(&mut settings.secrets_manager, "SECRETS_MANAGER_TTL", "SECRETS_MANAGER_TIMEOUT_MILLIS")?;
    let port = |given: &str| given.parse().ok().filter(|port| *port > 0);
    settings.port = variables.read(PORT, "a port from 1 to 65535: write it as 2773", port)?.unwrap_or(settings.port);
    settings.cache_size = variables.read(SIZE, number, |given| given.parse().ok())?.unwrap_or(settings.cache_size);
    let log = variables.read(LOG_LEVEL, "debug, info, warn, error or none", level)?;
    settings.log_level = log.unwrap_or(settings.log_level);
    let is_enabled = variables.read(ENABLED, "TRUE or FALSE", |given| given.to_lowercase().parse().ok())?;
    if is_enabled == Some(false) || settings.cache_size == 0 {
        settings.ssm.max_age = MaxAge::ZERO;
        settings.secrets_manager.max_age = MaxAge::ZERO;
    }
    Ok(())
}
