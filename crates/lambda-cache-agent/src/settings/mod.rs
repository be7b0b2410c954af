//! The settings: from the command line, the environment and a file.

mod peers;
mod variables;

use std::{path::PathBuf, time::Duration};

use lambda_cache::__binding::engine::{MaxAge, Policy};

use self::variables::Variables;
use crate::error::StartError;

/// The default port of both peers.
const PORT: u16 = 2773;
/// The default number of entries, as both peers have it.
const CACHE_SIZE: usize = 1_000;
/// The default number of requests to one service at a time.
const REQUESTS: usize = 10;

/// The settings of the agent.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The port on 127.0.0.1.
    pub(crate) port: u16,
    /// The maximum number of connections of callers.
    pub(crate) max_connections: usize,
    /// The maximum number of entries.
    pub(crate) cache_size: usize,
    #[expect(dead_code, reason = "the other form is not built yet")]
    /// The form of the answers at `/secretsmanager/get`.
    pub(crate) secrets_door: SecretsDoor,
    pub(crate) ssm: ServiceSettings,
    pub(crate) secrets_manager: ServiceSettings,
    /// The variables that may hold the token, the first of which counts.
    pub(crate) token_variables: Vec<String>,
    /// The headers that may hold the token.
    pub(crate) token_headers: Vec<String>,
    /// The parameters and secrets that are fetched at the start.
    pub(crate) prefetch_parameters: Vec<String>,
    pub(crate) prefetch_secrets: Vec<String>,
    /// The file of values for local runs.
    pub(crate) local: Option<PathBuf>,
    variables: Variables,
}

/// The peer whose answers `/secretsmanager/get` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretsDoor {
    /// The AWS Parameters and Secrets Lambda Extension's.
    Extension,
    /// The AWS Workload Credentials Provider's.
    Provider,
}

/// The settings of one service.
#[derive(Clone, Copy, Debug)]
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
    pub(crate) config: Option<PathBuf>,
    pub(crate) local: Option<PathBuf>,
    /// The value is true in Lambda, where the extension's answers are the default.
    pub(crate) is_extension: bool,
}

impl Settings {
    /// Reads the settings: the command line's first, then the environment's.
    ///
    /// # Errors
    /// A sentence with the first invalid setting.
    pub(crate) fn read(given: &Given) -> Result<Self, StartError> {
        let variables = Variables::of_environment();
        let service = ServiceSettings {
            max_age: MaxAge::from(Duration::from_mins(5)),
            stale_if_error: MaxAge::ZERO,
            timeout: None,
            requests: REQUESTS,
        };
        let mut settings = Self {
            port: PORT,
            max_connections: 800,
            cache_size: CACHE_SIZE,
            secrets_door: if given.is_extension { SecretsDoor::Extension } else { SecretsDoor::Provider },
            ssm: service,
            secrets_manager: service,
            token_variables: ["AWS_TOKEN", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"]
                .map(str::to_owned)
                .into(),
            token_headers: ["X-Aws-Parameters-Secrets-Token", "X-Vault-Token"].map(str::to_owned).into(),
            prefetch_parameters: Vec::new(),
            prefetch_secrets: Vec::new(),
            local: given.local.clone(),
            variables,
        };
        peers::apply(&mut settings)?;
        settings.port = given.port.unwrap_or(settings.port);
        Ok(settings)
    }

    /// Returns `true` in a function with `SnapStart`.
    pub(crate) fn is_snap_start(&self) -> bool {
        self.variables.get("AWS_LAMBDA_INITIALIZATION_TYPE") == Some("snap-start")
    }

    /// Returns the value of a variable that is set and not empty.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(str::to_owned)
    }
}
