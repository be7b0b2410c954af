//! Conversion of the SDK's errors: the code, the message and the request id are copied, and nothing else.

mod advice;

use std::{error::Error as StdError, io};

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::{
    orchestrator::HttpResponse,
    result::{DispatchFailure, SdkError},
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use http::StatusCode;

use super::{
    error_chain::{causes, find},
    http_client::ThroughProxy,
    transport::{NotConnected, is_link_local},
    unreachable::Reason,
};
use crate::{AwsFailure, Error, ErrorKind, source::Operation};

/// The code of an unreadable answer.
const UNREADABLE: &str = "UnreadableResponse";

/// Returns this crate's timeout error among an error's causes.
pub(super) fn timed_out<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a io::Error> {
    find::<io::Error>(error).filter(|error| error.kind() == io::ErrorKind::TimedOut)
}

/// The context of a call, for errors.
pub(super) struct ErrorContext {
    /// A description of the requested value, such as `SSM parameter "/app/var"`.
    pub(super) what: String,
    /// The call.
    pub(super) operation: Operation,
    /// The Region and endpoint.
    pub(super) place: String,
}

impl ErrorContext {
    /// Converts an error of the SDK.
    pub(super) fn failed<E>(&self, error: &SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        match error {
            SdkError::ServiceError(service) if !service.raw().status().is_success() => {
                self.answered(service.raw(), service.err().code(), service.err().message())
            }
            // The SDK could not read an error of the service, so only the status is known.
            SdkError::ResponseError(response) if !response.raw().status().is_success() && !broke_off(error) => {
                self.answered(response.raw(), None, None)
            }
            _ if find::<Error>(error).is_some() => self.misconfigured(error),
            _ if find::<CredentialsError>(error).is_some() => no_credentials(error).while_reading(&self.what),
            SdkError::TimeoutError(_) => self.unreachable(Reason::late(&"no answer in time")),
            SdkError::ConstructionFailure(_) => self.not_sent(error),
            SdkError::DispatchFailure(failure) if !was_tried(failure) => self.not_sent(error),
            _ => match (timed_out(error), error) {
                (None, SdkError::ServiceError(service)) => self.unreadable(service.raw()),
                (None, SdkError::ResponseError(response)) if !broke_off(error) => self.unreadable(response.raw()),
                _ => self.unreachable(Reason::of(error)),
            },
        }
    }

    /// Returns the error for an unsuccessful answer of the service, or of a proxy, whose answers have neither a code
    /// nor an id.
    fn answered(&self, answer: &HttpResponse, code: Option<&str>, message: Option<&str>) -> Error {
        let code = code.filter(|code| !code.is_empty());
        match (code, answer.extension::<ThroughProxy>(), request_id(answer)) {
            (None, Some(proxy), None) => {
                let status = StatusCode::from_u16(answer.status().as_u16()).unwrap_or_default();
                self.unreachable(Reason::refused(&proxy.0, status))
            }
            _ => self.refused_at(failure(self.operation, answer, code, message), date(answer)),
        }
    }

    /// Returns the error for a request that AWS rejected.
    #[cfg(feature = "ssm")]
    pub(super) fn refused(&self, failure: AwsFailure) -> Error {
        self.refused_at(failure, None)
    }

    /// Returns the error for a request that AWS rejected, with AWS's time if it is known.
    fn refused_at(&self, failure: AwsFailure, date: Option<&str>) -> Error {
        let kind = kind(&failure);
        let Self { what, place, .. } = self;
        let advice = advice::of(self.operation, kind, &failure, date);
        let said = said(&failure);
        Error::aws(kind, format!("cannot read {what} in {place}: {said}{advice}"), failure)
    }

    fn unreadable(&self, response: &HttpResponse) -> Error {
        let status = response.status().as_u16();
        let advice = "check that AWS_ENDPOINT_URL is an endpoint of this service";
        self.unavailable(UNREADABLE, format!("the answer (HTTP {status}) cannot be read; {advice}"))
    }

    /// Returns the error for an answer without the requested value.
    pub(super) fn no_value(&self) -> Error {
        self.unavailable(UNREADABLE, "the answer has no value".to_owned())
    }

    /// Returns the error for a missing or incomplete answer.
    pub(super) fn unavailable(&self, code: &str, reason: String) -> Error {
        let Self { what, place, .. } = self;
        let message = format!("cannot read {what} in {place}: {reason}");
        Error::aws(ErrorKind::Unavailable, message, self.failure(code, reason))
    }

    /// Returns the error for a failed connection.
    pub(super) fn unreachable(&self, reason: Reason) -> Error {
        self.unavailable(reason.code, reason.text)
    }

    /// Returns the error for a configuration problem that was found during the call, for example with credentials.
    fn misconfigured(&self, error: &(dyn StdError + 'static)) -> Error {
        find::<Error>(error).map_or_else(|| self.no_value(), |ours| ours.while_reading(&self.what))
    }

    /// Returns the error for a request that could not be sent: no endpoint can be derived from the Region and the
    /// name, or the request cannot be signed.
    fn not_sent(&self, error: &(dyn StdError + 'static)) -> Error {
        let Self { what, place, .. } = self;
        let reason = causes(error).last().map(ToString::to_string).unwrap_or_default();
        let reason = reason.trim_end_matches('.');
        let advice = "nothing was sent; check the Region, the endpoint, the credentials' form and the name";
        Error::new(
            ErrorKind::Configuration,
            format!("cannot read {what} in {place}: the request cannot be made: {reason}; {advice}"),
        )
    }

    fn failure(&self, code: &str, reason: String) -> AwsFailure {
        let operation = self.operation.name();
        AwsFailure { operation, code: code.to_owned(), message: reason, request_id: None, status: None }
    }
}

/// Returns the error for missing credentials. The reasons of the SDK's chain are dropped, because a credential process
/// may print secrets.
pub(super) fn no_credentials(error: &(dyn StdError + 'static)) -> Error {
    if let Some(ours) = find::<Error>(error) {
        return ours.clone();
    }
    let is_instance = |to: &str| is_link_local(to); // called last, and missing on other machines
    if find::<NotConnected>(error).is_some_and(|failed| !is_instance(&failed.to)) {
        let Reason { code, text } = Reason::of(error);
        let failure = AwsFailure { operation: "credentials", code: code.to_owned(), ..AwsFailure::default() };
        let failure = AwsFailure { message: text.clone(), ..failure };
        return Error::aws(ErrorKind::Unavailable, format!("no AWS credentials: {text}"), failure);
    }
    let says_sso = |cause: String| cause.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "sso");
    let wants_sso = causes(error).any(|cause| says_sso(cause.to_string()));
    let advice = if wants_sso {
        "the profile uses SSO: run `aws sso login`, or set what `aws configure export-credentials --format env` prints"
    } else {
        "in Lambda the function's role gives them; elsewhere set AWS_PROFILE, or AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY"
    };
    let profile = super::config::profile();
    Error::unset("NoCredentials", format!("no AWS credentials{profile}; {advice}"))
}

/// Returns `true` if AWS rejected the credentials as wrong or expired.
pub(crate) fn refuses_credentials(error: &Error) -> bool {
    error.aws_failure().is_some_and(|failure| is_about_credentials(&failure.code))
}

/// Returns the error for a failure that another process was answered with, and its message.
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub(crate) fn reported(message: String, failure: AwsFailure) -> Error {
    Error::aws(kind(&failure), message, failure)
}

/// Returns `true` if the HTTP client sent the request. An earlier failure is permanent.
fn was_tried(failure: &DispatchFailure) -> bool {
    failure.is_io() || failure.is_timeout() || failure.as_other().is_some()
}

/// Returns `true` if the connection ended before the answer did.
fn broke_off(error: &(dyn StdError + 'static)) -> bool {
    find::<hyper::Error>(error).is_some() || find::<io::Error>(error).is_some()
}

fn failure(operation: Operation, answer: &HttpResponse, code: Option<&str>, message: Option<&str>) -> AwsFailure {
    let status = answer.status().as_u16();
    AwsFailure {
        operation: operation.name(),
        code: code.map_or_else(|| status.to_string(), str::to_owned),
        message: message.unwrap_or_default().to_owned(),
        request_id: request_id(answer),
        status: Some(status),
    }
}

/// Describes the code and the message, if there are any, because other servers leave them out.
fn said(failure: &AwsFailure) -> String {
    let AwsFailure { code, message, status, .. } = failure;
    let message = message.trim().trim_end_matches('.');
    let code =
        if status.is_some_and(|status| *code == status.to_string()) { format!("HTTP {code}") } else { code.clone() };
    if message.is_empty() { code } else { format!("{code}: {message}") }
}

/// Returns the answer's time by AWS's clock.
fn date(answer: &HttpResponse) -> Option<&str> {
    answer.headers().get("date")
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
        "InvalidObjectState" => ErrorKind::Rejected,
        _ if advice::is_about_the_clock(failure) => ErrorKind::Rejected,
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
