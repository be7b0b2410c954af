//! The twin for Windows, where a folder's access list protects its files: no owners, and no modes.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Returns the default folder of downloads.
pub(crate) fn default_folder() -> PathBuf {
    std::env::temp_dir()
}

/// Returns the number of this user, to whom every file belongs.
pub(crate) fn user() -> u32 {
    0
}

/// Returns the number of the user to whom the file belongs.
pub(crate) fn owner(_: &Metadata) -> u32 {
    user()
}

/// Returns `true` if users may remove only their own files from the folder.
pub(crate) fn is_sticky(_: &Metadata) -> bool {
    false
}

/// Creates a folder, which has the access list of the folder above it.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

/// Does nothing, because no mode closes a folder.
#[expect(clippy::unnecessary_wraps, reason = "its twin can fail")]
pub(crate) fn close_to_others(_: &Path, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Opens a file, unless there is a symlink or anything else that is not a file.
pub(crate) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    options.open(path)
}

/// Writes all bytes at a position of the file, which one thread at a time may do.
pub(crate) fn write_all_at(mut file: &File, bytes: &[u8], position: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(position))?;
    file.write_all(bytes)
}

/// Returns the time of the last change, in nanoseconds since the Unix epoch.
pub(crate) fn modified_ns(file: &Metadata) -> i64 {
    file.modified().map_or(0, nanoseconds)
}

/// Returns the time of the creation, which tells a file from one that replaced it.
pub(crate) fn inode(file: &Metadata) -> u64 {
    file.created().map_or(0, nanoseconds).unsigned_abs()
}

fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Gives a file its size, for which Windows reserves the space.
pub(crate) fn reserve(file: &File, size_bytes: u64) -> io::Result<()> {
    file.set_len(size_bytes)
}

/// Returns `None`, because the standard library does not tell the free space.
pub(crate) fn free_bytes(_: &Path) -> Option<u64> {
    None
}
