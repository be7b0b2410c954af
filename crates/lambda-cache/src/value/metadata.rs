use std::{fmt, sync::Arc, time::SystemTime};

use super::Value;

/// The description of a value that AWS returns with it: its ARN, version and date.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Metadata {
    /// The description of an SSM parameter.
    Parameter(ParameterMetadata),
    /// The description of a secret.
    Secret(SecretMetadata),
    /// The descriptions of several values as one entry, in the order of the values. A missing parameter has none.
    Group(Arc<[Option<Metadata>]>),
}

/// The description of an SSM parameter. A field that the answer did not have is `None`, or empty.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParameterMetadata {
    /// The name, without a selector.
    pub name: String,
    /// The ARN.
    pub arn: Option<String>,
    /// The version, a number from 1.
    pub version: i64,
    /// The type: `String`, `StringList` or `SecureString`.
    pub r#type: Option<String>,
    /// The data type: `text`, `aws:ec2:image` or `aws:ssm:integration`.
    pub data_type: Option<String>,
    /// The time of the last change.
    pub last_modified: Option<SystemTime>,
    /// The requested version or label, with a leading colon.
    pub selector: Option<String>,
    /// The answer of the service that the parameter refers to, such as Secrets Manager. It may contain a secret.
    pub source_result: Option<String>,
}

/// Shows everything except the source's answer, which may contain a secret.
impl fmt::Debug for ParameterMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParameterMetadata")
            .field("name", &self.name)
            .field("arn", &self.arn)
            .field("version", &self.version)
            .field("type", &self.r#type)
            .field("data_type", &self.data_type)
            .field("last_modified", &self.last_modified)
            .field("selector", &self.selector)
            .finish_non_exhaustive()
    }
}

/// The description of a secret's version. A field that the answer did not have is `None`, or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretMetadata {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: Option<String>,
    /// The id of the version.
    pub version_id: Option<String>,
    /// The labels of the version, such as `AWSCURRENT`.
    pub version_stages: Vec<String>,
    /// The time at which the version was created.
    pub created: Option<SystemTime>,
}

/// A value as a source returns it, with its description if the source has one.
#[derive(Clone, Debug)]
pub struct Item {
    /// The value.
    pub value: Value,
    /// The description.
    pub metadata: Option<Metadata>,
}

impl From<Value> for Item {
    fn from(value: Value) -> Self {
        Self { value, metadata: None }
    }
}

impl Item {
    /// Creates the group of some named items. An absent one is [`Value::Nothing`].
    #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
    pub(crate) fn group(items: impl IntoIterator<Item = (String, Option<Self>)>) -> Self {
        let split = |(name, item): (String, Option<Self>)| {
            let Self { value, metadata } = item.unwrap_or_else(|| Value::Nothing.into());
            ((name, value), metadata)
        };
        let (values, metadata): (Vec<_>, Vec<_>) = items.into_iter().map(split).unzip();
        Self { value: Value::Group(values.into()), metadata: Some(Metadata::Group(metadata.into())) }
    }
}
