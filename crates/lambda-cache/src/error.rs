use std::{fmt, sync::Arc};

use lambda_cache_names::{NameError, age::NotAnAge};

/// Why a value could not be had: what was asked, what AWS said, and what to do.
///
/// One word to clone, so that all who wait for one fetch get the same error. It copies AWS's code, message and request
/// id and carries no SDK error: those print response bodies in `Debug`. It never holds a value.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    aws: Option<AwsFailure>,
    os_error: Option<i32>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What went wrong, for those who decide what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument cannot mean anything.
    InvalidArgument,
    /// Several names without a name for the entry.
    NoEntryName,
    /// Not of the form `s3://bucket/key`.
    InvalidS3Uri,
    /// No Region, no credentials, an unreadable certificate bundle.
    Configuration,
    /// AWS has no such parameter, secret, bucket or object.
    NotFound,
    /// The function's role may not.
    AccessDenied,
    /// Too many requests.
    Throttled,
    /// No connection, no answer in time, or the service failed.
    Unavailable,
    /// AWS refused the request for another reason.
    Rejected,
    /// The folder of downloads: full, read-only, not ours.
    Storage,
    /// The value is not of the type that was asked for.
    InvalidValue,
    /// A custom source failed; its own error is the [`source`](std::error::Error::source).
    Custom,
    /// A test asked for a name that it did not supply.
    NotSupplied,
    /// A panic below this crate's API, in the AWS SDK or in the crate itself.
    Internal,
}

/// What AWS said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsFailure {
    /// The API operation, such as `GetParameter`.
    pub operation: &'static str,
    /// AWS's error code, such as `ParameterNotFound`. Where AWS did not answer or could not be asked, one of `RequestTimeout`,
    /// `ConnectionError`, `ProxyConnectionError`, `SSLError`, `UnreadableResponse`, `NoRegion` and `NoCredentials`.
    pub code: String,
    /// AWS's message.
    pub message: String,
    /// The request's id, where there was an answer.
    pub request_id: Option<String>,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
}

impl Error {
    /// An error that AWS has no part in.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), aws: None, os_error: None, source: None }))
    }

    /// What the source of a custom entry failed with; `kind` says whether that may pass.
    #[must_use]
    pub fn custom(kind: ErrorKind, name: &str, source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let message = format!("custom {name} could not be fetched: {source}");
        Self(Arc::new(Inner { kind, message, aws: None, os_error: None, source: Some(source.into()) }))
    }

    /// A setting that nothing gives, without which AWS cannot be asked. `code` tells which.
    #[cfg(feature = "_source")]
    pub(crate) fn unset(code: &str, message: String) -> Self {
        let failure = AwsFailure { code: code.to_owned(), message: message.clone(), ..AwsFailure::default() };
        Self::aws(ErrorKind::Configuration, message, failure)
    }

    #[cfg(feature = "_source")]
    pub(crate) fn aws(kind: ErrorKind, message: String, failure: AwsFailure) -> Self {
        Self(Arc::new(Inner { kind, message, aws: Some(failure), os_error: None, source: None }))
    }

    /// The same error, and what was being read when it came up.
    #[cfg(feature = "_source")]
    pub(crate) fn while_reading(&self, what: &str) -> Self {
        let Inner { kind, message, aws, .. } = &*self.0;
        let message = format!("cannot read {what}: {message}");
        Self(Arc::new(Inner { kind: *kind, message, aws: aws.clone(), os_error: None, source: None }))
    }

    /// Trouble with a file: what was being done, where, what the system said, and what to do.
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

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What AWS said, where it was AWS that failed.
    #[must_use]
    pub fn aws_failure(&self) -> Option<&AwsFailure> {
        self.0.aws.as_ref()
    }

    /// The operating system's error number, where it was a file that failed.
    #[must_use]
    pub fn os_error(&self) -> Option<i32> {
        self.0.os_error
    }

    /// Whether AWS has no such thing.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether the function's role may not read it.
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        self.kind() == ErrorKind::AccessDenied
    }

    /// Whether the same call may work later: throttling, time-outs, no connection, the service's own failures; and whatever
    /// a custom source failed with, of which nothing else is known.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.kind(), ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Custom)
    }
}

#[cfg(feature = "_source")]
impl Error {
    /// The code of an answer, or of the next piece of one, that did not come in time.
    pub(crate) const TIMEOUT: &str = "RequestTimeout";

    /// Whether it took as long as a time-out to know.
    #[cfg(feature = "s3")]
    pub(crate) fn is_timeout(&self) -> bool {
        self.aws_failure().is_some_and(|failure| failure.code == Self::TIMEOUT)
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

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        let kind = match error {
            NameError::InvalidS3Uri { .. } | NameError::NotAnAccessPoint { .. } | NameError::VersionInS3Uri { .. } => {
                ErrorKind::InvalidS3Uri
            }
            NameError::ListWithoutEntryName => ErrorKind::NoEntryName,
            _ => ErrorKind::InvalidArgument,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<NotAnAge> for Error {
    fn from(error: NotAnAge) -> Self {
        Self::new(ErrorKind::InvalidArgument, error.to_string())
    }
}
