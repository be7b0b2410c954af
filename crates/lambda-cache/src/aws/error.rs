//! From the SDK's errors to ours: code, message and request id are copied, everything else stays behind.

use std::{error::Error as StdError, io};

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

use super::causes::{causes, find};
use crate::{AwsFailure, Error, ErrorKind, source::Operation};

/// The code of an answer that is none.
const UNREADABLE: &str = "UnreadableResponse";

/// The time-out of ours among an error's causes.
pub(super) fn timed_out<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a io::Error> {
    find::<io::Error>(error).filter(|error| error.kind() == io::ErrorKind::TimedOut)
}

/// What was asked of AWS.
pub(super) struct Asked {
    /// Such as `SSM parameter "/app/var"`.
    pub(super) what: String,
    /// The call.
    pub(super) operation: Operation,
    /// The Region and endpoint.
    pub(super) place: String,
}

impl Asked {
    /// Our error for the SDK's.
    pub(super) fn failed<E>(&self, error: &SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        match error {
            SdkError::ServiceError(service) if !service.raw().status().is_success() => {
                let status = service.raw().status().as_u16();
                let code = service.err().code().filter(|code| !code.is_empty());
                self.refused(AwsFailure {
                    operation: self.operation.name(),
                    code: code.map_or_else(|| status.to_string(), str::to_owned),
                    message: service.err().message().unwrap_or("no message").to_owned(),
                    request_id: request_id(service.raw()),
                    status: Some(status),
                })
            }
            _ if find::<Error>(error).is_some() => self.misconfigured(error),
            _ if find::<CredentialsError>(error).is_some() => self.no_credentials(error),
            _ if says_late_identity(error) => self.late_credentials(),
            SdkError::TimeoutError(_) => self.unavailable(Error::TIMEOUT, "no answer in time".to_owned()),
            _ => match (timed_out(error), error) {
                (Some(late), _) => self.unavailable(Error::TIMEOUT, late.to_string()),
                (None, SdkError::ServiceError(service)) => self.unreadable(service.raw()),
                (None, SdkError::ResponseError(response)) => self.unreadable(response.raw()),
                (None, _) => match find::<io::Error>(error) {
                    Some(error) => self.unavailable("ConnectionError", error.to_string()),
                    None => self.unavailable("ConnectionError", "the connection failed".to_owned()),
                },
            },
        }
    }

    /// AWS answered, and the answer is no.
    pub(super) fn refused(&self, failure: AwsFailure) -> Error {
        let kind = kind(&failure);
        let Self { what, place, .. } = self;
        let AwsFailure { code, message, .. } = &failure;
        let advice = self.advice(kind, &failure);
        let said = message.trim_end_matches('.');
        Error::aws(kind, format!("cannot read {what} in {place}: {code}: {said}{advice}"), failure)
    }

    fn advice(&self, kind: ErrorKind, failure: &AwsFailure) -> String {
        match kind {
            ErrorKind::NotFound => "; check the name, and that it exists in this Region and account".to_owned(),
            ErrorKind::AccessDenied => {
                let is_about_a_key = is_about_a_key(&failure.message);
                let permission = if is_about_a_key { "kms:Decrypt" } else { self.operation.action() };
                let s3 = if self.operation == Operation::GetObject {
                    " (without s3:ListBucket, S3 says this for a key that does not exist, too)"
                } else {
                    ""
                };
                format!("; the function's role needs {permission}{s3}")
            }
            ErrorKind::Throttled => "; a longer max_age_in_seconds makes fewer calls".to_owned(),
            ErrorKind::Rejected if is_about_credentials(&failure.code) => {
                "; the credentials are expired, wrong or of another account".to_owned()
            }
            ErrorKind::Rejected if failure.code == "InvalidObjectState" => {
                "; the object is archived: restore it, or choose a storage class that can be read at once".to_owned()
            }
            ErrorKind::Rejected if failure.code == "RequestTimeTooSkewed" => "; set this machine's clock".to_owned(),
            _ => String::new(),
        }
    }

    fn unreadable(&self, response: &HttpResponse) -> Error {
        self.unavailable(UNREADABLE, format!("the answer (HTTP {}) cannot be read", response.status().as_u16()))
    }

    /// AWS answered without what was asked for.
    pub(super) fn no_value(&self) -> Error {
        self.unavailable(UNREADABLE, "the answer has no value".to_owned())
    }

