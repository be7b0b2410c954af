//! What Unix systems have: owners, modes, and files that are opened without following a symlink.

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{FallocateFlags, OFlags, fallocate, statvfs},
    io::Errno,
};

/// Returns the default folder of downloads, which is the only writable one in Lambda.
pub(crate) fn default_folder() -> PathBuf {
    "/tmp".into()
}

/// Returns the number of this user.
pub(crate) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Returns the number of the user to whom the file belongs.
pub(crate) fn owner(file: &Metadata) -> u32 {
    file.uid()
}

/// Returns `true` if users may remove only their own files from the folder, as in /tmp.
pub(crate) fn is_sticky(folder: &Metadata) -> bool {
    const STICKY: u32 = 0o1000;
    folder.mode() & STICKY != 0
}

/// Creates a folder that only this user can open.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Closes an existing folder to other users.
pub(crate) fn close_to_others(path: &Path, folder: &Metadata) -> io::Result<()> {
    if folder.mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Opens a file without following a symlink or waiting for a pipe. Only this user can read a new file.
pub(crate) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    options.custom_flags(i32::try_from(flags.bits()).unwrap_or(0)).mode(0o600).open(path)
}

/// Writes all bytes at a position of the file.
pub(crate) fn write_all_at(file: &File, bytes: &[u8], position: u64) -> io::Result<()> {
    file.write_all_at(bytes, position)
}

/// Returns the time of the last change, in nanoseconds since the Unix epoch.
pub(crate) fn modified_ns(file: &Metadata) -> i64 {
    file.mtime().saturating_mul(1_000_000_000).saturating_add(file.mtime_nsec())
}

/// Returns the number that tells a file from one that replaced it.
pub(crate) fn inode(file: &Metadata) -> u64 {
    file.ino()
}

/// Reserves space for a file of this size, if the file system supports it.
pub(crate) fn reserve(file: &File, size_bytes: u64) -> io::Result<()> {
    if size_bytes == 0 {
        return Ok(());
    }
    match fallocate(file, FallocateFlags::empty(), 0, size_bytes) {
        Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Returns the number of bytes that can still be written to the folder.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    statvfs(folder).ok().map(|system| system.f_bavail.saturating_mul(system.f_frsize))
}
