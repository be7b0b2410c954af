use std::{
    fmt, fs,
    io::Read,
    path::Path,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use super::ConversionError;
use crate::runtime::file_system;

/// A downloaded file, with its identity at the time of the download.
#[derive(Clone)]
pub struct File {
    path: Arc<Path>,
    stamp: FileStamp,
    holding: Arc<LastUse>,
}

impl PartialEq for File {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.stamp) == (&other.path, other.stamp)
    }
}

impl Eq for File {}

/// The counter of file uses, which orders files by their last use. It costs nothing compared with the system call
/// that each check of a file makes.
static USES: AtomicU64 = AtomicU64::new(0);

/// A marker that an entry refers to a file, with the time of its last use. It is dropped with the entry.
#[derive(Debug)]
pub(crate) struct LastUse(AtomicU64);

impl LastUse {
    fn new() -> Self {
        Self(AtomicU64::new(USES.fetch_add(1, Ordering::Relaxed) + 1))
    }

    fn note_use(&self) {
        self.0.store(USES.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// Returns the position of the last use. A greater number is later, and it is never 0.
    pub(crate) fn last_use(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The identity of a file, which changes when another file replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct FileStamp {
    pub(crate) size_bytes: u64,
    pub(crate) modified_ns: i64,
    pub(crate) inode: u64,
}

impl FileStamp {
    /// Returns the stamp of the regular file at `path`. A symlink is not followed and has no stamp.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        Some(Self {
            size_bytes: metadata.len(),
            modified_ns: file_system::modified_ns(&metadata),
            inode: file_system::inode(&metadata),
        })
    }
}

impl File {
    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Arc<Path> {
        &self.path
    }

    /// Returns the present content of the file. A symlink in its place is not followed.
    ///
    /// # Errors
    /// [`ConversionError`] with the system's error.
    pub fn read(&self) -> Result<Vec<u8>, ConversionError> {
        let read = |mut file: fs::File| {
            let mut content = Vec::new();
            file.read_to_end(&mut content).map(|_| content)
        };
        let opened = file_system::open(&self.path, fs::OpenOptions::new().read(true));
        opened.and_then(read).map_err(|error| ConversionError::new(format!("its file cannot be read: {error}")))
    }

    /// Creates the file at `path` with this identity.
    pub(crate) fn new(path: &Path, stamp: FileStamp) -> Self {
        Self { path: path.into(), stamp, holding: Arc::new(LastUse::new()) }
    }

    /// Returns the identity that it had when it was downloaded.
    pub(crate) fn stamp(&self) -> FileStamp {
        self.stamp
    }

    /// Returns `true` if there is a file at the path, whether or not it is the downloaded one.
    pub(crate) fn is_there(&self) -> bool {
        FileStamp::of(&self.path).is_some()
    }

    /// Returns a weak reference that is valid as long as this value exists.
    pub(crate) fn holding(&self) -> Weak<LastUse> {
        Arc::downgrade(&self.holding)
    }

    /// Returns `true` if the file is still the downloaded one. Counts as a use, because the caller is about to use
    /// it.
    pub(crate) fn is_intact(&self) -> bool {
        self.holding.note_use();
        FileStamp::of(&self.path) == Some(self.stamp)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({})", self.path.display())
    }
}
