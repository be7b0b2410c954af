use std::time::Duration;

use serde::Deserialize;

use crate::{
    account::Parameter,
    checksum::ChecksumKind,
    content::Content,
    fault::{Fault, Times},
    given::Given,
    link::Link,
    shared::Shared,
};

/// A command of the control protocol.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Command {
    PutParameter {
        name: String,
        value: Parameter,
    },
    PutSecret {
        name: String,
        #[serde(flatten)]
        value: Given,
    },
    PutObject {
        uri: String,
        #[serde(flatten)]
        content: Given,
        #[serde(default)]
        checksum: ChecksumKind,
    },
    PutObjectOfSize {
        uri: String,
        size: u64,
        #[serde(default)]
        checksum: ChecksumKind,
    },
    Fault {
        resource: String,
        fault: Fault,
        times: Times,
        range_from: Option<u64>,
    },
    ClearFaults {
        resource: String,
    },
    SignatureLimitSeconds(f64),
    Link(Link),
    CloseIdle {},
    Reset {},
}

impl Command {
    /// Executes the command, or returns the reason why it cannot be executed.
    pub(crate) async fn execute(self, shared: &Shared) -> Result<(), String> {
        match self {
            Self::PutParameter { name, value } => shared.account().put_parameter(name, value),
            Self::PutSecret { name, value } => shared.account().put_secret(name, value),
            Self::PutObject { uri, content, checksum } => {
                shared.account().put_object(uri, content.into(), checksum);
            }
            Self::PutObjectOfSize { uri, size, checksum } => {
                shared.account().put_object(uri, Content::of_size(size), checksum);
            }
            Self::Fault { resource, fault, times, range_from } => {
                return shared.arm(resource, fault, times, range_from.map(|from| from..=from));
            }

            Self::ClearFaults { resource } => shared.armed().clear(&resource),
            Self::SignatureLimitSeconds(seconds) => {
                shared.set_signature_limit(Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?);
            }
            Self::Link(link) => shared.set_link(link),
            Self::CloseIdle {} => shared.close_idle().await,
            Self::Reset {} => shared.reset(),
        }
        Ok(())
    }
}
