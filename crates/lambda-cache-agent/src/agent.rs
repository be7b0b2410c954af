use std::sync::Arc;

use lambda_cache::{
    __binding::{
        engine::Entry,
        freshness::FreshnessOptions,
        source::{Api, Request},
    },
    Cache, Cached, Error,
};

use crate::{
    access::Access, error::StartError, roles::Roles, settings::Settings, signature::Known, upstream::Upstream,
};

/// The state that all connections share.
pub(crate) struct Agent {
    pub(crate) settings: Settings,
    pub(crate) access: Access,
    pub(crate) cache: Cache,
    /// The calls that fill the cache.
    pub(crate) api: Arc<dyn Api>,
    pub(crate) known: Known,
    pub(crate) upstream: Upstream,
    pub(crate) roles: Roles,
}

impl Agent {
    /// Creates the agent. Nothing is fetched, and no connection is opened.
    pub(crate) fn new(settings: Settings) -> Result<Arc<Self>, StartError> {
        let access = Access::new(&settings)?;
        let upstream = Upstream::new(&settings);
        let api = upstream.limited(&settings);
        let cache = Cache::builder().capacity(settings.cache_size).api(Arc::clone(&api)).build();
        let known = Known::new(&settings);
        Ok(Arc::new(Self { settings, access, cache, api, known, upstream, roles: Roles::default() }))
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
