//! The permission that each call needs, for generated policies and for error messages.

pub use super::policy::ArnScope;

/// A call to AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// An SSM call.
    GetParameter,
    /// An SSM call.
    GetParameters,
    /// An SSM call.
    GetParametersByPath,
    /// A Secrets Manager call.
    GetSecretValue,
    /// A Secrets Manager call.
    DescribeSecret,
    /// An S3 call, with the IAM action that this object needs.
    GetObject(&'static str),
}

impl Operation {
    /// Returns the IAM action that allows it.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::GetParameter => "ssm:GetParameter",
            Self::GetParameters => "ssm:GetParameters",
            Self::GetParametersByPath => "ssm:GetParametersByPath",
            Self::GetSecretValue => "secretsmanager:GetSecretValue",
            Self::DescribeSecret => "secretsmanager:DescribeSecret",
            Self::GetObject(action) => action,
        }
    }

    /// Returns the operation of SSM or Secrets Manager with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = [
            Self::GetParameter,
            Self::GetParameters,
            Self::GetParametersByPath,
            Self::GetSecretValue,
            Self::DescribeSecret,
        ];
        all.into_iter().find(|operation| operation.name() == name)
    }

    /// Returns its name in the API, which is the end of the action except for S3.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GetObject(_) => "GetObject",
            _ => self.action().split_once(':').map_or("", |(_, name)| name),
        }
    }
}

/// A permission that a role needs for one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The IAM action, such as `ssm:GetParameter`.
    pub action: &'static str,
    /// The ARN in the form used in policies.
    pub resource: String,
}

impl Permission {
    pub(super) fn new(operation: Operation, resource: String) -> Self {
        Self { action: operation.action(), resource }
    }
}
