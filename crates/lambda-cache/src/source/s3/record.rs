//! What is known of a downloaded file: one small JSON file for each, so that it outlives the process.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use lambda_cache_names::s3::S3Uri;
use serde::{Deserialize, Serialize};

use super::{folder::Folder, version::Version};
use crate::{engine::Moment, file::Stamp};

/// A record is a few hundred bytes; nothing longer is read.
const LONGEST_RECORD_BYTES: u64 = 64 * 1024;

#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) uri: String,
    entry_name: String,
    /// The validators that a check can name. A record from before a field was there lacks it, which costs a request.
    #[serde(flatten)]
    pub(super) version: Version,
    #[serde(flatten)]
    pub(super) stamp: Stamp,
    began_monotonic_ns: u64,
    began_wall_ns: u64,
    pub(super) ended_wall_ns: u64,
}

impl Record {
    pub(super) fn new(
        uri: &S3Uri,
        entry_name: &str,
        version: Version,
        stamp: Stamp,
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

    /// When the fetch began. The monotonic clock is the machine's, so it means the same in every process.
    pub(super) fn began(&self) -> Moment {
        Moment { monotonic_ns: self.began_monotonic_ns, wall_ns: self.began_wall_ns }
    }

    /// The entry's record; none where there is none, or none that makes sense.
    pub(super) fn read(folder: &Folder, entry_name: &str) -> Option<Self> {
        Self::at(&folder.record(entry_name)).filter(|record| record.entry_name == entry_name)
    }

    fn at(path: &Path) -> Option<Self> {
        let mut text = Vec::new();
        Folder::read(path).ok()?.take(LONGEST_RECORD_BYTES).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// The files that the folder's records describe and that are there, whoever downloaded them; the oldest first.
    pub(super) fn all(folder: &Folder) -> Vec<(PathBuf, Self)> {
        let mut all: Vec<_> = folder
            .records()
            .filter_map(|path| {
                let record = Self::at(&path)?;
                // It is what its place says, or somebody else wrote it: then it names no file of ours.
                let is_itself = folder.record(&record.entry_name) == path;
                let file = folder.file(&record.entry_name);
                (is_itself && Stamp::of(&file) == Some(record.stamp)).then_some((file, record))
            })
            .collect();
        all.sort_unstable_by_key(|(_, record)| record.ended_wall_ns);
        all
    }

    /// Puts the record in place, whole. Where that fails there is none, which costs another process a download: the
    /// file itself is in place already.
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
