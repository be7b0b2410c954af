//! The records of downloaded files: a small JSON file for each, which outlives the process.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use lambda_cache_names::s3::S3Uri;
use serde::{Deserialize, Serialize};

use super::{folder::Folder, version::Version};
use crate::{engine::Moment, value::FileStamp};

/// The maximum size that is read. A record has a few hundred bytes.
const LONGEST_RECORD_BYTES: u64 = 64 * 1024;

#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) uri: String,
    entry_name: String,
    /// The validators for a check. A record from before a field existed lacks it, which costs one request.
    #[serde(flatten)]
    pub(super) version: Version,
    #[serde(flatten)]
    pub(super) stamp: FileStamp,
    began_monotonic_ns: u64,
    began_wall_ns: u64,
    pub(super) ended_wall_ns: u64,
}

impl Record {
    pub(super) fn new(
        uri: &S3Uri,
        entry_name: &str,
        version: Version,
        stamp: FileStamp,
        began: Moment,
        ended: Moment,
    ) -> Self {
        Self {
            uri: uri.to_string(),
            entry_name: entry_name.to_owned(),
            version,
            stamp,
            began_monotonic_ns: began.monotonic_ns,
            began_wall_ns: began.wall_ns,
            ended_wall_ns: ended.wall_ns,
        }
    }

    /// Returns the start of the fetch. The monotonic clock belongs to the machine, so it is the same in every
    /// process.
    pub(super) fn began(&self) -> Moment {
        Moment { monotonic_ns: self.began_monotonic_ns, wall_ns: self.began_wall_ns }
    }

    /// Returns the entry's record, or `None` if it is missing or invalid.
    pub(super) fn read(folder: &Folder, entry_name: &str) -> Option<Self> {
        Self::at(&folder.record(entry_name)).filter(|record| record.entry_name == entry_name)
    }

    fn at(path: &Path) -> Option<Self> {
        let mut text = Vec::new();
        Folder::read(path).ok()?.take(LONGEST_RECORD_BYTES).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Returns the present files that the folder's records describe, whichever process downloaded them, oldest first.
    pub(super) fn all(folder: &Folder) -> Vec<(PathBuf, Self)> {
        let mut all: Vec<_> = folder
            .records()
            .filter_map(|path| {
                let record = Self::at(&path)?;
                // A record in the wrong place was written by someone else, so it does not describe a file of this
                // library.
                let is_itself = folder.record(&record.entry_name) == path;
                let file = folder.file(&record.entry_name);
                (is_itself && FileStamp::of(&file) == Some(record.stamp)).then_some((file, record))
            })
            .collect();
        all.sort_unstable_by_key(|(_, record)| record.ended_wall_ns);
        all
    }

    /// Replaces the record atomically. If that fails the record is missing, which costs another process a download. The
    /// file itself is already in place.
    pub(super) fn write(&self, folder: &Folder) {
        let path = folder.record(&self.entry_name);
        let temporary = path.with_extension("json.part");
        let text = serde_json::to_vec(self).unwrap_or_default();
        let written = Folder::create(&temporary)
            .and_then(|mut file| file.write_all(&text))
            .and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
    }
}
