//! The entries of a program that also writes, and that sees what it fetches in other ways.

use std::{future::Future, sync::Arc};

use super::{Cache, freshness::FreshnessOptions};
#[cfg(feature = "secrets-manager")]
use crate::source::secrets_manager;
#[cfg(feature = "ssm")]
use crate::source::ssm;
use crate::{
    Error,
    engine::{Entry, Fetched},
    runtime::guard::guarded,
    source::Request,
    value::{Cached, Item},
};

/// Internal methods used by the agent. Not public API.
#[doc(hidden)]
impl Cache {
    /// Returns the entry of a request, fetched with `fetch` unless there is a fresh one.
    ///
    /// # Errors
    /// The error of `fetch`. Errors are never cached.
    pub async fn get_with<Fetching>(
        &self,
        request: &Request,
        ages: impl Into<FreshnessOptions>,
        fetch: impl Fn() -> Fetching,
    ) -> Result<Arc<Entry<Cached>>, Error>
    where
        Fetching: Future<Output = Result<Item, Error>> + Send + 'static,
    {
        let policy = self.policy(ages.into())?;
        let slot = self.slot(request);
        let fetch = |held: Option<Arc<Entry<Cached>>>| {
            let (what, fetching) = (request.key(), fetch());
            async move {
                let item = guarded(|| format!("fetching {what}"), fetching).await?;
                Ok(Fetched::Now(Cached::after(item, held.as_ref().map(|entry| &entry.value))))
            }
        };
        self.0.engine.fetch(&slot, policy, None, fetch).await.map(|served| served.entry)
    }

    /// Removes every entry that contains this parameter, given by its name or ARN: alone, in a list or below a path.
    #[cfg(feature = "ssm")]
    pub fn forget_parameter(&self, name: &str) {
        self.invalidate(|key| ssm::contains(key, name));
    }

    /// Removes every entry that contains this secret, given by its name or ARN: alone, in a list, or as a parameter
    /// that refers to it.
    #[cfg(feature = "secrets-manager")]
    pub fn forget_secret(&self, id: &str) {
        self.invalidate(|key| {
            #[cfg(feature = "ssm")]
            if ssm::refers_to(key, |secret| secrets_manager::is_same(secret, id)) {
                return true;
            }
            secrets_manager::contains(key, id)
        });
    }
}
