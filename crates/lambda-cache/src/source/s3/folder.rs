//! The download folder, and the private folder inside it.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use lambda_cache_names::s3::PRIVATE_FOLDER;
use rustix::fs::{OFlags, statvfs};

use super::digest::sha256_hex;
use crate::{Error, ErrorKind, settings, value::FileStamp};

/// The default folder, which is the only writable one in Lambda.
const DEFAULT_DIR: &str = "/tmp";

/// The extensions of temporary files, locks and records.
const PART: &str = "part";
const LOCK: &str = "lock";
const RECORD: &str = "json";

pub(super) struct Folder {
    dir: PathBuf,
    private: PathBuf,
}

impl Folder {
    /// Opens `dir`, or the configured folder, and creates its private folder.
    pub(super) fn open(dir: Option<&Path>) -> Result<Self, Error> {
        let dir = dir.map(Path::to_owned).or_else(settings::dir).unwrap_or_else(|| DEFAULT_DIR.into());
        // A relative path would mean another file after the function has changed its working directory.
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        fs::create_dir_all(&dir).map_err(|error| Error::storage("make the folder", &dir, &error))?;
        let folder = Self::at(dir);
        folder.make_private()?;
        Ok(folder)
    }

    /// Returns `dir` with this user's private folder, whether or not it exists.
    fn at(dir: PathBuf) -> Self {
        let uid = rustix::process::geteuid().as_raw();
        let common = dir.join(PRIVATE_FOLDER);
        let is_of_another = fs::symlink_metadata(&common).is_ok_and(|metadata| metadata.uid() != uid);
        // Users who share a folder, such as /tmp of one machine, have separate records.
        let private = if is_of_another { dir.join(format!("{PRIVATE_FOLDER}-{uid}")) } else { common };
        Self { dir, private }
    }

