use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use lambda_cache_names::s3::S3Uri;

use super::{
    file_registry::{FileRegistry, Reservation},
    quota,
};
use crate::{Error, engine::Moment};

/// The files that one cache has returned, and the time at which it was created.
#[derive(Debug)]
pub struct Files {
    since: Moment,
    dir: Option<PathBuf>,
    max_bytes: Option<u64>,
    ledger: FileRegistry,
    forgotten: Mutex<Forgotten>,
}

/// The times of invalidations. Files that any process downloaded up to these moments are not adopted.
#[derive(Debug, Default)]
struct Forgotten {
    all_at: Option<Moment>,
    by_uri: HashMap<String, Moment>,
}

/// The maximum number of objects that are remembered as invalidated. Beyond it all objects count as invalidated,
/// which costs one request each.
const MOST_FORGOTTEN: usize = 1_000;

impl Files {
    /// Creates an empty set. Files go to `dir`, or to the environment's folder at the time of the fetch, and take at
    /// most `max_bytes`, or the environment's limit at that time.
    #[must_use]
    pub fn new(since: Moment, dir: Option<PathBuf>, max_bytes: Option<u64>) -> Self {
        Self { since, dir, max_bytes, ledger: FileRegistry::default(), forgotten: Mutex::default() }
    }

    pub(super) fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    pub(super) fn since(&self) -> Moment {
        self.since
    }

    /// Returns the limit of the total size, if there is one.
    pub(super) fn limit_bytes(&self) -> Result<Option<u64>, Error> {
        quota::limit_bytes(self.max_bytes)
    }

    /// Reserves `path` for the file of `uri`. Returns an error if it belongs to another object.
    pub(super) fn claim(&self, path: &Path, uri: &S3Uri) -> Result<Reservation<'_>, Error> {
        self.ledger.claim(path, uri)
    }

    /// Prevents adopting files of the object at `uri` that were downloaded up to `at`.
    pub(crate) fn forget(&self, uri: &str, at: Moment) {
        let mut forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        if forgotten.by_uri.len() >= MOST_FORGOTTEN {
            *forgotten = Forgotten { all_at: Some(at), by_uri: HashMap::new() };
        }
        forgotten.by_uri.insert(uri.to_owned(), at);
    }

    /// Prevents adopting files that were downloaded up to `at`.
    pub(crate) fn forget_all(&self, at: Moment) {
        let mut forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        *forgotten = Forgotten { all_at: Some(at), by_uri: HashMap::new() };
    }

    /// Returns `true` if a file downloaded at this time may be adopted. Within one tick of the clock it may not,
    /// which costs one request.
    pub(super) fn remembers(&self, uri: &S3Uri, began: Moment) -> bool {
        let forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        let moments = [forgotten.all_at, forgotten.by_uri.get(&uri.unversioned()).copied()];
        moments.into_iter().flatten().all(|at| began.monotonic_ns > at.monotonic_ns)
    }

    /// Removes every file that was returned, with its record.
    pub(crate) fn remove_all(&self) {
        self.ledger.remove_all();
    }
}
