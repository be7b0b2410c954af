use std::sync::Arc;

use lambda_cache::{
    __binding::{engine::Entry, freshness::FreshnessOptions, source::Request},
    Cache, Cached, Error,
};

use crate::{access::Access, error::StartError, roles::Roles, settings::Settings, upstream::Upstream};

/// The state that all connections share.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) settings: Settings,
    pub(crate) access: Access,
    pub(crate) cache: Cache,
    pub(crate) upstream: Upstream,
    pub(crate) roles: Roles,
}

impl Agent {
    /// Creates the agent. Nothing is fetched, and no connection is opened.
    pub(crate) fn new(settings: Settings) -> Result<Arc<Self>, StartError> {
        let access = Access::new(&settings)?;
        let upstream = Upstream::new(&settings);
        let cache = Cache::builder().capacity(settings.cache_size).api(upstream.limited(&settings)).build();
        Ok(Arc::new(Self { settings, access, cache, upstream, roles: Roles::default() }))
    }

    /// Returns the entry of a request: a hit without a wait, or else fetched within the limits of its service.
    pub(crate) async fn entry(&self, request: &Request, ages: FreshnessOptions) -> Result<Arc<Entry<Cached>>, Error> {
        entry(&self.cache, request, ages).await
    }

    /// Returns the cache and those of assumed roles.
    pub(crate) async fn caches(&self) -> Vec<Cache> {
        let mut caches = vec![self.cache.clone()];
        caches.extend(self.roles.all().await);
        caches
    }
}

/// Returns the entry of a request in `cache`.
pub(crate) async fn entry(
    cache: &Cache,
    request: &Request,
    ages: FreshnessOptions,
) -> Result<Arc<Entry<Cached>>, Error> {
    if let Some(hit) = cache.hit(request, ages) {
        return Ok(hit);
    }
    cache.get(request, ages).await
}
