use std::{fmt, sync::Arc, time::Duration};

use lambda_cache_names::NameError;

/// The reason why a value could not be returned: the name that was requested, AWS's answer, and how to fix it.
///
/// Cloning copies one pointer, so that all callers waiting for one fetch get the same error. It contains AWS's code,
/// message and request id, but not the SDK's error, because that shows response bodies in `Debug`. It never contains
/// a value.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    aws: Option<AwsFailure>,
    os_error: Option<i32>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The kind of an error, for code that handles errors differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument is invalid.
    InvalidArgument,
    /// Several names were given without an entry name.
    NoEntryName,
    /// An S3 URI does not have the form `s3://bucket/key`.
    InvalidS3Uri,
    /// The Region or the credentials are missing, or a certificate bundle is unreadable.
    Configuration,
    /// The parameter, secret, bucket or object does not exist.
    NotFound,
    /// The function's role lacks a permission.
    AccessDenied,
    /// AWS throttled the request.
    Throttled,
    /// The connection failed, the answer did not arrive in time, or the service failed.
    Unavailable,
    /// AWS rejected the request for another reason.
    Rejected,
    /// The download folder is full, read-only, or owned by another user.
    Storage,
    /// The value cannot be converted to the requested type.
    InvalidValue,
    /// A custom source failed. Its error is the [`source`](std::error::Error::source).
    Custom,
    /// A test requested a name that has no test value.
    NotSupplied,
    /// The AWS SDK or this crate panicked.
    Internal,
}

/// The failure as reported by AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AwsFailure {
    /// The API operation, such as `GetParameter`.
    pub operation: &'static str,
    /// AWS's error code, such as `ParameterNotFound`. If AWS did not answer or could not be called, it is
    /// `RequestTimeout`, `ConnectTimeout`, `ConnectionError`, `ProxyConnectionError`, `SSLError`, `UnreadableResponse`,
    /// `NoRegion`, `NoCredentials` or `ProfileNotFound`.
    pub code: String,
    /// AWS's message.
    pub message: String,
    /// The request id, if there was an answer.
    pub request_id: Option<String>,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
}

impl Error {
    /// Creates an error without an AWS failure.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), aws: None, os_error: None, source: None }))
    }

    /// Creates the error of a custom entry from its source's error. `kind` decides whether it counts as transient.
    #[must_use]
    pub fn custom(kind: ErrorKind, name: &str, source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let message = format!("custom {name} could not be fetched: {source}");
        Self(Arc::new(Inner { kind, message, aws: None, os_error: None, source: Some(source.into()) }))
    }

    /// Creates the error for an invalid name.
    #[cfg_attr(not(any(feature = "ssm", feature = "secrets-manager", feature = "s3")), expect(dead_code))]
    #[allow(clippy::needless_pass_by_value, reason = "for map_err")]
    pub(crate) fn invalid_name(error: NameError) -> Self {
        let kind = match error {
            NameError::InvalidS3Uri { .. } | NameError::NotAnAccessPoint { .. } | NameError::VersionInS3Uri { .. } => {
                ErrorKind::InvalidS3Uri
            }
            NameError::ListWithoutEntryName => ErrorKind::NoEntryName,
            _ => ErrorKind::InvalidArgument,
        };
        Self::new(kind, error.to_string())
    }

    /// Creates the error for a fetch that the invocation had too little time for.
    pub(crate) fn out_of_time(key: &impl fmt::Display, time_left: Duration) -> Self {
        let time_left_ms = time_left.as_millis();
        let message = format!(
            "no answer for {key} within the {time_left_ms} ms that the invocation had left for it: raise the function's \
             timeout"
        );
        Self::new(ErrorKind::Unavailable, message)
    }

    /// Creates the error for a missing setting that AWS calls require. `code` names the setting.
    #[cfg(feature = "_source")]
    pub(crate) fn unset(code: &str, message: String) -> Self {
        let failure = AwsFailure { code: code.to_owned(), message: message.clone(), ..AwsFailure::default() };
        Self::aws(ErrorKind::Configuration, message, failure)
    }

    #[cfg(feature = "_source")]
    pub(crate) fn aws(kind: ErrorKind, message: String, failure: AwsFailure) -> Self {
        Self(Arc::new(Inner { kind, message, aws: Some(failure), os_error: None, source: None }))
    }

    /// Returns this error with the file that was being read in its message.
    #[cfg(feature = "_source")]
    pub(crate) fn while_reading(&self, what: &str) -> Self {
        let Inner { kind, message, aws, .. } = &*self.0;
        let message = format!("cannot read {what}: {message}");
        Self(Arc::new(Inner { kind: *kind, message, aws: aws.clone(), os_error: None, source: None }))
    }

    /// Creates a file error with the operation, the path, the system's error and how to fix it.
    #[cfg(feature = "s3")]
    pub(crate) fn storage(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        use std::io;

        let advice = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "the folder is full: give the function more ephemeral storage, or point LAMBDA_CACHE_DIR elsewhere"
            }
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                "the folder is not writable: point LAMBDA_CACHE_DIR at one that is (in Lambda only /tmp is)"
            }
            io::ErrorKind::IsADirectory => "a folder is in the way: pass another entry_name",
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                "the folder does not exist: create it, or point LAMBDA_CACHE_DIR at one that does"
            }
            _ => "see LAMBDA_CACHE_DIR for the folder that is used",
        };
        let message = format!("cannot {doing} {}: {error}; {advice}", path.display());
        Self(Arc::new(Inner {
            kind: ErrorKind::Storage,
            message,
            aws: None,
            os_error: error.raw_os_error(),
            source: None,
        }))
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns AWS's failure, if AWS caused the error.
    #[must_use]
    pub fn aws_failure(&self) -> Option<&AwsFailure> {
        self.0.aws.as_ref()
    }

    /// Returns the operating system's error number, if a file operation caused the error.
    #[must_use]
    pub fn os_error(&self) -> Option<i32> {
        self.0.os_error
    }

    /// Returns `true` if the requested parameter, secret, bucket or object does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Returns `true` if the function's role lacks a permission.
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        self.kind() == ErrorKind::AccessDenied
    }

    /// Returns `true` if the call may succeed later: after throttling, a timeout, a connection failure or a failure
    /// of the service. Errors of a custom source count as transient too, because nothing else is known about them.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.kind(), ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Custom)
    }
}

#[cfg(feature = "_source")]
impl Error {
    /// The code when an answer, or the next part of its body, did not arrive in time.
    pub(crate) const TIMEOUT: &str = "RequestTimeout";
    /// The code of a connection that was not opened in time.
    pub(crate) const CONNECT_TIMEOUT: &str = "ConnectTimeout";

    /// Returns `true` if a timeout caused the error.
    #[cfg(feature = "s3")]
    pub(crate) fn is_timeout(&self) -> bool {
        self.aws_failure().is_some_and(|failure| [Self::TIMEOUT, Self::CONNECT_TIMEOUT].contains(&&*failure.code))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}: {})", self.0.kind, self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
