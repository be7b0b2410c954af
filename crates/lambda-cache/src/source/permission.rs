//! Which permission a call takes, and on what: what a function's role must allow, and what an error says is missing.

pub use lambda_cache_names::policy::Place;

/// A call to AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// SSM.
    GetParameter,
    /// SSM.
    GetParameters,
    /// SSM.
    GetParametersByPath,
    /// Secrets Manager.
    GetSecretValue,
    /// Secrets Manager.
    DescribeSecret,
    /// S3, with the action that this object takes.
    GetObject(&'static str),
}

impl Operation {
    /// The IAM action that allows it.
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

    /// Its name in the API: the end of the action, except for S3.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GetObject(_) => "GetObject",
            _ => self.action().split_once(':').map_or("", |(_, name)| name),
        }
    }
}

/// What a role must allow for one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The IAM action, such as `ssm:GetParameter`.
    pub action: &'static str,
    /// The ARN, as a policy writes it.
    pub resource: String,
}

impl Permission {
    pub(super) fn new(operation: Operation, resource: String) -> Self {
        Self { action: operation.action(), resource }
    }
}
