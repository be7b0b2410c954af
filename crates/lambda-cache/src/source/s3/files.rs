use std::{
    collections::{HashMap, hash_map::Entry},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use lambda_cache_names::s3::S3Uri;

use crate::{Error, ErrorKind, engine::Moment};

/// The files that one cache has handed out, and since when it runs.
#[derive(Debug)]
pub struct Files {
    since: Moment,
    dir: Option<PathBuf>,
    claims: Mutex<HashMap<PathBuf, S3Uri>>,
}

impl Files {
    /// No files yet; they will go to `dir`, or to the folder that the environment names when they are fetched.
    #[must_use]
    pub fn new(since: Moment, dir: Option<PathBuf>) -> Self {
        Self { since, dir, claims: Mutex::default() }
    }

    pub(super) fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    pub(super) fn since(&self) -> Moment {
        self.since
    }

    /// Makes `path` the file of `uri`; refused where it is another object's.
    pub(super) fn claim(&self, path: &Path, uri: &S3Uri) -> Result<Claim<'_>, Error> {
        match self.claims().entry(path.to_owned()) {
            Entry::Vacant(place) => {
                place.insert(uri.clone());
                Ok(Claim { files: self, path: path.to_owned(), is_new: true })
            }
            Entry::Occupied(place) if place.get() == uri => {
                Ok(Claim { files: self, path: path.to_owned(), is_new: false })
            }
            Entry::Occupied(place) => Err(Error::new(
                ErrorKind::InvalidArgument,
                format!(
                    "{} is the file of {} already, so {uri} cannot be downloaded there too: pass entry_name",
                    path.display(),
                    place.get()
                ),
            )),
        }
    }

    fn claims(&self) -> MutexGuard<'_, HashMap<PathBuf, S3Uri>> {
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
    is_new: bool,
}

impl Claim<'_> {
    /// The file is there.
    pub(super) fn keep(mut self) {
        self.is_new = false;
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if self.is_new {
            self.files.claims().remove(&self.path);
        }
    }
}
