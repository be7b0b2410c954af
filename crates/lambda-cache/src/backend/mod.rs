//! The places that values come from: AWS, or values in memory, or a file on a developer's machine.

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
mod agent;
mod described;
mod in_memory;
#[cfg(feature = "local")]
mod local;

#[cfg(feature = "local")]
use std::path::Path;
use std::sync::Arc;

use aws_types::SdkConfig;

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub use agent::document::{Document, Failure};
pub use in_memory::{InMemoryBackend, ValueSource};

use crate::{
    aws::{Aws, Order},
    source::Api,
};

/// Returns the source of the values in a file, which is read at each call.
#[cfg(feature = "local")]
#[must_use]
pub fn local_file(path: &Path) -> Arc<dyn Api> {
    Arc::new(InMemoryBackend::new(local::LocalFile::at(path)))
}

/// Returns the calls of `aws` behind an agent, for tests: a process has one environment.
///
/// # Errors
/// The address is not one of this machine.
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub fn behind_agent(aws: Aws, agent: &str) -> Result<Arc<dyn Api>, crate::Error> {
    let address = crate::settings::agent::of_option(agent)?;
    Ok(match address {
        Some(address) => Arc::new(self::agent::Agent::before(aws, Ok(address))),
        None => Arc::new(aws),
    })
}

/// Returns the default source of values: AWS, or a local file if the environment names one. `agent` is the agent before
/// AWS. Without it the environment names one, unless the caller configures AWS: its agent may have another role.
pub(crate) fn of_environment(sdk_config: Option<SdkConfig>, order: Order, agent: Option<&str>) -> Arc<dyn Api> {
    #[cfg(feature = "local")]
    if sdk_config.is_none()
        && let Some(file) = local::LocalFile::of_environment()
    {
        return Arc::new(InMemoryBackend::new(file));
    }
    #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
    {
        use crate::settings::agent as setting;

        let address = match agent {
            Some(given) => setting::of_option(given),
            None if sdk_config.is_none() => setting::of_environment(),
            None => Ok(None),
        };
        if let Some(address) = address.transpose() {
            return Arc::new(self::agent::Agent::before(Aws::new(sdk_config, order), address));
        }
    }
    let _ = agent; // unused without those sources
    Arc::new(Aws::new(sdk_config, order))
}
