use std::{
    collections::{HashMap, hash_map::Entry},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError, Weak},
};

use lambda_cache_names::s3::S3Uri;

use super::quota::Quota;
use crate::{
    Error, ErrorKind,
    engine::Moment,
    file::{File, Holding},
};

/// The files that one cache has handed out, and since when it runs.
#[derive(Debug)]
pub struct Files {
    since: Moment,
    dir: Option<PathBuf>,
    quota: Quota,
    claims: Mutex<HashMap<PathBuf, Claimed>>,
    forgotten: Mutex<Forgotten>,
}

/// Whose a path is.
#[derive(Debug)]
struct Claimed {
    uri: S3Uri,
    holding: Weak<Holding>,
    /// Whether it ever had a file.
    was_kept: bool,
    /// Downloads of it that are under way.
    under_way: usize,
}

impl Claimed {
    fn is_given_up(&self) -> bool {
        self.under_way == 0 && self.holding.strong_count() == 0
    }
}

/// What was downloaded up to these moments is not taken over, by whomever it was downloaded.
#[derive(Debug, Default)]
struct Forgotten {
    all_at: Option<Moment>,
    by_uri: HashMap<String, Moment>,
}

/// Objects forgotten one by one that are remembered; then it is simpler to forget all, which costs a question each.
const MOST_FORGOTTEN: usize = 1_000;

/// Paths from which on those that no entry holds any more are given up.
const MANY_CLAIMS: usize = 1_000;

impl Files {
    /// No files yet; they will go to `dir`, or to the folder that the environment names when they are fetched, and take
    /// `max_bytes` at most, or what the environment says then.
    #[must_use]
    pub fn new(since: Moment, dir: Option<PathBuf>, max_bytes: Option<u64>) -> Self {
        let quota = Quota::new(max_bytes);
        Self { since, dir, quota, claims: Mutex::default(), forgotten: Mutex::default() }
    }

    pub(super) fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    pub(super) fn since(&self) -> Moment {
        self.since
    }

    pub(super) fn quota(&self) -> &Quota {
        &self.quota
    }

    /// Makes `path` the file of `uri`; refused where it is another object's.
    pub(super) fn claim(&self, path: &Path, uri: &S3Uri) -> Result<Claim<'_>, Error> {
        let mut claims = self.claims();
        if claims.len() >= MANY_CLAIMS {
            claims.retain(|_, claimed| !claimed.is_given_up());
        }
        let claimed = match claims.entry(path.to_owned()) {
            Entry::Vacant(place) => {
                place.insert(Claimed { uri: uri.clone(), holding: Weak::new(), was_kept: false, under_way: 0 })
            }
            Entry::Occupied(place) if place.get().uri == *uri => place.into_mut(),
            Entry::Occupied(place) => {
                return Err(Error::new(
                    ErrorKind::InvalidArgument,
                    format!(
                        "{} is the file of {:?} already, so {:?} cannot be downloaded there too: pass entry_name",
                        path.display(),
                        place.get().uri.to_string(),
                        uri.to_string()
                    ),
                ));
            }
        };
        claimed.under_way += 1;
        Ok(Claim { files: self, path: path.to_owned() })
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
        let moments = [forgotten.all_at, forgotten.by_uri.get(&uri.to_string()).copied()];
        moments.into_iter().flatten().all(|at| began.monotonic_ns > at.monotonic_ns)
    }

    fn claims(&self) -> MutexGuard<'_, HashMap<PathBuf, Claimed>> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes every file that was handed out, with its record.
    pub(crate) fn remove_all(&self) {
        let claims = std::mem::take(&mut *self.claims());
        for path in claims.keys() {
            super::folder::Folder::remove(path);
        }
    }
}

/// An object's hold on its path: given up again where the first download fails, for then there is no file.
#[must_use]
pub(super) struct Claim<'a> {
    files: &'a Files,
    path: PathBuf,
}

impl Claim<'_> {
    /// The file is there.
    pub(super) fn keep(self, file: &File) {
        self.files.quota.count(file);
        if let Some(claimed) = self.files.claims().get_mut(&self.path) {
            claimed.holding = file.holding();
            claimed.was_kept = true;
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut claims = self.files.claims();
        if let Entry::Occupied(mut place) = claims.entry(std::mem::take(&mut self.path)) {
            let claimed = place.get_mut();
            claimed.under_way -= 1;
            if claimed.under_way == 0 && !claimed.was_kept {
                place.remove();
            }
        }
    }
}
