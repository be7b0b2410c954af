//! Secrets Manager: one secret, as stored.

use std::slice;

use lambda_cache_names::secret;

use super::api::Api;
use crate::{Error, Value, engine::Identity};

/// What to read from Secrets Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    name: String,
}

impl Secret {
    /// One secret, by name or ARN.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind) where the name is empty.
    pub fn new(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        if name.is_empty() {
            secret::entry_name(&name)?;
        }
        Ok(Self { name })
    }

    pub(super) fn entry_name(&self) -> Result<String, Error> {
        Ok(secret::entry_name(&self.name)?.to_owned())
    }

    pub(super) fn identity(&self) -> impl Identity {
        ("secret", slice::from_ref(&self.name))
    }

    pub(super) async fn fetch(&self, api: &dyn Api) -> Result<Value, Error> {
        api.get_secret_value(&self.name).await
    }
}
