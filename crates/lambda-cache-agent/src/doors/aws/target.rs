use http::HeaderName;

use crate::request::Request;

/// The header with the service and the operation.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-amz-target");

/// A service that the door knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Ssm,
    SecretsManager,
}

impl Service {
    /// Returns the name in signatures.
    pub(super) fn signing_name(self) -> &'static str {
        match self {
            Self::Ssm => "ssm",
            Self::SecretsManager => "secretsmanager",
        }
    }

    /// Returns the name in the SDK's settings.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Ssm => "SSM",
            Self::SecretsManager => "Secrets Manager",
        }
    }
}

/// The operation that a request asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'r> {
    pub(super) service: Service,
    pub(super) operation: &'r str,
}

impl<'r> Target<'r> {
    pub(super) fn of(request: &'r Request) -> Option<Self> {
        let (service, operation) = request.header(HEADER)?.split_once('.')?;
        let service = match service {
            "AmazonSSM" => Service::Ssm,
            "secretsmanager" => Service::SecretsManager,
            _ => return None,
        };
        Some(Self { service, operation })
    }

    /// Returns `true` if the operation changes nothing, as its name says.
    pub(super) fn only_reads(self) -> bool {
        ["Get", "BatchGet", "Describe", "List", "Validate"].iter().any(|verb| self.operation.starts_with(verb))
    }
}
