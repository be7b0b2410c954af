use std::{fmt, path::PathBuf, sync::Arc};

use crate::{
    Error, Request,
    engine::{Clock, Engine, Entry, Fetched, Freshness, MaxAge, Slot},
    source::{Api, s3::Files},
    value::Cached,
};

/// Entries that a cache holds at most, unless told otherwise.
pub const DEFAULT_CAPACITY: usize = 1_000;

/// The engine and the sources, joined: values by request.
pub struct Cache {
    engine: Engine<Cached>,
    api: Arc<dyn Api>,
    files: Files,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("engine", &self.engine).finish_non_exhaustive()
    }
}

impl Cache {
    /// An empty cache of what `api` answers.
    #[must_use]
    pub fn new(api: Arc<dyn Api>, clock: Clock) -> Self {
        let files = Files::new(clock.now(), None);
        Self { engine: Engine::new(clock, DEFAULT_CAPACITY), api, files }
    }

    /// Has S3 objects downloaded to `dir`, instead of the folder that `LAMBDA_CACHE_DIR` names, or `/tmp`.
    #[must_use]
    pub fn with_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.files = Files::new(self.clock().now(), Some(dir.into()));
        self
    }

    /// An empty cache of the same sources on the same clock.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self::new(Arc::clone(&self.api), self.clock().clone())
    }

    /// The clock that ages are read from.
    pub fn clock(&self) -> &Clock {
        self.engine.clock()
    }

    /// The slot of a request, to be read without a lock.
    pub fn slot(&self, request: &Request) -> Arc<Slot<Cached>> {
        self.engine.slot(&request.key())
    }

    /// The entry of a request, fetched unless one younger than `max_age` is there: at most one AWS call (a list of
    /// parameters: one for each ten names).
    ///
    /// # Errors
    /// Why it could not be fetched. An error is never kept.
    pub async fn get(&self, request: &Request, max_age: MaxAge) -> Result<Arc<Entry<Cached>>, Error> {
        self.get_slot(&self.slot(request), request, max_age).await
    }

    pub(crate) async fn get_slot(
        &self,
        slot: &Arc<Slot<Cached>>,
        request: &Request,
        max_age: MaxAge,
    ) -> Result<Arc<Entry<Cached>>, Error> {
        let freshness = Freshness::new(self.clock(), max_age);
        let fetch = async |held: Option<Arc<Entry<Cached>>>| {
            let held = held.as_ref().map(|entry| entry.value.value());
            let fetched = request.fetch(&*self.api, &self.files, held, freshness).await?;
            Ok(match fetched {
                Fetched::Now(value) => Fetched::Now(Cached::from(value)),
                Fetched::Then(value, began) => Fetched::Then(Cached::from(value), began),
            })
        };
        self.engine.get(slot, max_age, fetch).await
    }

    /// Removes the files that were downloaded, for tests that clean up behind themselves.
    pub fn remove_files(&self) {
        self.files.remove_all();
    }
}
