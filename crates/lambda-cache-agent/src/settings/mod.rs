//! The settings: from the command line, the environment and a file.

mod endpoints;
mod file;
mod own;
mod peers;
mod shown;
mod variables;

use std::{path::PathBuf, time::Duration};

use lambda_cache::__binding::engine::{MaxAge, Policy};
use serde::Deserialize;
use tracing::level_filters::LevelFilter;

use self::variables::Variables;
use crate::error::StartError;

/// The default port of both peers.
const PORT: u16 = 2773;
/// The default number of entries, as both peers have it.
const CACHE_SIZE: usize = 1_000;
/// The default number of requests to one service at a time.
const REQUESTS: usize = 10;
/// The default number of connections, and of roles, as the AWS Workload Credentials Provider has them.
const CONNECTIONS: usize = 800;
const ROLES: usize = 20;
/// The default maximum age, as both peers have it.
const MAX_AGE: Duration = Duration::from_mins(5);

/// The settings of the agent.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The port on 127.0.0.1.
    pub(crate) port: u16,
    /// The Unix socket, if one is asked for.
    pub(crate) socket: Option<PathBuf>,
    /// The maximum number of connections of callers.
    pub(crate) max_connections: usize,
    /// The maximum number of entries, of each role.
    pub(crate) cache_size: usize,
    /// The maximum number of assumed roles.
    pub(crate) max_roles: usize,
    /// The peer whose answers `/secretsmanager/get` has.
    pub(crate) secrets_door: SecretsDoor,
    /// The beginning of paths that name a secret.
    pub(crate) path_prefix: String,
    pub(crate) ssm: ServiceSettings,
    pub(crate) secrets_manager: ServiceSettings,
    pub(crate) s3: ServiceSettings,
    /// The variables that may hold the token, the first of which counts.
    pub(crate) token_variables: Vec<String>,
    /// The headers that may hold the token.
    pub(crate) token_headers: Vec<String>,
    /// The parameters and secrets that are fetched at the start.
    pub(crate) prefetch_parameters: Vec<String>,
    pub(crate) prefetch_secrets: Vec<String>,
    /// The file of values for local runs.
    pub(crate) local: Option<PathBuf>,
    /// The Region of calls, instead of the environment's.
    pub(crate) region: Option<String>,
    /// The file of credentials, instead of the environment's.
    pub(crate) credentials_file: Option<String>,
    /// Whether `serve` looks for credentials before it listens.
    pub(crate) checks_credentials: bool,
    pub(crate) log_level: LevelFilter,
    variables: Variables,
}

/// The peer whose answers `/secretsmanager/get` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SecretsDoor {
    /// The AWS Parameters and Secrets Lambda Extension's.
    Extension,
    /// The AWS Workload Credentials Provider's.
    Provider,
}

impl SecretsDoor {
    fn parse(given: &str) -> Option<Self> {
        match given {
            "extension" => Some(Self::Extension),
            "provider" => Some(Self::Provider),
            _ => None,
        }
    }
}

/// The settings of one service.
#[derive(Clone, Debug)]
pub(crate) struct ServiceSettings {
    /// The maximum age of a value, if the caller asks for no other.
    pub(crate) max_age: MaxAge,
    /// The additional age that is accepted if a refresh fails.
    pub(crate) stale_if_error: MaxAge,
    /// The time-out of a call, in addition to the library's.
    pub(crate) timeout: Option<Duration>,
    /// The maximum number of calls at a time.
    pub(crate) requests: usize,
}

impl ServiceSettings {
    /// Returns the ages that are accepted from a caller without wishes.
    pub(crate) fn ages(&self) -> Policy {
        Policy { max_age: self.max_age, stale_if_error: self.stale_if_error }
    }
}

/// The options of the command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) port: Option<u16>,
    pub(crate) socket: Option<PathBuf>,
    pub(crate) config: Option<PathBuf>,
    pub(crate) local: Option<PathBuf>,
    /// The value is true in Lambda, where the extension's answers are the default.
    pub(crate) is_extension: bool,
}

impl Settings {
    /// Reads the settings. Those of the command line come first, then the agent's variables, the extension's, and the
    /// file.
    ///
    /// # Errors
    /// A sentence with the first invalid setting.
    pub(crate) fn read(given: &Given) -> Result<Self, StartError> {
        let variables = Variables::of_environment();
        let file = given.config.clone().or_else(|| variables.get(own::CONFIG).map(PathBuf::from));
        let mut settings = Self::defaults(given.is_extension, variables);
        if let Some(file) = file {
            file::apply(&mut settings, &file)?;
        }
        peers::apply(&mut settings)?;
        own::apply(&mut settings)?;
        settings.port = given.port.unwrap_or(settings.port);
        settings.socket = given.socket.clone().or(settings.socket);
        settings.local = given.local.clone().or(settings.local);
        endpoints::check(&settings.variables, settings.port)?;
        Ok(settings)
    }

    fn defaults(is_extension: bool, variables: Variables) -> Self {
        let service = ServiceSettings {
            max_age: MAX_AGE.into(),
            stale_if_error: MaxAge::ZERO,
            timeout: None,
            requests: REQUESTS,
        };
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            port: PORT,
            socket: None,
            max_connections: CONNECTIONS,
            cache_size: CACHE_SIZE,
            max_roles: ROLES,
            secrets_door: if is_extension { SecretsDoor::Extension } else { SecretsDoor::Provider },
            path_prefix: "/v1/".to_owned(),
            ssm: service.clone(),
            secrets_manager: service.clone(),
            s3: service,
            token_variables: texts(&["AWS_TOKEN", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"]),
            token_headers: texts(&["X-Aws-Parameters-Secrets-Token", "X-Vault-Token"]),
            prefetch_parameters: Vec::new(),
            prefetch_secrets: Vec::new(),
            local: None,
            region: None,
            credentials_file: None,
            checks_credentials: true,
            log_level: LevelFilter::INFO,
            variables,
        }
    }

    /// Returns `true` in a function with `SnapStart`.
    pub(crate) fn is_snap_start(&self) -> bool {
        self.variables.get("AWS_LAMBDA_INITIALIZATION_TYPE") == Some("snap-start")
    }

    /// Returns the value of a variable that is set and not empty.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(str::to_owned)
    }

    /// Returns the variables for calls to AWS if the settings change some of them.
    pub(crate) fn aws_variables(&self) -> Option<Vec<(String, String)>> {
        let changed = [("AWS_REGION", &self.region), ("AWS_SHARED_CREDENTIALS_FILE", &self.credentials_file)];
        let changed = changed.into_iter().filter_map(|(name, value)| Some((name, Some(value.clone()?))));
        let changed: Vec<_> = changed.chain(endpoints::changed(&self.variables, self.port)).collect();
        if changed.is_empty() {
            return None;
        }
        let others = self.variables.all().filter(|(name, _)| !changed.iter().any(|(other, _)| name == other));
        let given = changed.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?)));
        Some(others.chain(given).collect())
    }
}

/// Reads a level of messages.
fn level(given: &str) -> Option<LevelFilter> {
    match given.to_ascii_lowercase().as_str() {
        "none" => Some(LevelFilter::OFF),
        level @ ("error" | "warn" | "info" | "debug") => level.parse().ok(),
        _ => None,
    }
}
