//! The places that values come from: AWS, or values in memory, or a file on a developer's machine.

mod described;
mod in_memory;
#[cfg(feature = "local")]
mod local;

#[cfg(feature = "local")]
use std::path::Path;
use std::sync::Arc;

use aws_types::SdkConfig;

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

/// Returns the default source of values: AWS, or a local file if the environment names one.
pub(crate) fn of_environment(sdk_config: Option<SdkConfig>, order: Order) -> Arc<dyn Api> {
    #[cfg(feature = "local")]
    if sdk_config.is_none()
        && let Some(file) = local::LocalFile::of_environment()
    {
        return Arc::new(InMemoryBackend::new(file));
    }
    Arc::new(Aws::new(sdk_config, order))
}
