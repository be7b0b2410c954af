//! How much of the disk one cache's downloads may take.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError, Weak},
};

use lambda_cache_names::s3::S3Uri;

use super::folder::Folder;
use crate::{
    Error, ErrorKind,
    file::{File, Holding},
};

const VARIABLE: &str = "LAMBDA_CACHE_DIR_MAX_BYTES";

/// The bytes that a cache's files take together, kept under a limit where one is set.
#[derive(Debug)]
pub(super) struct Quota {
    given: Option<u64>,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    reserved_bytes: u64,
    /// The next to go is in front. Who was used since it was last looked at goes to the back instead.
    files: VecDeque<Kept>,
}

#[derive(Debug)]
struct Kept {
    path: PathBuf,
    size_bytes: u64,
    holding: Weak<Holding>,
}

impl Kept {
    /// Whether somebody used the file since this was last asked. One that no entry holds any more is not used.
    fn was_used(&self) -> bool {
        self.holding.upgrade().is_some_and(|holding| holding.take_use())
    }
}

impl Quota {
    /// A limit that was given, else the one that the environment sets when something is downloaded.
    pub(super) fn new(given: Option<u64>) -> Self {
        Self { given, taken: Mutex::default() }
    }

    fn limit_bytes(&self) -> Result<Option<u64>, Error> {
        let Some(text) = std::env::var_os(VARIABLE).filter(|text| self.given.is_none() && !text.is_empty()) else {
            return Ok(self.given);
        };
        let text = text.to_string_lossy();
        text.trim().parse().map(Some).map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                format!("{VARIABLE}={text:?} is no number of bytes: write it as 268435456"),
            )
        })
    }

    /// Takes room for the next content of `path`, for as long as it is downloaded; other files make it, the least
    /// recently used first.
    pub(super) fn make_room(&self, path: &Path, uri: &S3Uri, size_bytes: u64) -> Result<Reservation<'_>, Error> {
        let Some(limit_bytes) = self.limit_bytes()? else { return Ok(Reservation { quota: self, size_bytes: 0 }) };
        let mut taken = self.taken();
        let others_bytes = |taken: &Taken| -> u64 {
            taken.files.iter().filter(|kept| kept.path != path).map(|kept| kept.size_bytes).sum()
        };
        // Each is looked at twice at most: the second time none has been used in between.
        let mut looks = taken.files.len() * 2;
        while others_bytes(&taken) + taken.reserved_bytes + size_bytes > limit_bytes {
            let Some(kept) = taken.files.pop_front().filter(|_| looks > 0) else {
                return Err(no_room(uri, size_bytes, taken.reserved_bytes, limit_bytes));
            };
            looks -= 1;
            if kept.path == path || kept.was_used() {
                taken.files.push_back(kept);
            } else {
                Folder::remove(&kept.path);
            }
        }
        taken.reserved_bytes += size_bytes;
        Ok(Reservation { quota: self, size_bytes })
    }

    /// Counts a file that is in place, instead of what was at its path before.
    pub(super) fn count(&self, file: &File) {
        if !matches!(self.limit_bytes(), Ok(Some(_))) {
            return;
        }
        let mut taken = self.taken();
        taken.files.retain(|kept| kept.path != **file.path());
        taken.files.push_back(Kept {
            path: file.path().to_path_buf(),
            size_bytes: file.size_bytes(),
            holding: file.holding(),
        });
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_room(uri: &S3Uri, size_bytes: u64, reserved_bytes: u64, limit_bytes: u64) -> Error {
    let meanwhile = match reserved_bytes {
        0 => String::new(),
        bytes => format!(", while {bytes} bytes are being downloaded beside it"),
    };
    Error::new(
        ErrorKind::Storage,
        format!(
            "{:?} is of {size_bytes} bytes{meanwhile}, and files may take {limit_bytes} bytes together: \
             raise {VARIABLE} (in Rust CacheBuilder::dir_max_bytes)",
            uri.to_string()
        ),
    )
}

/// Room that is taken while a download runs.
#[must_use]
pub(super) struct Reservation<'a> {
    quota: &'a Quota,
    size_bytes: u64,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.quota.taken().reserved_bytes -= self.size_bytes;
    }
}