    /// Creates the private folder, or checks that it belongs to this user, is not a symlink, and is closed to other
    /// users.
    fn make_private(&self) -> Result<(), Error> {
        let path = &self.private;
        let fail = |error: &io::Error| Error::storage("make the folder", path, error);
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(fail(&error)),
        }
        let metadata = fs::symlink_metadata(path).map_err(|error| fail(&error))?;
        if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(Error::new(
                ErrorKind::Storage,
                format!("{} is not a folder of this user; remove it, or set {}", path.display(), settings::DIR),
            ));
        }
        if metadata.mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(|error| fail(&error))?;
        }
        Ok(())
    }

    /// Rejects a file that this user cannot replace because it belongs to another user in a folder such as /tmp, from
    /// which users may remove only their own files.
    pub(super) fn check_replaceable(&self, path: &Path) -> Result<(), Error> {
        const STICKY: u32 = 0o1000;
        let uid = rustix::process::geteuid().as_raw();
        let (Ok(file), Ok(dir)) = (fs::symlink_metadata(path), fs::metadata(&self.dir)) else { return Ok(()) };
        if dir.mode() & STICKY == 0 || uid == 0 || [file.uid(), dir.uid()].contains(&uid) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Storage,
            format!(
                "{} is a file of another user (uid {}), which this one (uid {uid}) may not replace: set {} to a folder of \
                 this user, or pass another file_name",
                path.display(),
                file.uid(),
                settings::DIR
            ),
        ))
    }

    /// Returns the path of the entry's file.
    pub(super) fn file(&self, entry_name: &str) -> PathBuf {
        self.dir.join(entry_name)
    }

    /// Returns the path of a private file for the entry. Its name is a hash, because an entry name may already have
    /// 255 bytes.
    fn beside(&self, entry_name: impl AsRef<OsStr>, extension: &str) -> PathBuf {
        let name = sha256_hex(entry_name.as_ref().as_encoded_bytes());
        self.private.join(format!("{name}.{extension}"))
    }

    /// Returns the path of the entry's incomplete download.
    pub(super) fn part(&self, entry_name: &str) -> PathBuf {
        self.beside(entry_name, PART)
    }

    /// Returns the path of the entry's lock file.
    pub(super) fn lock_path(&self, entry_name: impl AsRef<OsStr>) -> PathBuf {
        self.beside(entry_name, LOCK)
    }

    /// Returns the path of the entry's record.
    pub(super) fn record(&self, entry_name: impl AsRef<OsStr>) -> PathBuf {
        self.beside(entry_name, RECORD)
    }

    /// Returns the paths of all records.
    pub(super) fn records(&self) -> impl Iterator<Item = PathBuf> {
        self.private_files(RECORD)
    }

    fn private_files(&self, extension: &str) -> impl Iterator<Item = PathBuf> {
        let files = fs::read_dir(&self.private).into_iter().flatten().flatten().map(|file| file.path());
        files.filter(move |path| path.extension() == Some(OsStr::new(extension)))
    }

    /// Removes incomplete downloads of killed processes. Those in progress are locked.
    pub(super) fn remove_leftovers(&self) {
        for left in self.private_files(PART) {
            // The record's temporary file is `NAME.json.part`, and its lock is `NAME.lock`, the same as for the file
            // itself.
            let stem = left.file_name().map(Path::new).and_then(Path::file_prefix);
            if let Some(stem) = stem {
                Self::if_unlocked(&self.private.join(stem).with_extension(LOCK), || fs::remove_file(&left));
            }
        }
    }

    /// Removes a file that still has this identity, and its record, unless a process is working on it.
    pub(super) fn remove_idle(&self, path: &Path, stamp: FileStamp) {
        let Some(entry_name) = path.file_name() else { return };
        Self::if_unlocked(&self.lock_path(entry_name), || {
            if FileStamp::of(path) == Some(stamp) {
                Self::remove(path);
            }
            Ok(())
        });
    }

    fn if_unlocked(lock: &Path, act: impl FnOnce() -> io::Result<()>) {
        if let Ok(lock) = Self::open_for_writing(lock)
            && lock.try_lock().is_ok()
        {
            let _ = act(); // the next one finds a file that this could not remove
            let _ = lock.unlock();
        }
    }

    /// Reserves space for a file of this size, if the file system supports it.
    pub(super) fn reserve(file: &File, size_bytes: u64) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if size_bytes > 0 {
            use rustix::{
                fs::{FallocateFlags, fallocate},
                io::Errno,
            };
            let reserved = fallocate(file, FallocateFlags::empty(), 0, size_bytes);
            if let Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) = reserved {
                return Err(error.into());
            }
        }
        let _ = (file, size_bytes);
        Ok(())
    }

    /// Returns the number of bytes that can still be written to the folder.
    pub(super) fn free_bytes(&self) -> u64 {
        statvfs(&self.dir).map_or(0, |system| system.f_bavail.saturating_mul(system.f_frsize))
    }

    /// Creates a private file that only this user can read. An existing file is removed instead of being overwritten.
    pub(super) fn create(path: &Path) -> io::Result<File> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Self::ours().create_new(true).open(path),
        }
    }

    /// Opens a private file for reading.
    pub(super) fn read(path: &Path) -> io::Result<File> {
        Self::unfollowing().read(true).open(path)
    }

    /// Opens an existing private file for writing.
    pub(super) fn open_for_writing(path: &Path) -> io::Result<File> {
        Self::ours().open(path)
    }

    fn ours() -> OpenOptions {
        let mut options = Self::unfollowing();
        options.write(true).create(true).mode(0o600);
        options
    }

    /// Returns options that do not follow symlinks and do not wait for pipes.
    fn unfollowing() -> OpenOptions {
        let mut options = OpenOptions::new();
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
        options
    }

    /// Removes a file that was returned, and its record.
    pub(super) fn remove(path: &Path) {
        let (Some(dir), Some(entry_name)) = (path.parent(), path.file_name()) else { return };
        let folder = Self::at(dir.to_owned());
        let _ = fs::remove_file(folder.record(entry_name));
        let _ = fs::remove_file(path);
    }
}
