//! Recognition of AWS calls in requests.

use serde_json::Value;

use crate::http::{Request, percent_decoded};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Ssm,
    SecretsManager,
    S3,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    GetParameter,
    GetParameters,
    GetParametersByPath,
    GetSecretValue,
    DescribeSecret,
    GetObject,
    HeadObject,
}

impl Operation {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GetParameter => "GetParameter",
            Self::GetParameters => "GetParameters",
            Self::GetParametersByPath => "GetParametersByPath",
            Self::GetSecretValue => "GetSecretValue",
            Self::DescribeSecret => "DescribeSecret",
            Self::GetObject => "GetObject",
            Self::HeadObject => "HeadObject",
        }
    }

    pub(crate) fn service(self) -> Service {
        match self {
            Self::GetParameter | Self::GetParameters | Self::GetParametersByPath => Service::Ssm,
            Self::GetSecretValue | Self::DescribeSecret => Service::SecretsManager,
            Self::GetObject | Self::HeadObject => Service::S3,
        }
    }
}

/// An operation with the names that it requests.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) resources: Vec<String>,
}

impl Call {
    /// Reads a call, or returns `None` for a request that this server does not implement.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        match request.header("x-amz-target") {
            Some("AmazonSSM.GetParameter") => Self::named(Operation::GetParameter, request, "Name"),
            Some("AmazonSSM.GetParameters") => Self::named(Operation::GetParameters, request, "Names"),
            Some("AmazonSSM.GetParametersByPath") => Self::named(Operation::GetParametersByPath, request, "Path"),
            Some("secretsmanager.GetSecretValue") => Self::named(Operation::GetSecretValue, request, "SecretId"),
            Some("secretsmanager.DescribeSecret") => Self::named(Operation::DescribeSecret, request, "SecretId"),
            Some(_) => None,
            None => match request.method.as_str() {
                "GET" => Some(Self::of_object(Operation::GetObject, request)),
                "HEAD" => Some(Self::of_object(Operation::HeadObject, request)),
                _ => None,
            },
        }
    }

    fn of_object(operation: Operation, request: &Request) -> Self {
        let uri = format!("s3:/{}", percent_decoded(request.path()));
        Self { operation, resources: vec![uri] }
    }

    fn named(operation: Operation, request: &Request, member: &str) -> Option<Self> {
        let mut document: Value = serde_json::from_slice(&request.body).ok()?;
        let resources = match document.get_mut(member)?.take() {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            _ => return None,
        };
        Some(Self { operation, resources })
    }

    /// Returns the resource of a call with one name.
    pub(crate) fn resource(&self) -> &str {
        self.resources.first().map_or("", String::as_str)
    }
}
