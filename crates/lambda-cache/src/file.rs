use std::{fmt, path::Path, sync::Arc};

/// A downloaded file and how it looked then.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    pub(crate) path: Arc<Path>,
    pub(crate) stamp: Stamp,
}

/// What tells a file from one that has been put in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Stamp {
    pub(crate) size_bytes: u64,
    pub(crate) modified_ns: i64,
    pub(crate) inode: u64,
}

impl Stamp {
    /// The stamp of the regular file at `path`; a symlink is not followed, and is none.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        Some(Self {
            size_bytes: metadata.size(),
            modified_ns: metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec()),
            inode: metadata.ino(),
        })
    }
}

impl File {
    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Arc<Path> {
        &self.path
    }

    /// Whether the file is still the one that was downloaded.
    pub(crate) fn is_intact(&self) -> bool {
        Stamp::of(&self.path) == Some(self.stamp)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({})", self.path.display())
    }
}
