use std::sync::Arc;

use lambda_cache::{
    __binding::{engine::Entry, freshness::FreshnessOptions, source::Request},
    Cache, Cached, Error,
};

use crate::{access::Access, error::StartError, settings::Settings, upstream};

/// The state that all connections share.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) settings: Settings,
    pub(crate) access: Access,
    pub(crate) cache: Cache,
}

impl Agent {
    /// Creates the agent. Nothing is fetched, and no connection is opened.
    pub(crate) fn new(settings: Settings) -> Result<Arc<Self>, StartError> {
        let access = Access::new(&settings)?;
        let api = upstream::limited(&settings);
        let cache = Cache::builder().capacity(settings.cache_size).api(api).build();
        Ok(Arc::new(Self { settings, access, cache }))
    }

    /// Returns the entry of a request: a hit without a wait, or else fetched within the limits of its service.
    pub(crate) async fn entry(&self, request: &Request, ages: FreshnessOptions) -> Result<Arc<Entry<Cached>>, Error> {
        if let Some(hit) = self.cache.hit(request, ages) {
            return Ok(hit);
        }
        self.cache.get(request, ages).await
    }
}
