use std::{
    any::Any,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use crate::engine::Held;

/// What a source returns. Cheap to clone; `Debug` shows the type, never the content.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A `String` or `SecureString` parameter, or a secret's string.
    Text(Arc<str>),
    /// A `StringList` parameter.
    TextList(Arc<[String]>),
    /// A binary secret.
    Bytes(Arc<[u8]>),
    /// A list of parameters: each value by its last segment, in the order of the names.
    Group(Arc<[(String, Value)]>),
    /// An S3 object, downloaded.
    File(File),
}

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
    pub fn path(&self) -> PathBuf {
        self.path.to_path_buf()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(..)"),
            Self::TextList(_) => f.write_str("TextList(..)"),
            Self::Bytes(_) => f.write_str("Bytes(..)"),
            Self::Group(_) => f.write_str("Group(..)"),
            Self::File(file) => file.fmt(f),
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({})", self.path.display())
    }
}

/// A value in the cache, and the form in which a face of the library hands it out, made once.
pub struct Cached {
    value: Value,
    form: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Cached {
    /// The value.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The form kept with the value, if one is.
    pub fn form<T: 'static>(&self) -> Option<&T> {
        self.form.get()?.downcast_ref()
    }

    /// Keeps a form, unless one is kept already. It is made outside, never under a lock: making it may run anything.
    pub fn keep_form<T: Send + Sync + 'static>(&self, form: T) {
        let _ = self.form.set(Box::new(form));
    }
}

impl From<Value> for Cached {
    fn from(value: Value) -> Self {
        Self { value, form: OnceLock::new() }
    }
}

impl fmt::Debug for Cached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl Held for Cached {
    fn is_intact(&self) -> bool {
        match &self.value {
            Value::File(file) => Stamp::of(&file.path) == Some(file.stamp),
            _ => true,
        }
    }
}
