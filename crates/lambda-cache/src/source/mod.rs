//! What can be cached: one module a service. A source knows how to ask and what an answer means, nothing of the cache.

pub mod api;
pub mod s3;
pub mod secrets_manager;
pub mod ssm;

pub use api::{Api, GetObject};

use crate::{
    Error, ErrorKind, Value,
    engine::{Fetched, Freshness, Key},
};

/// What to fetch, from which source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// SSM parameters.
    Parameters(ssm::Parameters),
    /// A Secrets Manager secret.
    Secret(secrets_manager::Secret),
    /// An S3 object.
    Object(s3::Object),
}

impl Request {
    /// The entry name that the request's own name gives.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntryName`] for a list, [`ErrorKind::InvalidArgument`] where the name ends in `/`.
    fn default_entry_name(&self) -> Result<String, Error> {
        match self {
            Self::Parameters(parameters) => parameters.entry_name(),
            Self::Secret(secret) => secret.entry_name(),
            Self::Object(object) => Ok(object.entry_name()),
        }
    }

    /// The entry name: `given`, else what the request's own name gives.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntryName`] or [`ErrorKind::InvalidArgument`].
    pub fn entry_name(&self, given: Option<String>) -> Result<String, Error> {
        match given {
            Some(name) if !name.is_empty() => Ok(name),
            _ => self.default_entry_name(),
        }
    }

    /// The request's identity.
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Self::Parameters(parameters) => parameters.key(),
            Self::Secret(secret) => secret.key(),
            Self::Object(object) => object.key(),
        }
    }

    /// Asks the source.
    pub(crate) async fn fetch(
        &self,
        api: &dyn Api,
        files: &s3::Files,
        held: Option<&Value>,
        freshness: Freshness<'_>,
    ) -> Result<Fetched<Value>, Error> {
        match self {
            Self::Parameters(parameters) => parameters.fetch(api).await.map(Fetched::Now),
            Self::Secret(secret) => secret.fetch(api).await.map(Fetched::Now),
            Self::Object(object) => object.fetch(api, files, held, freshness).await,
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
