//! Error answers. The same error has a different code and status in each service.

use serde_json::json;

use crate::{
    answer::Answer,
    call::{Operation, Service},
    content::Content,
};

#[derive(Debug)]
pub(crate) struct Refusal {
    service: Service,
    status: u16,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(service: Service, status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { service, status, code, message: message.into() }
    }

    /// Creates an error with one pair of status and code for S3, and another for the JSON services.
    fn of(service: Service, s3: (u16, &'static str), json: (u16, &'static str), message: impl Into<String>) -> Self {
        let (status, code) = if service == Service::S3 { s3 } else { json };
        Self::new(service, status, code, message)
    }

    pub(crate) fn throttled(service: Service) -> Self {
        Self::of(service, (503, "SlowDown"), (400, "ThrottlingException"), "Rate exceeded")
    }

    pub(crate) fn internal_error(service: Service) -> Self {
        let code = match service {
            Service::Ssm => "InternalServerError",
            Service::SecretsManager => "InternalServiceError",
            Service::S3 => "InternalError",
        };
        Self::new(service, 500, code, "We encountered an internal error. Please try again.")
    }

    pub(crate) fn unavailable(service: Service) -> Self {
        Self::new(service, 503, "ServiceUnavailable", "Please reduce your request rate.")
    }

    pub(crate) fn expired_credentials(service: Service) -> Self {
        let message = "The security token included in the request is expired";
        Self::of(service, (400, "ExpiredToken"), (400, "ExpiredTokenException"), message)
    }

    pub(crate) fn access_denied(operation: Operation) -> Self {
        let message =
            format!("User: arn:aws:iam::123456789012:user/x is not authorized to perform: {}", operation.name());
        Self::of(operation.service(), (403, "AccessDenied"), (400, "AccessDeniedException"), message)
    }

    pub(crate) fn not_found(operation: Operation) -> Self {
        let (status, code, message) = match operation {
            Operation::GetParameter | Operation::GetParameters | Operation::GetParametersByPath => {
                (400, "ParameterNotFound", "")
            }
            Operation::GetSecretValue | Operation::DescribeSecret => {
                (400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
            }
            Operation::GetObject | Operation::HeadObject => (404, "NoSuchKey", "The specified key does not exist."),
        };
        Self::new(operation.service(), status, code, message)
    }

    /// Creates the error for a request that an AWS client should not make.
    pub(crate) fn invalid(service: Service, code: &'static str, message: impl Into<String>) -> Self {
        Self::new(service, 400, code, message)
    }

    pub(crate) fn precondition_failed() -> Self {
        let message = "At least one of the pre-conditions you specified did not hold";
        Self::new(Service::S3, 412, "PreconditionFailed", message)
    }

    pub(crate) fn invalid_range() -> Self {
        Self::new(Service::S3, 416, "InvalidRange", "The requested range is not satisfiable")
    }

    pub(crate) fn unsigned(service: Service) -> Self {
        let message = "Missing Authentication Token";
        Self::of(service, (403, "AccessDenied"), (400, "MissingAuthenticationTokenException"), message)
    }

    pub(crate) fn unknown_key(service: Service) -> Self {
        let message = "The security token included in the request is invalid.";
        Self::of(service, (403, "InvalidAccessKeyId"), (400, "UnrecognizedClientException"), message)
    }

    pub(crate) fn wrong_signature(service: Service) -> Self {
        let message = "The request signature we calculated does not match the signature you provided.";
        Self::of(service, (403, "SignatureDoesNotMatch"), (400, "InvalidSignatureException"), message)
    }

    /// Creates the error for an old signature. `message` is that of the JSON services.
    pub(crate) fn old_signature(service: Service, message: String) -> Self {
        let message = match service {
            Service::S3 => "The difference between the request time and the current time is too large.".to_owned(),
            _ => message,
        };
        Self::of(service, (403, "RequestTimeTooSkewed"), (400, "InvalidSignatureException"), message)
    }

    pub(crate) fn unknown_operation() -> Self {
        Self::new(Service::Ssm, 400, "UnknownOperationException", "")
    }

    pub(crate) fn into_answer(self) -> Answer {
        let Self { service, status, code, message } = self;
        match service {
            // The error page of a load balancer in front of the service.
            Service::Ssm | Service::SecretsManager if status == 503 => {
                let page = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>";
                Answer::new(503, "text/html", Content::Whole(page.into()))
            }
            Service::Ssm | Service::SecretsManager => {
                Answer::json(status, &json!({"__type": code, "message": message}))
            }
            Service::S3 => {
                let body = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
                );
                Answer::new(status, "application/xml", Content::Whole(body.into()))
            }
        }
    }
}
