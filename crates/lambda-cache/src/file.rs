use std::{
    fmt, fs,
    io::Read,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use rustix::fs::OFlags;

use crate::typed::Misfit;

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

/// Counts uses of files, so that two can be told apart by which was used last. A look at a file asks the system, beside
/// which this costs nothing.
static USES: AtomicU64 = AtomicU64::new(0);

/// That an entry holds a file, and when it was used last; it ends with the entry.
#[derive(Debug)]
pub(crate) struct Holding(AtomicU64);

impl Holding {
    fn new() -> Self {
        Self(AtomicU64::new(USES.fetch_add(1, Ordering::Relaxed) + 1))
    }

    fn note_use(&self) {
        self.0.store(USES.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// The greater, the later; never 0.
    pub(crate) fn last_use(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
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

    /// Its content, as it is now. A symlink in its place is not followed.
    ///
    /// # Errors
    /// [`Misfit`], with what the system said.
    pub fn read(&self) -> Result<Vec<u8>, Misfit> {
        let no_follow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let read = |mut file: fs::File| {
            let mut content = Vec::new();
            file.read_to_end(&mut content).map(|_| content)
        };
        let opened = fs::OpenOptions::new().read(true).custom_flags(no_follow).open(&self.path);
        opened.and_then(read).map_err(|error| Misfit::new(format!("its file cannot be read: {error}")))
    }

    /// The file at `path`, as it looks now.
    pub(crate) fn new(path: &Path, stamp: Stamp) -> Self {
        Self { path: path.into(), stamp, holding: Arc::new(Holding::new()) }
    }

    /// How it looked when it was downloaded.
    pub(crate) fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Whether a file is there, be it this one or a later one.
    pub(crate) fn is_there(&self) -> bool {
        Stamp::of(&self.path).is_some()
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
