//! What can be cached: one module a service. A source knows how to ask and what an answer means, nothing of the cache.

pub mod api;
pub mod custom;
pub mod permission;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "secrets-manager")]
pub mod secrets_manager;
#[cfg(feature = "ssm")]
pub mod ssm;

use std::borrow::Cow;

pub use api::Api;
pub use permission::{Operation, Permission, Place};

use crate::{
    Error, ErrorKind, Value,
    engine::{Fetched, Freshness, Identity, Key},
};

/// Where a request is answered backend.
#[derive(Clone, Copy)]
pub(crate) struct Backend<'a> {
    pub(crate) api: &'a dyn Api,
    #[cfg(feature = "s3")]
    pub(crate) files: &'a s3::Files,
}

/// What to fetch, from which source.
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
    /// What somebody else fetches.
    Custom(custom::Custom),
}

impl Request {
    /// The entry name that the request's own name gives.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntryName`] for a list, [`ErrorKind::InvalidArgument`] where the name ends in `/`.
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

    /// The request's own name, whose end says what it holds: an object's URI, a name's last segment; nothing of several.
    #[must_use]
    pub fn own_name(&self) -> String {
        match self {
            #[cfg(feature = "s3")]
            Self::Object(object) => object.uri(),
            _ => self.default_entry_name().unwrap_or_default(),
        }
    }

    /// The entry name: `given`, else what the request's own name gives.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntryName`] or [`ErrorKind::InvalidArgument`].
    pub fn entry_name(&self, given: Option<Cow<'static, str>>) -> Result<Cow<'static, str>, Error> {
        match given {
            Some(name) if !name.is_empty() => Ok(name),
            _ => self.default_entry_name().map(Cow::from),
        }
    }

    /// The request's key.
    #[must_use]
    pub fn key(&self) -> Key {
        self.identified(Key::of)
    }

    /// What it asks for, in words: the key, less what only tells files and callables apart.
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

    /// What a role must allow for it, in a function at `place`. Of a custom entry nothing is known.
    ///
    /// Where a key of KMS is the user's own, reading takes `kms:Decrypt` on it besides.
    #[must_use]
    pub fn permissions(&self, place: Place<'_>) -> Vec<Permission> {
        let _ = place; // of no use where there is no source

        match self {
            #[cfg(feature = "ssm")]
            Self::Parameters(parameters) => parameters.permissions(place),
            #[cfg(feature = "secrets-manager")]
            Self::Secret(secret) => secret.permissions(place),
            #[cfg(feature = "s3")]
            Self::Object(object) => object.permissions(place),
            Self::Custom(_) => Vec::new(),
        }
    }

    /// Whether it is an entry of the same thing, in whatever version or form.
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

    /// What `act` makes of the request's identity, for which no key is made where the request has one as it is.
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

    /// Asks the source, which is told what is held, however old, and how fresh is fresh.
    pub(crate) async fn fetch(
        &self,
        backend: Backend<'_>,
        held: Option<&Value>,
        freshness: Freshness<'_>,
    ) -> Result<Fetched<Value>, Error> {
        let _ = (held, freshness); // for the sources that keep something of their own

        match self {
            #[cfg(feature = "ssm")]
            Self::Parameters(parameters) => parameters.fetch(backend.api).await.map(Fetched::Now),
            #[cfg(feature = "secrets-manager")]
            Self::Secret(secret) => secret.fetch(backend.api, freshness.now()).await,
            #[cfg(feature = "s3")]
            Self::Object(object) => object.fetch(backend.api, backend.files, held, freshness).await,
            Self::Custom(custom) => custom.fetch(backend.api).await.map(Fetched::Now),
        }
    }
}

/// The refusal of one entry name for two things in one handler.
pub(crate) fn one_name_for_two(entry_name: &str, first: &Key, second: &Key) -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        format!(
            "two decorators of one handler give the entry name {entry_name:?}, to {first} and to {second}: \
             pass another entry_name to one of them"
        ),
    )
}
