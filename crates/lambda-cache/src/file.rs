use std::{
    fmt,
    path::Path,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

/// A downloaded file and how it looked then.
#[derive(Clone)]
pub struct File {
    path: Arc<Path>,
    stamp: Stamp,
    holding: Arc<Holding>,
}

impl PartialEq for File {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.stamp) == (&other.path, other.stamp)
    }
}

impl Eq for File {}

/// That an entry holds a file; it ends with the entry. Whether the file was used of late.
#[derive(Debug, Default)]
pub(crate) struct Holding(AtomicBool);

impl Holding {
    /// Written only where it changes something, so that threads reading one entry share its cache line.
    fn note_use(&self) {
        if !self.0.load(Ordering::Relaxed) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    /// Whether there was a use since this was last asked.
    pub(crate) fn take_use(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
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

    /// The file at `path`, as it looks now.
    pub(crate) fn new(path: &Path, stamp: Stamp) -> Self {
        Self { path: path.into(), stamp, holding: Arc::default() }
    }

    /// Its size.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.stamp.size_bytes
    }

    /// What lives as long as somebody has this value.
    pub(crate) fn holding(&self) -> Weak<Holding> {
        Arc::downgrade(&self.holding)
    }

    /// Whether the file is still the one that was downloaded. Who asks is about to use it.
    pub(crate) fn is_intact(&self) -> bool {
        self.holding.note_use();
        Stamp::of(&self.path) == Some(self.stamp)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({})", self.path.display())
    }
}
