//! The object and the file of each path, and the total size of the files.

use std::{
    collections::{HashMap, hash_map::Entry},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError, Weak},
};

use lambda_cache_names::s3::S3Uri;

use super::{folder::Folder, quota, record::Record};
use crate::{
    Error, ErrorKind,
    value::{File, FileStamp, LastUse},
};

/// The number of paths from which on those without an entry are dropped.
const MANY: usize = 1_000;

/// The paths that one cache downloads to.
#[derive(Debug, Default)]
pub(super) struct FileRegistry(Mutex<HashMap<PathBuf, FileEntry>>);

/// The state of a path.
#[derive(Debug)]
struct FileEntry {
    uri: S3Uri,
    /// The number of fetches in progress. The file is not removed during a fetch.
    under_way: usize,
    /// The size of the present download.
    reserved_bytes: u64,
    file: Option<StoredFile>,
}

#[derive(Debug)]
struct StoredFile {
    stamp: FileStamp,
    holding: Weak<LastUse>,
}

impl FileEntry {
    /// Returns the size that counts against the limit. A file that is being replaced counts only once.
    fn bytes(&self) -> u64 {
        let kept_bytes = self.file.as_ref().map_or(0, |kept| kept.stamp.size_bytes);
        if self.reserved_bytes > 0 { self.reserved_bytes } else { kept_bytes }
    }

    fn is_given_up(&self) -> bool {
        self.under_way == 0 && self.file.as_ref().is_none_or(|kept| kept.holding.strong_count() == 0)
    }
}

/// A file that may be removed to make room, and its last use, which is 0 if no entry refers to it.
struct EvictionCandidate {
    path: PathBuf,
    stamp: FileStamp,
    last_use: u64,
}

impl FileRegistry {
    /// Reserves `path` for the file of `uri`. Returns an error if it belongs to another object.
    pub(super) fn claim(&self, path: &Path, uri: &S3Uri) -> Result<Reservation<'_>, Error> {
        let mut places = self.places();
        if places.len() >= MANY {
            places.retain(|_, place| !place.is_given_up());
        }
        let place = match places.entry(path.to_owned()) {
            Entry::Vacant(vacant) => {
                vacant.insert(FileEntry { uri: uri.clone(), under_way: 0, reserved_bytes: 0, file: None })
            }
            Entry::Occupied(place) if place.get().uri == *uri => place.into_mut(),
            Entry::Occupied(place) => return Err(taken(path, &place.get().uri, uri)),
        };
        place.under_way += 1;
        Ok(Reservation { ledger: self, path: path.to_owned() })
    }

    /// Removes every file that was returned, with its record.
    pub(super) fn remove_all(&self) {
        for path in std::mem::take(&mut *self.places()).keys() {
            Folder::remove(path);
        }
    }

    fn places(&self) -> MutexGuard<'_, HashMap<PathBuf, FileEntry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn taken(path: &Path, by: &S3Uri, wanted: &S3Uri) -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        format!(
            "{} is the file of {:?} already, so {:?} cannot be downloaded there too: pass entry_name",
            path.display(),
            by.to_string(),
            wanted.to_string()
        ),
    )
}

/// An object's reservation of its path during a fetch. If the fetch leaves no file, the path becomes free.
#[must_use]
pub(super) struct Reservation<'a> {
    ledger: &'a FileRegistry,
    path: PathBuf,
}

impl Reservation<'_> {
    /// Makes room for the path's next content. Files of other processes and caches in the folder are removed first,
    /// and then the least recently used files of this cache. Nothing is removed if that would not be enough.
    pub(super) fn make_room(&self, folder: &Folder, size_bytes: u64, limit_bytes: u64) -> Result<(), Error> {
        let others = Record::all(folder);
        let mut places = self.ledger.places();
        let mut idle: Vec<_> = others
            .into_iter()
            .filter(|(path, _)| !places.contains_key(path))
            .map(|(path, record)| EvictionCandidate { path, stamp: record.stamp, last_use: 0 })
            .collect();
        let (mut ours, mut busy_bytes) = (Vec::new(), 0_u64);
        for (path, place) in places.iter().filter(|(path, _)| **path != self.path) {
            match &place.file {
                Some(kept) if place.under_way == 0 => {
                    let last_use = kept.holding.upgrade().map_or(0, |holding| holding.last_use());
                    ours.push(EvictionCandidate { path: path.clone(), stamp: kept.stamp, last_use });
                }
                _ => busy_bytes = busy_bytes.saturating_add(place.bytes()),
            }
        }
        ours.sort_unstable_by_key(|file| file.last_use);
        idle.extend(ours);
        let mut idle_bytes = idle.iter().fold(0_u64, |sum, file| sum.saturating_add(file.stamp.size_bytes));
        let needed_bytes = busy_bytes.saturating_add(size_bytes);
        let uri = places.get(&self.path).map(|place| place.uri.clone());
        if needed_bytes > limit_bytes {
            return Err(quota::no_room(uri.as_ref(), size_bytes, busy_bytes, limit_bytes));
        }
        for file in idle {
            if needed_bytes.saturating_add(idle_bytes) <= limit_bytes {
                break;
            }
            folder.remove_idle(&file.path, file.stamp);
            places.remove(&file.path);
            idle_bytes -= file.stamp.size_bytes;
        }
        if let Some(place) = places.get_mut(&self.path) {
            place.reserved_bytes = size_bytes;
        }
        Ok(())
    }

    /// Records that the file is complete.
    pub(super) fn keep(self, file: &File) {
        if let Some(place) = self.ledger.places().get_mut(&self.path) {
            place.file = Some(StoredFile { stamp: file.stamp(), holding: file.holding() });
            place.reserved_bytes = 0;
        }
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        let mut places = self.ledger.places();
        if let Entry::Occupied(mut place) = places.entry(std::mem::take(&mut self.path)) {
            place.get_mut().under_way = place.get().under_way.saturating_sub(1);
            if place.get().under_way == 0 {
                place.get_mut().reserved_bytes = 0;
                if place.get().file.is_none() {
                    place.remove();
                }
            }
        }
    }
}
