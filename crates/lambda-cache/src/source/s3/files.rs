use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use lambda_cache_names::s3::S3Uri;

use super::{
    ledger::{Claim, Ledger},
    quota,
};
use crate::{Error, engine::Moment};

/// The files that one cache has handed out, and since when it runs.
#[derive(Debug)]
pub struct Files {
    since: Moment,
    dir: Option<PathBuf>,
    max_bytes: Option<u64>,
    ledger: Ledger,
    forgotten: Mutex<Forgotten>,
}

/// What was downloaded up to these moments is not taken over, by whomever it was downloaded.
#[derive(Debug, Default)]
struct Forgotten {
    all_at: Option<Moment>,
    by_uri: HashMap<String, Moment>,
}

/// Objects forgotten one by one that are remembered; then it is simpler to forget all, which costs a question each.
const MOST_FORGOTTEN: usize = 1_000;

impl Files {
    /// No files yet; they will go to `dir`, or to the folder that the environment names when they are fetched, and take
    /// `max_bytes` at most, or what the environment says then.
    #[must_use]
    pub fn new(since: Moment, dir: Option<PathBuf>, max_bytes: Option<u64>) -> Self {
        Self { since, dir, max_bytes, ledger: Ledger::default(), forgotten: Mutex::default() }
    }

    pub(super) fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    pub(super) fn since(&self) -> Moment {
        self.since
    }

    /// What the files may take together, if there is a limit.
    pub(super) fn limit_bytes(&self) -> Result<Option<u64>, Error> {
        quota::limit_bytes(self.max_bytes)
    }

    /// Makes `path` the file of `uri`; refused where it is another object's.
    pub(super) fn claim(&self, path: &Path, uri: &S3Uri) -> Result<Claim<'_>, Error> {
        self.ledger.claim(path, uri)
    }

    /// Takes over nothing of the object at `uri` that was downloaded up to `at`.
    pub(crate) fn forget(&self, uri: &str, at: Moment) {
        let mut forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        if forgotten.by_uri.len() >= MOST_FORGOTTEN {
            *forgotten = Forgotten { all_at: Some(at), by_uri: HashMap::new() };
        }
        forgotten.by_uri.insert(uri.to_owned(), at);
    }

    /// Takes over nothing that was downloaded up to `at`.
    pub(crate) fn forget_all(&self, at: Moment) {
        let mut forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        *forgotten = Forgotten { all_at: Some(at), by_uri: HashMap::new() };
    }

    /// Whether what was downloaded then may be taken over. Within one tick of the clock it may not: that costs a question.
    pub(super) fn remembers(&self, uri: &S3Uri, began: Moment) -> bool {
        let forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        let moments = [forgotten.all_at, forgotten.by_uri.get(&uri.unversioned()).copied()];
        moments.into_iter().flatten().all(|at| began.monotonic_ns > at.monotonic_ns)
    }

    /// Removes every file that was handed out, with its record.
    pub(crate) fn remove_all(&self) {
        self.ledger.remove_all();
    }
}