    /// AWS did not answer, or not whole.
    pub(super) fn unavailable(&self, code: &str, reason: String) -> Error {
        let Self { what, place, .. } = self;
        let message = format!(
            "cannot read {what} in {place}: {reason}; check the network (VPC endpoint, proxy) and AWS_ENDPOINT_URL"
        );
        Error::aws(ErrorKind::Unavailable, message, self.failure(code, reason))
    }

    /// Something was found to be wrong on the way, such as who gives credentials.
    fn misconfigured(&self, error: &(dyn StdError + 'static)) -> Error {
        find::<Error>(error).map_or_else(|| self.no_value(), |ours| ours.while_reading(&self.what))
    }

    /// Who gives credentials does not answer: that may pass.
    fn late_credentials(&self) -> Error {
        let reason = "no credentials in time";
        let message = format!(
            "cannot read {}: {reason}; check what gives them (the container's or instance's endpoint, a credential process)",
            self.what
        );
        Error::aws(ErrorKind::Unavailable, message, self.failure(Error::TIMEOUT, reason.to_owned()))
    }

    fn failure(&self, code: &str, reason: String) -> AwsFailure {
        let operation = self.operation.name();
        AwsFailure { operation, code: code.to_owned(), message: reason, request_id: None, status: None }
    }

    /// The chain's own reasons are dropped: a credential process may print anything.
    fn no_credentials(&self, error: &(dyn StdError + 'static)) -> Error {
        let says_sso =
            |cause: String| cause.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "sso");
        let wants_sso = causes(error).any(|cause| says_sso(cause.to_string()));
        let advice = if wants_sso {
            "the profile uses SSO: run `aws sso login`, or set what `aws configure export-credentials --format env` prints"
        } else {
            "in Lambda the function's role gives them; elsewhere set AWS_PROFILE, or AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY"
        };
        let profile = super::config::profile();
        Error::unset("NoCredentials", format!("cannot read {}: no AWS credentials{profile}; {advice}", self.what))
    }
}

/// Whether AWS took the credentials for wrong, or for too old.
pub(super) fn refuses_credentials(error: &Error) -> bool {
    error.aws_failure().is_some_and(|failure| is_about_credentials(&failure.code))
}

/// The SDK's error for it is not public, so it is known by its words; a test holds them.
fn says_late_identity(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| cause.to_string().starts_with("identity resolver timed out"))
}

pub(super) fn kind(failure: &AwsFailure) -> ErrorKind {
    match failure.code.as_str() {
        "ParameterNotFound"
        | "ParameterVersionNotFound"
        | "ParameterVersionLabelNotFound"
        | "ResourceNotFoundException"
        | "NoSuchKey"
        | "NoSuchBucket"
        | "NotFound" => ErrorKind::NotFound,
        "AccessDenied" | "AccessDeniedException" | "DecryptionFailure" => ErrorKind::AccessDenied,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown"
        | "LimitExceededException" => ErrorKind::Throttled,
        "InvalidObjectState" | "RequestTimeTooSkewed" => ErrorKind::Rejected,
        "RequestTimeout" | "RequestTimeoutException" => ErrorKind::Unavailable,
        code if is_about_credentials(code) => ErrorKind::Rejected,
        _ => match failure.status {
            Some(403) => ErrorKind::AccessDenied,
            Some(404) => ErrorKind::NotFound,
            Some(429) => ErrorKind::Throttled,
            Some(500..) => ErrorKind::Unavailable,
            _ => ErrorKind::Rejected,
        },
    }
}

/// KMS's refusals come through the other services; SSM's does not even name KMS.
fn is_about_a_key(message: &str) -> bool {
    let message = message.to_lowercase();
    ["kms", "ciphertext", "master key"].iter().any(|word| message.contains(word))
}

fn is_about_credentials(code: &str) -> bool {
    matches!(
        code,
        "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidAccessKeyId"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "InvalidToken"
            | "MissingAuthenticationToken"
            | "RequestExpired"
            | "SignatureDoesNotMatch"
            | "TokenRefreshRequired"
            | "UnrecognizedClientException"
    )
}

pub(super) fn request_id(response: &HttpResponse) -> Option<String> {
    let header = |name| response.headers().get(name).map(str::to_owned);
    response
        .request_id()
        .map(str::to_owned)
        .or_else(|| header("x-amzn-requestid"))
        .or_else(|| header("x-amz-request-id"))
}
