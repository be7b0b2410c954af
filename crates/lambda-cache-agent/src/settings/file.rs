//! The file of settings: the agent's own keys, and those of the AWS Workload Credentials Provider.

use std::{fs, path::Path};

use lambda_cache::__binding::engine::MaxAge;
use serde::Deserialize;

use super::{SecretsDoor, ServiceSettings, Settings, level};
use crate::error::StartError;

/// The content of the file.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Document {
    port: Option<u16>,
    socket: Option<std::path::PathBuf>,
    secrets_door: Option<SecretsDoor>,
    max_connections: Option<usize>,
    ssm: Service,
    secrets_manager: Service,
    s3: Service,

    capabilities: Capabilities,
    logging: Logging,
    /// The provider's older form has the keys of its table here.
    #[serde(flatten)]
    old: Flat,
}

/// The agent's settings of one service.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Service {
    max_age_in_seconds: Option<f64>,
    stale_if_error_in_seconds: Option<f64>,
    timeout_in_seconds: Option<f64>,
    /// The maximum number of calls at a time.
    requests: Option<usize>,
    /// The names that are fetched at the start.
    prefetch: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Capabilities {
    secrets_manager: SecretsManager,
    acm: Certificates,
}

/// Certificates, which the agent does not export.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Certificates {
    enabled: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SecretsManager {
    enabled: Option<bool>,
    http_port: Option<u16>,
    region: Option<String>,
    path_prefix: Option<String>,
    max_conn: Option<usize>,
    max_roles: Option<usize>,
    ignore_transient_errors: Option<bool>,
    validate_credentials: Option<bool>,
    credentials_file_path: Option<String>,
    cache: Cache,
    security: Security,
    prefetch: Prefetch,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Cache {
    ttl_seconds: Option<f64>,
    cache_size: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Security {
    ssrf_headers: Option<Vec<String>>,
    ssrf_env_variables: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Prefetch {
    #[serde(rename = "cache_buffer_ratio")]
    _cache_buffer_ratio: Option<f64>,
    #[serde(rename = "max_jitter_seconds")]
    _max_jitter_seconds: Option<f64>,
    secrets: Vec<PrefetchedSecret>,
    filter_tags: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrefetchedSecret {
    secret_id: String,
    role_arn: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Logging {
    log_level: Option<String>,
    #[serde(rename = "log_to_file")]
    _log_to_file: Option<bool>,
}

/// The provider's keys in its older form, without tables.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Flat {
    log_level: Option<String>,
    #[serde(rename = "log_to_file")]
    _log_to_file: Option<bool>,
    http_port: Option<u16>,
    ttl_seconds: Option<f64>,
    cache_size: Option<usize>,
    ssrf_headers: Option<Vec<String>>,
    ssrf_env_variables: Option<Vec<String>>,
    path_prefix: Option<String>,
    max_conn: Option<usize>,
    max_roles: Option<usize>,
    region: Option<String>,
    ignore_transient_errors: Option<bool>,
    validate_credentials: Option<bool>,
    prefetch: Option<Prefetch>,
}

/// Applies the settings of a file.
pub(super) fn apply(settings: &mut Settings, path: &Path) -> Result<(), StartError> {
    let failure = |what: &str| StartError::new(format!("the settings in {} {what}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| failure(&format!("cannot be read: {error}")))?;
    let document: Document = toml::from_str(&text).map_err(|error| failure(&format!("are wrong: {error}")))?;
    document.apply(settings).map_err(|what| failure(&what))
}

fn set<T>(setting: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *setting = given;
    }
}

impl Document {
    fn apply(self, settings: &mut Settings) -> Result<(), String> {
        let of = self.capabilities.secrets_manager;
        let old = self.old;
        if self.capabilities.acm.enabled {
            return Err(
                "enable capabilities.acm, but the agent exports no certificates: leave that to the provider".to_owned()
            );
        }
        if of.enabled == Some(false) {
            return Err("have capabilities.secrets_manager.enabled = false: take the line away".to_owned());
        }
        set(&mut settings.port, old.http_port.or(of.http_port));
        set(&mut settings.port, self.port);
        settings.socket = self.socket;
        set(&mut settings.secrets_door, self.secrets_door);
        set(&mut settings.max_connections, old.max_conn.or(of.max_conn));
        set(&mut settings.max_connections, self.max_connections);
        set(&mut settings.max_roles, old.max_roles.or(of.max_roles));
        set(&mut settings.path_prefix, old.path_prefix.or(of.path_prefix));
        set(&mut settings.cache_size, old.cache_size.or(of.cache.cache_size));
        set(&mut settings.token_headers, old.ssrf_headers.or(of.security.ssrf_headers));
        set(&mut settings.token_variables, old.ssrf_env_variables.or(of.security.ssrf_env_variables));
        set(&mut settings.checks_credentials, old.validate_credentials.or(of.validate_credentials));
        settings.region = old.region.or(of.region);
        settings.credentials_file = of.credentials_file_path;
        if let Some(given) = old.log_level.or(self.logging.log_level) {
            settings.log_level = level(&given)
                .ok_or_else(|| format!("have log_level = {given:?}: write debug, info, warn, error or none"))?;
        }
        if let Some(seconds) = old.ttl_seconds.or(of.cache.ttl_seconds) {
            settings.secrets_manager.max_age = age("ttl_seconds", seconds)?;
        }
        if old.ignore_transient_errors.or(of.ignore_transient_errors) == Some(true) {
            settings.secrets_manager.stale_if_error = MaxAge::INFINITE;
        }
        for prefetch in [of.prefetch].into_iter().chain(old.prefetch) {
            if !prefetch.filter_tags.is_empty() {
                return Err(
                    "have prefetch.filter_tags, which would need permission to list all secrets: name them in \
                            prefetch.secrets"
                        .to_owned(),
                );
            }
            for secret in prefetch.secrets {
                if let Some(role) = secret.role_arn {
                    return Err(format!(
                        "prefetch with the role {role}: leave out role_arn, the first request assumes it"
                    ));
                }
                settings.prefetch_secrets.push(secret.secret_id);
            }
        }
        settings.prefetch_parameters.extend(self.ssm.apply(&mut settings.ssm)?);
        settings.prefetch_secrets.extend(self.secrets_manager.apply(&mut settings.secrets_manager)?);
        self.s3.apply(&mut settings.s3).map(drop)
    }
}

impl Service {
    /// Applies the settings, and returns the names to prefetch.
    fn apply(self, service: &mut ServiceSettings) -> Result<Vec<String>, String> {
        if let Some(seconds) = self.max_age_in_seconds {
            service.max_age = age("max_age_in_seconds", seconds)?;
        }
        if let Some(seconds) = self.stale_if_error_in_seconds {
            service.stale_if_error = age("stale_if_error_in_seconds", seconds)?;
        }
        if let Some(seconds) = self.timeout_in_seconds {
            let timeout = std::time::Duration::try_from_secs_f64(seconds).ok().filter(|timeout| !timeout.is_zero());
            let refuse = || format!("have timeout_in_seconds = {seconds}: write a number above 0");
            service.timeout = Some(timeout.ok_or_else(refuse)?);
        }
        match self.requests {
            Some(0) => Err("have requests = 0: write a number from 1 up".to_owned()),
            given => {
                set(&mut service.requests, given);
                Ok(self.prefetch)
            }
        }
    }
}

fn age(key: &str, seconds: f64) -> Result<MaxAge, String> {
    MaxAge::from_seconds(seconds).map_err(|_| format!("have {key} = {seconds}: write a number of seconds from 0 up"))
}
