use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use lambda_cache_names::s3::S3Uri;

use crate::{Error, ErrorKind, engine::Moment};

/// The files that one cache has handed out, and since when it runs.
#[derive(Debug)]
pub struct Files {
    since: Moment,
    claims: Mutex<HashMap<PathBuf, S3Uri>>,
}

impl Files {
    /// No files yet.
    #[must_use]
    pub fn new(since: Moment) -> Self {
        Self { since, claims: Mutex::default() }
    }

    pub(super) fn since(&self) -> Moment {
        self.since
    }

    /// Makes `path` the file of `uri`; refused where it is another object's.
    pub(super) fn claim(&self, path: &Path, uri: &S3Uri) -> Result<(), Error> {
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = claims.entry(path.to_owned()).or_insert_with(|| uri.clone());
        if owner == uri {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidArgument,
            format!(
                "{} is the file of {owner} already, so {uri} cannot be downloaded there too: pass entry_name",
                path.display()
            ),
        ))
    }

    /// Removes every file that was handed out, with its record.
    pub(crate) fn remove_all(&self) {
        let claims = std::mem::take(&mut *self.claims.lock().unwrap_or_else(PoisonError::into_inner));
        for path in claims.keys() {
            super::folder::Folder::remove(path);
        }
    }
}
