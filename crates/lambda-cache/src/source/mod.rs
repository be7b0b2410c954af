//! The sources of cached values, one module for each service. A source knows the requests and answers of its service,
//! and does not know the cache.

pub mod api;
pub mod custom;
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub(crate) mod list;
pub mod permission;
pub(crate) mod policy;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "secrets-manager")]
pub mod secrets_manager;
#[cfg(feature = "ssm")]
pub mod ssm;

use std::borrow::Cow;

pub use api::{Answering, Api};
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub(crate) use list::List;
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub use list::Names;
pub use permission::{ArnScope, Operation, Permission};

use crate::{
    ConversionError, Error, ErrorKind, Value,
    engine::{Fetched, Freshness, Identity, Key},
    value::Item,
};

/// The services that a request is fetched from: the API calls and, for S3, the download folder.
#[derive(Clone, Copy)]
pub(crate) struct Services<'a> {
    pub(crate) api: &'a dyn Api,
    #[cfg(feature = "s3")]
    pub(crate) files: &'a s3::Files,
}

/// A request to a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// SSM parameters.
    #[cfg(feature = "ssm")]
    Parameters(ssm::Parameters),
    /// A Secrets Manager secret.
    #[cfg(feature = "secrets-manager")]
    Secret(secrets_manager::Secret),
    /// An S3 object.
    #[cfg(feature = "s3")]
    Object(s3::Object),
    /// A custom entry.
    Custom(custom::Custom),
}

impl Request {
    /// Returns `true` for several values, which need a name only on a context.
    pub(crate) fn is_group(&self) -> bool {
        match self {
            #[cfg(feature = "ssm")]
            Self::Parameters(parameters) => parameters.is_group(),
            #[cfg(feature = "secrets-manager")]
            Self::Secret(secret) => secret.is_group(),
            #[allow(unreachable_patterns, reason = "without those sources")]
            _ => false,
        }
    }

    /// Returns the entry name derived from the request's own name.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntryName`] for a list, or [`ErrorKind::InvalidArgument`] if the name ends in `/`.
    #[allow(clippy::unnecessary_wraps, reason = "with the feature s3 alone nothing can fail")]
    fn default_entry_name(&self) -> Result<String, Error> {
        match self {
            #[cfg(feature = "ssm")]
            Self::Parameters(parameters) => parameters.entry_name(),
            #[cfg(feature = "secrets-manager")]
            Self::Secret(secret) => secret.entry_name(),
            #[cfg(feature = "s3")]
            Self::Object(object) => object.entry_name(),
            Self::Custom(custom) => Ok(custom.entry_name()),
        }
    }

    /// Returns the name that indicates the content's format: an object's URI, or the last segment of a name. It is
    /// empty for several names.
    #[must_use]
    pub fn own_name(&self) -> String {
        match self {
            #[cfg(feature = "s3")]
            Self::Object(object) => object.uri(),
            _ => self.default_entry_name().unwrap_or_default(),
        }
    }

    /// Returns the entry name: `given`, or the name derived from the request.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntryName`] or [`ErrorKind::InvalidArgument`].
    pub fn entry_name(&self, given: Option<Cow<'static, str>>) -> Result<Cow<'static, str>, Error> {
        match given {
            Some(name) if !name.is_empty() => Ok(name),
            _ => self.default_entry_name().map(Cow::from),
        }
    }

    /// Returns the request's key.
    #[must_use]
    pub fn key(&self) -> Key {
        self.identified(Key::of)
    }

    /// Returns the error for a value of this request that cannot be converted.
    #[must_use]
    pub fn conversion_failure(&self, error: &ConversionError) -> Error {
        Error::new(ErrorKind::InvalidValue, format!("cannot use {}: {error}", self.key()))
    }

    /// Returns a description of the request: the key without the parts that only distinguish files and callables.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            #[cfg(feature = "s3")]
            Self::Object(object) => object.description(),
            Self::Custom(custom) => custom.description(),
            #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
            _ => self.key().to_string(),
        }
    }

    /// Returns the permissions that the function's role needs, for a function in `scope`. They are unknown for a
    /// custom entry.
    ///
    /// If a value is encrypted with a customer managed KMS key, reading it also needs `kms:Decrypt` on the key.
    #[must_use]
    pub fn permissions(&self, scope: ArnScope<'_>) -> Vec<Permission> {
        let _ = scope; // unused without sources

        match self {
            #[cfg(feature = "ssm")]
            Self::Parameters(parameters) => parameters.permissions(scope),
            #[cfg(feature = "secrets-manager")]
            Self::Secret(secret) => secret.permissions(scope),
            #[cfg(feature = "s3")]
            Self::Object(object) => object.permissions(scope),
            Self::Custom(_) => Vec::new(),
        }
    }

    /// Returns `true` if the key is an entry of the same resource, whatever its version or form.
    pub(crate) fn has(&self, key: &Key) -> bool {
        match self {
            #[cfg(feature = "ssm")]
            Self::Parameters(parameters) => parameters.has(key),
            #[cfg(feature = "secrets-manager")]
            Self::Secret(secret) => secret.has(key),
            #[cfg(feature = "s3")]
            Self::Object(object) => object.has(key),
            Self::Custom(custom) => custom.has(key),
        }
    }

    /// Calls `act` with the request's identity, without creating a key if the request already contains the identity.
    pub(crate) fn identified<R>(&self, act: impl FnOnce(&dyn Identity) -> R) -> R {
        match self {
            #[cfg(feature = "ssm")]
            Self::Parameters(parameters) => act(&parameters.identity()),
            #[cfg(feature = "secrets-manager")]
            Self::Secret(secret) => act(&secret.identity()),
            #[cfg(feature = "s3")]
            Self::Object(object) => act(&object.key()),
            Self::Custom(custom) => act(&custom.identity()),
        }
    }

    /// Fetches from the source. `held` is the present value, however old, and `freshness` decides whether a value is
    /// fresh.
    pub(crate) async fn fetch(
        &self,
        services: Services<'_>,
        held: Option<&Value>,
        freshness: Freshness<'_>,
    ) -> Result<Fetched<Item>, Error> {
        let _ = held; // used only by sources that keep state
        if let Some(answering) = services.api.answer(self, freshness)
            && let Some(answer) = answering.await
        {
            return answer;
        }
        match self {
            #[cfg(feature = "ssm")]
            Self::Parameters(parameters) => parameters.fetch(services.api).await.map(Fetched::Now),
            #[cfg(feature = "secrets-manager")]
            Self::Secret(secret) => secret.fetch(services.api, freshness.now()).await,
            #[cfg(feature = "s3")]
            Self::Object(object) => object.fetch(services.api, services.files, held, freshness).await,
            Self::Custom(custom) => custom.fetch(services.api).await.map(|value| Fetched::Now(value.into())),
        }
    }
}

/// Creates the error for one entry name with two different requests in one handler.
pub(crate) fn one_name_for_two(entry_name: &str, first: &Key, second: &Key) -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        format!(
            "two decorators of one handler give the entry name {entry_name:?}, to {first} and to {second}: \
             pass another entry_name to one of them"
        ),
    )
}
